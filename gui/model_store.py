"""Which models there are: bundled, downloaded, to be downloaded, imported. Without torch."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn import zoo
from segmenter.nn.model_file import read_model_header


@dataclass(frozen=True)
class ModelEntry:
    """One line of the model chooser."""

    name: str
    """What ``load_model`` takes: a name of the zoo or a path."""
    title: str
    summary: str
    size: int
    """Bytes, of the file or of the download."""
    is_here: bool
    can_remove: bool
    classes: tuple[str, ...] = ()
    scores: str = ""
    license: str = ""
    trouble: str = ""
    """One sentence, where the file can't be used."""


def imported_folder() -> Path:
    """Where imported models lie; ``MASKWRIGHT_DATA`` moves it."""
    moved = os.environ.get("MASKWRIGHT_DATA")
    data = Path(moved) if moved else Path(platformdirs.user_data_dir("maskwright", False))
    return data / "models"


def model_entries(more: Iterable[Path] = ()) -> list[ModelEntry]:
    """Those of the zoo that segment, then the imported ones, then the files in ``more`` (the
    project's own). Reads headers from the disk: meant for a pool thread."""
    entries = [_of_zoo(model) for model in zoo.MODELS if not model.is_backbone]
    own = sorted(imported_folder().glob("*.safetensors"), key=lambda path: path.name.casefold())
    entries += [_of_file(path, can_remove=True) for path in own]
    entries += [_of_file(path, can_remove=False) for path in more]
    return entries


def title_of(name: str, own_title: str = "") -> str:
    """A short title for the status bar; ``own_title``: what a file's card calls it."""
    for model in zoo.MODELS:
        if model.name == name:
            return model.title
    return own_title or Path(name).stem or name


def check_is_here(name: str) -> None:
    """Raises :class:`MaskwrightError` for a model of the zoo that was not downloaded yet, in the
    words of the window (``load_model`` speaks of the command line)."""
    for model in zoo.MODELS:
        if model.name == name and not model.bundled and not zoo.is_available(name):
            raise MaskwrightError(
                f"The model “{model.title}” is not on this computer yet; choose another one, or "
                f"download it ({megabytes(model.download_bytes)})."
            )


def import_model(source: Path, cancel: CancelToken) -> Path:
    """Check a model file through and through, and keep a copy of it; returns the copy.

    A .pth file is read as weights alone and becomes a .safetensors file.

    Raises:
        MaskwrightError: it is no model that can be used here, or the copy can't be written.
    """
    from gui.torch_import import import_torch_gently

    import_torch_gently()
    cancel.check()
    from segmenter.nn.model_file import read_model, save_model

    network = read_model(source)
    cancel.check()
    folder = imported_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(folder, source.stem)
        if source.suffix.lower() == ".safetensors":
            part = target.with_suffix(".part")
            shutil.copyfile(source, part)
            part.replace(target)
        else:
            save_model(network, target)
    except OSError as error:
        raise MaskwrightError(
            f"The model can't be kept in {folder}: {error.strerror or error}."
        ) from error
    return target


def remove_model(name: str) -> None:
    """Delete a downloaded or imported model.

    Raises:
        MaskwrightError: it is bundled, or the file can't be deleted.
    """
    path = Path(name)
    if path.parent != imported_folder():
        zoo.remove(name)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise MaskwrightError(f"{path} can't be deleted: {error.strerror or error}.") from error


def megabytes(size: int) -> str:
    """Such as ``42 MB``; one decimal below ten."""
    value = size / 1e6
    return f"{value:.0f} MB" if value >= 10 else f"{value:.1f} MB"


def score_words(scores: dict[str, Any]) -> str:
    """The one score that counts, such as ``Mean IoU 66.4%``; empty where none is known."""
    value = scores.get("mean_iou")
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return f"Mean IoU {value:.1%}"
    return ""


def _of_zoo(model: zoo.ZooModel) -> ModelEntry:
    is_here = zoo.is_available(model.name)
    trouble = scores = ""
    classes: tuple[str, ...] = ()
    if is_here:
        try:
            config, card = read_model_header(zoo.path_of(model.name))
            classes, scores = config.classes, score_words(card.scores)
        except MaskwrightError as error:
            trouble = str(error)
    elif model.bundled:
        trouble = "Its file is missing; install Maskwright again."
    else:
        scores = score_words({"mean_iou": model.mean_iou})
    size = zoo.size_in_bytes(model.name)
    return ModelEntry(
        model.name, model.title, model.summary, size, is_here,
        can_remove=is_here and not model.bundled, classes=classes, scores=scores,
        license=model.license, trouble=trouble,
    )  # fmt: skip


def _of_file(path: Path, *, can_remove: bool) -> ModelEntry:
    try:
        config, card = read_model_header(path)
        size = path.stat().st_size
    except (MaskwrightError, OSError) as error:
        return ModelEntry(
            str(path), path.stem, "", 0, is_here=True, can_remove=can_remove, trouble=str(error)
        )
    summary = card.origin or f"{config.backbone}, output stride {config.output_stride}"
    return ModelEntry(
        str(path), card.name or path.stem, summary, size, is_here=True, can_remove=can_remove,
        classes=config.classes, scores=score_words(card.scores), license=card.license,
    )  # fmt: skip


def _free_name(folder: Path, stem: str) -> Path:
    clean = re.sub(r"[^\w.-]+", "-", stem, flags=re.UNICODE).strip("-.")[:60] or "model"
    number = 1
    target = folder / f"{clean}.safetensors"
    while target.exists():
        number += 1
        target = folder / f"{clean}-{number}.safetensors"
    return target
