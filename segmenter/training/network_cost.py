"""How much arithmetic and memory a network takes, told from its configuration. Imports no torch.

Both grow with the number of pixels that go in, so all figures are per pixel of the input. Those
of the backbones were counted, layer by layer, with torch; what the head takes follows from its
dimensions. ``tests/segmenter/training/test_network_cost.py`` counts all of it anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.nn.config import ModelConfig

_LOW_CHANNELS = 48
_LOW_CELLS = 1 / 16
"""Cells of the stride-4 features per pixel."""


@dataclass(frozen=True)
class Cost:
    """Of one pass forward, per pixel of the input."""

    multiply_adds: float
    values: float
    """That the layers put out: what has to be written, and in training kept."""
    parameters: float
    """Of the network, whatever its input."""

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.multiply_adds + other.multiply_adds,
            self.values + other.values,
            self.parameters + other.parameters,
        )


@dataclass(frozen=True)
class _Backbone:
    out: int
    low: int
    block4: int
    parameters: float
    by_stride: dict[int, tuple[float, float]]
    """Output stride → (multiply-adds, values) per pixel."""
    cascade: tuple[float, float, float]
    """(multiply-adds, values) of blocks 5 to 7 per cell of the features, and their parameters."""


_BACKBONES = {
    "efficientnet_lite0": _Backbone(
        320, 24, 320, 2.959e6,
        {32: (7251, 387.5), 16: (13578, 480.8), 8: (47061, 1095.3)},
        (9.134e6, 124_032, 9.219e6),
    ),
    "mobilenet_v3_large": _Backbone(
        960, 24, 160, 2.972e6,
        {32: (4242, 251.6), 16: (6997, 302.5), 8: (23239, 671.9)},
        (3.221e6, 49_538, 6.706e6),
    ),
    "resnet50": _Backbone(
        2048, 256, 2048, 23.508e6,
        {32: (81456, 638.5), 16: (123696, 727.0), 8: (380208, 1438.0)},
        (40.108e6, 82_944, 40.163e6),
    ),
    "resnet101": _Backbone(
        2048, 256, 2048, 42.5e6,
        {32: (155440, 944.5), 16: (197680, 1033.0), 8: (676144, 2662.0)},
        (40.108e6, 82_944, 40.163e6),
    ),
}  # fmt: skip


def network_cost(config: ModelConfig) -> Cost:
    """Of the coarse logits of a network of this kind, within some percent."""
    backbone = _BACKBONES[config.backbone]
    cells = 1 / config.output_stride**2
    total = Cost(*backbone.by_stride[config.output_stride], backbone.parameters)
    if config.head == "aspp":
        total += _aspp(config, backbone.out, cells)
        channels = config.head_channels
    else:
        multiply_adds, values, parameters = backbone.cascade
        total += Cost(multiply_adds * cells, values * cells, parameters)
        channels = backbone.block4
    if config.head_convolution:
        total += _convolution(channels, config.head_channels, cells, taps=9)
        channels = config.head_channels
    if config.decoder:
        total += _decoder(config, backbone.low, channels)
        channels, cells = config.head_channels, _LOW_CELLS
    return total + _to_classes(channels, len(config.classes), cells)


def _aspp(config: ModelConfig, channels: int, cells: float) -> Cost:
    filters, rates = config.head_channels, len(config.atrous_rates)
    total = _convolution(channels, filters, cells)
    for _ in range(rates):
        total += _convolution3x3(channels, filters, cells, separable=config.separable)
    if config.image_pooling:
        total += Cost(0, 0, channels * filters)
    branches = 1 + rates + config.image_pooling
    dropout = Cost(0, filters * cells, 0)
    return total + _convolution(branches * filters, filters, cells) + dropout


def _decoder(config: ModelConfig, low: int, channels: int) -> Cost:
    filters = config.head_channels
    total = _convolution(low, _LOW_CHANNELS, _LOW_CELLS)
    for inputs in (channels + _LOW_CHANNELS, filters):
        total += _convolution3x3(inputs, filters, _LOW_CELLS, separable=config.separable)
    return total


def _convolution3x3(inputs: int, filters: int, cells: float, *, separable: bool) -> Cost:
    if not separable:
        return _convolution(inputs, filters, cells, taps=9)
    depthwise = Cost(9 * inputs * cells, 3 * inputs * cells, 11 * inputs)
    return depthwise + _convolution(inputs, filters, cells)


def _convolution(inputs: int, filters: int, cells: float, *, taps: int = 1) -> Cost:
    """With its batch normalisation and ReLU."""
    weights = taps * inputs * filters
    return Cost(weights * cells, 3 * filters * cells, weights + 2 * filters)


def _to_classes(inputs: int, classes: int, cells: float) -> Cost:
    weights = inputs * classes
    return Cost(weights * cells, classes * cells, weights + classes)
