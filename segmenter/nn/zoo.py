"""Models that exist without anyone training."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from segmenter.errors import MaskwrightError
from segmenter.paths import resource

if TYPE_CHECKING:
    from torch import Tensor

    from segmenter.nn.deeplabv3 import DeepLabV3


def load_model(name_or_path: str | os.PathLike[str]) -> DeepLabV3:
    """``starter`` or a model file → the network, ready to predict."""
    from segmenter.nn.model_file import read_model

    if name_or_path == "starter":
        return read_model(resource("models", "starter.safetensors"))
    return read_model(name_or_path)


def load_backbone(name: str) -> dict[str, Tensor]:
    """ImageNet weights for ``network.backbone.load_state_dict(…)``."""
    if name != "imagenet-efficientnet-lite0":
        raise MaskwrightError(
            f"There is no backbone {name!r}; the choice is imagenet-efficientnet-lite0."
        )
    from segmenter.nn.imagenet import efficientnet_lite0_weights

    return {
        key: tensor
        for key, tensor in efficientnet_lite0_weights().items()
        if not key.startswith(("head.", "fc."))
    }
