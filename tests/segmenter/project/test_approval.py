"""Approving an image, with and without a mask, and taking that back."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.project import Project
from segmenter.project.state import State

NAME = "img2.png"
SIZE = (40, 61)


def stripes(step: int) -> NDArray[np.uint8]:
    return (np.indices(SIZE).sum(axis=0) // step % 2).astype(np.uint8)


@pytest.fixture
def predicted(project: Project) -> Project:
    project.save_prediction(NAME, stripes(5), np.full(SIZE, 200, np.uint8), 0.3)
    return project


def test_approving_a_prediction_makes_it_the_mask(predicted: Project) -> None:
    assert predicted.set_approved(NAME, True).state is State.APPROVED
    assert np.array_equal(predicted.load_mask(NAME), stripes(5))  # type: ignore[arg-type]


def test_a_later_prediction_does_not_change_what_was_approved(predicted: Project) -> None:
    predicted.set_approved(NAME, True)
    predicted.save_prediction(NAME, stripes(9), np.full(SIZE, 200, np.uint8), 0.3)
    assert predicted.image(NAME).state is State.APPROVED
    assert np.array_equal(predicted.load_mask(NAME), stripes(5))  # type: ignore[arg-type]


def test_taking_it_back_leaves_the_prediction_as_it_was(predicted: Project) -> None:
    predicted.set_approved(NAME, True)
    assert predicted.set_approved(NAME, False).state is State.PREDICTED
    assert predicted.load_mask(NAME) is None
    assert np.array_equal(predicted.load_prediction(NAME).labels, stripes(5))  # type: ignore[union-attr]


def test_approving_a_mask_keeps_it_and_taking_it_back_too(predicted: Project) -> None:
    predicted.save_mask(NAME, stripes(7))
    assert predicted.set_approved(NAME, True).state is State.APPROVED
    assert predicted.set_approved(NAME, False).state is State.CORRECTED
    assert np.array_equal(predicted.load_mask(NAME), stripes(7))  # type: ignore[arg-type]


def test_an_approval_survives_the_next_scan(predicted: Project) -> None:
    predicted.set_approved(NAME, True)
    predicted.scan()
    assert predicted.image(NAME).state is State.APPROVED


def test_with_nothing_to_approve_it_says_what_to_do(project: Project) -> None:
    with pytest.raises(MaskwrightError, match="segment it or paint on it"):
        project.set_approved(NAME, True)
    assert project.image(NAME).state is State.NEW


def test_a_read_only_project_refuses(predicted: Project) -> None:
    with (
        Project.open(predicted.folder, read_only=True) as other,
        pytest.raises(MaskwrightError, match="look at only"),
    ):
        other.set_approved(NAME, True)
