"""Folders of pictures with one mask an image: which files are the masks."""

from __future__ import annotations

from collections.abc import Mapping

from segmenter.formats.source import Source

MASK_FOLDERS = ("masks/", "labels/", "annotations/", "maskwright/masks/", "")
MASK_SUFFIXES = (".png", ".tif", ".tiff", ".bmp")


def masks_in(
    source: Source,
    suffixes: tuple[str, ...] = MASK_SUFFIXES,
    folders: tuple[str, ...] = MASK_FOLDERS,
) -> Mapping[str, str]:
    """Image → file of its mask, where the image's name is the mask's in the first of ``folders``
    that has any, without its suffix. What is in ``images/`` is none."""
    for folder in folders:
        found = {
            name[len(folder) : name.rfind(".")]: name
            for name in source.names
            if name.startswith(folder)
            and name.lower().endswith(suffixes)
            and not name.startswith("images/")
        }
        if found:
            return found
    return {}


def folders_named(source: Source, folder: str) -> list[str]:
    """Where in the source there is a ``folder`` (ending in ``/``) with files: each as the path
    before it, empty for the source itself, otherwise ending in ``/``."""
    found: dict[str, None] = {}
    for name in source.names:
        slashed = f"/{name}"
        at = slashed.find(f"/{folder}")
        if at >= 0:
            found[name[:at]] = None
    return list(found)
