"""The child process as the window sees it: real processes that are short, and behave badly."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from trainings import python_child
from windows import WAIT_MS

from gui.training.run_process import Ending, RunProcess
from segmenter.training.events import Done, Event, Note, Stopped

DONE = {
    "event": "done",
    "path": "m.safetensors",
    "epochs": 1,
    "best_epoch": 1,
    "mean_iou": 0.5,
    "seconds": 1.0,
    "reason": "All 1 epochs are done.",
}
NOTE = {"event": "note", "text": "Half the batch."}


@pytest.fixture
def process(qtbot: QtBot) -> Iterator[RunProcess]:
    made = RunProcess()
    yield made
    if made.is_running:
        with qtbot.waitSignal(made.ended, timeout=WAIT_MS):
            made.kill()


def ended(qtbot: QtBot, process: RunProcess, command: list[str]) -> tuple[Ending, list[Event]]:
    """Run it to its end: how that was, and what it told."""
    told: list[Event] = []
    process.told.connect(told.append)
    with qtbot.waitSignal(process.ended, timeout=WAIT_MS) as end:
        process.start(command)
    assert not process.is_running
    return end.args[0], told


def says(*events: Mapping[str, object]) -> list[str]:
    return [f"print({json.dumps(each)!r})" for each in events]


def test_what_a_child_tells_arrives_as_events_in_their_order(
    qtbot: QtBot, process: RunProcess
) -> None:
    ending, told = ended(qtbot, process, python_child(*says(NOTE, DONE)))
    assert [type(each) for each in told] == [Note, Done]
    assert ending.last == told[1]
    assert not ending.trouble
    assert not ending.is_stopped


def test_rubbish_between_the_events_is_passed_over(qtbot: QtBot, process: RunProcess) -> None:
    rubbish = [
        "print('loading…'); print('[1, 2]'); print('{')",
        'print(\'{"event": "batch"}\')',  # without what a batch has
        'print(\'{"event": "of a later version"}\')',
        "import sys; sys.stdout.flush()",
        "sys.stdout.buffer.write(bytes(range(128, 256)) + b'\\n')",
        "sys.stdout.flush()",
    ]
    ending, told = ended(qtbot, process, python_child(*rubbish, *says(DONE)))
    assert [type(each) for each in told] == [Done]
    assert not ending.trouble


def test_a_flood_of_lines_is_read_to_its_end(qtbot: QtBot, process: RunProcess) -> None:
    line = json.dumps(NOTE)
    child = python_child(f"for _ in range(5000): print({line!r})", *says(DONE))
    _, told = ended(qtbot, process, child)
    assert len(told) == 5001


def test_a_child_that_says_nothing_of_a_training_ended_by_a_bug(
    qtbot: QtBot, process: RunProcess
) -> None:
    ending, told = ended(qtbot, process, python_child("print('hello')"))
    assert told == []
    assert ending.last is None
    assert "bug" in ending.trouble
    assert "hello" in ending.report


def test_a_traceback_is_kept_for_the_report(qtbot: QtBot, process: RunProcess) -> None:
    ending, _ = ended(qtbot, process, python_child("raise ValueError('of ours')"))
    assert "bug" in ending.trouble
    assert "ValueError: of ours" in ending.report


def test_what_the_command_line_says_went_wrong_is_told_as_it_is(
    qtbot: QtBot, process: RunProcess
) -> None:
    child = python_child(
        "import sys",
        "print('a warning', file=sys.stderr)",
        "print('maskwright: No image has a mask yet.', file=sys.stderr)",
        "sys.exit(1)",
    )
    ending, _ = ended(qtbot, process, child)
    assert (ending.trouble, ending.report) == ("No image has a mask yet.", "")


def test_a_run_that_fails_by_itself_says_why(qtbot: QtBot, process: RunProcess) -> None:
    full = "The checkpoint could not be saved: the disk is full; free some space."
    child = python_child(*says({"event": "failed", "reason": full}), "raise SystemExit(1)")
    ending, _ = ended(qtbot, process, child)
    assert (ending.trouble, ending.report) == (full, "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("number", "words"), [(9, "killed"), (11, "crashed")])
def test_a_child_that_dies_is_told_of_in_one_sentence(
    qtbot: QtBot, process: RunProcess, number: int, words: str
) -> None:
    child = python_child(*says(NOTE), "import os, sys", "sys.stdout.flush()",
                         f"os.kill(os.getpid(), {number})")  # fmt: skip
    ending, told = ended(qtbot, process, child)
    assert len(told) == 1
    assert words in ending.trouble
    assert ending.trouble.count(".") == 1


def test_a_program_that_is_not_there_is_told_of(
    qtbot: QtBot, process: RunProcess, tmp_path: Path
) -> None:
    ending, _ = ended(qtbot, process, [str(tmp_path / "no-such-program")])
    assert "could not be started" in ending.trouble
    assert "no-such-program" in ending.trouble
    assert not process.is_running


def test_words_reach_the_child_and_stop_ends_it_its_own_way(
    qtbot: QtBot, process: RunProcess
) -> None:
    stopped = {**DONE, "event": "stopped"}
    child = python_child(
        "import json, sys",
        "for line in sys.stdin:",
        "    print(json.dumps({'event': 'note', 'text': line.strip()}), flush=True)",
        "    if line == 'stop\\n': break",
        f"print({json.dumps(stopped)!r})",
    )
    told: list[Event] = []
    process.told.connect(told.append)
    with qtbot.waitSignal(process.told, timeout=WAIT_MS):
        process.start(child)
        process.tell("pause")
    with qtbot.waitSignal(process.ended, timeout=WAIT_MS) as end:
        process.tell("resume")
        process.stop()
        process.stop()
    assert [each.text for each in told if isinstance(each, Note)] == ["pause", "resume", "stop"]
    assert isinstance(end.args[0].last, Stopped)
    assert end.args[0].is_stopped


CANCELLED = ("print('maskwright: Stopped.', file=sys.stderr)", "sys.exit(1)")
"""As the command line ends where it was stopped before its first step."""


def stopped(qtbot: QtBot, process: RunProcess, *last: str) -> Ending:
    """A child that does this when it is told to stop."""
    with qtbot.waitSignal(process.ended, timeout=WAIT_MS) as end:
        process.start(python_child("import sys", "sys.stdin.readline()", *last))
        process.stop()
    ending: Ending = end.args[0]
    return ending


def test_a_stop_before_the_first_step_is_no_failure(qtbot: QtBot, process: RunProcess) -> None:
    ending = stopped(qtbot, process, *CANCELLED)
    assert ending.is_stopped
    assert ending.last is None
    assert ending.trouble == "Stopped before anything was learnt."
    assert not ending.report


def test_what_goes_wrong_while_it_stops_is_told_all_the_same(
    qtbot: QtBot, process: RunProcess
) -> None:
    full = "The disk is full: free some space."
    failed = json.dumps({"event": "failed", "reason": full})
    ending = stopped(qtbot, process, f"print({failed!r})", *CANCELLED)
    assert (ending.trouble, ending.is_stopped) == (full, False)
    ending = stopped(qtbot, process, "raise ValueError('of ours')")
    assert "ValueError: of ours" in ending.report
    assert not ending.is_stopped


def test_a_child_that_somebody_else_stopped_says_so(qtbot: QtBot, process: RunProcess) -> None:
    ending, _ = ended(qtbot, process, python_child("import sys", *CANCELLED))
    assert (ending.trouble, ending.is_stopped) == ("Stopped.", False)


def test_a_child_that_does_not_stop_is_ended_when_patience_is_over(
    qtbot: QtBot, process: RunProcess
) -> None:
    child = python_child(*says(NOTE), "import sys, threading", "sys.stdout.flush()",
                         "threading.Event().wait()")  # fmt: skip
    with qtbot.waitSignal(process.told, timeout=WAIT_MS):
        process.start(child)
    with qtbot.waitSignal(process.ended, timeout=WAIT_MS) as end:
        process.stop(patience=0.05)
    assert "before it could save" in end.args[0].trouble


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="another system's priorities")
def test_a_child_gives_way_to_the_window(qtbot: QtBot, process: RunProcess) -> None:
    child = python_child(
        "import json, os, sys",
        "sys.stdin.readline()",
        "told = f'{os.nice(0)} {os.environ[\"OMP_WAIT_POLICY\"]}'",
        "print(json.dumps({'event': 'note', 'text': told}))",
    )
    told: list[Event] = []
    process.told.connect(told.append)
    process.start(child)
    own = os.nice(0)
    with qtbot.waitSignal(process.ended, timeout=WAIT_MS):
        qtbot.waitUntil(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) > own, timeout=WAIT_MS)
        process.tell("resume")
    (note,) = told
    assert isinstance(note, Note)
    niceness, policy = note.text.split()
    assert int(niceness) > own
    assert policy == "passive"
