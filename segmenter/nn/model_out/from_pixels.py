"""A network that takes an image as it is: the normalisation is part of it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.fuse import fuse_batch_norm


class FromPixels(nn.Module):
    """float32 N×3×H×W, RGB from 0 to 255 → logits float32 N×C×H×W."""

    mean: Tensor
    std: Tensor

    def __init__(self, network: DeepLabV3) -> None:
        """Takes a copy on the CPU, its batch normalisation folded into the convolutions."""
        super().__init__()
        config = network.config
        for name, values in (("mean", config.mean), ("std", config.std)):
            in_levels = torch.tensor(values, dtype=torch.float64).mul(255).float()
            self.register_buffer(name, in_levels.reshape(1, 3, 1, 1))
        self.network = fuse_batch_norm(network).float().cpu().requires_grad_(False)
        self.eval()

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self.network((image - self.mean) / self.std)
        return logits
