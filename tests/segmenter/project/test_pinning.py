"""What a person says an image serves for is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.project import Project
from segmenter.project.state import Side, State


def test_a_pin_is_kept_when_the_folder_is_closed(project: Project, folder: Path) -> None:
    project.pin("img2.png", Side.VALIDATION)
    project.pin("img10.png", Side.TRAINING)
    project.close()
    with Project.open(folder) as again:
        again.scan()
        sides = {record.name: record.side for record in again.images()}
    assert sides == {
        "img2.png": Side.VALIDATION,
        "img10.png": Side.TRAINING,
        "more/img1.png": None,
    }


def test_a_pin_stays_through_correcting_and_failing(project: Project) -> None:
    project.pin("img2.png", Side.VALIDATION)
    labels = np.zeros(project.load_image("img2.png").shape[:2], np.uint8)
    assert project.save_mask("img2.png", labels).side is Side.VALIDATION
    project.set_state("img2.png", State.FAILED, "It is cut off.")
    project.load_image("img2.png")
    assert project.image("img2.png").side is Side.VALIDATION


def test_a_pin_can_be_taken_back(project: Project, folder: Path) -> None:
    project.pin("img2.png", Side.TRAINING)
    assert project.pin("img2.png", None).side is None
    project.close()
    with Project.open(folder) as again:
        assert again.image("img2.png").side is None


def test_an_image_that_comes_back_is_where_it_was(project: Project, folder: Path) -> None:
    project.pin("img2.png", Side.VALIDATION)
    away = folder / "img2.png"
    kept = away.read_bytes()
    away.unlink()
    project.scan()
    away.write_bytes(kept)
    project.scan()
    assert project.image("img2.png").side is Side.VALIDATION


def test_a_read_only_project_takes_no_pin(project: Project, folder: Path) -> None:
    with (
        Project.open(folder, read_only=True) as reader,
        pytest.raises(MaskwrightError),
    ):
        reader.pin("img2.png", Side.TRAINING)
