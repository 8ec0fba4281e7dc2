"""Whether a model can be saved: asked before somebody waits for it, not after. No torch."""

from __future__ import annotations

import os
from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown


def check_writable(out: Path) -> None:
    """Make the folder of a model file that is to be written.

    Raises :class:`MaskwrightError` where the file can't be written.
    """
    if out.is_dir():
        raise MaskwrightError(
            f"{shown(out)} is a folder: name a file such as {shown(out / 'model.safetensors')}."
        )
    check_folder_writable(out.parent)


def check_still_here(folder: Path) -> None:
    """Before something is written to a folder that stood when the work began: one that was moved
    away since, or whose drive was unplugged, is not made anew.

    Raises :class:`MaskwrightError` where it is gone.
    """
    if not folder.is_dir():
        raise MaskwrightError(
            f"The folder {shown(folder)} is gone; put it back, or plug its drive in."
        )


def check_folder_writable(folder: Path) -> None:
    """Make the folder that model files are to be written to.

    Raises :class:`MaskwrightError` where none can be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MaskwrightError(
            f"The folder {shown(folder)} can't be made: {cause(error)}."
        ) from error
    if not os.access(folder, os.W_OK):
        raise MaskwrightError(
            f"No model can be saved in {shown(folder)}: the folder may not be written to; change "
            "its permissions or choose another."
        )
