"""YOLO-seg outlines → object / background masks: ``python -m segmenter.training.yolo_masks``.

A label file has one outline a line, ``class x1 y1 x2 y2 …``, relative to width and height. What
lies inside any outline becomes 1, all else 0. An image without a label file shows no object, as
the format has it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.formats.yolo_reading import filled, outline_of, words_of
from segmenter.project.classes import BACKGROUND, LabelClass, default_color
from segmenter.project.images import image_size, list_images
from segmenter.project.label_png import write_label_png

CLASSES = (
    LabelClass(0, BACKGROUND, default_color(0, BACKGROUND)),
    LabelClass(1, "object", default_color(1)),
)


def object_mask(outlines: str, width: int, height: int) -> NDArray[np.uint8]:
    """The text of a label file → uint8 H×W, 0 background and 1 object.

    Raises :class:`MaskwrightError` for a line that is no outline.
    """
    mask = np.zeros((height, width), np.uint8)
    for number, words in enumerate(words_of(outlines), start=1):
        if words:
            _, points = outline_of(words, f"Line {number}")
            filled(points, (height, width)).paint(mask, 1)
    return mask


def convert(images: Path, labels: Path, out: Path) -> int:
    """Write a mask of each image in ``images``, under its name with .png; returns how many.

    Raises :class:`MaskwrightError`, naming the file.
    """
    for folder in (images, labels):
        if not folder.is_dir():
            raise MaskwrightError(f"There is no folder {folder}.")
    count = 0
    for name in list_images(images):
        width, height = image_size(images / name)
        label_file = (labels / name).with_suffix(".txt")
        try:
            text = label_file.read_text("utf-8") if label_file.is_file() else ""
            mask = object_mask(text, width, height)
        except (OSError, UnicodeDecodeError, MaskwrightError) as error:
            raise MaskwrightError(f"{label_file} can't be used: {error}") from error
        target = (out / name).with_suffix(".png")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_label_png(target, mask, CLASSES)
        count += 1
    return count


def main() -> int:
    """Exit code 0, or 1 with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="segmenter.training.yolo_masks", description=__doc__)
    for name in ("images", "labels", "out"):
        parser.add_argument(name, type=Path)
    arguments = parser.parse_args()
    try:
        count = convert(arguments.images, arguments.labels, arguments.out)
    except MaskwrightError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} masks written to {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
