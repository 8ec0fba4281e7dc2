"""torchvision's DeepLabv3 models with weights that give natural masks, without a download.

The official weights need the network. Random ones give one class everywhere, or noise: neither has
a photo's outlines. Here batch normalisation fits the photo, and the last layer is fitted (ridge
regression on the features) to what the bundled starter model sees in it. So what is compared is
the same 21 classes, layers and sizes, on masks like those of the real weights.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

INPUT_SIZE = 520
CLASSES = 21
OBJECT = 12


def constructor(name: str) -> Callable[..., nn.Module]:
    from torchvision.models import segmentation

    chosen: Callable[..., nn.Module] = getattr(segmentation, name)
    return chosen


def empty_network(name: str) -> nn.Module:
    return constructor(name)(
        weights=None, weights_backbone=None, num_classes=CLASSES, aux_loss=True
    ).eval()


def transforms() -> Callable[[Any], Tensor]:
    """torchvision's own, as ``weights.transforms()`` of its DeepLabv3 weights gives them."""
    from torchvision.transforms._presets import SemanticSegmentation

    preset: Callable[[Any], Tensor] = SemanticSegmentation(resize_size=INPUT_SIZE)
    return preset


def make_weights(name: str, photo: NDArray[np.uint8], path: Path) -> None:
    """Save such a state dict for torchvision's constructor ``name``."""
    from PIL import Image

    from segmenter import Predictor, load_model

    torch.manual_seed(0)
    network = empty_network(name)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0  # one pass fits it
    images = transforms()(Image.fromarray(photo))[None]
    seen: list[Tensor] = []
    head: Any = network.classifier
    head[-1].register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        network.train()
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.eval()
        network(torch.cat([images, images.flip(3)]))
        network.eval()
        seen.clear()
        network(images)
        features = seen[0][0].double()
        channels, height, width = features.shape
        labels = Predictor(load_model("starter", download=False), "cpu").predict(photo).labels
        rows = (np.arange(height) + 0.5) * labels.shape[0] / height
        columns = (np.arange(width) + 0.5) * labels.shape[1] / width
        wanted = torch.from_numpy(labels[np.ix_(rows.astype(int), columns.astype(int))]).flatten()
        target = torch.full((height * width, CLASSES), -4.0, dtype=torch.float64)
        target[wanted == 0, 0] = 4.0
        target[wanted == 1, OBJECT] = 4.0
        x = torch.cat([features.flatten(1).T, torch.ones(height * width, 1)], 1)
        # A strong ridge: outlines follow the features smoothly instead of every single target.
        ridge = 0.03 * float((x.T @ x).diagonal().mean()) * torch.eye(channels + 1)
        solution = torch.linalg.solve(x.T @ x + ridge, x.T @ target).float()
        head[-1].weight.copy_(solution[:-1].T[:, :, None, None])
        head[-1].bias.copy_(solution[-1])
    torch.save(network.state_dict(), path)
