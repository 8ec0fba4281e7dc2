"""CVAT's own XML, "CVAT for images 1.1": masks or polygons.

::

    annotations.xml
    images/dogs/rex.jpg
    classes.csv               ids, which CVAT does not know

A shape is a connected region, or all pixels of a class. Polygons go along the borders of pixels
and have their holes joined to them, since CVAT knows polygons without holes; it fills them by
COCO's rule. With lists, each image names its subset, as exports of CVAT's projects do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from segmenter.formats.class_file import CLASS_FILE, as_csv
from segmenter.formats.cvat_reading import CvatReader
from segmenter.formats.dataset import Labelled, SkippedError
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.lists import LIST_OF
from segmenter.formats.objects import objects_of
from segmenter.formats.outlines import border_outline
from segmenter.formats.patches import Patch, connected_parts
from segmenter.formats.run_lengths import row_counts
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import LabelClass
from segmenter.wording import shown


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._images: list[str] = []
        self._labels = {each.id: quoteattr(_plain(each.name)) for each in self.classes}

    def add(self, item: Labelled) -> None:
        if not _is_plain(item.stem):
            raise SkippedError(f"{shown(item.name)} has a name that can't be written in XML.")
        name = place_image(item, self.folder / "images", item.stem, self.options.images, self.note)
        height, width = item.size
        side = "" if item.side is None else f' subset="{LIST_OF[item.side]}"'
        lines = [
            f'  <image id="{len(self._images)}" name={quoteattr(name)}{side} '
            f'width="{width}" height="{height}">'
        ]
        for class_id, patch in objects_of(item, self.options):
            lines += self._shapes(class_id, patch)
        self._images.append("\n".join((*lines, "  </image>\n")))

    def finish(self) -> None:
        changed = [each.name for each in self.classes if not _is_plain(each.name)]
        if changed:
            self.note("XML can't hold some characters in names of classes; they were left out.")
        labels = "".join(f"        {_label(each)}\n" for each in self.classes)
        text = (
            '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'
            f"  <meta>\n    <task>\n      <name>Maskwright</name>\n"
            f"      <size>{len(self._images)}</size>\n      <mode>annotation</mode>\n"
            f"      <labels>\n{labels}      </labels>\n    </task>\n  </meta>\n"
            f"{''.join(self._images)}</annotations>\n"
        )
        write_text(self.folder / "annotations.xml", text)
        write_text(self.folder / CLASS_FILE, as_csv(self.classes))

    def _shapes(self, class_id: int, patch: Patch) -> Iterator[str]:
        counts = ", ".join(map(str, row_counts(replace(patch, left=0, top=0), patch.region.shape)))
        yield (
            f'    <mask label={self._labels[class_id]} source="manual" occluded="0" '
            f'rle="{counts}" left="{patch.left}" top="{patch.top}" width="{patch.width}" '
            f'height="{patch.height}" z_order="0">\n    </mask>'
        )


class _PolygonWriting(_Writing):
    def _shapes(self, class_id: int, patch: Patch) -> Iterator[str]:
        """With one object a class, its regions are a group, whose number can't be 0."""
        group = "" if self.options.separate else f' group_id="{class_id + 1}"'
        for part in connected_parts(patch):
            points = border_outline(part.region) + np.array((part.left, part.top))
            listed = ";".join(f"{x:.2f},{y:.2f}" for x, y in points.tolist())
            yield (
                f'    <polygon label={self._labels[class_id]} source="manual" occluded="0" '
                f'points="{listed}" z_order="0"{group}>\n    </polygon>'
            )


def _label(label_class: LabelClass) -> str:
    red, green, blue = label_class.color
    return (
        f"<label><name>{escape(_plain(label_class.name))}</name>"
        f"<color>#{red:02x}{green:02x}{blue:02x}</color><type>any</type>"
        "<attributes></attributes></label>"
    )


def _is_plain(text: str) -> bool:
    return _plain(text) == text


def _plain(text: str) -> str:
    return "".join(
        each
        for each in text
        if each in "\t\n\r"
        or " " <= each <= "\ud7ff"
        or "\ue000" <= each <= "\ufffd"
        or each > "\uffff"
    )


FORMATS = (
    Format(
        key="cvat",
        title="CVAT for images 1.1",
        summary="a zip of XML with masks, to be uploaded to a task of CVAT",
        is_exact=True,
        writer=_Writing,
        reader=CvatReader(),
        zipped=True,
        has_objects=True,
    ),
    Format(
        key="cvat-polygons",
        title="CVAT for images 1.1, polygons",
        summary="the same with polygons, which are easier to edit in CVAT",
        is_exact=True,
        writer=_PolygonWriting,
        reader=CvatReader(),
        zipped=True,
        has_objects=True,
    ),
)
