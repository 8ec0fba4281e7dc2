"""Class colours over the image."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.project.classes import LabelClass
from segmenter.project.overlay import overlay, write_overlay_jpeg

CLASSES = [
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(1, "cat", (255, 0, 0)),
    LabelClass(2, "hidden", (0, 255, 0), visible=False),
    LabelClass(7, "dog", (0, 0, 255)),
]


@pytest.mark.parametrize("opacity", [0, 0.3, 0.5, 1])
def test_blends_what_is_visible_and_leaves_the_rest_bare(
    photo: NDArray[np.uint8], opacity: float
) -> None:
    rng = np.random.default_rng(0)
    # Taller than the strips that it is drawn in.
    rgb = np.tile(photo, (8, 1, 1))
    labels = rng.choice(np.array([0, 1, 2, 7, 9, 255], np.uint8), rgb.shape[:2])
    result = overlay(rgb, labels, CLASSES, opacity)
    expected = rgb.astype(float)
    for id, color in ((1, (255, 0, 0)), (7, (0, 0, 255))):
        expected[labels == id] = expected[labels == id] * (1 - opacity) + np.array(color) * opacity
    assert result.dtype == np.uint8
    assert np.abs(result - expected).max() <= 0.51
    np.testing.assert_array_equal(result[~np.isin(labels, (1, 7))], rgb[~np.isin(labels, (1, 7))])


def test_leaves_its_arguments_alone(photo: NDArray[np.uint8]) -> None:
    before = photo.copy()
    overlay(photo, np.ones(photo.shape[:2], np.uint8), CLASSES)
    np.testing.assert_array_equal(photo, before)


def test_sizes_that_differ_are_a_mistake_of_the_caller(photo: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="differ in size"):
        overlay(photo, np.ones((3, 3), np.uint8), CLASSES)


def test_jpeg_shows_the_overlay(tmp_path: Path, photo: NDArray[np.uint8]) -> None:
    labels = np.zeros(photo.shape[:2], np.uint8)
    labels[:, 30:] = 1
    write_overlay_jpeg(tmp_path / "x.jpg", photo, labels, CLASSES)
    with Image.open(tmp_path / "x.jpg") as image:
        assert image.format == "JPEG"
        written = np.array(image)
    assert np.abs(written.astype(int) - overlay(photo, labels, CLASSES)).mean() < 6


def test_jpeg_that_would_be_too_large_is_told(tmp_path: Path) -> None:
    labels = np.zeros((1, 70_000), np.uint8)
    with pytest.raises(MaskwrightError, match="larger than a JPEG can be"):
        write_overlay_jpeg(tmp_path / "x.jpg", np.zeros((1, 70_000, 3), np.uint8), labels, [])
