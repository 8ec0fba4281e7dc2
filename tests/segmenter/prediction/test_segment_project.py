"""A project's images segmented: predictions, states, reasons; masks untouched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from merging import Refusing
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.predictor import Predictor
from segmenter.prediction.segment_project import segment_project
from segmenter.project.project import Project
from segmenter.project.state import State


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name, color in (("blue.png", (0, 0, 255)), ("more/red.png", (255, 0, 0))):
        Image.new("RGB", (60, 40), color).save(folder / name)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 not a photo")
    return folder


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    with Project.open(folder) as project:
        project.scan()
        yield project


@pytest.fixture
def predictor(by_color: DeepLabV3) -> Predictor:
    return Predictor(by_color, "cpu")


def test_predictions_are_stored_in_class_ids(project: Project, predictor: Predictor) -> None:
    project.add_class("sky")
    project.add_class("blue")
    told: list[tuple[int, int]] = []
    outcomes = list(
        segment_project(project, predictor, progress=lambda done, total: told.append((done, total)))
    )
    assert told[-1] == (3, 3)
    ids = {c.name: c.id for c in project.classes}
    assert {"sky", "red", "green", "blue", "dark"} <= set(ids)
    assert len(set(ids.values())) == len(ids)
    for name, class_name in (("blue.png", "blue"), ("more/red.png", "red")):
        stored = project.load_prediction(name)
        assert stored is not None
        assert (stored.labels == ids[class_name]).all()
        assert stored.labels.shape == (40, 60)
        assert project.image(name).state is State.PREDICTED
        outcome = next(o for o in outcomes if o.name == name)
        assert outcome.prediction is not None
        difference = stored.confidence.astype(int) - outcome.prediction.confidence
        assert np.abs(difference).max() <= 2  # 64 steps
        assert stored.uncertainty == pytest.approx(outcome.prediction.uncertainty, abs=1e-5)
        assert project.image(name).uncertainty == pytest.approx(stored.uncertainty)


def test_classes_that_were_renamed_merged_or_deleted_do_not_come_back(
    project: Project, predictor: Predictor
) -> None:
    list(segment_project(project, predictor))
    ids = {c.name: c.id for c in project.classes}
    project.change_class(ids["green"], name="meadow")
    project.merges.merge([ids["red"]], ids["dark"])
    project.remove_class(ids["blue"])
    left = project.classes
    list(segment_project(project, predictor))
    assert project.classes == left
    for name, label in (("blue.png", 255), ("more/red.png", ids["dark"])):
        stored = project.load_prediction(name)
        assert stored is not None
        assert (stored.labels == label).all()


def test_an_image_that_cannot_be_read_is_failed_with_the_reason(
    project: Project, predictor: Predictor
) -> None:
    outcomes = {o.name: o for o in segment_project(project, predictor)}
    assert outcomes["broken.jpg"].error
    record = project.image("broken.jpg")
    assert record.state is State.FAILED
    assert record.reason == outcomes["broken.jpg"].error
    assert outcomes["blue.png"].error is None


def test_an_image_that_cannot_be_stored_is_failed_with_the_reason(
    project: Project, predictor: Predictor
) -> None:
    # Where the prediction's file should go lies a folder.
    (project.data_folder / "predictions" / "blue.png.png").mkdir(parents=True)
    outcomes = {o.name: o for o in segment_project(project, predictor)}
    assert outcomes["blue.png"].error
    assert project.image("blue.png").state is State.FAILED
    assert project.image("more/red.png").state is State.PREDICTED


def test_masks_and_what_a_person_decided_stay(project: Project, predictor: Predictor) -> None:
    painted = np.full((40, 60), 7, np.uint8)
    project.save_mask("blue.png", painted)
    project.save_mask("more/red.png", painted)
    project.set_state("more/red.png", State.APPROVED)
    for outcome in segment_project(project, predictor, ["blue.png", "more/red.png"]):
        assert outcome.error is None
        mask = project.load_mask(outcome.name)
        assert mask is not None
        assert np.array_equal(mask, painted)
        assert project.load_prediction(outcome.name) is not None
    assert project.image("blue.png").state is State.CORRECTED
    assert project.image("more/red.png").state is State.APPROVED


def test_only_the_names_given(project: Project, predictor: Predictor) -> None:
    outcomes = list(segment_project(project, predictor, ["more/red.png"]))
    assert [o.name for o in outcomes] == ["more/red.png"]
    assert project.image("blue.png").state is State.NEW


def test_an_image_that_failed_once_is_predicted_when_it_can_be_read(
    project: Project, predictor: Predictor, folder: Path
) -> None:
    list(segment_project(project, predictor))
    Image.new("RGB", (9, 9), (0, 255, 0)).save(folder / "broken.jpg")
    list(segment_project(project, predictor, ["broken.jpg"]))
    assert project.image("broken.jpg").state is State.PREDICTED


def test_a_read_only_project_is_refused_at_once(
    folder: Path, project: Project, predictor: Predictor
) -> None:
    with Project.open(folder, read_only=True) as second, pytest.raises(MaskwrightError):
        next(segment_project(second, predictor))


def test_while_a_merge_of_classes_is_half_done_it_is_refused_at_once(
    project: Project, predictor: Predictor
) -> None:
    target, source = (int(each) for each in project.class_ids_for(("cat", "kitty")))
    Refusing(project, 2)
    with pytest.raises(MaskwrightError):
        project.merges.merge([source], target)
    before = project.images()
    with pytest.raises(MaskwrightError, match="half done"):
        next(segment_project(project, predictor))
    assert project.images() == before


def test_cancel_leaves_whole_files(project: Project, predictor: Predictor) -> None:
    cancel = CancelToken()
    outcomes = segment_project(project, predictor, cancel=cancel)
    assert next(outcomes).name == "blue.png"
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(outcomes)
    assert project.load_prediction("blue.png") is not None
    temporary = [p for p in project.data_folder.rglob("*") if p.suffix not in ("", ".png")]
    assert not [p for p in temporary if "predictions" in p.parts]
