"""``maskwright stats``: the figures of a folder, without changing anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import Finished

from segmenter.project.project import Project

Run = Callable[..., Finished]


@pytest.fixture
def corrected(photos: Path) -> Path:
    """The folder of photos, one of them predicted and corrected by a half."""
    with Project.open(photos) as project:
        project.scan()
        project.class_ids_for(("background", "cat"))
        labels = np.zeros((64, 96), np.uint8)
        labels[:32] = 1
        project.save_prediction("cat.jpg", labels, np.full((64, 96), 255, np.uint8), 0.1)
        project.save_mask("cat.jpg", np.ones((64, 96), np.uint8))
    return photos


def test_text_for_people(run: Run, corrected: Path) -> None:
    told = run("stats", corrected)
    assert told.code == 0
    assert "3 images: 2 new, 1 corrected." in told.stdout
    assert "people changed 50.0% of the pixels in 1 image" in told.stdout


def test_json_for_programs(run: Run, corrected: Path) -> None:
    figures = run("stats", corrected, "--json").event("statistics")
    assert figures["states"]["corrected"] == 1
    assert figures["changed"] == 0.5
    assert figures["mean_iou"] == 0.25


def test_csv_for_spreadsheets(run: Run, corrected: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("stats", corrected, "--csv").stdout)))
    assert [row["class"] for row in rows] == ["background", "cat"]


def test_it_works_while_the_folder_is_open_elsewhere(run: Run, corrected: Path) -> None:
    with Project.open(corrected) as project:
        assert not project.read_only
        assert run("stats", corrected).code == 0


def test_nothing_is_made_in_a_folder_without_a_project(run: Run, photos: Path) -> None:
    assert "3 images: 3 new." in run("stats", photos).stdout
    assert not (photos / "maskwright").exists()


def test_a_folder_that_is_not_there_is_one_sentence(run: Run, tmp_path: Path) -> None:
    told = run("stats", tmp_path / "nowhere")
    assert told.code == 1
    assert "nowhere" in told.stderr
