"""Parts of a photo, shrunk out of smaller copies of it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from segmenter.editing.photo_pixels import PhotoLevels, PhotoPixels, as_bgr
from segmenter.editing.rect import Rect
from segmenter.project.images import load_image


def packed(bgr: np.ndarray) -> PhotoPixels:
    bgra = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2BGRA), np.uint8)
    return bgra.view(np.uint32)[..., 0]


@pytest.fixture(scope="module")
def photo(sample: Path) -> np.ndarray:
    """As cv2 has it, with sides that can be halved three times."""
    rgb = load_image(sample / "dogs.jpg")
    height, width = (side // 8 * 8 for side in rgb.shape[:2])
    return np.ascontiguousarray(rgb[:height, :width, ::-1])


def levels(photo: np.ndarray) -> list[PhotoPixels]:
    made = [photo]
    while len(made) < 4:
        size = made[-1].shape[1] // 2, made[-1].shape[0] // 2
        made.append(np.asarray(cv2.resize(made[-1], size, interpolation=cv2.INTER_AREA)))
    return [packed(each) for each in made]


@pytest.mark.parametrize("width", [600, 200, 75, 20])
def test_smaller_copies_give_the_same_as_the_photo(photo: np.ndarray, width: int) -> None:
    window = Rect(16, 24, 640, 320)
    height = width // 2
    found = PhotoLevels(*levels(photo)).shrunk(window, width, height)
    whole = cv2.resize(photo[window.slices], (width, height), interpolation=cv2.INTER_AREA)
    assert found.shape == (height, width, 3)
    off = np.abs(found.astype(int) - whole.astype(int))
    assert off.mean() < 2.5
    # What would be shifted by half of its pixels differs by far more.
    moved = Rect(16 + 640 // width // 2 + 1, 24, 640, 320)
    shifted = cv2.resize(photo[moved.slices], (width, height), interpolation=cv2.INTER_AREA)
    assert np.abs(shifted.astype(int) - whole.astype(int)).mean() > 1.2 * off.mean()


def test_the_photo_alone_is_enough(photo: np.ndarray) -> None:
    window = Rect(3, 5, 101, 77)
    expected = cv2.resize(photo[window.slices], (30, 20), interpolation=cv2.INTER_AREA)
    for pixels in (packed(photo), np.ascontiguousarray(photo[..., ::-1])):
        found = PhotoLevels(pixels)
        assert found.size == (photo.shape[1], photo.shape[0])
        np.testing.assert_array_equal(found.shrunk(window, 30, 20), expected)
        np.testing.assert_array_equal(found.part(window), photo[window.slices])


def test_what_is_no_photo_is_refused() -> None:
    with pytest.raises(ValueError, match="a photo is"):
        as_bgr(np.zeros((4, 4), np.uint8))
