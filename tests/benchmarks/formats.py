"""Masks out to each format and in again: what comes back, to us and to the program's own library.

    python tests/benchmarks/formats.py MASKS [--count 20] [--whole]

MASKS is a folder of label PNGs. A library that is not installed is left out of the column of peers;
``packaging/dev test`` installs them. For YOLO the rule of ultralytics is written out here: whole
pixels, filled by OpenCV.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import cv2
import numpy as np
from measure import machine, print_table
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

from peer_process import PYTHON, peer

from segmenter.formats.dataset import ExportOptions, ImageFiles, Labelled
from segmenter.formats.format import Format
from segmenter.formats.naming import stem_of
from segmenter.formats.reader import ReadOptions
from segmenter.formats.registry import FORMATS
from segmenter.formats.source import Source
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.label_png import read_label_png
from segmenter.project.state import State

Labels = NDArray[np.uint8]
Peer = Callable[[Path, Sequence[Labelled], Sequence[LabelClass]], list[Labels]]


def by_pycocotools(
    folder: Path, items: Sequence[Labelled], classes: Sequence[LabelClass]
) -> list[Labels]:
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(folder / "annotations" / "instances_default.json")
    found = []
    for image in coco.loadImgs(sorted(coco.getImgIds())):
        labels = np.full((image["height"], image["width"]), 255, np.uint8)
        for each in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            labels[coco.annToMask(each) == 1] = each["category_id"]
        found.append(labels)
    return found


def by_process(script: str, **wishes: str) -> Peer:
    """Another program's own library, in a process of its own."""

    def read(
        folder: Path, items: Sequence[Labelled], classes: Sequence[LabelClass]
    ) -> list[Labels]:
        if not PYTHON.exists():
            raise ImportError
        with peer(script) as running:
            found = running.read(folder, tuple(classes), **wishes)
        return [found[item.stem] for item in items]

    return read


def by_ultralytics_rule(
    folder: Path, items: Sequence[Labelled], classes: Sequence[LabelClass]
) -> list[Labels]:
    found = []
    for item in items:
        height, width = item.size
        labels = np.full(item.size, 255, np.uint8)
        for line in (folder / "labels" / f"{item.stem}.txt").read_text().splitlines():
            row = np.array(line.split(), np.float32)
            points = row[1:].reshape(-1, 2) * np.array((width, height), np.float32)
            cv2.fillPoly(labels, [points.astype(np.int32)], classes[int(row[0])].id)
        found.append(labels)
    return found


PEERS: dict[str, tuple[str, Peer]] = {
    "coco": ("pycocotools", by_pycocotools),
    "coco-polygons": ("pycocotools", by_pycocotools),
    "labelme": ("labelme", by_process("peer_labelme")),
    "labelme-masks": ("labelme", by_process("peer_labelme")),
    "label-studio": ("label-studio-sdk", by_process("peer_label_studio")),
    "cvat": ("datumaro", by_process("peer_cvat", by="cvat")),
    "cvat-polygons": ("datumaro", by_process("peer_cvat", by="cvat")),
    "cvat-masks": ("datumaro", by_process("peer_cvat", by="voc_segmentation")),
    "yolo": ("rule of ultralytics", by_ultralytics_rule),
}


def items_in(folder: Path, count: int) -> list[Labelled]:
    files = sorted(folder.glob("*.png"))[:count]
    return [Labelled(f.name, f.stem, f, State.CORRECTED, None, read_label_png(f)) for f in files]


def mean_iou(wanted: Sequence[Labels], found: Sequence[Labels]) -> float:
    """Over classes, unlabelled pixels as one of them, of all images together."""
    pairs = np.zeros((256, 256), np.int64)
    for one, other in zip(wanted, found, strict=True):
        both = one.astype(np.int64) * 256 + other
        pairs += np.bincount(both.ravel(), minlength=1 << 16).reshape(256, 256)
    hit = np.diag(pairs)
    union = pairs.sum(0) + pairs.sum(1) - hit
    return float((hit[union > 0] / union[union > 0]).mean())


def row_of(format: Format, items: Sequence[Labelled], separate: bool) -> list[str]:
    assert format.writer is not None
    assert format.reader is not None
    ids = sorted({int(id) for item in items for id in np.unique(item.labels)} - {255})
    classes = tuple(LabelClass(id, f"class {id}", default_color(id)) for id in ids)
    # The peers want to see the images.
    options = ExportOptions(images=ImageFiles.SYMLINK, separate=separate)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = process_time()
        writing = format.writer(folder, classes, options, lambda note: None)
        for item in items:
            writing.add(item)
        writing.finish()
        written = process_time()
        size = sum(
            f.stat().st_size for f in folder.rglob("*") if f.is_file() and not f.is_symlink()
        )
        with Source(folder) as source:
            incoming = format.reader.open(source, ReadOptions())
            found = {stem_of(each.name).rpartition("/")[2]: each for each in incoming.images}
            back = [found[item.stem].read(item.size) for item in items]
        read = process_time()
        names = {each.id: each.name for each in incoming.classes}
        same_ids = all(names.get(each.id) == each.name for each in classes)
        wanted = [item.labels for item in items]
        ours = mean_iou(wanted, back)
        library, read_by_peer = PEERS.get(format.key, ("", None))
        theirs = ""
        if read_by_peer is not None:
            try:
                theirs = f"{mean_iou(wanted, read_by_peer(folder, items, classes)):.5f}"
            except ImportError:
                theirs = "not installed"
    count = len(items)
    return [
        format.key,
        f"{ours:.5f}",
        "yes" if same_ids else "no",
        theirs,
        library,
        f"{(written - began) / count * 1000:.0f}",
        f"{(read - written) / count * 1000:.0f}",
        f"{size / count / 1000:.0f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("masks", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--whole", action="store_true", help="one object a class")
    parser.add_argument("--format", default="", help="this one alone")
    arguments = parser.parse_args()
    items = items_in(arguments.masks, arguments.count)
    print(machine())
    title = f"{len(items)} masks of {items[0].size[1]} × {items[0].size[0]}; times of one of them"
    header = ["format", "IoU", "ids kept", "IoU of peer", "peer", "ms out", "ms in", "kB"]
    rows = [
        row_of(format, items, not arguments.whole)
        for format in FORMATS
        if format.writer and format.reader and arguments.format in ("", format.key)
    ]
    print_table(title, header, rows)


if __name__ == "__main__":
    main()
