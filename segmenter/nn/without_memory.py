"""Networks that know the shapes of their weights and have no memory for them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class _NoRandomWeights(TorchFunctionMode):
    """Skips the random numbers a new layer starts with.

    Without memory there is nothing to fill, yet the attempt makes torch import a thousand modules,
    which takes 4 s.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in (torch.Tensor.uniform_, torch.Tensor.normal_):
            return args[0]
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def without_memory() -> Iterator[None]:
    """Modules made in this block are on torch's "meta" device: 0.05 s for any network of ours."""
    with torch.device("meta"), _NoRandomWeights():
        yield
