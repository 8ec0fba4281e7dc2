"""What torchvision publishes about its weights: where they lie, how good they are.

Copied from the weights enums of torchvision 0.29 (``torchvision/models/segmentation/deeplabv3.py``,
``resnet.py``, ``mobilenetv3.py``; BSD-3-Clause), so that the app needs no torchvision to download
them; the tests compare every value with the enums of the version that is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SERVER = "https://download.pytorch.org/models"
_RECIPES = "https://github.com/pytorch/vision/tree/main/references"
_VOC = "COCO-val2017-VOC-labels"
_IMAGENET = "ImageNet-1K"


@dataclass(frozen=True)
class PublishedWeights:
    """One member of one of torchvision's enums."""

    file: str
    """On :data:`SERVER`; eight digits of its SHA-256 stand between its last hyphen and ``.pth``."""
    recipe: str
    """The address of what they were trained with."""
    scores: dict[str, Any]
    """Fractions, and the data they were found on."""

    @property
    def sha256(self) -> str:
        """The first eight digits."""
        return self.file.rpartition("-")[2].removesuffix(".pth")


def _voc(file: str, recipe: str, mean_iou: float, pixel_accuracy: float) -> PublishedWeights:
    scores = {"mean_iou": mean_iou, "pixel_accuracy": pixel_accuracy, "data": _VOC}
    return PublishedWeights(file, f"{_RECIPES}/segmentation#{recipe}", scores)


def _imagenet(file: str, recipe: str, accuracy: float) -> PublishedWeights:
    scores = {"accuracy": accuracy, "data": _IMAGENET}
    return PublishedWeights(file, f"{_RECIPES}/classification#{recipe}", scores)


PUBLISHED = {
    "DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1": _voc(
        "deeplabv3_mobilenet_v3_large-fc3c493d.pth", "deeplabv3_mobilenet_v3_large", 0.603, 0.912
    ),
    "DeepLabV3_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1": _voc(
        "deeplabv3_resnet50_coco-cd0a2569.pth", "deeplabv3_resnet50", 0.664, 0.924
    ),
    # The recipe is named so by torchvision; it has one for both of its networks on ResNet-101.
    "DeepLabV3_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1": _voc(
        "deeplabv3_resnet101_coco-586e9e4e.pth", "fcn_resnet101", 0.674, 0.924
    ),
    "MobileNet_V3_Large_Weights.IMAGENET1K_V1": _imagenet(
        "mobilenet_v3_large-8738ca79.pth", "mobilenetv3-large--small", 0.74042
    ),
    "ResNet50_Weights.IMAGENET1K_V1": _imagenet("resnet50-0676ba61.pth", "resnet", 0.7613),
    "ResNet101_Weights.IMAGENET1K_V1": _imagenet("resnet101-63fe2227.pth", "resnet", 0.77374),
}
"""As in :attr:`segmenter.nn.catalogue.ZooModel.torchvision_weights`: the enum and its member."""
