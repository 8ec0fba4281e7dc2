"""A real project of a few photos, and the panel that lists it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.image_list import ImageListPanel
from segmenter.project.project import Project
from segmenter.project.state import State

NAMES = ["img1.jpg", "img2.jpg", "img10.jpg", "sub/img3.jpg", "sub/other.jpg"]


@pytest.fixture
def folder(tmp_path: Path, sample: Path) -> Path:
    """Five photos and a file that only pretends to be one."""
    photo = sample / "cat.jpg"
    made = tmp_path / "photos"
    (made / "sub").mkdir(parents=True)
    for name in NAMES:
        shutil.copy(photo, made / name)
    (made / "broken.jpg").write_bytes(b"not a photo")
    return made


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    """Three images predicted (uncertainty 0.2, 0.9, 0.5), one approved, one failed, one new."""
    with Project.open(folder) as opened:
        opened.scan()
        for name, uncertainty in (
            ("img1.jpg", 0.2), ("img2.jpg", 0.9), ("sub/img3.jpg", 0.5), ("img10.jpg", 0.7),
        ):  # fmt: skip
            labels = np.zeros((300, 451), np.uint8)
            opened.save_prediction(name, labels, labels, uncertainty)
        opened.set_state("img10.jpg", State.APPROVED)
        opened.set_state("broken.jpg", State.FAILED, "It is no image.")
        yield opened


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ImageListPanel]:
    made = ImageListPanel()
    qtbot.addWidget(made)
    made.resize(300, 420)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.shutdown()
    made.close()


@pytest.fixture
def listed(panel: ImageListPanel, project: Project, qtbot: QtBot) -> ImageListPanel:
    """The panel, showing the project."""
    with qtbot.waitSignal(panel.loaded):
        panel.set_project(project)
    return panel
