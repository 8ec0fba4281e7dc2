"""`maskwright doctor` and the check of the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine, Finished

import segmenter
from segmenter.cli.screen_check import look_at_screen, screen_works

Run = Callable[..., Finished]


def test_doctor_tells_what_a_bug_report_needs(run: Run, tiny_model: Path) -> None:
    done = run("doctor", "--model", tiny_model, "--json")
    assert (done.code, done.stderr) == (0, "")
    (facts,) = done.events
    assert facts["problems"] == []
    assert facts["maskwright"]["version"] == segmenter.__version__
    assert facts["maskwright"]["numpy"] == np.__version__
    assert facts["screen"]["platform"] == "offscreen"
    assert "xcb" in facts["screen"]["plugins"] or "offscreen" in facts["screen"]["plugins"]
    assert "cpu" in facts["devices"]
    assert facts["devices"]["flavour"] in ("cpu", "cuda")
    assert facts["maskwright"]["frozen"] is False
    assert Path(facts["maskwright"]["packages"], "numpy").is_dir()
    assert facts["prediction"]["seconds"] > 0
    assert set(facts["prediction"]["classes_found"]) <= {"background", "cat", "dog"}


def test_doctor_as_text_ends_with_the_verdict(run: Run, tiny_model: Path) -> None:
    done = run("doctor", "--model", tiny_model)
    assert done.code == 0
    assert done.stdout.endswith("All is well.\n")
    assert "\nprediction\n" in done.stdout


def test_doctor_ends_with_1_where_no_prediction_can_be_made(run: Run, sample: Path) -> None:
    done = run("doctor", "--model", sample / "cat.jpg", "--json")
    assert done.code == 1
    (facts,) = done.events
    assert len(facts["problems"]) == 1
    assert facts["problems"][0].startswith("prediction: ")
    assert done.stderr.count("\n") == 1


def test_a_screen_that_can_not_be_reached_is_told_and_survived(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-platform")
    assert "no-such-platform" in look_at_screen()["error"]
    assert not screen_works()


def test_no_screen_is_no_fault(maskwright: CommandLine) -> None:
    done = maskwright("screen-check", QT_QPA_PLATFORM="offscreen")
    assert done.code == 0
    assert done.events[0]["screens"]
