"""All formats by their keys. Each is a module of its own; it stands here once it works."""

from __future__ import annotations

from segmenter.errors import MaskwrightError
from segmenter.formats import (
    camvid,
    cityscapes,
    coco,
    color_png,
    cvat,
    cvat_masks,
    index_png,
    label_studio,
    labelme,
    numpy_format,
    voc,
    yolo,
)
from segmenter.formats.format import Format
from segmenter.formats.source import Source
from segmenter.wording import shown

# In the order in which they are asked what they look like: the particular before the general.
FORMATS: tuple[Format, ...] = (
    *coco.FORMATS,
    *labelme.FORMATS,
    *cvat.FORMATS,
    cvat_masks.FORMAT,
    label_studio.FORMAT,
    yolo.FORMAT,
    voc.FORMAT,
    cityscapes.FORMAT,
    camvid.FORMAT,
    numpy_format.FORMAT,
    color_png.FORMAT,
    index_png.FORMAT,
)


def by_key(key: str) -> Format:
    """
    Raises:
        MaskwrightError: there is no such format.
    """
    for each in FORMATS:
        if each.key == key:
            return each
    known = ", ".join(each.key for each in FORMATS)
    raise MaskwrightError(f"There is no format {shown(key)}; choose one of {known}.")


def detect(source: Source) -> Format:
    """The format that a source looks like.

    Raises:
        MaskwrightError: it looks like none, or there is nothing in it.
    """
    for each in FORMATS:
        if each.reader is not None and each.reader.looks_like(source):
            return each
    raise MaskwrightError(
        f"{shown(source.path.name)} looks like none of the formats that can be imported; name the "
        "format it is in."
    )
