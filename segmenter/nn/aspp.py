"""Atrous spatial pyramid pooling with image-level features (arXiv 1706.05587, section 3.3)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from segmenter.nn.atrous import place_convolution


class BatchNormOfFew(nn.BatchNorm2d):
    """Batch normalisation that also trains where a batch holds one value a channel.

    Image-level features are one value per image and channel. From a batch of one image no
    variance can be had (PyTorch refuses), so there the running statistics are used.
    """

    def forward(self, input: Tensor) -> Tensor:
        if self.training and input.shape[0] * input.shape[2] * input.shape[3] == 1:
            return functional.batch_norm(
                input, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        return super().forward(input)


class ImagePooling(nn.Sequential):
    """Image-level features: global average → 1×1 → bilinear back to the size of the features."""

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(in_channels, channels, 1, bias=False),
            BatchNormOfFew(channels),
            nn.ReLU(inplace=True),
        )

    def forward(self, input: Tensor) -> Tensor:
        # Bilinear interpolation of a single value is that value everywhere.
        return super().forward(input).expand(-1, -1, *input.shape[-2:])


class AtrousConvolution(nn.Sequential):
    """3×3 at one rate, batch normalisation, ReLU; ``separable``: depthwise 3×3, then 1×1."""

    def __init__(self, in_channels: int, channels: int, *, separable: bool) -> None:
        super().__init__(
            *convolution3x3(in_channels, channels, separable=separable),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
        )

    @property
    def spatial(self) -> nn.Conv2d:
        """The 3×3 convolution, which the rate belongs to."""
        convolution = self[0]
        assert isinstance(convolution, nn.Conv2d)
        return convolution


def convolution3x3(in_channels: int, channels: int, *, separable: bool) -> list[nn.Module]:
    """A 3×3 convolution without bias, plain or split into depthwise and 1×1.

    The split one, with batch normalisation and ReLU between, is DeepLabv3+'s atrous separable
    convolution (arXiv 1802.02611, section 3.1): about a ninth of the arithmetic.
    """
    if not separable:
        return [nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)]
    return [
        nn.Conv2d(in_channels, in_channels, 3, padding=1, groups=in_channels, bias=False),
        nn.BatchNorm2d(in_channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(in_channels, channels, 1, bias=False),
    ]


class ASPP(nn.Module):
    """A 1×1 and some 3×3 atrous convolutions side by side, image-level features, projection.

    Every branch and the projection of their concatenation have ``channels`` filters, batch
    normalisation and ReLU.
    """

    def __init__(
        self,
        in_channels: int,
        rates: Sequence[int],
        channels: int = 256,
        *,
        image_pooling: bool = True,
        separable: bool = False,
    ) -> None:
        super().__init__()
        branches: list[nn.Module] = [
            nn.Sequential(
                nn.Conv2d(in_channels, channels, 1, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(inplace=True),
            )
        ]
        branches += [AtrousConvolution(in_channels, channels, separable=separable) for _ in rates]
        if image_pooling:
            branches.append(ImagePooling(in_channels, channels))
        self.convs = nn.ModuleList(branches)
        self.project = nn.Sequential(
            nn.Conv2d(len(branches) * channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Dropout(0.1),  # as the paper's authors' code does; the paper does not mention it
        )
        self.set_rates(rates)

    def set_rates(self, rates: Sequence[int]) -> None:
        """The rates of the 3×3 convolutions, one each, at the current output stride."""
        branches = [branch for branch in self.convs if isinstance(branch, AtrousConvolution)]
        for branch, rate in zip(branches, rates, strict=True):
            place_convolution(branch.spatial, stride=1, rate=rate)

    def forward(self, x: Tensor) -> Tensor:
        """N×in_channels×h×w → N×channels×h×w."""
        projected: Tensor = self.project(torch.cat([branch(x) for branch in self.convs], dim=1))
        return projected


def rates_at(output_stride: int, rates_at_16: Sequence[int]) -> tuple[int, ...]:
    """ASPP's rates in pixels of the features: doubled at output stride 8, halved at 32."""
    return tuple(rate * 16 // output_stride for rate in rates_at_16)
