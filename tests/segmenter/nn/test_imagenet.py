"""The ImageNet weights are where they belong: with its classifier put back, the backbone names
what it sees."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import ResNet50_Weights, get_model

from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.nn.imagenet import (
    efficientnet_lite0_file,
    efficientnet_lite0_weights,
    torchvision_backbone,
    verify_efficientnet_lite0,
)
from segmenter.nn.make_backbone import make_backbone
from segmenter.nn.pickled_weights import read_state_dict
from segmenter.nn.zoo import load_backbone, network_from_imagenet
from segmenter.paths import resource

CONFIG = ModelConfig(backbone="efficientnet_lite0", output_stride=32, multi_grid=(1, 1, 1))


def prefixed(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in weights.items() if n.startswith(prefix)}


def photo(name: str) -> Tensor:
    """The middle 224 × 224 of a sample photo whose short side is scaled to 256, normalised."""
    bgr = cv2.imdecode(np.fromfile(resource("sample", name), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None
    height, width = bgr.shape[:2]
    scale = 256 / min(height, width)
    size = (round(width * scale), round(height * scale))
    rgb = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)[..., ::-1]
    top, left = (size[1] - 224) // 2, (size[0] - 224) // 2
    crop = torch.from_numpy(rgb[top : top + 224, left : left + 224].copy())
    return (crop.permute(2, 0, 1)[None] / 255 - 0.5) / 0.5


@pytest.fixture(scope="module")
def classifier() -> nn.Sequential:
    """EfficientNet-Lite0 as it was trained, from our backbone and all 296 tensors."""
    weights = efficientnet_lite0_weights()
    assert len(weights) == 296
    head, fc = prefixed(weights, "head."), prefixed(weights, "fc.")
    body = {n: t for n, t in weights.items() if not n.startswith(("head.", "fc."))}
    assert len(head) + len(fc) + len(body) == 296
    backbone = make_backbone(CONFIG)
    backbone.load_state_dict(body, strict=True)
    last = nn.Sequential(nn.Conv2d(320, 1280, 1, bias=False), nn.BatchNorm2d(1280, eps=1e-3))
    last.load_state_dict(head, strict=True)
    linear = nn.Linear(1280, 1000)
    linear.load_state_dict(fc, strict=True)
    return nn.Sequential(
        backbone, _Out(), last, nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear
    ).eval()


class _Out(nn.Module):
    def forward(self, features: object) -> Tensor:
        out: Tensor = features.out  # type: ignore[attr-defined]
        return out


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("cat.jpg", {"tabby", "tiger cat", "Egyptian cat"}),
        ("coffee.jpg", {"espresso"}),
        ("rocket.jpg", {"missile", "projectile"}),
        ("dogs.jpg", {"cocker spaniel"}),
        ("palace.jpg", {"palace"}),
    ],
)
def test_it_names_what_the_sample_photos_show(
    classifier: nn.Sequential, name: str, right: set[str]
) -> None:
    categories = ResNet50_Weights.IMAGENET1K_V1.meta["categories"]
    with torch.inference_mode():
        top3 = classifier(photo(name))[0].topk(3).indices.tolist()
    assert right & {categories[index] for index in top3}


def test_every_tensor_is_used_where_the_packages_own_names_say(
    classifier: nn.Sequential,
) -> None:
    """The network once more, straight from the package's names, gives the same logits."""
    images = photo("coffee.jpg")
    tensors = read_state_dict(efficientnet_lite0_file())
    used: set[str] = set()

    def tensor(name: str) -> Tensor:
        used.add(name)
        return tensors[name]

    def convolve(x: Tensor, name: str, stride: int = 1) -> Tensor:
        weight = tensor(f"{name}.weight")
        kernel = weight.shape[-1]
        total = max((-(-x.shape[-1] // stride) - 1) * stride + kernel - x.shape[-1], 0)
        x = functional.pad(x, (total // 2, total - total // 2) * 2)
        groups = x.shape[1] // weight.shape[1]
        return functional.conv2d(x, weight, stride=stride, groups=groups)

    def normalise(x: Tensor, name: str) -> Tensor:
        mean, variance = tensor(f"{name}.running_mean"), tensor(f"{name}.running_var")
        tensor(f"{name}.num_batches_tracked")
        scale, shift = tensor(f"{name}.weight"), tensor(f"{name}.bias")
        return functional.batch_norm(x, mean, variance, scale, shift, eps=1e-3)

    def unit(x: Tensor, name: str, stride: int) -> Tensor:
        y = x
        if f"{name}._expand_conv.weight" in tensors:
            y = functional.relu6(normalise(convolve(y, f"{name}._expand_conv"), f"{name}._bn0"))
        y = convolve(y, f"{name}._depthwise_conv", stride)
        y = functional.relu6(normalise(y, f"{name}._bn1"))
        y = normalise(convolve(y, f"{name}._project_conv"), f"{name}._bn2")
        return y + x if y.shape == x.shape else y

    with torch.inference_mode():
        x = functional.relu6(normalise(convolve(images, "_conv_stem", 2), "_bn0"))
        for number in range(16):
            x = unit(x, f"_blocks.{number}", 2 if number in (1, 3, 5, 11) else 1)
        x = functional.relu6(normalise(convolve(x, "_conv_head"), "_bn1")).mean((2, 3))
        expected = x @ tensor("_fc.weight").T + tensor("_fc.bias")
        assert used == set(tensors)
        torch.testing.assert_close(classifier(images), expected, rtol=1e-4, atol=1e-4)


def test_a_new_network_starts_from_imagenet(small_config: ModelConfig) -> None:
    network = network_from_imagenet(small_config, download=False)
    expected = load_backbone("imagenet-efficientnet-lite0")
    found = network.backbone.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert network.training


def test_the_packages_file_is_as_published() -> None:
    assert verify_efficientnet_lite0().startswith("57934424")


@pytest.mark.parametrize("name", ["resnet50", "resnet101", "mobilenet_v3_large"])
def test_torchvisions_imagenet_classifiers_fit_our_backbones(name: str) -> None:
    reference = get_model(name, weights=None).eval()
    backbone = make_backbone(
        ModelConfig(backbone=name, output_stride=32, multi_grid=(1, 1, 1))
    ).eval()
    backbone.load_state_dict(torchvision_backbone(reference.state_dict()), strict=True)
    images = torch.randn(1, 3, 65, 97)
    with torch.inference_mode():
        pooled = backbone(images).out.mean((2, 3))
        last = reference.fc if hasattr(reference, "fc") else reference.classifier
        torch.testing.assert_close(last(pooled), reference(images), rtol=1e-4, atol=1e-5)


def test_a_missing_backbone_is_not_fetched_when_not_allowed(cache: object) -> None:
    with pytest.raises(MaskwrightError, match="models download imagenet-resnet50"):
        network_from_imagenet(ModelConfig(backbone="resnet50"), download=False)
