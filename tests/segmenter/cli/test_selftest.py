"""`maskwright selftest`: each step does its work here, and a fault is found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Finished

from segmenter.cli import selftest as command
from segmenter.cli.self_test import child, learning, prediction, window
from segmenter.cli.self_test.exchange import export_and_import
from segmenter.cli.self_test.libraries import find_certificates, import_everything
from segmenter.cli.self_test.painting import paint_and_read_back
from segmenter.cli.self_test.step import Outcome, Step, StepFailed, run_steps
from segmenter.cli.self_test.workplace import Workplace, workplace
from segmenter.errors import MaskwrightError
from segmenter.project.project import Project

Run = Callable[..., Finished]


@pytest.fixture(scope="module")
def place() -> Iterator[Workplace]:
    """The same for all steps, as when the command runs them."""
    with workplace() as made:
        yield made


def test_nothing_of_the_user_s_is_touched_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWRIGHT_CACHE", str(tmp_path))
    monkeypatch.delenv("MASKWRIGHT_LOG", raising=False)
    with workplace() as made:
        for name in ("CACHE", "CONFIG", "DATA", "LOG"):
            assert Path(os.environ[f"MASKWRIGHT_{name}"]).is_relative_to(made.folder)
        assert not made.folder.name.isascii()
    assert os.environ["MASKWRIGHT_CACHE"] == str(tmp_path)
    assert "MASKWRIGHT_LOG" not in os.environ
    assert not made.folder.exists()


def test_the_modules_are_all_imported(place: Workplace) -> None:
    assert "modules of our own, and torch" in import_everything(place)


def test_certificates_are_counted(place: Workplace) -> None:
    assert "downloads" in find_certificates(place)


def test_strokes_are_read_back(place: Workplace) -> None:
    assert paint_and_read_back(place).startswith("10 strokes")


def test_what_was_painted_comes_back_from_another_format() -> None:
    with workplace() as place:
        paint_and_read_back(place)
        assert "all as painted" in export_and_import(place)


def test_the_starter_says_what_it_said_where_it_was_made(place: Workplace) -> None:
    assert "of the pixels of flower.jpg as expected, on cpu." in (
        prediction.predict_on_the_processor(place)
    )


def test_a_model_that_says_something_else_is_found(place: Workplace, tmp_path: Path) -> None:
    from PIL import Image

    photo = np.asarray(Image.open(place.sample / prediction.PHOTO))
    Image.fromarray(photo[..., ::-1]).save(tmp_path / prediction.PHOTO, quality=95)
    with pytest.raises(StepFailed, match="something else than where it was made"):
        prediction.predict_on_the_processor(replace(place, sample=tmp_path))


def test_learning_at_once_works(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "QUICK_SECONDS", 0.5)
    assert learning.learn_now(place).startswith("Learnt from ")


def test_a_fine_tuned_model_is_made_and_compared(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "CROP", 64)
    assert learning.fine_tune_in_a_child(place).startswith("2 epochs on 4 photos, loss ")
    assert "Mean IoU" in learning.compare_in_a_child(place)


def test_a_child_may_warn_as_much_as_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys; sys.stderr.write('w' * 500_000); print('{\"event\": \"done\"}')"
    monkeypatch.setattr(child, "own_command", lambda: [sys.executable, "-c", script])
    assert child.told_by_child(["train"]) == [{"event": "done"}]


def test_a_child_that_hangs_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys; sys.stdin.read()"
    monkeypatch.setattr(child, "own_command", lambda: [sys.executable, "-c", script])
    monkeypatch.setattr(child, "TIMEOUT_SECONDS", 0.1)
    with pytest.raises(StepFailed, match="took more than"):
        child.told_by_child(["train"])


def test_a_child_that_fails_is_told_with_its_own_words(place: Workplace) -> None:
    with pytest.raises(StepFailed, match=r"`maskwright train` failed: maskwright: .*nowhere"):
        child.told_by_child(["train", str(place.folder / "nowhere"), "--json"])


def test_the_window_opens_and_segments(place: Workplace) -> None:
    assert " icons; segmenting an image took" in window.open_window(place)
    with Project.open(place.photos(window.FOLDER), read_only=True) as project:
        assert [record.name for record in project.images() if record.state == "predicted"]


def test_a_window_that_does_not_open_is_told(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [sys.executable, "-c", "raise SystemExit('maskwright: Qt is gone.')"]
    monkeypatch.setattr(window, "own_window_command", lambda: broken)
    monkeypatch.setattr(window, "FOLDER", "nobody opens it")
    with pytest.raises(StepFailed, match="The window did not open: maskwright: Qt is gone"):
        window.open_window(place)


def fails(_: Workplace) -> str:
    raise MaskwrightError("It is\nbroken.")


def crashes(_: Workplace) -> str:
    raise ZeroDivisionError("by zero")


STEPS = (Step("good", lambda _: "Fine."), Step("bad", fails), Step("worse", crashes))


def test_a_step_that_fails_does_not_end_the_others(place: Workplace) -> None:
    good, bad, worse = run_steps(STEPS, place)
    assert good.ok
    assert (bad.ok, bad.sentence, bad.details) == (False, "It is broken.", "")
    assert (worse.ok, worse.sentence) == (False, "ZeroDivisionError: by zero")
    assert "Traceback" in worse.details


def test_failing_steps_make_the_exit_code_1_and_are_in_the_report(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "STEPS", STEPS)
    done = run("selftest", "--json", "--report", tmp_path / "new" / "report.txt")
    assert done.code == 1
    *steps, end = done.events
    assert [(step["name"], step["ok"]) for step in steps] == [
        ("good", True), ("bad", False), ("worse", False),
    ]  # fmt: skip
    assert all(step["seconds"] >= 0 for step in steps)
    assert (end["ok"], end["failed"]) == (False, ["bad", "worse"])
    report = Path(end["report"]).read_text("utf-8")
    assert "FAILED worse" in report
    assert "Failed: bad, worse." in report
    assert "Traceback" in report


def test_when_all_is_well_the_report_lies_in_the_log_folder(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "STEPS", STEPS[:1])
    monkeypatch.setenv("MASKWRIGHT_LOG", str(tmp_path / "log"))
    done = run("selftest")
    assert done.code == 0
    assert f"All is well.\nThe report is {tmp_path / 'log' / 'selftest.txt'}\n" in done.stdout
    assert "ok     good" in (tmp_path / "log" / "selftest.txt").read_text("utf-8")


def test_a_report_that_can_not_be_written_where_a_person_wants_it_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "STEPS", STEPS[:1])
    (tmp_path / "file").write_bytes(b"")
    done = run("selftest", "--report", tmp_path / "file" / "report.txt")
    assert done.code == 1
    assert "The report can't be written" in done.stderr
    monkeypatch.setenv("MASKWRIGHT_LOG", str(tmp_path / "file"))
    done = run("selftest")
    assert done.code == 0
    assert "The report can't be written" in done.stderr


def test_a_line_has_everything_in_its_place() -> None:
    line = command.line_of(Outcome("window", False, "It broke.", 3.14159))
    assert line == "FAILED window               3.1 s  It broke."
