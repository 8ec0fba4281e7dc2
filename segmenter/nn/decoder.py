"""The decoder of DeepLabv3+ (arXiv 1802.02611, section 3.2): stride-4 features sharpen outlines."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from segmenter.nn.aspp import AtrousConvolution

LOW_CHANNELS = 48


class Decoder(nn.Module):
    """Stride-4 features reduced to 48 channels, the head's features upsampled, two 3×3."""

    def __init__(
        self, low_channels: int, head_channels: int, channels: int, *, separable: bool
    ) -> None:
        super().__init__()
        self.reduce = nn.Sequential(
            nn.Conv2d(low_channels, LOW_CHANNELS, 1, bias=False),
            nn.BatchNorm2d(LOW_CHANNELS),
            nn.ReLU(inplace=True),
        )
        self.fuse = nn.Sequential(
            AtrousConvolution(head_channels + LOW_CHANNELS, channels, separable=separable),
            AtrousConvolution(channels, channels, separable=separable),
        )

    def forward(self, low: Tensor, x: Tensor) -> Tensor:
        """``low`` N×low_channels×H/4×W/4, ``x`` N×head_channels×h×w → N×channels×H/4×W/4."""
        x = functional.interpolate(x, size=low.shape[-2:], mode="bilinear", align_corners=False)
        fused: Tensor = self.fuse(torch.cat([x, self.reduce(low)], dim=1))
        return fused
