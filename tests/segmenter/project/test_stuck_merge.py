"""A merge that can neither be finished nor taken back, since nothing can be written any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from merging import (
    CAT,
    KITTY,
    SHAPE,
    Refusing,
    assert_same,
    everything,
    merged,
    names,
    noise,
)
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.project import Project


def fill_the_disk(folder: Path, but: int = 0) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - but))
    return filler


def stick(project: Project) -> Refusing:
    """Merge kitty into cat: every file is changed, but not the journal."""
    refusing = Refusing(project, 2)
    with pytest.raises(MaskwrightError, match="not authorized"):
        project.merges.merge([KITTY], CAT)
    return refusing


@pytest.fixture
def small(tiny_disk: Path) -> Iterator[Project]:
    """Two images with masks, on a disk of 1 MB."""
    with Project.open(tiny_disk) as project:
        Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(tiny_disk / "a.png")
        Image.fromarray(np.zeros((400, 400, 3), np.uint8)).save(tiny_disk / "b.png")
        project.scan()
        project.class_ids_for(("background", "cat", "kitty", "dog"))
        project.save_mask("a.png", noise(1))
        rng = np.random.default_rng(0)
        project.save_mask("b.png", rng.integers(0, 4, (700, 700)).astype(np.uint8))
        yield project


def test_where_it_can_not_be_finished_it_is_taken_back(filled: Project) -> None:
    before = everything(filled)
    Refusing(filled, 1)
    with pytest.raises(MaskwrightError, match="not authorized"):
        filled.merges.merge([KITTY], CAT)
    assert_same(everything(filled), before)
    assert names(filled) == ["background", "cat", "kitty", "dog"]
    assert filled.merges.unfinished == ""
    filled.save_mask("img10.png", np.full(SHAPE, KITTY, np.uint8))
    np.testing.assert_array_equal(filled.load_mask("img10.png"), np.full(SHAPE, KITTY, np.uint8))


def test_nothing_is_saved_until_it_is_settled(filled: Project) -> None:
    before = everything(filled)
    refusing = stick(filled)
    between, states = everything(filled), filled.images()
    kitty = np.full(SHAPE, KITTY, np.uint8)
    for what in (
        lambda: filled.save_mask("img10.png", kitty),
        lambda: filled.save_prediction("img10.png", kitty, kitty, 0.1),
        lambda: filled.remove_mask("img2.png"),
        lambda: filled.set_approved("img10.png", True),
        lambda: filled.merges.merge([CAT], KITTY),
        filled.merges.undo,
    ):
        with pytest.raises(MaskwrightError, match="half done"):
            what()
    assert "half done" in filled.why_labels_stay
    assert_same(everything(filled), between)
    assert filled.images() == states
    refusing.end()
    filled.merges.settle()
    assert_same(everything(filled), before)
    assert filled.why_labels_stay == ""
    filled.save_mask("img10.png", kitty)
    np.testing.assert_array_equal(filled.load_mask("img10.png"), kitty)


def test_settling_that_fails_once_more_says_why_and_can_be_tried_again(filled: Project) -> None:
    before = everything(filled)
    stick(filled).end()
    Refusing(filled, 1)
    with pytest.raises(MaskwrightError, match="not authorized"):
        filled.merges.settle()
    assert filled.merges.unfinished.count("half done") == 1
    filled.merges.settle()
    assert_same(everything(filled), before)


def test_one_that_was_cancelled_is_not_finished_by_whoever_opens_the_folder_next(
    filled: Project,
) -> None:
    before = everything(filled)
    token = CancelToken()
    token.cancel()
    Refusing(filled, 1)
    with pytest.raises(MaskwrightError, match="not authorized"):
        filled.merges.merge([KITTY], CAT, cancel=token)
    filled.close()
    with Project.open(filled.folder) as again:
        assert again.notes[0].endswith("has been taken back.")
        assert_same(everything(again), before)
        assert names(again) == ["background", "cat", "kitty", "dog"]
        assert again.why_labels_stay == ""


def test_what_can_not_be_settled_on_opening_keeps_masks_from_being_changed(
    filled: Project,
) -> None:
    before = everything(filled)
    merges = filled.data_folder / "merges"
    merges.write_bytes(b"a file where a folder has to be made")
    Refusing(filled, 1)
    with pytest.raises(MaskwrightError, match="not authorized"):
        filled.merges.merge([KITTY], CAT)
    filled.close()
    with Project.open(filled.folder) as again:
        assert "could not be finished" in again.notes[0]
        with pytest.raises(MaskwrightError, match="half done"):
            again.save_mask("img10.png", noise(1))
        merges.unlink()
        again.merges.settle()
        assert_same(everything(again), merged(before, {KITTY}, CAT))
        again.save_mask("img10.png", noise(1, (0, CAT)))


def test_a_full_disk_takes_the_merge_back(small: Project) -> None:
    before = everything(small)
    filler = fill_the_disk(small.folder, but=100_000)
    with pytest.raises(MaskwrightError, match="the disk is full"):
        small.merges.merge([KITTY], CAT)
    assert_same(everything(small), before)
    filler.unlink()
    small.merges.merge([KITTY], CAT)
    assert_same(everything(small), merged(before, {KITTY}, CAT))


@pytest.mark.parametrize("undoing", [False, True])
def test_a_disk_that_stays_full_keeps_masks_from_being_changed(
    small: Project, *, undoing: bool
) -> None:
    before = everything(small)
    if undoing:
        small.merges.merge([KITTY], CAT)

    def fill_up(done: int, _total: int) -> None:
        if done == 1:
            fill_the_disk(small.folder)

    merges = small.merges
    do = merges.undo if undoing else partial(merges.merge, [KITTY], CAT)
    with pytest.raises(MaskwrightError, match="the disk is full"):
        do(progress=fill_up)
    (small.folder / "filler").unlink()
    with pytest.raises(MaskwrightError, match=r"half done.*the disk is full"):
        small.save_mask("a.png", noise(9))
    small.merges.settle()
    assert_same(everything(small), before)
    small.save_mask("a.png", noise(9))
    np.testing.assert_array_equal(small.load_mask("a.png"), noise(9))
