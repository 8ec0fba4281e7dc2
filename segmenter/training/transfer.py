"""A model for other classes: what it knows by name stays, the rest starts new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.class_names import places_of


def with_classes(
    network: DeepLabV3, classes: Sequence[str], former_names: Mapping[str, str] | None = None
) -> DeepLabV3:
    """A network with an output for each of ``classes``, in their order, and all else copied.

    Outputs of classes that ``network`` knows by name (see :func:`places_of`) keep their weights;
    the others start as those of a new network. ``network`` stays as it is.
    """
    new = DeepLabV3(network.config.replace(classes=tuple(classes)), network.card)
    old_names = network.config.classes
    kept: dict[int, int] = {}
    for old_row, row in enumerate(places_of(old_names, classes, former_names or {})):
        # Of several that are one class now, the one that bears its name.
        if row is not None and (
            row not in kept or old_names[old_row].casefold() == classes[row].casefold()
        ):
            kept[row] = old_row
    weights = new.state_dict()
    by_class = _tensors_with_a_row_for_each_class(network.config)
    for name, old in network.state_dict().items():
        if name in by_class:
            for row, old_row in kept.items():
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
