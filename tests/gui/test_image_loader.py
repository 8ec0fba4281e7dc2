"""Images are prepared ahead, few enough to fit, and never show what is out of date."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from windows import WAIT_MS

from gui.image_loader import ImageLoader, Prepared
from gui.jobs import Background, Jobs
from segmenter.project.project import Project

NAMES = ["astronaut.jpg", "cat.jpg", "coffee.jpg", "rocket.jpg"]


@pytest.fixture
def jobs(qtbot: QtBot) -> Jobs:
    return Jobs()


@pytest.fixture
def background(jobs: Jobs) -> Iterator[Background]:
    background = Background(jobs)
    yield background
    assert background.close(20)


@pytest.fixture
def project(photos: Path) -> Iterator[Project]:
    with Project.open(photos) as project:
        project.scan()
        yield project


def quiet(qtbot: QtBot, jobs: Jobs) -> None:
    qtbot.waitUntil(lambda: jobs.is_idle, timeout=WAIT_MS)


@pytest.fixture
def loader(background: Background, project: Project) -> ImageLoader:
    loader = ImageLoader(background)
    loader.set_project(project)
    return loader


def test_the_wanted_image_and_its_neighbours_are_prepared(
    loader: ImageLoader, jobs: Jobs, qtbot: QtBot
) -> None:
    ready: list[str] = []
    loader.ready.connect(lambda prepared: ready.append(prepared.name))
    loader.want(NAMES[:3])
    quiet(qtbot, jobs)
    assert ready == ["astronaut.jpg"]
    assert [name for name in NAMES if loader.is_ready(name)] == NAMES[:3]
    loader.want(["cat.jpg", "coffee.jpg"])
    assert ready == ["astronaut.jpg", "cat.jpg"]  # at once


def test_no_more_than_the_budget_is_kept(
    background: Background, project: Project, jobs: Jobs, qtbot: QtBot
) -> None:
    loader = ImageLoader(background, budget=1)
    loader.set_project(project)
    for name in NAMES:
        loader.want([name])
        quiet(qtbot, jobs)
        assert loader.is_ready(name)
    assert [name for name in NAMES if loader.is_ready(name)] == NAMES[-2:]


def test_stepping_fast_leaves_no_queue_behind(
    loader: ImageLoader, jobs: Jobs, qtbot: QtBot
) -> None:
    for name in NAMES:
        loader.want([name])
    quiet(qtbot, jobs)
    assert loader.is_ready("rocket.jpg")
    assert not loader.is_ready("coffee.jpg")  # wanted for no longer than a blink


def test_new_labels_are_shown_without_reading_the_photo_again(
    loader: ImageLoader, project: Project, photos: Path, jobs: Jobs, qtbot: QtBot
) -> None:
    shown: list[Prepared] = []
    loader.ready.connect(shown.append)
    loader.want(["cat.jpg"])
    quiet(qtbot, jobs)
    assert shown[0].content is not None
    assert shown[0].content.labels is None
    height, width = shown[0].content.height, shown[0].content.width
    labels = np.zeros((height, width), np.uint8)
    project.class_ids_for(["background"])
    project.save_prediction("cat.jpg", labels, labels + 200, 0.25)
    (photos / "cat.jpg").unlink()  # so that reading it again would fail
    loader.labels_changed("cat.jpg")
    quiet(qtbot, jobs)
    assert shown[-1].content is not None
    assert shown[-1].content.photo is shown[0].content.photo
    assert shown[-1].content.labels is not None
    assert shown[-1].content.confidence is not None
    assert np.array_equal(shown[-1].content.labels, labels)
    assert np.array_equal(shown[-1].content.confidence, labels + 200)


def test_labels_that_change_while_they_are_read_are_read_again(
    loader: ImageLoader, project: Project, jobs: Jobs, qtbot: QtBot
) -> None:
    shown: list[Prepared] = []
    loader.ready.connect(shown.append)
    loader.want(["cat.jpg"])
    size = project.load_image("cat.jpg").shape[:2]
    project.save_mask("cat.jpg", np.full(size, project.add_class("cat").id, np.uint8))
    loader.labels_changed("cat.jpg")
    quiet(qtbot, jobs)
    assert shown[-1].content is not None
    assert shown[-1].content.labels is not None
    assert not shown[-1].stale


def test_an_image_whose_file_is_another_is_read_anew(
    loader: ImageLoader, photos: Path, jobs: Jobs, qtbot: QtBot
) -> None:
    shown: list[Prepared] = []
    loader.ready.connect(shown.append)
    loader.want(NAMES[:2])
    quiet(qtbot, jobs)
    shutil.copy(photos / "rocket.jpg", photos / "astronaut.jpg")
    loader.forget(["astronaut.jpg", "coffee.jpg"])
    assert loader.is_ready("cat.jpg")
    quiet(qtbot, jobs)
    assert [each.name for each in shown] == ["astronaut.jpg"] * 2
    before, after = (each.content for each in shown)
    assert before is not None
    assert after is not None
    assert (before.width, before.height) != (after.width, after.height)


def test_what_was_being_read_of_a_file_that_was_replaced_is_not_kept(
    loader: ImageLoader, photos: Path, jobs: Jobs, qtbot: QtBot
) -> None:
    shown: list[Prepared] = []
    loader.ready.connect(shown.append)
    loader.want(["astronaut.jpg"])
    shutil.copy(photos / "rocket.jpg", photos / "new.jpg")
    (photos / "new.jpg").replace(photos / "astronaut.jpg")
    loader.forget(["astronaut.jpg"])
    loader.labels_changed("astronaut.jpg")
    quiet(qtbot, jobs)
    (prepared,) = shown
    loader.want(["rocket.jpg"])
    quiet(qtbot, jobs)
    assert prepared.content is not None
    assert shown[-1].content is not None
    assert prepared.content.width == shown[-1].content.width


def test_a_mask_of_another_size_is_told_and_not_shown(
    loader: ImageLoader, project: Project, jobs: Jobs, qtbot: QtBot
) -> None:
    shown: list[Prepared] = []
    loader.ready.connect(shown.append)
    project.save_mask("cat.jpg", np.zeros((7, 5), np.uint8))
    loader.want(["cat.jpg"])
    quiet(qtbot, jobs)
    assert shown[-1].content is not None
    assert shown[-1].content.labels is None
    assert "another size" in shown[-1].note


def test_an_image_that_can_not_be_read_comes_with_the_reason(
    loader: ImageLoader, photos: Path, project: Project, jobs: Jobs, qtbot: QtBot
) -> None:
    shown: list[Prepared] = []
    loader.ready.connect(shown.append)
    (photos / "cat.jpg").write_bytes(b"no image")
    loader.want(["cat.jpg"])
    quiet(qtbot, jobs)
    assert shown[-1].content is None
    assert "cat.jpg" in shown[-1].reason
    assert project.image("cat.jpg").state == "failed"


def test_another_project_forgets_the_first(loader: ImageLoader, jobs: Jobs, qtbot: QtBot) -> None:
    loader.want(NAMES[:2])
    loader.set_project(None)
    quiet(qtbot, jobs)
    assert not any(loader.is_ready(name) for name in NAMES)
    assert loader.nbytes == 0
