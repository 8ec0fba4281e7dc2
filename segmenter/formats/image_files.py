"""The images of an export: copied or linked as they are, written anew where they must be.

Masks belong to the upright image. Many programs overlook the EXIF orientation, so an image that
lies on its side is written anew, upright, rather than copied.
"""

from __future__ import annotations

import os
import shutil
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import ImageFiles, Labelled, SkippedError
from segmenter.formats.file_writing import not_exported, write_bytes
from segmenter.formats.writer import Note
from segmenter.project.images import FORMATS, load_image
from segmenter.project.orientation import orientation_of
from segmenter.wording import shown

_SUFFIX = {"JPEG": ".jpg", "PNG": ".png"}
_OWN_SUFFIXES = {"JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"), "PNG": (".png",)}


def place_image(
    item: Labelled,
    folder: Path,
    stem: str,
    how: ImageFiles,
    note: Note,
    *,
    kind: Literal["JPEG", "PNG"] | None = None,
) -> str:
    """Put the image at ``folder / stem`` with the suffix that it needs, and return the name it
    has there (with :attr:`ImageFiles.NONE` the one it would have; nothing is written).

    Args:
        kind: where the format demands one; an image of another is converted. Its file is then
            named ``.jpg`` or ``.png``; otherwise the image's own suffix stays.

    Raises:
        SkippedError: the image can't be read.
        MaskwrightError: it can't be written.
    """
    own = item.image.suffix
    found, is_upright = _seen(item.image)
    if how is ImageFiles.NONE:
        if found and not is_upright:
            note(
                "Some images are turned upright by their EXIF orientation alone, and so are their "
                "masks; a program that overlooks it needs the images exported too."
            )
        return stem + (_SUFFIX[kind] if kind else own)
    if is_upright and (kind is None or found == kind):
        name = stem + (_SUFFIX[kind] if kind else own)
        _put(item.image, folder / name, how, note)
        return name
    target = kind or ("JPEG" if found in ("JPEG", "MPO") else "PNG")
    fits = kind is None and own.lower() in _OWN_SUFFIXES[target]
    name = stem + (own if fits else _SUFFIX[target])
    try:
        rgb = load_image(item.image)
    except MaskwrightError as error:
        raise SkippedError(str(error)) from error
    _write(folder / name, rgb, target)
    why = "not upright" if not is_upright else f"no {kind} files"
    note(f"Images that were {why} were written anew as {target}.")
    return name


def _seen(path: Path) -> tuple[str, bool]:
    """The format, after the contents, and whether it is upright as it lies there."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            return image.format or "", orientation_of(image) == 1
    except Exception:  # an odd file; the loader says what is wrong with it, or reads it after all
        return "", False


def _put(source: Path, target: Path, how: ImageFiles, note: Note) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _linked(source, target, how, note):
            shutil.copyfile(source, target)
    except OSError as error:
        if not source.is_file():
            raise SkippedError(f"{shown(source.name)} is no longer there.") from error
        raise not_exported(source, error) from error


def _linked(source: Path, target: Path, how: ImageFiles, note: Note) -> bool:
    """False where the image is to be copied, as not every disk has links, and Windows allows
    symbolic ones to few."""
    try:
        if how is ImageFiles.SYMLINK:
            target.symlink_to(source.absolute())
        elif how is ImageFiles.HARD_LINK:
            os.link(source.resolve(), target)
        else:
            return False
    except OSError:
        kind = "Symbolic" if how is ImageFiles.SYMLINK else "Hard"
        note(f"{kind} links are not possible there, so the images were copied.")
        return False
    return True


def _write(path: Path, rgb: NDArray[np.uint8], kind: str) -> None:
    buffer = BytesIO()
    image = Image.fromarray(rgb)
    if kind == "JPEG":
        image.save(buffer, "JPEG", quality=95, subsampling=0)
    else:
        image.save(buffer, "PNG", compress_level=1)
    write_bytes(path, buffer.getbuffer())
