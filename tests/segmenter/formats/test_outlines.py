"""Outlines filled by the rule of each program that reads them give the very region back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from format_trips import MANY
from hypothesis import given
from hypothesis import strategies as st
from label_maps import label_maps
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask

from segmenter.formats.damaged import DamagedError
from segmenter.formats.outlines import border_outline, center_outline
from segmenter.formats.patches import class_patches, connected_patches
from segmenter.formats.polygon_fill import filled

Labels = NDArray[np.uint8]


@given(label_maps(20))
@MANY
def test_connected_patches_are_all_the_labelled_pixels_once(labels: Labels) -> None:
    painted = np.full_like(labels, 255)
    for class_id, patch in connected_patches(labels):
        assert (patch.spread(labels.shape) & (painted != 255)).sum() == 0
        patch.paint(painted, class_id)
    assert np.array_equal(painted, labels)


@given(label_maps(20))
@MANY
def test_class_patches_are_all_the_labelled_pixels(labels: Labels) -> None:
    painted = np.full_like(labels, 255)
    found = list(class_patches(labels))
    for class_id, patch in found:
        patch.paint(painted, class_id)
    assert np.array_equal(painted, labels)
    assert [class_id for class_id, _ in found] == sorted({*labels.flat} - {255})


@given(label_maps(20))
@MANY
def test_pycocotools_fills_border_outlines_to_the_very_region(labels: Labels) -> None:
    height, width = labels.shape
    for _, patch in connected_patches(labels):
        outline = border_outline(patch.region) + np.array((patch.left, patch.top))
        coded = coco_mask.frPyObjects([outline.reshape(-1).astype(float).tolist()], height, width)
        assert np.array_equal(coco_mask.decode(coded)[:, :, 0], patch.spread((height, width)))


@given(label_maps(20))
@MANY
def test_opencv_fills_center_outlines_to_the_very_region(labels: Labels) -> None:
    """As ultralytics does it with the outlines of YOLO's label files."""
    for _, patch in connected_patches(labels):
        canvas = np.zeros(patch.region.shape, np.uint8)
        cv2.fillPoly(canvas, [center_outline(patch.region).astype(np.int32)], 1)
        assert np.array_equal(canvas == 1, patch.region)


@given(label_maps(20))
@MANY
def test_pillow_fills_center_outlines_to_the_very_region(labels: Labels) -> None:
    """As labelme does it."""
    for _, patch in connected_patches(labels):
        canvas = Image.fromarray(np.zeros(patch.region.shape, np.uint8))
        points = [(float(x), float(y)) for x, y in center_outline(patch.region)]
        points += points[-1:] * (3 - len(points))
        ImageDraw.Draw(canvas).polygon(points, outline=1, fill=1)
        assert np.array_equal(np.array(canvas) == 1, patch.region)


def test_an_outline_has_only_corners_and_one_bridge_a_hole() -> None:
    region = np.ones((9, 9), bool)
    region[3:6, 3:6] = False
    assert center_outline(region).tolist() == [
        [0, 0], [0, 8], [8, 8], [8, 0], [3, 0],
        [3, 2], [5, 2], [6, 3], [6, 5], [5, 6], [3, 6], [2, 5], [2, 3], [3, 2], [3, 0],
    ]  # fmt: skip
    assert border_outline(region).tolist() == [
        [0, 0], [3, 0], [3, 6], [6, 6], [6, 3], [3, 3], [3, 0], [9, 0], [9, 9], [0, 9],
    ]  # fmt: skip


def test_single_pixels_and_thin_lines_have_outlines() -> None:
    assert center_outline(np.ones((1, 1), bool)).tolist() == [[0, 0]]
    assert center_outline(np.ones((1, 7), bool)).tolist() == [[0, 0], [6, 0]]
    assert border_outline(np.ones((7, 1), bool)).tolist() == [[0, 0], [1, 0], [1, 7], [0, 7]]


def test_thousands_of_holes_hang_on_one_another() -> None:
    region = np.ones((801, 31), bool)
    region[1::2, 1::2] = False
    by_borders = filled(border_outline(region).astype(float), region.shape)
    assert np.array_equal(by_borders.spread(region.shape), region)
    canvas = np.zeros(region.shape, np.uint8)
    cv2.fillPoly(canvas, [center_outline(region).astype(np.int32)], 1)
    assert np.array_equal(canvas == 1, region)


@st.composite
def polygons(draw: st.DrawFn) -> NDArray[np.float64]:
    number = st.floats(-8, 40, allow_nan=False) | st.integers(-8, 40).map(float)
    points = draw(st.lists(st.tuples(number, number), min_size=3, max_size=8))
    return np.array(points, float)


@given(polygons(), st.integers(1, 30), st.integers(1, 30))
@MANY
def test_polygons_are_filled_as_pycocotools_does(
    points: NDArray[np.float64], height: int, width: int
) -> None:
    coded = coco_mask.frPyObjects([points.reshape(-1).tolist()], height, width)
    theirs = coco_mask.decode(coded)[:, :, 0]
    try:
        ours = filled(points, (height, width)).spread((height, width))
    except DamagedError:
        assert not theirs.any()
    else:
        assert np.array_equal(ours, theirs)


def test_an_outline_along_the_border_covers_nothing_and_is_no_mistake() -> None:
    along = np.array([(30, 2), (30.5, 9), (30, 9)])
    assert filled(along, (20, 30)).area == 0


def test_a_long_outline_is_filled_as_pycocotools_does() -> None:
    """More than a million steps, which are walked in parts."""
    points = np.random.default_rng(0).uniform(-50, 1050, (500, 2))
    coded = coco_mask.frPyObjects([points.reshape(-1).tolist()], 900, 1000)
    ours = filled(points, (900, 1000)).spread((900, 1000))
    assert np.array_equal(ours, coco_mask.decode(coded)[:, :, 0])


def test_an_outline_that_would_take_minutes_is_refused() -> None:
    there_and_back = np.array([(0, 0), (90_000, 90_000)] * 200 + [(0, 1)], float)
    with pytest.raises(DamagedError, match="far too long"):
        filled(there_and_back, (10_000, 10_000))


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ([(0, 0), (1, 1)], "3 points"),
        ([(0, 0), (1, 1), (float("nan"), 2)], "nan"),
        ([(0, 0), (1e9, 1), (3, 2)], "far outside"),
        ([(32, 0), (60, 1), (40, 2)], "lies outside of its image of 30 × 20 pixels"),
        ([(3, -9), (6, -1.5), (4, -9)], "lies outside of its image .*y -9 to -1.5"),
    ],
)
def test_what_is_no_polygon_in_the_image_is_refused(
    points: list[tuple[float, float]], why: str
) -> None:
    with pytest.raises(DamagedError, match=why):
        filled(np.array(points, float), (20, 30))
