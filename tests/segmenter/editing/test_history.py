"""Undo without a limit by count, within one budget of bytes for all images."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from functools import partial
from threading import Event

import numpy as np
import pytest

from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.history import BACKLOG, FRESH, History, HistoryBudget
from segmenter.editing.rect import Rect
from segmenter.editing.step import LARGE, Step

SIDE = 64
ONE = Rect(0, 0, SIDE, SIDE)


def step(name: str = "edit", *, seed: int = 0) -> Step:
    """One that can't be made small: a bit over 4 kB."""
    noise = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE), np.uint8)
    return Step(name, [(ONE, noise)], ONE)


def large_step(name: str = "edit", *, nbytes: int = 2 * LARGE) -> Step:
    """One that is packed on a thread, to almost nothing."""
    rect = Rect(0, 0, 1024, nbytes // 1024)
    return Step(name, [(rect, np.full((rect.height, rect.width), 3, np.uint8))], rect)


def size_of_one() -> int:
    one = step()
    one.pack()
    return one.nbytes


def waited_for(happened: Callable[[], bool]) -> bool:
    """Whether it came about within ten seconds, by the thread that packs."""
    for _ in range(10_000):
        if happened():
            return True
        Event().wait(0.001)
    return False


def names_back(history: History) -> list[str]:
    """What undo would take back, one after the other; they are made again afterwards."""
    names = []
    while history.undo_name:
        names.append(history.undo_name)
        history.undo()
    for _ in names:
        history.redo()
    return names


def test_a_new_history_is_at_its_start() -> None:
    history = History()
    assert history.is_at_start
    assert history.is_complete
    assert (history.undo_name, history.redo_name) == ("", "")
    assert history.undo() is None
    assert history.redo() is None


def test_steps_come_back_in_order_and_are_named() -> None:
    history = History()
    steps = [step(name) for name in ("one", "two", "three")]
    for each in steps:
        history.add(each)
    assert history.undo_name == "three"
    assert [history.undo() for _ in range(3)] == steps[::-1]
    assert history.is_at_start
    assert history.redo_name == "one"
    assert [history.redo() for _ in range(3)] == steps
    assert not history.is_at_start


def test_a_new_step_ends_what_could_be_made_again() -> None:
    history = History()
    history.add(step("one"))
    history.add(step("two"))
    history.undo()
    history.add(step("other"))
    assert history.redo_name == ""
    assert names_back(history) == ["other", "one"]
    assert history.budget.nbytes == 2 * size_of_one()


def test_there_is_no_limit_by_count() -> None:
    history = History()
    for number in range(5000):
        history.add(step(str(number)))
    assert len(names_back(history)) == 5000
    assert history.is_complete


def test_beyond_the_budget_the_oldest_of_any_image_goes_first() -> None:
    budget = HistoryBudget(4 * size_of_one())
    one, other = History(budget), History(budget)
    for number in range(3):
        one.add(step(f"one {number}"))
        other.add(step(f"other {number}"))
    assert names_back(one) == ["one 2", "one 1"]
    assert names_back(other) == ["other 2", "other 1"]
    assert not one.is_complete
    assert not other.is_complete
    assert budget.nbytes == 4 * size_of_one()


def test_an_image_whose_steps_were_dropped_is_not_at_its_start_without_them() -> None:
    history = History(HistoryBudget(2 * size_of_one()))
    for number in range(3):
        history.add(step(str(number)))
    while history.undo():
        pass
    assert history.undo_name == ""
    assert not history.is_at_start


def test_the_newest_step_stays_whatever_it_takes() -> None:
    history = History(HistoryBudget(1))
    history.add(step("one"))
    assert names_back(history) == ["one"]
    history.add(step("two"))
    assert names_back(history) == ["two"]


def test_a_step_that_could_be_made_again_goes_with_all_that_follow_it() -> None:
    budget = HistoryBudget(4 * size_of_one())
    one, other = History(budget), History(budget)
    for number in range(3):
        one.add(step(f"one {number}"))
    one.undo()
    one.undo()
    other.add(step("other 0"))
    other.add(step("other 1"))
    assert names_back(one) == []
    assert one.redo_name == "one 1"
    other.add(step("other 2"))
    assert one.redo_name == "", "“one 2” can't be made again without “one 1”"
    assert budget.nbytes == 3 * size_of_one()


def test_all_undone_and_then_dropped_an_image_is_still_at_its_start() -> None:
    budget = HistoryBudget(size_of_one())
    one, other = History(budget), History(budget)
    one.add(step("one"))
    one.undo()
    other.add(step("other"))
    assert one.redo_name == ""
    assert one.is_at_start


def test_a_smaller_limit_takes_effect_at_once() -> None:
    history = History()
    for number in range(10):
        history.add(step(str(number)))
    history.budget.limit = 3 * size_of_one()
    assert names_back(history) == ["9", "8", "7"]
    assert history.budget.limit == 3 * size_of_one()
    history.budget.limit = 0
    assert names_back(history) == ["9"]


def test_a_cleared_history_gives_its_bytes_back() -> None:
    budget = HistoryBudget()
    one, other = History(budget), History(budget)
    one.add(step("one"))
    one.add(step("two"))
    one.undo()
    other.add(step("other"))
    one.clear()
    assert (one.undo_name, one.redo_name, one.nbytes) == ("", "", 0)
    assert not one.is_at_start, "what it led back to is not known any more"
    assert budget.nbytes == other.nbytes == size_of_one()


def test_the_position_is_the_same_whenever_the_labels_are() -> None:
    history = History(HistoryBudget(2 * size_of_one()))
    positions = [history.position]
    for number in range(3):
        history.add(step(str(number)))
        positions.append(history.position)
    assert len(set(map(id, positions))) == 4
    for position in positions[-2:0:-1]:
        history.undo()
        assert history.position is position
    assert history.undo() is None, "the first step was dropped"
    assert history.position is positions[1]
    history.redo()
    assert history.position is positions[2]


def test_a_position_holds_on_to_no_dropped_step() -> None:
    history = History(HistoryBudget(0))
    dropped = step("dropped")
    remains = weakref.ref(dropped)
    history.add(dropped)
    del dropped
    position = history.position
    history.add(step("next"))
    history.undo()
    assert history.position is position
    assert remains() is None


def test_a_large_step_is_packed_when_the_next_one_comes() -> None:
    history = History()
    one, other = large_step("one"), large_step("other")
    history.add(one)
    history.add(step("small"))
    assert not one.is_packed
    history.add(other)
    history.budget.settle()
    assert one.is_packed
    assert other.is_packed
    assert history.budget.nbytes == history.nbytes < 100_000


def test_what_a_large_step_takes_is_known_at_any_time() -> None:
    history = History()
    history.add(large_step(nbytes=3 * LARGE))
    assert history.budget.nbytes == history.nbytes >= 3 * LARGE


@pytest.mark.parametrize("nbytes", [2 * LARGE, FRESH + 2**20])
def test_a_large_step_is_packed_at_once_where_its_bytes_are_needed(nbytes: int) -> None:
    history = History(HistoryBudget(LARGE if nbytes < FRESH else 10 * FRESH))
    large = large_step(nbytes=nbytes)
    history.add(large)
    assert waited_for(lambda: history.budget.nbytes < LARGE / 4)
    assert large.is_packed


def test_a_limit_that_is_made_smaller_has_the_newest_step_packed() -> None:
    history = History()
    history.add(large_step())
    history.budget.limit = LARGE
    assert waited_for(lambda: history.budget.nbytes < LARGE / 4)


def test_a_large_step_pushes_no_other_out_before_it_is_packed() -> None:
    history = History(HistoryBudget(LARGE))
    history.add(step("small"))
    history.add(large_step("large"))
    history.add(step("after"))
    history.budget.settle()
    assert names_back(history) == ["after", "large", "small"]
    assert history.is_complete


def test_once_packed_large_steps_keep_to_the_limit() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (2048, 1024), np.uint8)
    rect = Rect(0, 0, 1024, 2048)
    history = History(HistoryBudget(noise.nbytes * 3 // 2))
    for name in ("one", "two", "three"):
        history.add(Step(name, [(rect, noise.copy())], rect))
    history.budget.settle()
    assert names_back(history) == ["three"]
    assert history.budget.nbytes == history.nbytes
    assert history.budget.nbytes <= history.budget.limit * 2 // 3 + noise.nbytes // 10


@pytest.mark.parametrize("leave", [History.clear, lambda history: history.add(step("other"))])
def test_a_large_step_may_go_before_it_is_packed(leave: Callable[[History], None]) -> None:
    history = History()
    for _ in range(5):
        history.add(large_step())
        history.undo()
        leave(history)
        history.undo()
    history.clear()
    history.budget.settle()
    assert history.budget.nbytes == 0


def test_what_waits_to_be_packed_is_bounded() -> None:
    history = History()
    for _ in range(12):
        history.add(large_step(nbytes=BACKLOG // 4))
        assert history.budget.nbytes <= BACKLOG + 2**20
    history.budget.settle()
    assert len(names_back(history)) == 12


class _Unpackable(Step):
    def pack(self) -> None:
        raise MemoryError("no memory to pack it in")


def test_a_step_that_cannot_be_packed_stays_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rect = Rect(0, 0, 1024, 2 * LARGE // 1024)
    pixels = np.full((rect.height, rect.width), 3, np.uint8)
    history = History()
    with caplog.at_level(logging.ERROR):
        history.add(_Unpackable("edit", [(rect, pixels)], rect))
        history.budget.settle()
    assert history.undo_name == "edit"
    assert history.budget.nbytes == history.nbytes >= pixels.nbytes
    assert "no memory to pack it in" in caplog.text


def test_the_next_steps_are_unpacked_once_somebody_goes_back_and_forth() -> None:
    mask = EditableMask(np.zeros((1024, 2048), np.uint8))
    rng = np.random.default_rng(0)
    states = [mask.labels.copy()]
    for _ in range(5):
        labels = np.kron(rng.integers(0, 9, (32, 64)), np.ones((32, 32))).astype(np.uint8)
        mask.begin("edit")
        mask.replace(Rect(0, 0, 2048, 1024), labels)
        mask.commit()
        states.append(labels)
    mask.history.budget.settle()
    steps = [*mask.history._done]
    assert all(each.is_packed for each in steps)
    packed = mask.history.nbytes
    at = 5
    for way in (-1, -1, -1, 1, -1, -1, -1, 1, 1, 1, 1, 1, -1):
        (mask.undo if way < 0 else mask.redo)()
        at += way
        np.testing.assert_array_equal(mask.labels, states[at])
        near = [each in (at - 1, at) for each in range(5)]
        assert waited_for(partial(_are_at_hand, steps, near))
    assert mask.history.nbytes == packed
    mask.begin("edit")
    mask.replace(Rect(0, 0, 2048, 1024), states[0] + 20)
    mask.commit()
    assert waited_for(partial(_are_at_hand, steps, [False] * 5))


def _are_at_hand(steps: list[Step], wanted: list[bool]) -> bool:
    return [each._at_hand is not None for each in steps] == wanted


def test_haste_finds_steps_as_they_are() -> None:
    mask = EditableMask(np.zeros((1024, 2048), np.uint8))
    rng = np.random.default_rng(1)
    states = [mask.labels.copy()]
    for _ in range(6):
        labels = rng.integers(0, 9, (1024, 2048)).astype(np.uint8)
        mask.begin("edit")
        mask.replace(Rect(0, 0, 2048, 1024), labels)
        mask.commit()
        states.append(labels)
    at = 6
    for way in rng.choice([-1, 1], 60):
        if not 0 <= at + way <= 6:
            continue
        (mask.undo if way < 0 else mask.redo)()
        at += int(way)
        np.testing.assert_array_equal(mask.labels, states[at])


def test_what_was_unpacked_is_let_go_of_with_its_history() -> None:
    history = History()
    for name in ("one", "other", "third"):
        history.add(large_step(name))
    history.budget.settle()
    steps = [*history._done]
    history.undo()
    history.foresee()
    assert waited_for(partial(_are_at_hand, steps, [False, True, True]))
    history.clear()
    assert waited_for(partial(_are_at_hand, steps, [False] * 3))
