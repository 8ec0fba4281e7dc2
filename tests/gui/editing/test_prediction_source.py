"""Fetching a prediction while what is shown becomes something else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from windows import WAIT_MS

from gui.canvas.content import CanvasContent, prepare
from gui.editing.prediction_source import PredictionSource
from gui.jobs import Background, Jobs
from segmenter.project.project import Project

NAME = "one.png"


def content(height: int, width: int) -> CanvasContent:
    return prepare(np.zeros((height, width, 3), np.uint8))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    Image.new("RGB", (40, 30)).save(tmp_path / NAME)
    with Project.open(tmp_path) as opened:
        opened.scan()
        labels = np.zeros((30, 40), np.uint8)
        opened.save_prediction(NAME, labels, labels, 0.2)
        yield opened


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    return Jobs()


@pytest.fixture
def source(jobs: Jobs) -> Iterator[PredictionSource]:
    background = Background(jobs)
    yield PredictionSource(background)
    background.close()


def test_labels_of_the_photo_before_are_none_of_the_one_that_replaced_it(
    project: Project, source: PredictionSource, jobs: Jobs, qtbot: QtBot
) -> None:
    fetched: list[Any] = []
    source.show(project, NAME, content(30, 40))
    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        source.fetch(fetched.append)
        source.show(project, NAME, content(60, 80))
    assert fetched == [None]


def test_a_failure_is_told_to_nobody_where_another_image_is_shown(
    project: Project, source: PredictionSource, jobs: Jobs, qtbot: QtBot
) -> None:
    fetched: list[Any] = []
    source.show(project, "../outside.png", content(30, 40))
    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        source.fetch(fetched.append)
        source.show(project, NAME, content(30, 40))
    assert fetched == []
