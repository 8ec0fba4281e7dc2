"""The choice among the four backbones."""

from __future__ import annotations

from segmenter.nn.backbone import Backbone, initialise
from segmenter.nn.config import ModelConfig
from segmenter.nn.efficientnet_lite import EfficientNetLite0
from segmenter.nn.mobilenet_v3 import MobileNetV3Large
from segmenter.nn.resnet import ResNet


def make_backbone(config: ModelConfig) -> Backbone:
    """The backbone that ``config`` names, with random weights, at its output stride."""
    makers = {
        "resnet50": lambda: ResNet(units=(3, 4, 6, 3)),
        "resnet101": lambda: ResNet(units=(3, 4, 23, 3)),
        "mobilenet_v3_large": MobileNetV3Large,
        "efficientnet_lite0": EfficientNetLite0,
    }
    backbone: Backbone = makers[config.backbone]()
    initialise(backbone)
    backbone.set_output_stride(
        config.output_stride,
        config.multi_grid,
        first_unit_keeps_rate=config.first_unit_keeps_rate,
    )
    return backbone
