"""Networks that know the shapes of their weights, have no memory for them, and are given some."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3


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


def empty_network(config: ModelConfig, card: ModelCard | None = None) -> DeepLabV3:
    """The network without memory for its weights, for :func:`fill_network`."""
    with without_memory():
        return DeepLabV3(config, card)


def fits(
    network: nn.Module, shapes: Mapping[str, tuple[int, ...]], is_float: Mapping[str, bool]
) -> bool:
    """Are these the network's tensors: the same names, shapes and kinds of number?"""
    wanted = network.state_dict()
    return (
        wanted.keys() == shapes.keys()
        and all(tuple(tensor.shape) == shapes[name] for name, tensor in wanted.items())
        and all(tensor.is_floating_point() == is_float[name] for name, tensor in wanted.items())
    )


def fill_network(network: DeepLabV3, tensors: dict[str, Tensor]) -> DeepLabV3:
    """Give an empty network its weights, as float32 copies; returns it in evaluation mode."""
    weights = {
        name: tensor.to(torch.float32 if tensor.is_floating_point() else tensor.dtype, copy=True)
        for name, tensor in tensors.items()
    }
    network.load_state_dict(weights, strict=True, assign=True)
    return network.eval()
