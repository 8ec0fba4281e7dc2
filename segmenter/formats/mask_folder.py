"""Folders of pictures with one mask an image: which files are the masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segmenter.formats.source import Source

MASK_FOLDERS = ("masks/", "labels/", "annotations/", "maskwright/masks/", "")
MASK_SUFFIXES = (".png", ".tif", ".tiff", ".bmp")


def masks_in(
    source: Source, suffixes: tuple[str, ...], folders: Sequence[str]
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


def masks_below(
    source: Source, root: str, suffixes: tuple[str, ...] = MASK_SUFFIXES
) -> Mapping[str, str]:
    """:func:`masks_in` one of the usual folders below ``root``, or in ``root`` itself; there, what
    is in ``images/`` is none."""
    for folder in MASK_FOLDERS:
        found = masks_in(source, suffixes, (root + folder,))
        if not folder:
            found = {name: file for name, file in found.items() if not name.startswith("images/")}
        if found:
            return found
    return {}


def root_with(source: Source, *files: str) -> str:
    """The folder in which one of the files lies, ending in ``/``, the one nearest to the source;
    empty for the source itself, or where there is none. People zip a folder with its name."""
    roots = [
        name[: -len(file)]
        for file in files
        for name in source.names
        if name == file or name.endswith(f"/{file}")
    ]
    return min(roots, key=lambda root: (root.count("/"), root), default="")


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
