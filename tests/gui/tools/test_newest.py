"""Computing off the GUI thread: one at a time, and the newest request counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from gui.jobs import Background, Jobs
from gui.tools.newest import Newest


@pytest.fixture
def jobs(qapp: object) -> Jobs:
    return Jobs()


@pytest.fixture
def newest(jobs: Jobs) -> Iterator[Newest]:
    background = Background(jobs)
    yield Newest(background, "test")
    background.close()


class Slow:
    """Work that goes on until it is let."""

    def __init__(self, result: str) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self._result = result

    def __call__(self) -> str:
        self.begun.set()
        assert self.may_end.wait(20)
        return self._result


def test_of_requests_that_wait_only_the_newest_is_computed(
    newest: Newest, jobs: Jobs, qtbot: QtBot
) -> None:
    got: list[str] = []
    first = Slow("first")
    newest.ask(first, got.append)
    assert first.begun.wait(20)
    newest.ask(lambda: "second", got.append)
    newest.ask(lambda: "third", got.append)
    first.may_end.set()
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert got == ["first", "third"]


def test_two_never_run_at_the_same_time_even_after_a_drop(
    newest: Newest, jobs: Jobs, qtbot: QtBot
) -> None:
    got: list[str] = []
    first, second = Slow("first"), Slow("second")
    newest.ask(first, got.append)
    assert first.begun.wait(20)
    newest.drop()
    newest.ask(second, got.append)
    assert not second.begun.wait(0.05)
    first.may_end.set()
    second.may_end.set()
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert got == ["second"]


def test_it_says_when_it_is_busy(newest: Newest, jobs: Jobs, qtbot: QtBot) -> None:
    told: list[bool] = []
    newest.busy_changed.connect(told.append)
    newest.ask(lambda: 1, lambda _: None)
    newest.ask(lambda: 2, lambda _: None)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert told == [True, False]
    newest.ask(lambda: 3, lambda _: None)
    newest.drop()
    assert told == [True, False, True, False]
    assert not newest.is_busy


def test_a_bug_in_the_work_is_told_and_does_not_block_what_comes_next(
    newest: Newest, jobs: Jobs, qtbot: QtBot
) -> None:
    got: list[int] = []
    with capture_exceptions() as errors:
        newest.ask(lambda: 1 // 0, got.append)
        qtbot.waitUntil(lambda: jobs.is_idle)
    assert [kind for kind, _, _ in errors] == [ZeroDivisionError]
    newest.ask(lambda: 7, got.append)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert got == [7]


def test_a_bug_ends_the_waiting_for_a_result(newest: Newest, jobs: Jobs, qtbot: QtBot) -> None:
    told: list[str] = []
    newest.failed.connect(lambda: told.append("failed"))
    newest.busy_changed.connect(lambda busy: told.append("busy" if busy else "quiet"))
    with capture_exceptions():
        newest.ask(lambda: 1 // 0, lambda _: None)
        qtbot.waitUntil(lambda: jobs.is_idle)
    assert told == ["busy", "failed", "quiet"]
