"""Edits of the whole mask, against the obvious way to do them and by what must hold for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from brute_force import ALL_AROUND, SIDES, reachable, regions_of
from hypothesis import given
from hypothesis import strategies as st
from label_maps import LABELS, label_maps
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.editing.cleaned import Cleaned
from segmenter.editing.cleanup import fill_holes, grow, remove_specks, shrink, smooth
from segmenter.editing.protection import Protection
from segmenter.errors import Cancelled

Labels = NDArray[np.uint8]
Aid = Callable[..., Cleaned]

AIDS: dict[str, Aid] = {
    "specks": partial(remove_specks, smallest=5),
    "specks of 1": partial(remove_specks, smallest=7, class_id=1),
    "holes": partial(fill_holes, largest=6),
    "holes in 1": partial(fill_holes, largest=9, class_id=1),
    "grow": partial(grow, class_id=1, pixels=2),
    "shrink": partial(shrink, class_id=1, pixels=2),
    "smooth": partial(smooth, class_id=None, radius=2),
    "smooth 1": partial(smooth, class_id=1, radius=2),
}
SETTLED = ("specks", "specks of 1", "holes", "holes in 1")
"""Those that have nothing left to do once they are done."""

protections = st.builds(
    Protection,
    st.frozensets(st.sampled_from((0, 1, 2)), max_size=2),
    st.booleans(),
    st.sampled_from((None, 0, 1)),
)


# -- what holds for all of them ------------------------------------------------------------------


@pytest.mark.parametrize("aid", AIDS.values(), ids=AIDS.keys())
@given(labels=label_maps(), protection=protections)
def test_protected_pixels_stay_and_the_mask_itself_is_not_touched(
    aid: Aid, labels: Labels, protection: Protection
) -> None:
    before = labels.copy()
    result = aid(labels, protection=protection)
    np.testing.assert_array_equal(labels, before)
    kept = protection.paintable()[before] == 0
    np.testing.assert_array_equal(result.labels[kept], before[kept])


@pytest.mark.parametrize("aid", AIDS.values(), ids=AIDS.keys())
@given(labels=label_maps())
def test_what_changed_is_told_to_the_pixel(aid: Aid, labels: Labels) -> None:
    result = aid(labels)
    different = result.labels != labels
    told = np.zeros(labels.shape, bool)
    if result.changed is not None:
        told[result.changed.rect.slices] = result.changed.pixels.view(bool)
    np.testing.assert_array_equal(told, different)
    assert result.pixels == different.sum()
    assert (result.regions > 0) == different.any()


@pytest.mark.parametrize("aid", AIDS.values(), ids=AIDS.keys())
@given(labels=label_maps())
def test_no_label_appears_that_was_not_there(aid: Aid, labels: Labels) -> None:
    assert set(np.unique(aid(labels).labels)) <= set(np.unique(labels))


@pytest.mark.parametrize("name", SETTLED)
@given(labels=label_maps(), protection=protections)
def test_doing_it_again_changes_nothing(name: str, labels: Labels, protection: Protection) -> None:
    once = AIDS[name](labels, protection=protection).labels
    again = AIDS[name](once, protection=protection)
    np.testing.assert_array_equal(again.labels, once)
    assert again.regions == 0


@pytest.mark.parametrize("name", ["specks of 1", "shrink"])
@given(labels=label_maps())
def test_only_the_class_it_is_about_loses_pixels(name: str, labels: Labels) -> None:
    after = AIDS[name](labels).labels
    different = after != labels
    assert (labels[different] == 1).all()


@pytest.mark.parametrize("name", ["holes in 1", "grow"])
@given(labels=label_maps())
def test_only_the_class_it_is_about_gains_pixels(name: str, labels: Labels) -> None:
    after = AIDS[name](labels).labels
    different = after != labels
    assert (after[different] == 1).all()


@pytest.mark.parametrize("aid", AIDS.values(), ids=AIDS.keys())
def test_it_tells_how_far_it_is_and_can_be_stopped(aid: Aid) -> None:
    labels = np.zeros((40, 40), np.uint8)
    labels[10:20, 10:20] = 1
    told: list[tuple[int, int]] = []
    aid(labels, progress=lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] > 0
    assert told == sorted(told)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        aid(labels, cancel=token)


@pytest.mark.parametrize("aid", AIDS.values(), ids=AIDS.keys())
@pytest.mark.parametrize("label", LABELS)
def test_a_map_of_one_label_stays(aid: Aid, label: int) -> None:
    result = aid(np.full((7, 9), label, np.uint8))
    assert result.changed is None
    assert result.regions == 0


# -- each against the obvious way ----------------------------------------------------------------


def specks_removed(labels: Labels, smallest: int, class_id: int | None) -> Labels:
    """Round by round: each speck that touches a settled region asks its neighbours."""
    found = labels.copy()
    waiting = [
        region
        for region in regions_of(labels)
        if region.sum() < smallest
        and (labels[region][0] == class_id if class_id is not None else labels[region][0] != 255)
    ]
    settled = ~np.logical_or.reduce([np.zeros(labels.shape, bool), *waiting])
    while True:
        decided = []
        for region in waiting:
            votes = np.zeros(256, int)
            for row, column in np.argwhere(region):
                for down, right in SIDES:
                    r, c = row + down, column + right
                    if 0 <= r < labels.shape[0] and 0 <= c < labels.shape[1] and settled[r, c]:
                        votes[found[r, c]] += 1
            if votes.any():
                decided.append((region, int(votes.argmax())))
        if not decided:
            return found
        for region, label in decided:
            found[region] = label
            settled |= region
        waiting = [each for each in waiting if not any(each is done for done, _ in decided)]


@given(label_maps(), st.integers(1, 12), st.sampled_from((None, 0, 1)))
def test_a_speck_takes_the_label_it_touches_most(
    labels: Labels, smallest: int, class_id: int | None
) -> None:
    np.testing.assert_array_equal(
        remove_specks(labels, smallest, class_id).labels,
        specks_removed(labels, smallest, class_id),
    )


def holes_filled(labels: Labels, largest: int, class_id: int | None, ground: int | None) -> Labels:
    """The holes of every region, the large ones last, so that they win."""
    holes = []
    for region in regions_of(labels):
        label = int(labels[region][0])
        if label != class_id if class_id is not None else label in (255, ground):
            continue
        beyond = np.pad(~region, 1, constant_values=True)
        enclosed = ~region & ~reachable(beyond, (0, 0), ALL_AROUND)[1:-1, 1:-1]
        while enclosed.any():
            row, column = np.argwhere(enclosed)[0]
            hole = reachable(enclosed, (int(row), int(column)), ALL_AROUND)
            enclosed &= ~hole
            if hole.sum() <= largest:
                holes.append((int(hole.sum()), hole, label))
    found = labels.copy()
    for _, hole, label in sorted(holes, key=lambda each: each[0]):
        found[hole] = label
    return found


@given(label_maps(), st.integers(1, 40), st.sampled_from((None, 0, 1)), st.sampled_from((None, 0)))
def test_a_hole_takes_the_label_of_what_encloses_it(
    labels: Labels, largest: int, class_id: int | None, ground: int | None
) -> None:
    np.testing.assert_array_equal(
        fill_holes(labels, largest, class_id, ground=ground).labels,
        holes_filled(labels, largest, class_id, ground),
    )


def squared_distances(labels: Labels, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """From every pixel to every wanted one: H×W×N."""
    places: NDArray[np.int64] = np.indices(labels.shape)
    rows, columns = np.nonzero(wanted)
    return (places[0, ..., None] - rows) ** 2 + (places[1, ..., None] - columns) ** 2


@given(label_maps(), st.integers(1, 5))
def test_growing_reaches_as_far_as_it_says(labels: Labels, pixels: int) -> None:
    expected = labels.copy()
    if (labels == 1).any():
        expected[squared_distances(labels, labels == 1).min(axis=2) <= pixels**2] = 1
    np.testing.assert_array_equal(grow(labels, 1, pixels).labels, expected)


@given(label_maps(), st.integers(1, 5))
def test_shrinking_frees_what_is_near_another_label(labels: Labels, pixels: int) -> None:
    after = shrink(labels, 1, pixels).labels
    others = labels != 1
    if not others.any():
        np.testing.assert_array_equal(after, labels)
        return
    squares = squared_distances(labels, others)
    freed = (labels == 1) & (squares.min(axis=2) <= pixels**2)
    np.testing.assert_array_equal(after != labels, freed)
    # The nearest of the others, as cv2 measures: at most a fiftieth further than the nearest.
    for row, column in np.argwhere(freed):
        to_others = squares[int(row), int(column), :]
        near = to_others <= to_others.min() * 1.02**2
        assert after[row, column] in labels[others][near]


@given(label_maps(largest=16), st.sampled_from((1.0, 2.0, 3.5)), st.sampled_from((None, 1)))
def test_smoothing_gives_each_pixel_the_label_of_most_weight_around_it(
    labels: Labels, radius: float, class_id: int | None
) -> None:
    after = smooth(labels, class_id, radius).labels
    reach = max(1, round(radius))
    offsets = np.arange(-reach, reach + 1)
    line = np.exp(-(offsets**2) / (2 * (radius / 2) ** 2))
    kernel = np.outer(line, line) / line.sum() ** 2
    padded = np.pad(labels, reach, mode="reflect") if min(labels.shape) > reach else None
    if padded is None:
        return
    for row, column in np.ndindex(*labels.shape):
        part = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1]
        weights = np.bincount(part.ravel(), weights=kernel.ravel(), minlength=256)
        own, best = weights[labels[row, column]], weights.max()
        got = after[row, column]
        if class_id is not None and got == labels[row, column]:
            assert class_id not in (got, weights.argmax()) or best - own < 1e-5
        else:
            assert best - weights[got] < 1e-5
        if class_id is not None:
            assert got == labels[row, column] or class_id in (got, labels[row, column])


# -- on maps that a person would know ------------------------------------------------------------


def test_a_straight_edge_stays_where_it_is_and_a_tooth_goes() -> None:
    labels = np.zeros((600, 600), np.uint8)
    labels[300:] = 3
    labels[297:300, 256:259] = 3  # across a seam between two tiles
    after = smooth(labels, None, 6).labels
    assert (after[300:] == 3).all()
    assert (after[:299] == 0).all()
    assert (after[299] == 3).sum() < 10  # what is left of it: a bump of one pixel
    assert (after[:, :200] == labels[:, :200]).all()


def test_a_class_may_stay_out_of_smoothing() -> None:
    labels = np.zeros((40, 40), np.uint8)
    labels[20:] = 1
    labels[19, 10] = 1
    labels[:5] = 2
    labels[5, 10] = 2
    after = smooth(labels, 1, 4).labels
    assert after[19, 10] == 0
    assert after[5, 10] == 2


def test_objects_are_no_holes_of_the_ground_they_stand_on() -> None:
    labels = np.zeros((30, 30), np.uint8)
    labels[5:10, 5:10] = 1
    labels[7, 7] = 0
    result = fill_holes(labels, 100, ground=0)
    assert (result.labels[5:10, 5:10] == 1).all()
    assert result.regions == 1
    assert (fill_holes(labels, 100).labels == 0).all()


def test_growing_stops_at_a_locked_class() -> None:
    labels = np.full((9, 9), 255, np.uint8)
    labels[4, 4] = 1
    labels[:, 6] = 2
    after = grow(labels, 1, 3, protection=Protection(frozenset({2}))).labels
    assert (after[:, 6] == 2).all()
    assert after[4, 7] == 1
    assert after[4, 1] == 1
    assert after[4, 0] == 255


def test_the_edge_of_the_image_is_no_edge_of_the_class() -> None:
    labels = np.ones((20, 20), np.uint8)
    labels[:, 15:] = 0
    after = shrink(labels, 1, 4).labels
    assert (after[:, :11] == 1).all()
    assert (after[:, 11:] == 0).all()
