"""Keeping, approving and taking back a person's mask."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.stored_files import mask_file, prediction_file

LABELS = np.arange(12, dtype=np.uint8).reshape(3, 4)
NAME = "more/img1.png"


def predict(project: Project) -> None:
    project.save_prediction(NAME, LABELS, LABELS * 20, 0.25)


def test_a_mask_taken_back_leaves_the_image_predicted(project: Project) -> None:
    predict(project)
    project.save_mask(NAME, LABELS + 1)
    record = project.remove_mask(NAME)
    assert record.state is State.PREDICTED
    assert record.uncertainty == 0.25
    assert project.image(NAME) == record
    assert project.load_mask(NAME) is None
    assert not mask_file(project.data_folder, NAME).exists()


def test_a_mask_taken_back_of_an_image_without_prediction_leaves_it_new(project: Project) -> None:
    project.save_mask(NAME, LABELS)
    assert project.remove_mask(NAME).state is State.NEW


def test_taking_back_a_mask_that_is_not_there_is_no_mistake(project: Project) -> None:
    assert project.remove_mask(NAME).state is State.NEW


def test_a_mask_taken_back_is_gone_after_opening_again(project: Project, folder: Path) -> None:
    project.save_mask(NAME, LABELS)
    project.remove_mask(NAME)
    project.close()
    with Project.open(folder) as again:
        again.scan()
        assert again.image(NAME).state is State.NEW
        assert again.load_mask(NAME) is None


def test_a_mask_that_can_not_be_removed_stays_with_its_state(project: Project) -> None:
    path = mask_file(project.data_folder, NAME)
    (path / "in the way").mkdir(parents=True)  # nobody removes that as a file, root neither
    before = project.set_state(NAME, State.CORRECTED)
    with pytest.raises(MaskwrightError, match="could not be removed"):
        project.remove_mask(NAME)
    assert project.image(NAME) == before


def test_killed_between_state_and_file_the_mask_is_found_again(
    project: Project, folder: Path
) -> None:
    project.save_mask(NAME, LABELS)
    project.set_state(NAME, State.NEW)  # what remove_mask writes down first
    project.close()
    with Project.open(folder) as again:
        again.scan()
        assert again.image(NAME).state is State.CORRECTED
        assert np.array_equal(again.load_mask(NAME), LABELS)  # type: ignore[arg-type]


def test_a_mask_can_be_saved_approved_and_corrected_again(project: Project) -> None:
    assert project.save_mask(NAME, LABELS, approved=True).state is State.APPROVED
    assert project.save_mask(NAME, LABELS).state is State.CORRECTED


def test_an_approval_can_be_given_and_taken_back(project: Project) -> None:
    predict(project)
    assert project.set_approved(NAME, True).state is State.APPROVED
    assert np.array_equal(project.load_mask(NAME), LABELS)  # type: ignore[arg-type]
    assert project.set_approved(NAME, False).state is State.PREDICTED
    assert project.load_mask(NAME) is None
    project.save_mask(NAME, LABELS + 1)
    assert project.set_approved(NAME, True).state is State.APPROVED
    assert project.set_approved(NAME, False).state is State.CORRECTED


def test_there_must_be_something_to_approve(project: Project) -> None:
    with pytest.raises(MaskwrightError, match="neither a mask nor a prediction"):
        project.set_approved(NAME, True)
    assert project.image(NAME).state is State.NEW
    assert project.remove_mask(NAME, approved=True).state is State.NEW


def test_a_mask_taken_back_may_leave_the_prediction_approved(project: Project) -> None:
    predict(project)
    project.save_mask(NAME, LABELS + 1)
    assert project.remove_mask(NAME, approved=True).state is State.APPROVED
    assert np.array_equal(project.load_mask(NAME), LABELS)  # type: ignore[arg-type]


def test_a_folder_that_is_gone_is_told_and_not_made_again(project: Project, folder: Path) -> None:
    away = folder.rename(folder.with_name("away"))
    for change in (
        lambda: project.save_mask(NAME, LABELS),
        lambda: project.remove_mask(NAME),
        lambda: predict(project),
    ):
        with pytest.raises(MaskwrightError, match="is gone"):
            change()
    assert not folder.exists()
    away.rename(folder)
    assert project.save_mask(NAME, LABELS).state is State.CORRECTED


def test_a_folder_that_was_made_in_the_place_of_a_moved_one_gets_no_mask(
    project: Project, folder: Path
) -> None:
    away = folder.rename(folder.with_name("away"))
    (project.data_folder / "models").mkdir(parents=True)  # by whatever program
    for change in (
        lambda: project.save_mask(NAME, LABELS),
        lambda: project.remove_mask(NAME),
        lambda: predict(project),
    ):
        with pytest.raises(MaskwrightError, match="is gone"):
            change()
    assert not list(folder.rglob("*.png"))
    shutil.rmtree(folder)
    away.rename(folder)
    assert project.save_mask(NAME, LABELS).state is State.CORRECTED


def test_of_two_predictions_at_once_labels_and_confidence_belong_together(
    project: Project,
) -> None:
    def save(value: int) -> None:
        labels = np.full((60, 80), value, np.uint8)
        project.save_prediction(NAME, labels, labels, 0.5)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(30):
            list(pool.map(save, range(1, 5)))
            found = project.load_prediction(NAME)
            assert found is not None
            assert found.labels[0, 0] == found.confidence[0, 0]


def test_a_read_only_project_changes_no_mask(project: Project, folder: Path) -> None:
    project.save_mask(NAME, LABELS)
    project.close()
    with Project.open(folder, read_only=True) as looker:
        for change in (
            lambda: looker.save_mask(NAME, LABELS + 1),
            lambda: looker.remove_mask(NAME),
            lambda: looker.set_approved(NAME, True),
        ):
            with pytest.raises(MaskwrightError, match="look at only"):
                change()
        assert np.array_equal(looker.load_mask(NAME), LABELS)  # type: ignore[arg-type]


def test_the_labels_of_a_prediction_are_read_alone(project: Project) -> None:
    assert project.load_prediction_labels(NAME) is None
    predict(project)
    assert np.array_equal(project.load_prediction_labels(NAME), LABELS)  # type: ignore[arg-type]
    prediction_file(project.data_folder, NAME).write_bytes(b"no picture")
    assert project.load_prediction_labels(NAME) is None
    assert project.image(NAME).state is State.PREDICTED  # reading it whole forgets it


def test_a_damaged_mask_is_kept_beside_the_new_one(project: Project) -> None:
    path = mask_file(project.data_folder, NAME)
    project.save_mask(NAME, LABELS)
    cut = path.read_bytes()[:-30]
    path.write_bytes(cut)
    with pytest.raises(MaskwrightError, match="damaged"):
        project.load_mask(NAME)
    project.save_mask(NAME, LABELS + 1)
    project.save_mask(NAME, LABELS + 2)
    assert np.array_equal(project.load_mask(NAME), LABELS + 2)  # type: ignore[arg-type]
    assert path.with_name("img1.png.png.old").read_bytes() == cut
    assert len(list(path.parent.iterdir())) == 2


def test_masks_for_an_image_of_another_size_are_kept_beside_the_new_one(project: Project) -> None:
    path = mask_file(project.data_folder, NAME)
    for size in (3, 4, 5):
        project.save_mask(NAME, np.full((size, size), size, np.uint8))
    kept = [path.with_name(f"img1.png.png.old{number}") for number in ("", "2")]
    assert [read_label_png(old).shape for old in kept] == [(3, 3), (4, 4)]
    assert len(list(path.parent.iterdir())) == 3
    project.scan()
    assert project.image(NAME).state is State.CORRECTED
