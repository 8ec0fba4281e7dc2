"""The thread that learns, without its thread: what it leaves behind, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from learning import FEW_STEPS
from merging import Refusing

from gui.training.lesson import Lesson, LessonProgress
from gui.training.teacher import Teacher
from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.project.project import Project


class GivenUpOnceSaved(CancelToken):
    """Cancelled as soon as there is a model in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.seen: list[Path] = []

    @property
    def is_cancelled(self) -> bool:
        self.seen += self._folder.glob("*.safetensors")
        return bool(self.seen)


@pytest.fixture
def project(labelled: Path) -> Iterator[Project]:
    with Project.open(labelled) as project:
        yield project


def test_given_up_while_the_model_was_saved_leaves_no_file(
    project: Project, small_model: Path
) -> None:
    given_up = GivenUpOnceSaved(project.models_folder)
    lesson = Lesson(project, str(small_model), FEW_STEPS, cancel=given_up)
    with pytest.raises(Cancelled):
        Teacher().learn(lesson, lambda _: None, lambda _: None)
    assert given_up.seen
    assert list(project.models_folder.iterdir()) == []


def test_labels_of_a_merge_that_is_half_done_teach_nothing(
    project: Project, small_model: Path
) -> None:
    background, thing = (each.id for each in project.classes)
    Refusing(project, 2)
    with pytest.raises(MaskwrightError, match="not authorized"):
        project.merges.merge([thing], background)
    told: list[LessonProgress] = []
    lesson = Lesson(project, str(small_model), FEW_STEPS)
    with pytest.raises(MaskwrightError, match="half done"):
        Teacher().learn(lesson, told.append, lambda _: None)
    assert told == []
    assert not project.models_folder.exists()
