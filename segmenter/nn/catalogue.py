"""Which models exist without anyone training: their names, and what a person chooses them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from segmenter.errors import MaskwrightError

STARTER = "starter"
_TORCHVISION_LICENSE = "BSD-3-Clause (torchvision)"
_MIB = 1024 * 1024


@dataclass(frozen=True)
class ZooModel:
    """One entry of the zoo."""

    name: str
    title: str
    summary: str
    """One sentence for the model chooser."""
    license: str
    backbone: str
    """As in ``ModelConfig.backbone``."""
    bundled: bool = False
    """Comes with the app (or with a package it depends on); the others are downloaded once."""
    is_backbone: bool = False
    """The start of a fine-tuning, can't segment by itself."""
    torchvision_weights: str = ""
    """Where torchvision describes the weights: its enum and the member."""
    download_bytes: int = 0
    """About; torchvision states it in MiB, and the real size is known during the download."""
    mean_iou: float | None = None
    """Of a model to be downloaded, as torchvision states it (the 20 VOC classes of COCO val2017),
    so that a person can choose before; a model that is here says it in its card."""


MODELS: tuple[ZooModel, ...] = (
    ZooModel(
        STARTER,
        "Starter",
        "Objects against their background; small, fast, always there.",
        "Apache-2.0",
        "efficientnet_lite0",
        bundled=True,
    ),
    ZooModel(
        "voc-mobilenet",
        "VOC, MobileNetV3",
        "20 everyday things (people, animals, vehicles, furniture); the fastest of the three.",
        _TORCHVISION_LICENSE,
        "mobilenet_v3_large",
        torchvision_weights="DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1",
        download_bytes=round(42.301 * _MIB),
        mean_iou=0.603,
    ),
    ZooModel(
        "voc-resnet50",
        "VOC, ResNet-50",
        "20 everyday things (people, animals, vehicles, furniture); more exact, ten times slower.",
        _TORCHVISION_LICENSE,
        "resnet50",
        torchvision_weights="DeepLabV3_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1",
        download_bytes=round(160.515 * _MIB),
        mean_iou=0.664,
    ),
    ZooModel(
        "voc-resnet101",
        "VOC, ResNet-101",
        "20 everyday things (people, animals, vehicles, furniture); the most exact and slowest.",
        _TORCHVISION_LICENSE,
        "resnet101",
        torchvision_weights="DeepLabV3_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1",
        download_bytes=round(233.217 * _MIB),
        mean_iou=0.674,
    ),
    ZooModel(
        "imagenet-efficientnet-lite0",
        "ImageNet EfficientNet-Lite0",
        "The start of a fine-tuning with classes of your own; small and fast.",
        "Apache-2.0",
        "efficientnet_lite0",
        bundled=True,
        is_backbone=True,
    ),
    ZooModel(
        "imagenet-mobilenet",
        "ImageNet MobileNetV3",
        "The start of a fine-tuning with classes of your own; small and fast.",
        _TORCHVISION_LICENSE,
        "mobilenet_v3_large",
        is_backbone=True,
        torchvision_weights="MobileNet_V3_Large_Weights.IMAGENET1K_V1",
        download_bytes=round(21.114 * _MIB),
    ),
    ZooModel(
        "imagenet-resnet50",
        "ImageNet ResNet-50",
        "The start of a fine-tuning with classes of your own; large, for a GPU.",
        _TORCHVISION_LICENSE,
        "resnet50",
        is_backbone=True,
        torchvision_weights="ResNet50_Weights.IMAGENET1K_V1",
        download_bytes=round(97.781 * _MIB),
    ),
    ZooModel(
        "imagenet-resnet101",
        "ImageNet ResNet-101",
        "The start of a fine-tuning with classes of your own; the largest, for a GPU.",
        _TORCHVISION_LICENSE,
        "resnet101",
        is_backbone=True,
        torchvision_weights="ResNet101_Weights.IMAGENET1K_V1",
        download_bytes=round(170.511 * _MIB),
    ),
)


def find(name: str) -> ZooModel:
    """Raises :class:`MaskwrightError` with the choices where no model has this name."""
    for model in MODELS:
        if model.name == name:
            return model
    raise MaskwrightError(
        f"There is no model {name!r}; the choices are {names(MODELS)}, or a model file."
    )


def names(models: Iterable[ZooModel]) -> str:
    return ", ".join(model.name for model in models)
