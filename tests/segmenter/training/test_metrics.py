import math

import numpy as np
import pytest

from segmenter.training.metrics import BoundaryScore, ConfusionMatrix, outline


def labels(*rows: str) -> np.ndarray:
    """``"011"`` → a row 0, 1, 1; ``.`` is unlabelled."""
    return np.array([[255 if c == "." else int(c) for c in row] for row in rows], np.uint8)


def test_iou_against_counts_made_by_hand() -> None:
    matrix = ConfusionMatrix(3)
    #  truth 0: 5 pixels, 4 right, 1 called 1; truth 1: 3 pixels, 2 right, 1 called 0
    matrix.update(labels("0000", "0111"), labels("0000", "1110"))
    assert matrix.iou()[0] == pytest.approx(4 / 6)
    assert matrix.iou()[1] == pytest.approx(2 / 4)
    assert math.isnan(matrix.iou()[2])
    assert matrix.mean_iou() == pytest.approx((4 / 6 + 2 / 4) / 2)
    assert matrix.pixel_accuracy() == pytest.approx(6 / 8)


def test_images_add_up() -> None:
    matrix = ConfusionMatrix(2)
    matrix.update(labels("0011"), labels("0011"))
    matrix.update(labels("1111"), labels("0000"))
    assert matrix.iou().tolist() == [2 / 6, 2 / 6]


def test_unlabelled_pixels_do_not_count() -> None:
    matrix = ConfusionMatrix(2)
    matrix.update(labels("00..", "11.."), labels("0011", "1100"))
    assert matrix.iou().tolist() == [1.0, 1.0]
    assert int(matrix.counts.sum()) == 4


def test_a_prediction_of_no_known_class_is_wrong() -> None:
    matrix = ConfusionMatrix(2)
    matrix.update(labels("0011"), np.array([[0, 254, 1, 255]], np.uint8))
    assert matrix.iou().tolist() == [1 / 2, 1 / 2]
    assert matrix.pixel_accuracy() == 1 / 2


def test_nothing_labelled_gives_no_number() -> None:
    matrix = ConfusionMatrix(2)
    matrix.update(labels("...."), labels("0101"))
    assert math.isnan(matrix.mean_iou())
    assert math.isnan(matrix.pixel_accuracy())


def test_sizes_that_differ_are_a_bug() -> None:
    with pytest.raises(ValueError, match="truth"):
        ConfusionMatrix(2).update(labels("00"), labels("000"))


def test_outlines_are_on_both_sides_of_an_edge_and_not_at_the_rim_or_at_unlabelled_pixels() -> None:
    edges = outline(labels("0001.", "0001.", "0001."))
    assert edges.astype(int).tolist() == [[0, 0, 1, 1, 0]] * 3


def disc(center: float, side: int = 100, radius: float = 30) -> np.ndarray:
    y, x = np.mgrid[:side, :side]
    return ((x - center) ** 2 + (y - side / 2) ** 2 < radius**2).astype(np.uint8)


def test_boundary_f_is_1_for_the_same_outline_and_for_one_within_the_tolerance() -> None:
    for shift, expected in ((0, 1.0), (1, 1.0)):
        score = BoundaryScore(2, tolerance=1.5 / np.hypot(100, 100))
        score.update(disc(50), disc(50 + shift))
        assert score.mean() == pytest.approx(expected)


def test_boundary_f_by_hand_for_a_straight_edge_of_which_half_is_found() -> None:
    truth = np.zeros((40, 40), np.uint8)
    truth[:, 20:] = 1
    found = truth.copy()
    found[20:] = 0  # the lower half is missed, and a horizontal edge is made up
    score = BoundaryScore(2, tolerance=1 / np.hypot(40, 40))
    score.update(truth, found)
    # Class 1: the true outline is column 20 (40 pixels), the found one column 20 in rows 0–19 and
    # row 19 in columns 20–39: 39 pixels. Within 1 pixel of the truth are column 20 and, of row 19,
    # column 21: 21 of 39. Of the truth, rows 0–19 and row 20 just below: 21 of 40.
    precision, recall = 21 / 39, 21 / 40
    assert score.per_class()[1] == pytest.approx(2 * precision * recall / (precision + recall))


def test_boundary_f_falls_with_distance_where_iou_hardly_does() -> None:
    near, far = BoundaryScore(2, 0.01), BoundaryScore(2, 0.01)
    near.update(disc(50), disc(51))
    far.update(disc(50), disc(56))
    assert near.mean() > 0.95
    assert far.mean() < 0.6


def test_a_missed_class_scores_0_and_an_absent_one_nothing() -> None:
    score = BoundaryScore(3)
    score.update(disc(50), np.zeros((100, 100), np.uint8))
    assert score.per_class()[1] == 0
    assert math.isnan(score.per_class()[2])


def test_outlines_in_unlabelled_areas_do_not_count() -> None:
    truth, found = disc(50), disc(50)
    truth[:, 60:] = 255
    found[:, 60:] = np.random.default_rng(0).integers(0, 2, (100, 40))
    score = BoundaryScore(2)
    score.update(truth, found)
    assert score.mean() == pytest.approx(1)
