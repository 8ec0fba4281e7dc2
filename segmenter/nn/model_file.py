"""A model as one .safetensors file: weights, configuration and card; opening it runs no code.

The metadata holds ``maskwright`` (the version of this layout), ``config`` and ``card`` (both JSON
objects as text). The tensors are the network's state dict, in float32 or float16.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.safetensors_header import Header, read_header
from segmenter.nn.tensor_file import rewrite_metadata, save_tensors

if TYPE_CHECKING:
    from torch import Tensor

    from segmenter.nn.deeplabv3 import DeepLabV3

LAYOUT_VERSION = 1
PICKLED_SUFFIXES = (".pth", ".pt")


def save_model(
    network: DeepLabV3,
    path: str | os.PathLike[str],
    card: ModelCard | None = None,
    *,
    half: bool = False,
) -> None:
    """Write the whole model to ``path``; a file that is there stays whole until the new one is.

    Args:
        card: in place of ``network.card``.
        half: float16 weights, half the size (they come back as float32).

    Raises:
        MaskwrightError: where the file can't be written; nothing half-written is left.
        ValueError: for a network with fused batch normalisation, which has other tensors.
    """
    from segmenter.nn.empty_network import empty_network

    weights = network.state_dict()
    if weights.keys() != empty_network(network.config).state_dict().keys():
        raise ValueError("only a network as its configuration makes it can be saved")
    save_tensors(
        Path(path),
        {name: _halved(tensor) if half else tensor for name, tensor in weights.items()},
        {
            "maskwright": str(LAYOUT_VERSION),
            "config": json.dumps(network.config.to_dict()),
            "card": json.dumps((card if card is not None else network.card).to_dict()),
        },
    )


def _halved(tensor: Tensor) -> Tensor:
    """float16 for the filters. What batch normalisation keeps a channel stays float32: it is
    little, and its variances reach beyond what float16 can hold."""
    import torch

    if tensor.ndim < 2:
        return tensor
    half = tensor.to(torch.float16)
    return half if bool(half.isfinite().all()) else tensor


def read_model_header(path: str | os.PathLike[str]) -> tuple[ModelConfig, ModelCard]:
    """Configuration and card of a .safetensors model, without torch and without its weights.

    Raises :class:`MaskwrightError` where the file is missing, damaged or not a Maskwright model.
    """
    path = Path(path)
    config, card, _header = _read_header(path)
    return config, card


def rewrite_card(
    path: str | os.PathLike[str],
    card: ModelCard,
    *,
    target: Path | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Give the model in ``path``, or a copy of it, ``target``, another card; the rest of the file
    stays as it is, to the byte.

    See :func:`segmenter.nn.tensor_file.rewrite_metadata`: without torch, and whole at any moment.

    Raises:
        MaskwrightError: it is no whole Maskwright model, or can't be written.
        Cancelled: ``cancel`` was pressed; nothing has changed.
    """
    path = Path(path)
    _read_header(path)
    changes = {"card": json.dumps(card.to_dict())}
    rewrite_metadata(path, changes, target=target, progress=progress, cancel=cancel)


def _read_header(path: Path) -> tuple[ModelConfig, ModelCard, Header]:
    header = read_header(path)
    version = header.metadata.get("maskwright")
    if version is None:
        raise MaskwrightError(
            f"{path} holds weights, but not a Maskwright model: its configuration is missing."
        )
    if version != str(LAYOUT_VERSION):
        raise MaskwrightError(
            f"{path} was written by a newer Maskwright (layout {version[:20]}); update to open it."
        )
    try:
        config = ModelConfig.from_dict(_json_object(header, "config"))
        card = ModelCard.from_dict(_json_object(header, "card"))
    except MaskwrightError as error:
        raise MaskwrightError(f"The model file {path} is not valid: {error}") from error
    return config, card, header


def _json_object(header: Header, key: str) -> dict[str, Any]:
    try:
        value = json.loads(header.metadata[key])
    except (KeyError, ValueError, RecursionError) as error:
        raise MaskwrightError(f"Its {key} is damaged.") from error
    if not isinstance(value, dict):
        raise MaskwrightError(f"Its {key} is damaged.")
    return value


def read_model(path: str | os.PathLike[str]) -> DeepLabV3:
    """The network in ``path``: evaluation mode, float32, on the CPU, with its config and card.

    ``.pth`` and ``.pt`` files hold Python objects; they are read with torch's ``weights_only``
    alone, and understood where they are one of torchvision's DeepLabv3 models.

    Raises :class:`MaskwrightError` where the file is missing, damaged or of another kind.
    """
    path = Path(path)
    if path.suffix.lower() in PICKLED_SUFFIXES:
        from segmenter.nn.pickled_weights import read_torchvision_model

        return read_torchvision_model(path)
    config, card, header = _read_header(path)

    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from segmenter.nn.empty_network import empty_network, fill_network, fits

    network = empty_network(config, card)
    if not fits(network, header.shapes, header.is_float):
        raise MaskwrightError(f"The weights in {path} do not fit the configuration beside them.")
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError) as error:
        raise MaskwrightError(f"The weights in {path} can't be read: {error}.") from error
    return fill_network(network, tensors)
