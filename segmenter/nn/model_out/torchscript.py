"""A network as TorchScript, for programs that have PyTorch (also in C++) and not Maskwright.

Not ``torch.export``: for our smallest network it takes 65 s where this takes 3, since all that it
says about sizes is proven first.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.inverted_residual import SameConv2d
from segmenter.nn.model_out.from_pixels import FromPixels
from segmenter.nn.model_out.steps import steps_of

_SIZE = (2, 3, 96, 128)
"""Of the image that is followed through the network; any other is as good."""


def torchscript(network: DeepLabV3, extra_files: Mapping[str, str]) -> memoryview:
    """The file of :class:`FromPixels` for any batch, height and width; ``extra_files`` are texts
    that go with it."""
    module = FromPixels(network)
    followed = fx.GraphModule(module, steps_of(module))
    for name, layer in list(followed.named_modules()):
        if isinstance(layer, SameConv2d) and layer.stride != (1, 1):
            followed.set_submodule(name, _StridedSame(layer))
    written = io.BytesIO()
    with torch.no_grad(), warnings.catch_warnings():
        # PyTorch would rather have people use torch.export.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        script = torch.jit.trace(followed.eval(), (torch.zeros(_SIZE),), check_trace=False)
        torch.jit.save(script, written, _extra_files=dict(extra_files))
    return written.getbuffer()


class _StridedSame(nn.Module):
    """:class:`SameConv2d` with stride 2 without a choice that depends on the size, which tracing
    would take for good: padded as for an odd size, of which an even one has a row less on top."""

    def __init__(self, convolution: SameConv2d) -> None:
        super().__init__()
        assert convolution.stride == (2, 2)
        self.weight, self.bias = convolution.weight, convolution.bias
        self.rate, self.groups = convolution.dilation, convolution.groups
        self.margins = [
            rate * (size - 1) // 2
            for size, rate in zip(convolution.kernel_size, convolution.dilation, strict=True)
        ]

    def forward(self, x: Tensor) -> Tensor:
        height, width = self.margins
        padded = functional.pad(x, (width, width, height, height))
        padded = padded[:, :, (x.shape[2] + 1) % 2 :, (x.shape[3] + 1) % 2 :]
        return functional.conv2d(padded, self.weight, self.bias, 2, 0, self.rate, self.groups)
