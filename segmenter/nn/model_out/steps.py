"""What a network computes, one step after the other, as torch.fx follows it."""

from __future__ import annotations

from torch import fx, nn

from segmenter.nn.aspp import ImagePooling
from segmenter.nn.inverted_residual import SameConv2d


def steps_of(module: nn.Module) -> fx.Graph:
    """The steps, down to PyTorch's own layers and the two of ours whose work depends on the size of
    their input: those stay whole."""
    return _Tracer().trace(module)


class _Tracer(fx.Tracer):
    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        whole: bool = super().is_leaf_module(m, module_qualified_name)
        return whole or isinstance(m, SameConv2d | ImagePooling)
