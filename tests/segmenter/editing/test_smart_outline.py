"""Outlines from scribbles and boxes: on drawn pictures whose truth is known, and on photos."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.editing.hints import Hints
from segmenter.editing.rect import Rect
from segmenter.editing.smart_outline import SmartOutline
from segmenter.editing.stencil import Stencil
from segmenter.project.images import load_image

Pixels = NDArray[np.uint8]


def spread(stencil: Stencil | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    pixels = np.zeros(shape[:2], bool)
    if stencil is not None:
        pixels[stencil.rect.slices] = stencil.pixels.view(bool)
    return pixels


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


def line(start: tuple[int, int], end: tuple[int, int], width: int = 7) -> Stencil:
    """A scribble."""
    left, top = min(start[0], end[0]) - width, min(start[1], end[1]) - width
    right, bottom = max(start[0], end[0]) + width + 1, max(start[1], end[1]) + width + 1
    pixels = np.zeros((bottom - top, right - left), np.uint8)
    cv2.line(pixels, (start[0] - left, start[1] - top), (end[0] - left, end[1] - top), 1, width)
    return Stencil(Rect.between(left, top, right, bottom), pixels)


@pytest.fixture(scope="module")
def drawn() -> tuple[Pixels, NDArray[np.bool_]]:
    """A blob of two textured colours on a textured ground, RGB, and where it is."""
    generator = np.random.default_rng(3)
    height, width = 480, 640
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    reach = 130 * (1 + 0.2 * np.sin(3 * angle) + 0.08 * np.cos(7 * angle))
    corners = np.stack((330 + reach * np.cos(angle), 230 + reach * np.sin(angle)), axis=1)
    truth = np.zeros((height, width), np.uint8)
    cv2.fillPoly(truth, [np.rint(corners).astype(np.int32)], 1)
    rgb = np.empty((height, width, 3), np.float32)
    rgb[:] = (96, 120, 80)
    rgb[truth > 0] = (190, 110, 70)
    rgb[(truth > 0) & (np.arange(width) > 340)] = (150, 150, 170)
    coarse = cv2.resize(generator.normal(0, 14, (60, 80, 3)).astype(np.float32), (width, height))
    noisy = rgb + coarse + generator.normal(0, 9, rgb.shape)
    photo = cv2.GaussianBlur(np.clip(noisy, 0, 255).astype(np.uint8), (3, 3), 0.8)
    return np.asarray(photo, np.uint8), truth.astype(bool)


BOX = Hints().with_box(Rect(170, 70, 330, 320))
SCRIBBLE = Hints().with_scribble(line((250, 230), (430, 220)), True)
BOTH = SCRIBBLE.with_scribble(line((40, 60), (60, 420)), False).with_scribble(
    line((600, 60), (580, 420)), False
)


@pytest.mark.parametrize("hints", [BOX, SCRIBBLE, BOTH], ids=["box", "scribble", "both sides"])
def test_it_finds_the_object(drawn: tuple[Pixels, NDArray[np.bool_]], hints: Hints) -> None:
    photo, truth = drawn
    found = spread(SmartOutline(photo).outline(hints), photo.shape)
    assert overlap(found, truth) > 0.92


@pytest.mark.parametrize("times", [3, 6])
def test_the_edge_follows_the_full_photo(
    drawn: tuple[Pixels, NDArray[np.bool_]], times: int
) -> None:
    # What was decided on 240 pixels a side would be off by up to half of one of those.
    photo, truth = drawn
    size = (photo.shape[1] * times, photo.shape[0] * times)
    large = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    large_truth = cv2.resize(truth.astype(np.float32), size) >= 0.5
    assert BOX.box is not None
    hints = Hints().with_box(Rect(*(each * times for each in BOX.box)))
    found = spread(SmartOutline(large).outline(hints), large.shape)
    away = cv2.distanceTransform((~outline_of(large_truth)).view(np.uint8), cv2.DIST_L2, 5)
    off = away[outline_of(found)]
    assert np.median(off) <= 0.75 * times
    assert np.percentile(off, 95) <= 3 * times


def outline_of(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    inner = cv2.erode(mask.view(np.uint8), np.ones((3, 3), np.uint8))
    return mask & ~inner.astype(bool)


@pytest.mark.parametrize("seed", range(6))
def test_scribbles_are_heeded_to_the_pixel(
    drawn: tuple[Pixels, NDArray[np.bool_]], seed: int
) -> None:
    photo, _ = drawn
    generator = np.random.default_rng(seed)
    hints = BOX if seed % 2 else Hints()
    told = np.zeros(photo.shape[:2], np.uint8)
    for inside in (True, False, bool(seed % 3), False):
        start, end = generator.integers(20, 440, 2), generator.integers(20, 440, 2)
        scribble = line(tuple(start.tolist()), tuple(end.tolist()), 5)
        hints = hints.with_scribble(scribble, inside)
        scribble = scribble.clipped(photo.shape[1], photo.shape[0])
        told[scribble.rect.slices][scribble.pixels.view(bool)] = 1 if inside else 2
    found = spread(SmartOutline(photo).outline(hints), photo.shape)
    assert found[told == 1].all()
    assert not found[told == 2].any()


def test_nothing_outside_of_the_box_belongs_to_it(
    drawn: tuple[Pixels, NDArray[np.bool_]],
) -> None:
    photo, truth = drawn
    half = Hints().with_box(Rect(200, 100, 130, 260))
    found = spread(SmartOutline(photo).outline(half), photo.shape)
    assert found[:, :200].sum() == found[:, 330:].sum() == 0
    assert (found & truth).sum() > 0.8 * truth[100:360, 200:330].sum()


def test_a_scribble_corrects_what_was_found(drawn: tuple[Pixels, NDArray[np.bool_]]) -> None:
    photo, truth = drawn
    outline = SmartOutline(photo)
    whole = spread(outline.outline(BOX), photo.shape)
    # The right half is of another colour: leave it out.
    right = truth & (np.arange(photo.shape[1]) > 345)
    fixed = spread(
        outline.outline(BOX.with_scribble(line((400, 150), (400, 300)), False)), photo.shape
    )
    assert (whole & right).sum() > 0.9 * right.sum()
    assert (fixed & right).sum() < 0.4 * right.sum()
    left = truth & (np.arange(photo.shape[1]) < 240)
    assert (fixed & left).sum() > 0.9 * left.sum()


def test_the_same_hints_give_the_same_whatever_was_asked_before(
    drawn: tuple[Pixels, NDArray[np.bool_]],
) -> None:
    photo, _ = drawn
    more = BOTH.with_scribble(line((400, 150), (400, 300)), False)
    fresh = spread(SmartOutline(photo).outline(more), photo.shape)
    used = SmartOutline(photo)
    for hints in (BOX, SCRIBBLE, BOTH, more, more.without_last()):
        used.outline(hints)
    cv2.setRNGSeed(12345)
    np.testing.assert_array_equal(spread(used.outline(more), photo.shape), fresh)
    np.testing.assert_array_equal(
        spread(used.outline(BOX), photo.shape),
        spread(SmartOutline(photo).outline(BOX), photo.shape),
    )


def test_a_scribble_drawn_again_finds_the_same_again(
    drawn: tuple[Pixels, NDArray[np.bool_]],
) -> None:
    outline = SmartOutline(drawn[0])
    first = outline.outline(BOX.with_scribble(line((250, 230), (430, 220)), True))
    same = outline.outline(BOX.with_scribble(line((250, 230), (430, 220)), True))
    assert same == first
    # In the same rectangle, but not the same.
    crossed = outline.outline(BOX.with_scribble(line((250, 220), (430, 230)), True))
    assert crossed is not None


def test_the_canvas_pixels_give_the_same_as_the_rgb_photo(
    drawn: tuple[Pixels, NDArray[np.bool_]],
) -> None:
    photo, _ = drawn
    bgra = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2BGRA), np.uint8)
    np.testing.assert_array_equal(
        spread(SmartOutline(bgra.view(np.uint32)[..., 0]).outline(BOX), photo.shape),
        spread(SmartOutline(photo).outline(BOX), photo.shape),
    )


def test_smaller_copies_of_the_photo_save_time_and_change_little(
    drawn: tuple[Pixels, NDArray[np.bool_]],
) -> None:
    photo, _ = drawn
    large = np.asarray(cv2.resize(photo, None, fx=4, fy=4), np.uint8)
    levels = [large]
    while len(levels) < 4:
        levels.append(
            np.asarray(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        )
    assert BOX.box is not None
    hints = Hints().with_box(Rect(*(each * 4 for each in BOX.box)))
    alone = spread(SmartOutline(large).outline(hints), large.shape)
    found = spread(SmartOutline(*levels).outline(hints), large.shape)
    assert overlap(found, alone) > 0.99


def test_a_flower_in_a_photo(sample: Path) -> None:
    photo = load_image(sample / "flower.jpg")
    height, width = photo.shape[:2]
    outline = SmartOutline(photo)
    box = Rect(width // 20, height // 20, width * 18 // 20, height * 18 // 20)
    stencil = outline.outline(Hints().with_box(box))
    assert stencil is not None
    assert 0.1 < stencil.pixels.sum() / photo[..., 0].size < 0.8
    assert stencil.rect.clipped(width, height) == stencil.rect


@pytest.mark.parametrize(
    "hints",
    [
        Hints(),
        Hints().with_scribble(line((50, 50), (90, 90)), False),
        Hints().with_box(Rect(5000, 5000, 10, 10)),
        Hints().with_scribble(line((-900, -900), (-800, -900)), True),
    ],
)
def test_hints_that_do_not_suffice_find_nothing(
    drawn: tuple[Pixels, NDArray[np.bool_]], hints: Hints
) -> None:
    assert SmartOutline(drawn[0]).outline(hints) is None


@pytest.mark.parametrize(
    "hints",
    [
        Hints().with_box(Rect(0, 0, 640, 480)),
        Hints().with_box(Rect(300, 200, 1, 1)),
        Hints().with_box(Rect(-50, -50, 200, 200)),
        Hints().with_scribble(line((300, 200), (300, 200), 1), True),
        Hints().with_scribble(line((0, 0), (639, 479), 30), True),
        Hints().with_scribble(line((-20, 100), (60, 100)), True),
        BOX.with_scribble(line((100, 30), (560, 450), 300), False),
    ],
)
@pytest.mark.parametrize("even", [True, False])
def test_odd_hints_and_even_photos_are_no_trouble(
    drawn: tuple[Pixels, NDArray[np.bool_]], hints: Hints, even: bool
) -> None:
    photo = np.full_like(drawn[0], 127) if even else drawn[0]
    stencil = SmartOutline(photo).outline(hints)
    if stencil is not None:
        assert stencil.rect.clipped(640, 480) == stencil.rect
        assert stencil.pixels.any()


def test_later_scribbles_count_where_two_overlap() -> None:
    window = Rect(0, 0, 100, 100)
    hints = Hints().with_scribble(line((10, 50), (90, 50), 9), True)
    hints = hints.with_scribble(line((50, 10), (50, 90), 9), False)
    marks = hints.coarse_marks(window, 50, 50)
    assert marks.outside[25, 25]
    assert not (marks.inside & marks.outside).any()
    assert marks.inside[25, 10]
    pixels = np.zeros((100, 100), np.uint8)
    hints.apply(pixels, window)
    assert pixels[50, 20] == 1
    assert pixels[50, 50] == 0


def test_taking_hints_back() -> None:
    assert BOTH.without_last().without_last() == SCRIBBLE
    assert SCRIBBLE.without_last() == Hints()
    assert BOX.without_last() == Hints()
    assert not Hints().is_enough
