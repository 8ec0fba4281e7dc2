"""What was chosen the last time is there again, and what makes no sense any more is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.settings import Settings
from gui.training.fine_tune_choices import Choices, remember, remembered
from segmenter.project.project import Project

CHOSEN = Choices("paper", {"paper": {"epochs": 3, "rate": 0.01}}, "cpu", "imagenet-resnet50", True)


@pytest.fixture
def project(photos: Path) -> Iterator[Project]:
    with Project.open(photos) as project:
        yield project


def test_a_folder_remembers_all_of_it(project: Project) -> None:
    settings = Settings()
    assert remembered(project, settings) == Choices()
    remember(project, settings, CHOSEN)
    assert remembered(project, Settings()) == CHOSEN


def test_another_folder_gets_all_but_the_model(project: Project, tmp_path: Path) -> None:
    remember(project, Settings(), CHOSEN)
    other = tmp_path / "other"
    other.mkdir()
    with Project.open(other) as fresh:
        found = remembered(fresh, Settings())
    assert (found.recipe, found.changes, found.device) == ("paper", CHOSEN.changes, "cpu")
    assert found.model == ""


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"recipe": 3}', '{"recipe": {}}'])
def test_nonsense_counts_as_nothing(project: Project, text: str) -> None:
    project.remember("fine_tune", text)
    assert remembered(project, Settings()) == Choices()


def test_numbers_that_a_recipe_no_longer_takes_are_dropped() -> None:
    changes = {"epochs": 5, "gone": 1, "rate": -1.0, "crop": "wide", "scale_low": 9.0}
    assert Choices(changes={"standard": changes}).changed("standard") == {"epochs": 5}


def test_a_recipe_that_is_gone_becomes_the_standard_one() -> None:
    text = CHOSEN.to_text().replace('"recipe": "paper"', '"recipe": "old"')
    found = Choices.from_text(text)
    assert found is not None
    assert found.recipe == "standard"
