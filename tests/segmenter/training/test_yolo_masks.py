from pathlib import Path

import cv2
import numpy as np
import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.label_png import read_label_png
from segmenter.training.yolo_masks import convert, object_mask


def test_a_rectangle_covers_its_pixels_exactly() -> None:
    mask = object_mask("7 0.25 0.5 0.75 0.5 0.75 1 0.25 1", 40, 20)
    expected = np.zeros((20, 40), np.uint8)
    expected[10:20, 10:30] = 1
    assert np.count_nonzero(mask != expected) <= 40  # cv2 draws the outline's own pixels, too
    assert (mask[expected == 1] == 1).all()


def test_every_outline_counts_whatever_its_class() -> None:
    mask = object_mask("0 0 0 .4 0 .4 1 0 1\n\n79 .6 0 1 0 1 1 .6 1\n", 50, 10)
    assert mask[5, 5] == mask[5, 45] == 1
    assert mask[5, 25] == 0


@pytest.mark.parametrize(
    "line", ["0 0.1 0.2 0.3", "0 0.1 0.2 0.3 0.4", "0 a b c d e f", "0 1 2 nan 0 0 0"]
)
def test_what_is_no_outline_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(MaskwrightError, match="Line 2"):
        object_mask("0 0 0 1 0 1 1\n" + line, 10, 10)


def test_a_folder_becomes_masks_and_an_image_without_labels_is_background(tmp_path: Path) -> None:
    images, labels, out = (tmp_path / name for name in ("images", "labels", "out"))
    images.mkdir()
    labels.mkdir()
    for name in ("a.jpg", "b.jpg"):
        cv2.imwrite(str(images / name), np.zeros((30, 40, 3), np.uint8))
    (labels / "a.txt").write_text("3 0 0 1 0 1 1 0 1")
    assert convert(images, labels, out) == 2
    assert read_label_png(out / "a.png").all()
    assert not read_label_png(out / "b.png").any()
    assert read_label_png(out / "b.png").shape == (30, 40)
    (labels / "a.txt").write_text("what")
    with pytest.raises(MaskwrightError, match=r"a\.txt"):
        convert(images, labels, out)
