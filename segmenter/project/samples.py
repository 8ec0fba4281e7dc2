"""The sample photos that come with the app, copied to where a person may paint on them."""

from __future__ import annotations

import shutil
from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.paths import data_folder, resource
from segmenter.project.listing import list_images
from segmenter.wording import cause, shown


def default_folder() -> Path:
    """A place of the user's own that lasts."""
    return data_folder() / "sample"


def copy_samples(folder: Path) -> int:
    """Copy the sample photos that ``folder`` does not have yet; returns how many these were.

    Raises:
        MaskwrightError: they can't be written there.
    """
    copied = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in list_images(resource("sample"), recursive=False):
            if not (folder / name).exists():
                shutil.copyfile(resource("sample", name), folder / name)
                copied += 1
    except OSError as error:
        raise MaskwrightError(
            f"The sample photos can't be copied to {shown(folder)} ({cause(error)}); choose "
            "another folder with `maskwright demo FOLDER`."
        ) from error
    return copied
