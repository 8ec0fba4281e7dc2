"""Figures of a whole project: what is counted, what is read anew, what is said."""

from __future__ import annotations

import csv
import io
import json
import os

import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.statistics import ClassStatistics, ProjectStatistics, StatisticsReader
from segmenter.project.statistics_report import as_csv, as_dict, as_text
from segmenter.project.stored_files import mask_file
from segmenter.wording import percent

SIZE = (40, 61)
FIRST, SECOND, THIRD = "img2.png", "img10.png", "more/img1.png"


def labels_of(rows: int) -> NDArray[np.uint8]:
    """Class 1 in so many rows from the top, background below."""
    labels = np.zeros(SIZE, np.uint8)
    labels[:rows] = 1
    return labels


def predict(project: Project, name: str, labels: NDArray[np.uint8]) -> None:
    project.save_prediction(name, labels, np.full(SIZE, 200, np.uint8), 0.25)


@pytest.fixture
def reviewed(project: Project) -> Project:
    """One image corrected by a half, one approved as it was, one predicted alone."""
    for name, rows in ((FIRST, 20), (SECOND, 10), (THIRD, 4)):
        predict(project, name, labels_of(rows))
    mask = labels_of(10)
    mask[-1] = 255
    project.save_mask(FIRST, mask)
    project.save_mask(SECOND, labels_of(10))
    project.set_state(SECOND, State.APPROVED)
    return project


@pytest.fixture
def found(reviewed: Project) -> ProjectStatistics:
    return StatisticsReader(reviewed).read()


def by_name(found: ProjectStatistics) -> dict[str, ClassStatistics]:
    return {each.label_class.name: each for each in found.classes}


def test_every_state_is_counted(found: ProjectStatistics) -> None:
    assert found.images == 3
    assert found.states == {
        State.NEW: 0, State.PREDICTED: 1, State.CORRECTED: 1, State.APPROVED: 1, State.FAILED: 0,
    }  # fmt: skip
    assert (found.masks, found.predictions) == (2, 1)


def test_masks_and_predictions_without_a_mask_are_counted_apart(found: ProjectStatistics) -> None:
    width = SIZE[1]
    cat = by_name(found)["cat"]
    assert (cat.images, cat.pixels) == (2, 20 * width)
    assert (cat.predicted_images, cat.predicted_pixels) == (1, 4 * width)
    assert found.unlabelled_pixels == width
    assert found.labelled_pixels == 2 * 40 * width - width
    assert found.predicted_pixels == 40 * width


def test_what_was_changed_is_measured_where_there_are_both(found: ProjectStatistics) -> None:
    # Of the first image's 39 labelled rows 10 were predicted as cat and are background.
    assert [each.name for each in found.compared] == [FIRST, SECOND]
    first, second = (each.agreement for each in found.compared)
    assert first is not None
    assert second is not None
    assert first.iou(1) == pytest.approx(10 / 20)
    assert first.iou(0) == pytest.approx(19 / 29)
    assert first.mean_iou == pytest.approx((10 / 20 + 19 / 29) / 2)
    assert first.changed == pytest.approx(10 / 39)
    assert (second.mean_iou, second.changed) == (1, 0)
    assert by_name(found)["cat"].iou == pytest.approx(20 / 30)
    assert found.agreement.changed == pytest.approx(10 / 79)


def test_erased_pixels_are_told_apart_from_those_of_another_class(reviewed: Project) -> None:
    assert StatisticsReader(reviewed).read().agreement.unlabelled == pytest.approx(1 / 80)
    mask = labels_of(10)
    mask[5:10] = 255
    reviewed.save_mask(SECOND, mask)
    predict(reviewed, THIRD, labels_of(4))
    reviewed.set_approved(THIRD, True)
    found = StatisticsReader(reviewed).read()
    assert found.agreement.unlabelled == pytest.approx(6 / 120)
    # Both agree wherever they are labelled; the one with erased pixels was changed more.
    assert [each.name for each in found.compared] == [FIRST, SECOND, THIRD]
    assert "and left 5.0% unlabelled" in as_text(found)
    assert as_dict(found)["most_changed"][1]["left_unlabelled"] == pytest.approx(5 / 40)


def test_a_class_that_was_removed_is_still_counted(reviewed: Project) -> None:
    reviewed.remove_class(1)
    assert by_name(StatisticsReader(reviewed).read())["class 1"].images == 2


def test_only_files_that_changed_are_read_again(reviewed: Project) -> None:
    reader = StatisticsReader(reviewed)
    before = reader.read()
    # Spoilt in secret: whoever reads it now can't make anything of it.
    path = mask_file(reviewed.data_folder, FIRST)
    seen = path.stat()
    path.write_bytes(b"x" * seen.st_size)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert reader.read() == before
    reviewed.save_mask(SECOND, labels_of(11))
    assert by_name(reader.read())["cat"].pixels == 21 * SIZE[1]
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))
    assert len(reader.read().problems) == 1


def test_a_state_that_changed_shows_without_reading_anything(reviewed: Project) -> None:
    reader = StatisticsReader(reviewed)
    reader.read()
    reviewed.set_state(FIRST, State.APPROVED)
    assert reader.read().states[State.APPROVED] == 2


def test_a_damaged_file_is_told_and_the_rest_is_counted(reviewed: Project) -> None:
    mask_file(reviewed.data_folder, FIRST).write_bytes(b"no picture")
    found = StatisticsReader(reviewed).read()
    assert [problem.split(" ")[0] for problem in found.problems] == ["“img2.png.png”"]
    assert found.masks == 1
    assert [each.name for each in found.compared] == [SECOND]


def test_a_prediction_of_another_size_is_not_compared(reviewed: Project) -> None:
    reviewed.save_mask(FIRST, np.zeros((10, 10), np.uint8))
    found = StatisticsReader(reviewed).read()
    assert [each.name for each in found.compared] == [SECOND]
    assert found.masks == 2


def test_a_mask_without_any_label_is_not_compared(reviewed: Project) -> None:
    reviewed.save_mask(FIRST, np.full(SIZE, 255, np.uint8))
    assert [each.name for each in StatisticsReader(reviewed).read().compared] == [SECOND]


def test_progress_counts_every_image_and_cancel_stops(reviewed: Project) -> None:
    steps: list[tuple[int, int]] = []
    cancel = CancelToken()
    reader = StatisticsReader(reviewed)

    def stop_after_two(done: int, total: int) -> None:
        steps.append((done, total))
        if done == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        reader.read(progress=lambda *_: cancel.cancel(), cancel=cancel, threads=1)
    reader.read(progress=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_project_has_figures_too(project: Project) -> None:
    found = StatisticsReader(project).read()
    assert found.agreement.mean_iou is None
    assert found.agreement.changed is None
    assert "3 images: 3 new." in as_text(found)
    assert as_dict(found)["mean_iou"] is None


def test_the_text_names_classes_shares_and_the_most_changed(found: ProjectStatistics) -> None:
    text = as_text(found)
    assert "3 images: 1 predicted, 1 corrected, 1 approved." in text
    assert any(line.startswith("cat") and "25.3%" in line for line in text.splitlines())
    assert "people changed 12.7% of the pixels in 2 images" in text
    assert text.index("MOST CHANGED") < text.index(FIRST) < text.index(SECOND)


def test_the_csv_is_read_back(found: ProjectStatistics) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [(row["class"], int(row["pixels"])) for row in rows] == [
        (each.label_class.name, each.pixels) for each in found.classes
    ]
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1, abs=1e-5)


def test_json_can_be_written(found: ProjectStatistics) -> None:
    assert json.loads(json.dumps(as_dict(found)))["most_changed"][0]["name"] == FIRST


def test_shares_are_not_rounded_to_nothing_or_all() -> None:
    assert [percent(each) for each in (None, 0, 0.0001, 0.1234, 0.9999, 1)] == [
        "–", "0.0%", "< 0.1%", "12.3%", "> 99.9%", "100.0%",
    ]  # fmt: skip
