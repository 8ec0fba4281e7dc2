"""Folders of pictures with one mask an image: which files are the masks."""

from __future__ import annotations

from collections.abc import Mapping

from segmenter.formats.source import Source

MASK_FOLDERS = ("masks/", "labels/", "annotations/", "")
MASK_SUFFIXES = (".png", ".tif", ".tiff", ".bmp")


def masks_in(
    source: Source,
    suffixes: tuple[str, ...] = MASK_SUFFIXES,
    folders: tuple[str, ...] = MASK_FOLDERS,
) -> Mapping[str, str]:
    """Image → file of its mask, where the image's name is the mask's in the first of ``folders``
    that has any, without its suffix."""
    for folder in folders:
        found = {
            name[len(folder) : name.rfind(".")]: name
            for name in source.names
            if name.startswith(folder) and name.lower().endswith(suffixes)
        }
        if found:
            return found
    return {}
