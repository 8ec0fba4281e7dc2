"""Atrous ResNet-50 and -101 (He et al., arXiv 1512.03385), parameter names as in torchvision."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from segmenter.nn.atrous import place_convolution, place_units, strides_to_rates
from segmenter.nn.backbone import Backbone, Features

EXPANSION = 4


class Bottleneck(nn.Module):
    """1×1 down, 3×3, 1×1 up, plus the input; stride and rate sit on the 3×3 ("ResNet v1.5")."""

    def __init__(self, in_channels: int, width: int, *, downsample: bool) -> None:
        super().__init__()
        out_channels = width * EXPANSION
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Sequential | None = None
        if downsample:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)
            )

    def place(self, stride: int, rate: int) -> None:
        place_convolution(self.conv2, stride, rate)
        if self.downsample is not None:
            shortcut = self.downsample[0]
            assert isinstance(shortcut, nn.Conv2d)
            place_convolution(shortcut, stride, rate=1)

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        y += shortcut
        return self.relu(y)


class ResNet(Backbone):
    """The stem and blocks 1 to 4 (``layer1`` to ``layer4``); no pooling, no classifier."""

    low_channels = 256
    middle_channels = 1024
    block4_channels = 2048
    out_channels = 2048

    def __init__(self, units: Sequence[int]) -> None:
        """``units`` of blocks 1 to 4: (3, 4, 6, 3) is ResNet-50, (3, 4, 23, 3) ResNet-101."""
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = _block(64, width=64, units=units[0])
        self.layer2 = _block(256, width=128, units=units[1])
        self.layer3 = _block(512, width=256, units=units[2])
        self.layer4 = _block(1024, width=512, units=units[3])

    def forward(self, images: Tensor) -> Features:
        x = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        low = self.layer1(x)
        middle = self.layer3(self.layer2(low))
        return Features(low=low, middle=middle, out=self.layer4(middle))

    def block_strides(self) -> tuple[int, ...]:
        return (4, 1, 2, 2, 2)

    def set_output_stride(
        self, output_stride: int, multi_grid: Sequence[int], *, first_unit_keeps_rate: bool
    ) -> None:
        _stem, *blocks = strides_to_rates(self.block_strides(), output_stride)
        layers = (self.layer1, self.layer2, self.layer3, self.layer4)
        for layer, atrous in zip(layers, blocks, strict=True):
            place_units(
                list(layer),  # type: ignore[arg-type]
                atrous,
                multi_grid if layer is self.layer4 else (1,),
                first_unit_keeps_rate=first_unit_keeps_rate,
            )

    def copy_of_block4(self, in_channels: int) -> nn.Sequential:
        return _block(in_channels, width=512, units=len(self.layer4))


def _block(in_channels: int, *, width: int, units: int) -> nn.Sequential:
    """Residual units one after the other; the first one also changes the number of channels."""
    out_channels = width * EXPANSION
    first = Bottleneck(in_channels, width, downsample=in_channels != out_channels)
    others = (Bottleneck(out_channels, width, downsample=False) for _ in range(units - 1))
    return nn.Sequential(first, *others)
