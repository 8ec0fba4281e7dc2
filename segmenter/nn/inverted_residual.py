"""The inverted residual that MobileNetV3 and EfficientNet-Lite are made of.

Sandler et al. (arXiv 1801.04381) and, with squeeze-and-excite, Howard et al. (arXiv 1905.02244).
Parameter names are those of torchvision's MobileNetV3.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional

from segmenter.nn.atrous import place_convolution


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow's SAME: with stride 2, one pixel more at the right and
    bottom where the size is even. EfficientNet-Lite's weights were trained so."""

    def forward(self, input: Tensor) -> Tensor:
        if self.stride == (1, 1):
            return super().forward(input)  # `padding` is symmetric and right
        (top, bottom), (left, right) = (
            same_padding(size, kernel, stride, rate)
            for size, kernel, stride, rate in zip(
                input.shape[-2:], self.kernel_size, self.stride, self.dilation, strict=True
            )
        )
        padded = functional.pad(input, (left, right, top, bottom))
        return functional.conv2d(
            padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups
        )


def same_padding(size: int, kernel: int, stride: int, rate: int) -> tuple[int, int]:
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + (kernel - 1) * rate + 1 - size, 0)
    return total // 2, total - total // 2


def convolution_norm_activation(
    in_channels: int,
    out_channels: int,
    kernel: int = 1,
    *,
    stride: int = 1,
    groups: int = 1,
    activation: Callable[[], nn.Module] | None = None,
    convolution: type[nn.Conv2d] = nn.Conv2d,
) -> nn.Sequential:
    """Convolution, batch normalisation (TensorFlow's eps 1e-3 and momentum 0.99), activation."""
    layers: list[nn.Module] = [
        convolution(
            in_channels,
            out_channels,
            kernel,
            stride=stride,
            padding=(kernel - 1) // 2,
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(out_channels, eps=1e-3, momentum=0.01),
    ]
    if activation is not None:
        layers.append(activation())
    return nn.Sequential(*layers)


class SqueezeExcite(nn.Module):
    """Weighs the channels by what the whole image shows (Hu et al., arXiv 1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        squeezed = _round_to_8(channels // 4)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        weights = x.mean((2, 3), keepdim=True)
        return x * functional.hardsigmoid(self.fc2(functional.relu(self.fc1(weights))))


def _round_to_8(channels: int) -> int:
    """The nearest multiple of 8 that is not more than a tenth smaller."""
    rounded = max(8, (channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


class InvertedResidual(nn.Module):
    """1×1 up, depthwise k×k, squeeze-and-excite, 1×1 down, plus the input where sizes agree.

    Stride and rate sit on the depthwise convolution.
    """

    def __init__(
        self,
        in_channels: int,
        expanded_channels: int,
        out_channels: int,
        kernel: int,
        *,
        squeeze_excite: bool,
        activation: Callable[[], nn.Module],
        adds_input: bool,
        convolution: type[nn.Conv2d] = nn.Conv2d,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        if expanded_channels != in_channels:
            layers.append(
                convolution_norm_activation(in_channels, expanded_channels, activation=activation)
            )
        depthwise = convolution_norm_activation(
            expanded_channels,
            expanded_channels,
            kernel,
            groups=expanded_channels,
            activation=activation,
            convolution=convolution,
        )
        self._depthwise_index = len(layers)
        layers.append(depthwise)
        if squeeze_excite:
            layers.append(SqueezeExcite(expanded_channels))
        layers.append(convolution_norm_activation(expanded_channels, out_channels))
        self.block = nn.Sequential(*layers)
        self.adds_input = adds_input
        self.out_channels = out_channels

    @property
    def depthwise(self) -> nn.Conv2d:
        convolution = self.block[self._depthwise_index][0]  # type: ignore[index]
        assert isinstance(convolution, nn.Conv2d)
        return convolution

    def place(self, stride: int, rate: int) -> None:
        place_convolution(self.depthwise, stride, rate)

    def forward(self, x: Tensor) -> Tensor:
        y = self.block(x)
        if self.adds_input:
            y += x
        return y
