"""A model for other classes: what it knows by name stays, the rest starts new."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3


def with_classes(network: DeepLabV3, classes: Sequence[str]) -> DeepLabV3:
    """A network with an output for each of ``classes``, in their order, and all else copied.

    Outputs of classes that ``network`` knows by name (upper and lower case count as the same) keep
    their weights; the others start as those of a new network. ``network`` stays as it is.
    """
    new = DeepLabV3(network.config.replace(classes=tuple(classes)), network.card)
    old_rows = {name.casefold(): row for row, name in enumerate(network.config.classes)}
    kept = [
        (row, old_rows[name.casefold()])
        for row, name in enumerate(classes)
        if name.casefold() in old_rows
    ]
    weights = new.state_dict()
    by_class = _tensors_with_a_row_for_each_class(network.config)
    for name, old in network.state_dict().items():
        if name in by_class:
            for row, old_row in kept:
                weights[name][row] = old[old_row]
        else:
            weights[name] = old.clone()
    new.load_state_dict(weights)
    return new


def _tensors_with_a_row_for_each_class(config: ModelConfig) -> set[str]:
    """Those whose shape depends on the number of classes."""
    with torch.device("meta"):
        one, two = (
            DeepLabV3(config.replace(classes=classes)).state_dict() for classes in ("a", "ab")
        )
    return {name for name, tensor in one.items() if tensor.shape != two[name].shape}
