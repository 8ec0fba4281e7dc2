"""What is done with model files: copying in and out, deleting and bringing back. For pool threads:
a file may have hundreds of megabytes."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import segmenter
from gui.model_store import imported_folder
from gui.models.shared_card import for_others
from segmenter.atomic import is_leftover, written_atomically
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.model_file import PICKLED_SUFFIXES, read_model_header, rewrite_card
from segmenter.nn.model_out.kinds import Kind, kind_of
from segmenter.project.classes import default_color
from segmenter.wording import cause, shown

SUFFIX = ".safetensors"
_DELETED = ".deleted"
_FORGOTTEN_AFTER = 3600.0
"""Seconds after which a deleted file is not brought back any more, nor a copy that broke off."""
_CHUNK = 1024 * 1024


def import_model(source: Path, progress: Progress, cancel: CancelToken) -> Path:
    """Check a model file through and through, and keep a copy of it; returns the copy.

    A .pth file is read as weights alone and becomes a .safetensors file.

    Raises:
        MaskwrightError: it is no model that can be used here, or the copy can't be written.
        Cancelled: nothing is kept.
    """
    from gui.torch_import import import_torch_gently

    import_torch_gently()
    cancel.check()
    from segmenter.nn.model_file import read_model, save_model

    network = read_model(source)
    cancel.check()
    folder = imported_folder()
    forget_old(folder)
    target = _free_name(folder, source.stem)
    if source.suffix.lower() in PICKLED_SUFFIXES:
        save_model(network, target)
    else:
        _copy(source, target, progress, cancel)
    return target


def export_model(source: Path, target: Path, progress: Progress, cancel: CancelToken) -> Path:
    """Bring a model to where a person wants it; returns the file there. A file that is there is
    replaced once the new one is whole.

    A name that ends in .onnx or .pt becomes a file for other programs. Any other one ends in
    .safetensors afterwards: a copy whose card is that :func:`for_others`.

    Raises:
        MaskwrightError: it can't be read or written, or both are the same file.
        Cancelled: what was there is as it was.
    """
    if target.suffix.lower() in {kind.suffix for kind in Kind}:
        _export_for_other_programs(source, target, progress, cancel)
        return target
    if target.suffix.lower() != SUFFIX:
        target = target.with_name(target.name + SUFFIX)
    with suppress(OSError):
        if target.samefile(source):
            raise MaskwrightError(
                f"{shown(target.name)} is the model itself; choose another folder or name."
            )
    _, card = read_model_header(source)
    shared = for_others(card)
    if shared == card:
        _copy(source, target, progress, cancel)
    else:
        rewrite_card(source, shared, target=target, progress=progress, cancel=cancel)
    return target


def _export_for_other_programs(
    source: Path, target: Path, progress: Progress, cancel: CancelToken
) -> None:
    from gui.torch_import import import_torch_gently

    import_torch_gently()
    cancel.check()
    from segmenter.nn.model_file import read_model
    from segmenter.nn.model_out.exporting import export_network

    network = read_model(source)
    cancel.check()
    names = network.config.classes
    colors = [default_color(number, name) for number, name in enumerate(names)]
    export_network(
        network,
        target,
        kind_of(target),
        version=segmenter.__version__,
        colors=colors,
        progress=progress,
        cancel=cancel,
    )


def set_aside(path: Path) -> Path:
    """Delete a model file so that :func:`bring_back` can undo it; returns what it is called now.

    Raises :class:`MaskwrightError` where it can't be deleted.
    """
    aside = path.with_name(f".{path.name}{_DELETED}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f".{path.name}.{number}{_DELETED}")
    try:
        path.rename(aside)
    except OSError as error:
        raise MaskwrightError(f"{shown(path.name)} can't be deleted: {cause(error)}.") from error
    return aside


def bring_back(aside: Path, path: Path) -> None:
    """Undo :func:`set_aside`. Raises :class:`MaskwrightError` where it is gone for good, or its
    place is taken."""
    if path.exists():
        raise MaskwrightError(
            f"{shown(path.name)} can't be brought back: another file has its place now."
        )
    try:
        aside.rename(path)
    except OSError as error:
        raise MaskwrightError(
            f"{shown(path.name)} can't be brought back: {cause(error)}."
        ) from error


def delete_for_good(files: Iterable[Path]) -> None:
    """What can't be deleted is tried again by :func:`forget_old`."""
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def forget_old(folder: Path) -> None:
    """Delete what was deleted long ago and whose app ended before it could do so, and copies that
    broke off."""
    with suppress(OSError):
        for file in folder.iterdir():
            is_deleted = file.name.startswith(".") and file.name.endswith(SUFFIX + _DELETED)
            if is_deleted or is_leftover(file.name):
                with suppress(OSError):
                    if time.time() - file.stat().st_ctime > _FORGOTTEN_AFTER:
                        file.unlink()


def _copy(source: Path, target: Path, progress: Progress, cancel: CancelToken) -> None:
    read_model_header(source)  # what is no model (any more) is not handed on
    try:
        reading = source.open("rb")
    except OSError as error:
        raise MaskwrightError(f"{shown(source.name)} can't be read: {cause(error)}.") from error
    with reading, written_atomically(target) as writing:
        total, done = os.fstat(reading.fileno()).st_size, 0
        while chunk := _read(reading.fileno(), source):
            cancel.check()
            writing.write(chunk)
            done += len(chunk)
            progress(done, total)


def _read(descriptor: int, source: Path) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:
        raise MaskwrightError(f"{shown(source.name)} can't be read: {cause(error)}.") from error


def _free_name(folder: Path, stem: str) -> Path:
    clean = re.sub(r"[^\w.-]+", "-", stem, flags=re.UNICODE).strip("-.")[:60] or "model"
    number = 1
    target = folder / f"{clean}{SUFFIX}"
    while target.exists():
        number += 1
        target = folder / f"{clean}-{number}{SUFFIX}"
    return target
