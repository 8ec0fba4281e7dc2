"""torchvision's three DeepLabv3 models as configurations of ours.

Their weights load with ``strict=True`` and give the same outputs. Their ResNets have a classifier
of ASPP and a further 3×3 convolution, no multi-grid, and a first unit that keeps the rate of the
block before. Their ASPP rates are 12, 24 and 36 at whatever stride: that is (6, 12, 18) at output
stride 16 for the ResNets, which run at 8, and (12, 24, 36) for MobileNetV3, which runs at 16.

torchvision itself is not imported here.
"""

from __future__ import annotations

from segmenter.nn.config import ModelConfig

VOC_CLASSES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor",
)  # fmt: skip
"""The 21 classes of Pascal VOC, in torchvision's order and spelling but for the first one, which
torchvision writes with two underscores before and after."""

_COMMON = ModelConfig(
    multi_grid=(1, 1, 1),
    head_convolution=True,
    auxiliary=True,
    input_size=520,
    classes=VOC_CLASSES,
)
_RESNET = _COMMON.replace(output_stride=8, atrous_rates=(6, 12, 18), first_unit_keeps_rate=True)

TORCHVISION_MODELS = {
    "deeplabv3_resnet50": _RESNET.replace(backbone="resnet50"),
    "deeplabv3_resnet101": _RESNET.replace(backbone="resnet101"),
    "deeplabv3_mobilenet_v3_large": _COMMON.replace(
        backbone="mobilenet_v3_large", output_stride=16, atrous_rates=(12, 24, 36)
    ),
}
"""torchvision's constructor → the configuration, with its auxiliary classifier and VOC classes."""
