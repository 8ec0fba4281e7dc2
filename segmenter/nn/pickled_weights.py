"""Weights as torch pickles them (.pth): read without running what is in them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.torchvision_models import TORCHVISION_MODELS, VOC_CLASSES

if TYPE_CHECKING:
    from torch import Tensor

    from segmenter.nn.config import ModelConfig
    from segmenter.nn.deeplabv3 import DeepLabV3


def read_state_dict(path: Path) -> dict[str, Tensor]:
    """The named tensors of a ``.pth`` file, with torch's ``weights_only`` alone.

    Raises :class:`MaskwrightError` where the file is missing, damaged, or holds anything else.
    """
    import pickle

    import torch

    if path.is_dir():
        raise MaskwrightError(f"{path} is a folder, not a model file.")
    _refuse_packed(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickle protocols and sparse tensors
            content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise MaskwrightError(f"There is no model file {path}.") from error
    except PermissionError as error:
        raise MaskwrightError(f"The model file {path} can't be read: permission denied.") from error
    except pickle.UnpicklingError as error:
        raise MaskwrightError(
            f"{path} holds more than weights, or is damaged; it was not opened, because such a "
            "file can run code."
        ) from error
    except Exception as error:  # torch raises a dozen kinds for damaged files
        raise MaskwrightError(f"{path} is not a whole file of weights.") from error
    if not isinstance(content, Mapping) or not content:
        raise MaskwrightError(f"{path} does not hold named weights.")
    if not all(isinstance(name, str) and _is_plain(value) for name, value in content.items()):
        raise MaskwrightError(f"{path} does not hold named weights alone.")
    return dict(content)


def _refuse_packed(path: Path) -> None:
    """torch writes its archives uncompressed; a compressed one may unpack to any size."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # the older format, or nothing of the kind: torch will say
    if unpacked > path.stat().st_size:
        raise MaskwrightError(f"{path} is a compressed archive, not a file of weights.")


def _is_plain(value: object) -> bool:
    """A dense tensor with numbers in it; ``weights_only`` also lets sparse and empty ones in."""
    import torch

    return (
        isinstance(value, torch.Tensor)
        and value.layout == torch.strided
        and value.device.type == "cpu"
        and not value.is_quantized
    )


def shapes_of(
    tensors: Mapping[str, Tensor],
) -> tuple[dict[str, tuple[int, ...]], dict[str, bool]]:
    """Each tensor's shape, and whether it holds floating-point numbers."""
    return (
        {name: tuple(tensor.shape) for name, tensor in tensors.items()},
        {name: tensor.is_floating_point() for name, tensor in tensors.items()},
    )


def read_torchvision_model(path: Path) -> DeepLabV3:
    """A ``.pth`` file of one of torchvision's three DeepLabv3 models → the network.

    It may have any number of classes, and an auxiliary classifier or none. Raises
    :class:`MaskwrightError` where the weights are of another network.
    """
    from segmenter.nn.empty_network import empty_network, fill_network, fits

    tensors = read_state_dict(path)
    classes = tensors.get("classifier.4.bias")
    if classes is not None and classes.ndim == 1 and 1 <= len(classes) <= 255:
        for name, base in TORCHVISION_MODELS.items():
            config = base.replace(
                classes=_class_names(len(classes)),
                auxiliary=any(key.startswith("aux_classifier.") for key in tensors),
            )
            network = empty_network(config, _card(path, name, config))
            if fits(network, *shapes_of(tensors)):
                return fill_network(network, tensors)
    raise MaskwrightError(
        f"The weights in {path} are not of one of torchvision's DeepLabv3 models, the only .pth "
        "files that can be opened."
    )


def _class_names(count: int) -> tuple[str, ...]:
    """The file has no names; 21 classes are Pascal VOC's in torchvision's own weights."""
    if count == len(VOC_CLASSES):
        return VOC_CLASSES
    return ("background", *(f"class {number}" for number in range(1, count)))


def _card(path: Path, name: str, config: ModelConfig) -> ModelCard:
    return ModelCard(
        name=path.stem,
        origin=f"Read from {path.name}: weights of torchvision's {name}.",
        note=f"{len(config.classes)} classes; a .pth file does not name them.",
    )
