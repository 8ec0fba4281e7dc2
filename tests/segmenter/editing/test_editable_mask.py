"""One mask: what each call promises. Sequences of calls are in test_editing_sequences.py."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.editing.brush import BrushShape, dab, stroke
from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.project.classes import UNLABELLED

WIDTH, HEIGHT = 300, 200
WHOLE = Rect(0, 0, WIDTH, HEIGHT)


@pytest.fixture
def mask() -> EditableMask:
    return EditableMask(np.full((HEIGHT, WIDTH), UNLABELLED, np.uint8))


def block(left: int, top: int, width: int, height: int) -> Stencil:
    return Stencil(Rect(left, top, width, height), np.ones((height, width), np.uint8))


def test_painting_writes_into_the_very_array_it_was_given() -> None:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask = EditableMask(labels)
    mask.begin("brush stroke")
    mask.paint(block(10, 20, 30, 40), 7)
    assert (labels[20:60, 10:40] == 7).all()
    assert int(labels.astype(int).sum()) == 7 * 30 * 40


@pytest.mark.parametrize(
    "labels",
    [
        np.zeros((4, 4), np.int64),
        np.zeros((4, 4, 1), np.uint8),
        np.zeros((4, 8), np.uint8)[:, ::2],
        np.zeros((8, 4), np.uint8).T,
    ],
)
def test_labels_that_cannot_be_edited_in_place_are_refused(labels: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="labels are"):
        EditableMask(labels)


def test_labels_that_must_not_be_written_to_are_refused() -> None:
    labels = np.zeros((4, 4), np.uint8)
    labels.setflags(write=False)
    with pytest.raises(ValueError, match="writable"):
        EditableMask(labels)


def test_there_is_no_painting_without_a_step(mask: EditableMask) -> None:
    with pytest.raises(RuntimeError, match="begin"):
        mask.paint(block(0, 0, 5, 5), 1)
    with pytest.raises(RuntimeError, match="begin"):
        mask.replace(WHOLE, np.zeros((HEIGHT, WIDTH), np.uint8))


def test_painting_tells_exactly_where_something_is_different(mask: EditableMask) -> None:
    mask.begin("brush stroke")
    assert mask.paint(block(10, 20, 150, 140), 1) == Rect(10, 20, 150, 140)
    assert mask.paint(block(20, 30, 50, 50), 1).is_empty
    assert mask.paint(block(100, 30, 100, 10), 1) == Rect(160, 30, 40, 10)
    hole = np.zeros((100, 100), np.uint8)
    hole[30, 40] = hole[60, 20] = 1
    assert mask.paint(Stencil(Rect(100, 50, 100, 100), hole), 2) == Rect(120, 80, 21, 31)


def test_the_version_goes_up_when_something_is_different_and_only_then(
    mask: EditableMask,
) -> None:
    versions = [mask.version]

    def went_up() -> bool:
        versions.append(mask.version)
        return versions[-1] > versions[-2]

    mask.begin("brush stroke")
    assert not went_up()
    mask.paint(block(0, 0, 9, 9), 1)
    assert went_up()
    mask.paint(block(0, 0, 9, 9), 1)
    assert not went_up()
    mask.commit()
    assert not went_up()
    mask.undo()
    assert went_up()
    mask.undo()
    assert not went_up()
    mask.redo()
    assert went_up()
    mask.begin("brush stroke")
    mask.roll_back()
    assert not went_up()


@pytest.mark.parametrize(
    "rect",
    [
        Rect(-50, -40, 80, 70),
        Rect(290, 190, 40, 40),
        Rect(-10, -10, 400, 300),
        Rect(-9, 199, 500, 1),
        Rect(299, -5, 1, 500),
        Rect(500, 10, 20, 20),
        Rect(10, -30, 20, 30),
        Rect(5, 5, 0, 0),
    ],
)
def test_a_stencil_may_reach_beyond_the_image(rect: Rect, mask: EditableMask) -> None:
    own = np.random.default_rng(0).integers(0, 9, (rect.height, rect.width), np.uint8)
    stencil = Stencil(rect, np.ones((rect.height, rect.width), np.uint8))
    mask.begin("paste")
    inside = rect.clipped(WIDTH, HEIGHT)
    assert mask.paint(stencil, own) == (Rect() if inside.is_empty else inside)
    expected = np.full((HEIGHT, WIDTH), UNLABELLED, np.uint8)
    if not inside.is_empty:
        expected[inside.slices] = own[inside.relative_to(rect).slices]
    np.testing.assert_array_equal(mask.labels, expected)
    mask.roll_back()
    mask.begin("replace")
    mask.replace(rect, own)
    np.testing.assert_array_equal(mask.labels, expected)


def test_painted_labels_may_be_anyones_and_read_only(mask: EditableMask) -> None:
    prediction = np.random.default_rng(0).integers(0, 9, (HEIGHT, WIDTH), np.uint8)
    prediction.setflags(write=False)
    kept = prediction.copy()
    brush = dab(150, 100, 90, BrushShape.ROUND)
    mask.begin("restore")
    mask.paint(brush, prediction[brush.rect.slices])
    expected = np.full((HEIGHT, WIDTH), UNLABELLED, np.uint8)
    inside = brush.pixels.astype(bool)
    expected[brush.rect.slices][inside] = prediction[brush.rect.slices][inside]
    np.testing.assert_array_equal(mask.labels, expected)
    np.testing.assert_array_equal(prediction, kept)


def test_a_stencil_of_255_paints_like_one_of_1(mask: EditableMask) -> None:
    """OpenCV's masks are of that kind."""
    mask.begin("fill")
    mask.protection = Protection(only_unlabelled=True)
    mask.paint(Stencil(Rect(3, 4, 5, 6), np.full((6, 5), 255, np.uint8)), 2)
    assert (mask.labels[4:10, 3:8] == 2).all()


@pytest.mark.parametrize("value", [0, 254, 255, np.uint8(7), np.int64(7)])
def test_any_label_can_be_painted(value: int, mask: EditableMask) -> None:
    mask.labels[:] = 100
    mask.begin("brush stroke")
    mask.paint(block(0, 0, WIDTH, HEIGHT), value)
    assert (mask.labels == value).all()


def test_a_stroke_of_many_events_is_one_step(mask: EditableMask) -> None:
    mask.begin("brush stroke")
    for x in range(0, 250, 10):
        mask.paint(stroke((x, 50), (x + 10, 60), 25, BrushShape.ROUND), 3)
    assert mask.commit()
    assert mask.history.undo_name == "brush stroke"
    mask.undo()
    assert (mask.labels == UNLABELLED).all()
    assert mask.history.is_at_start


def test_undo_and_redo_tell_where_something_is_different(mask: EditableMask) -> None:
    mask.begin("brush stroke")
    mask.paint(block(10, 20, 30, 40), 1)
    mask.paint(block(100, 100, 5, 5), 1)
    mask.commit()
    assert mask.undo() == Rect(10, 20, 95, 85)
    assert mask.undo().is_empty
    assert mask.redo() == Rect(10, 20, 95, 85)
    assert mask.redo().is_empty


def test_a_step_that_changed_nothing_is_none(mask: EditableMask) -> None:
    mask.begin("brush stroke")
    mask.paint(block(0, 0, 50, 50), UNLABELLED)
    assert not mask.commit()
    mask.begin("brush stroke")
    mask.paint(block(0, 0, 50, 50), 1)
    mask.paint(block(0, 0, 50, 50), UNLABELLED)
    assert not mask.commit()
    assert mask.history.is_at_start
    assert not mask.commit(), "and neither is one that was not begun"


def test_a_step_rolled_back_was_never_there(mask: EditableMask) -> None:
    mask.begin("brush stroke")
    mask.paint(block(0, 0, 20, 20), 1)
    mask.commit()
    mask.begin("polygon")
    mask.paint(block(10, 10, 250, 150), 2)
    assert mask.roll_back() == Rect(10, 10, 250, 150)
    assert not mask.is_open
    assert (mask.labels[:20, :20] == 1).all()
    assert int((mask.labels != UNLABELLED).sum()) == 400
    assert mask.history.undo_name == "brush stroke"
    assert mask.roll_back().is_empty


@pytest.mark.parametrize("end", [EditableMask.undo, lambda mask: mask.begin("next")])
def test_an_open_step_is_ended_by_what_comes_next(end: object, mask: EditableMask) -> None:
    mask.begin("brush stroke")
    mask.paint(block(0, 0, 20, 20), 1)
    assert callable(end)
    end(mask)
    mask.commit()
    assert "brush stroke" in (mask.history.undo_name, mask.history.redo_name)


def test_protection_may_change_between_the_events_of_a_step(mask: EditableMask) -> None:
    mask.begin("brush stroke")
    mask.paint(block(0, 0, 100, 100), 1)
    mask.protection = Protection(locked=frozenset({1}))
    assert mask.paint(block(50, 0, 100, 100), 2) == Rect(100, 0, 50, 100)
    mask.commit()
    mask.undo()
    assert (mask.labels == UNLABELLED).all(), "undo heeds no protection"


def test_a_whole_mask_of_many_tiles_is_replaced_and_comes_back() -> None:
    rng = np.random.default_rng(0)
    before = np.kron(rng.integers(0, 4, (60, 95), np.uint8), np.ones((33, 31), np.uint8))
    after = np.kron(rng.integers(0, 4, (60, 95), np.uint8), np.ones((33, 31), np.uint8))
    height, width = before.shape
    mask = EditableMask(before.copy())
    mask.protection = Protection(locked=frozenset({2}))
    mask.begin("clear")
    mask.replace(Rect(0, 0, width, height), after)
    expected = np.where(before == 2, before, after)
    np.testing.assert_array_equal(mask.labels, expected)
    mask.commit()
    mask.undo()  # while it may be being packed
    np.testing.assert_array_equal(mask.labels, before)
    mask.history.budget.settle()
    mask.redo()
    np.testing.assert_array_equal(mask.labels, expected)
    assert mask.history.nbytes < before.nbytes / 10


@pytest.mark.parametrize("seed", range(5))
def test_what_an_edit_changed_lies_in_its_parts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = EditableMask(rng.choice(np.array([0, 1, 255], np.uint8), size=(400, 300)))
    mask.begin("brush stroke")
    for _ in range(20):
        before = mask.labels.copy()
        left, top = (int(value) for value in rng.integers(-50, 250, 2))
        width, height = (int(value) for value in rng.integers(1, 300, 2))
        pixels = (rng.random((height, width)) < rng.random() ** 3).astype(np.uint8)
        changed = mask.paint(Stencil(Rect(left, top, width, height), pixels), int(rng.integers(3)))
        different = mask.labels != before
        inside = np.zeros_like(different)
        around = Rect()
        for part in mask.parts:
            assert not part.is_empty
            inside[part.slices] = True
            around = around.united(part)
        assert not (different & ~inside).any()
        assert around == changed
