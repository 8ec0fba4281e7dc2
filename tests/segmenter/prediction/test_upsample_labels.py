"""Labels from a coarse grid are those of upsampling all scores and taking the argmax."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from segmenter.prediction.device_labels import DeviceLabelUpsampler
from segmenter.prediction.network_input import resize
from segmenter.prediction.upsample_labels import LabelUpsampler, upsample_labels, winners
from segmenter.project.images import load_image

WANTED = 0.99999

Scores = NDArray[np.float32]
Size = tuple[int, int]


def reference(scores: Scores, size: Size) -> NDArray[np.uint8]:
    """PyTorch's own, in bands of columns where all at once would not fit into memory."""
    logits = functional.interpolate(torch.from_numpy(scores)[None], size=size, mode="bilinear")
    return logits.argmax(1)[0].to(torch.uint8).numpy()


def agreement(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    assert a.shape == b.shape
    return float((a == b).mean())


def random_scores(random: np.random.Generator, classes: int, grid: Size) -> Scores:
    return random.standard_normal((classes, *grid), dtype=np.float32)


@pytest.mark.parametrize(
    ("classes", "grid", "size"),
    [
        (2, (1, 1), (1, 1)),
        (3, (1, 1), (5, 7)),
        (3, (1, 9), (1, 100)),
        (3, (9, 1), (100, 1)),
        (5, (1, 8), (300, 200)),
        (5, (8, 1), (200, 300)),
        (5, (7, 8), (7, 8)),
        (5, (7, 8), (3, 2)),  # fewer pixels than nodes
        (5, (40, 3), (20, 300)),
        (2, (33, 44), (520, 693)),
        (21, (33, 44), (520, 693)),
        (21, (130, 174), (751, 1003)),
        (150, (33, 44), (261, 347)),
        (255, (9, 7), (131, 97)),
        (4, (3, 3), (1500, 1500)),  # cells far larger than their parts
        (3, (1, 12000 // 16), (1, 12000)),
        (3, (8000 // 16, 1), (8000, 1)),
    ],
)
def test_random_scores_of_any_shape(
    random: np.random.Generator, classes: int, grid: Size, size: Size
) -> None:
    scores = random_scores(random, classes, grid)
    assert agreement(upsample_labels(scores, size), reference(scores, size)) >= WANTED


def test_a_map_of_12000_by_8000_pixels(random: np.random.Generator) -> None:
    scores = random_scores(random, 2, (250, 375))
    labels = upsample_labels(scores, (8000, 12000))
    assert labels.shape == (8000, 12000)
    # The reference in strips: PyTorch's bilinear weights of the same rows of the whole.
    whole = torch.from_numpy(scores)
    wrong = 0
    for left in range(0, 375, 75):
        first, last = max(0, left - 1), min(375, left + 76)
        strip = functional.interpolate(
            whole[None, :, :, first:last], size=(8000, (last - first) * 32), mode="bilinear"
        )[0]
        inside = slice((left - first) * 32, (left - first + 75) * 32)
        expected = (strip[1] > strip[0]).numpy()[:, inside]
        wrong += int((labels[:, left * 32 : (left + 75) * 32] != expected).sum())
    assert wrong <= (1 - WANTED) * labels.size


@pytest.mark.parametrize("name", ["astronaut.jpg", "coffee.jpg", "palace.jpg"])
def test_scores_of_real_photos(sample: Path, name: str) -> None:
    """Colour distances to fixed colours are scores with a photo's real outlines."""
    photo = load_image(sample / name)
    height, width = photo.shape[:2]
    small = resize(photo, (height // 3, width // 3)).astype(np.float32)
    colors = np.array([[0, 0, 0], [255, 255, 255], [200, 60, 40], [60, 90, 200], [90, 130, 60]])
    scores = -np.abs(small[None] - colors[:, None, None].astype(np.float32)).sum(-1)
    scores = np.ascontiguousarray(scores, np.float32)
    size = (height, width)
    assert agreement(upsample_labels(scores, size), reference(scores, size)) >= WANTED


def test_equal_scores_go_to_the_first_class() -> None:
    scores = np.ones((4, 5, 6), np.float32)
    assert not upsample_labels(scores, (50, 60)).any()


def test_a_class_that_wins_nowhere_on_the_grid_can_win_between(random: np.random.Generator) -> None:
    # Class 2 is second at every corner and first in the middle.
    scores = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0.8] * 2] * 2], np.float32)
    labels = upsample_labels(scores, (60, 60))
    assert (labels == 2).any()
    assert np.array_equal(labels, reference(scores, (60, 60)))


@pytest.mark.parametrize("pieces", [1, 2, 7])
@pytest.mark.parametrize("on_device", [False, True])
def test_rows_may_come_in_pieces(random: np.random.Generator, pieces: int, on_device: bool) -> None:
    scores = random_scores(random, 3, (20, 30))
    size = (20 * 17, 30 * 19)
    upsampler: LabelUpsampler | DeviceLabelUpsampler
    if on_device:
        upsampler = DeviceLabelUpsampler((20, 30), size, "cpu")
    else:
        upsampler = LabelUpsampler((20, 30), size)
    for part in np.array_split(scores, pieces, axis=1):
        upsampler.feed(torch.from_numpy(part) if on_device else part)  # type: ignore[arg-type]
    assert agreement(upsampler.labels, reference(scores, size)) >= WANTED


@pytest.mark.parametrize(
    ("classes", "grid", "size"),
    [(2, (1, 1), (1, 1)), (5, (33, 44), (520, 693)), (21, (9, 1), (100, 1)), (3, (7, 8), (3, 2))],
)
def test_the_devices_way_gives_the_same(
    random: np.random.Generator, classes: int, grid: Size, size: Size
) -> None:
    scores = random_scores(random, classes, grid)
    upsampler = DeviceLabelUpsampler(grid, size, "cpu")
    upsampler.feed(torch.from_numpy(scores))
    assert agreement(upsampler.labels, reference(scores, size)) >= WANTED


def test_a_grid_that_reaches_beyond_the_image(random: np.random.Generator) -> None:
    scores = random_scores(random, 4, (10, 12))
    whole = reference(scores, (100, 120))
    assert np.array_equal(upsample_labels(scores, (93, 115), extent=(100, 120)), whole[:93, :115])
    upsampler = DeviceLabelUpsampler((10, 12), (93, 115), "cpu", extent=(100, 120))
    upsampler.feed(torch.from_numpy(scores))
    assert np.array_equal(upsampler.labels, whole[:93, :115])


def test_winners_are_those_of_argmax(random: np.random.Generator) -> None:
    scores = random.integers(0, 4, (9, 30, 40)).astype(np.float32)  # many equal ones
    assert np.array_equal(winners(scores), scores.argmax(0))
