"""The pictures that a run shows after each epoch."""

from pathlib import Path

import numpy as np
import pytest

from segmenter.project.label_png import read_label_classes, read_label_png
from segmenter.training import events
from segmenter.training.previews import LONG_SIDE, Previews, spread

CLASSES = ("background", "petal")


def test_what_is_unlabelled_in_the_mask_stays_so_and_other_images_are_not_shown(
    tmp_path: Path,
) -> None:
    told: list[events.Event] = []
    previews = Previews(tmp_path / "previews", ["a.jpg"], CLASSES, told.append)
    truth = np.zeros((6, 8), np.uint8)
    truth[:2] = 255
    labels = np.ones((6, 8), np.uint8)
    previews.show(3, "a.jpg", labels, truth)
    previews.show(3, "b.jpg", labels, truth)
    (event,) = told
    assert isinstance(event, events.Preview)
    assert (event.epoch, event.name) == (3, "a.jpg")
    shown = read_label_png(event.path)
    assert (shown[:2] == 255).all()
    assert (shown[2:] == 1).all()
    assert tuple(c.name for c in read_label_classes(event.path)) == CLASSES


def test_large_images_are_shown_small(tmp_path: Path) -> None:
    told: list[events.Event] = []
    previews = Previews(tmp_path, ["a.jpg"], CLASSES, told.append)
    labels = np.zeros((LONG_SIDE, 3 * LONG_SIDE), np.uint8)
    labels[:, LONG_SIDE:] = 1
    previews.show(0, "a.jpg", labels, np.zeros_like(labels))
    assert isinstance(told[0], events.Preview)
    shown = read_label_png(told[0].path)
    assert shown.shape == (round(LONG_SIDE / 3), LONG_SIDE)
    assert shown.mean() == pytest.approx(2 / 3, abs=0.01)


def test_a_folder_that_takes_none_ends_the_pictures_and_not_the_run(tmp_path: Path) -> None:
    (tmp_path / "previews").write_text("a file")
    told: list[events.Event] = []
    previews = Previews(tmp_path / "previews", ["a.jpg"], CLASSES, told.append)
    labels = np.zeros((6, 8), np.uint8)
    for epoch in (1, 2):
        previews.show(epoch, "a.jpg", labels, labels)
    (note,) = told
    assert isinstance(note, events.Note)
    assert "shown no more" in note.text


def test_those_that_are_shown_come_from_all_over_the_list() -> None:
    names = [str(number) for number in range(9)]
    assert spread(names, 3) == ["1", "4", "7"]
    assert spread(names[:2], 3) == ["0", "1"]
