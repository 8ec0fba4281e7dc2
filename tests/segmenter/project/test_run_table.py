"""What a project keeps of its fine-tunings."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.project import Project
from segmenter.project.run_table import RunStatus


def test_a_run_is_found_again_with_all_that_was_told_of_it(tmp_path: Path) -> None:
    with Project.open(tmp_path) as project:
        first = project.runs.begin("standard", {"folder": "one"}, "one.safetensors")
        second = project.runs.begin("quick", {"folder": "two", "epochs": 3}, "two.safetensors")
        project.runs.end(
            first,
            RunStatus.FINISHED,
            curves=[{"epoch": 1, "loss": 0.5, "mean_iou": None}],
            scores={"mean_iou": 0.75},
        )
    with Project.open(tmp_path) as project:
        newest, oldest = project.runs.all()
    assert (newest.id, newest.status, newest.folder) == (second, RunStatus.RUNNING, "two")
    assert newest.settings["epochs"] == 3
    assert newest.finished is None
    assert newest.scores is None
    assert oldest.status is RunStatus.FINISHED
    assert oldest.finished is not None
    assert oldest.finished >= oldest.started
    assert oldest.curves == [{"epoch": 1, "loss": 0.5, "mean_iou": None}]
    assert oldest.scores == {"mean_iou": 0.75}
    assert oldest.model == "one.safetensors"


def test_runs_are_listed_without_reading_their_curves(tmp_path: Path) -> None:
    with Project.open(tmp_path) as project:
        id = project.runs.begin("standard", {"folder": "one"}, "one.safetensors")
        project.runs.end(id, RunStatus.FINISHED, curves=[{"epoch": 1}], scores={"mean_iou": 0.5})
        (run,) = project.runs.all(curves=False)
        (whole,) = project.runs.all()
    assert run.curves == []
    assert (run.folder, run.scores, run.status) == (whole.folder, whole.scores, whole.status)
    assert whole.curves == [{"epoch": 1}]


def test_a_resumed_run_keeps_its_curves_until_it_has_newer_ones(tmp_path: Path) -> None:
    with Project.open(tmp_path) as project:
        id = project.runs.begin("standard", {"folder": "one"}, "one.safetensors")
        project.runs.end(id, RunStatus.STOPPED, curves=[{"epoch": 1}])
        project.runs.resume(id)
        resumed = project.runs.all()[0]
        assert (resumed.status, resumed.finished) == (RunStatus.RUNNING, None)
        project.runs.end(id, RunStatus.FAILED)
        failed = project.runs.all()[0]
    assert failed.status is RunStatus.FAILED
    assert failed.curves == [{"epoch": 1}]


def test_a_project_without_a_folder_for_runs_names_where_it_would_be(tmp_path: Path) -> None:
    with Project.open(tmp_path) as project:
        assert project.runs.folder == project.data_folder / "runs"
        assert project.runs.all() == []


def test_a_project_that_was_closed_takes_no_run(tmp_path: Path) -> None:
    with Project.open(tmp_path) as project:
        pass
    with pytest.raises(MaskwrightError, match="closed in the meantime"):
        project.runs.begin("standard", {}, "x.safetensors")
