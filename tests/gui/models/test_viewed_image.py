"""What the viewer of two compared models shows of an image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from gui.models.label_viewer import Layer
from gui.models.viewed_image import load_viewed
from segmenter.project.label_png import write_label_png
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.stored_files import mask_file
from segmenter.training.comparison import ImageChange

NAME, SHAPE = "a.png", (30, 40)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """One corrected image with a prediction of another class."""
    Image.fromarray(np.full((*SHAPE, 3), 90, np.uint8)).save(tmp_path / NAME)
    with Project.open(tmp_path) as project:
        project.scan()
        project.class_ids_for(("background", "cat"))
        project.save_prediction(NAME, np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8), 0.5)
        project.save_mask(NAME, np.ones(SHAPE, np.uint8))
        yield project


@pytest.fixture
def compared(project: Project, tmp_path: Path) -> ImageChange:
    for name in ("old.png", "new.png"):
        write_label_png(tmp_path / "of" / name, np.zeros(SHAPE, np.uint8), project.classes)
    return ImageChange(
        0, NAME, 0.5, 0.5, *(str(tmp_path / "of" / n) for n in ("old.png", "new.png"))
    )


def test_the_mask_is_shown(project: Project, compared: ImageChange, qtbot: QtBot) -> None:
    mask = load_viewed(project, compared).labels[Layer.MASK]
    assert mask is not None
    assert mask.min() == mask.max() == 1


def test_a_prediction_that_nobody_approved_is_not_shown_as_the_mask(
    project: Project, compared: ImageChange, qtbot: QtBot
) -> None:
    mask_file(project.data_folder, NAME).unlink()
    assert load_viewed(project, compared).labels[Layer.MASK] is None


def test_an_approved_prediction_of_an_older_project_is(
    project: Project, compared: ImageChange, qtbot: QtBot
) -> None:
    mask_file(project.data_folder, NAME).unlink()
    project.set_state(NAME, State.APPROVED)
    mask = load_viewed(project, compared).labels[Layer.MASK]
    assert mask is not None
    assert mask.max() == 0
