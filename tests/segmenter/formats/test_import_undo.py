"""An import that is taken back leaves the masks and states of before, and no later work undone."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.formats.dataset import ExportOptions
from segmenter.formats.exporting import export, plan_export
from segmenter.formats.import_undo import ImportUndo
from segmenter.formats.importing import Conflicts, Import
from segmenter.formats.index_png import FORMAT
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.stored_files import mask_file

NAMES = ("a.png", "b.jpg", "more/c.jpg")
SHAPE = (6, 9)


@pytest.fixture
def source(project: Project, tmp_path: Path) -> Path:
    """Masks of three images."""
    return export(project, plan_export(project, FORMAT, tmp_path / "out", ExportOptions())).target


@pytest.fixture
def other(folder: Path, tmp_path: Path) -> Iterator[Project]:
    """The same images: one with an approved mask, one predicted, one new."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("maskwright"))
    with Project.open(copy) as project:
        project.scan()
        project.add_class("mine")
        project.save_mask("a.png", np.zeros(SHAPE, np.uint8), approved=True)
        labels = np.zeros(SHAPE, np.uint8)
        project.save_prediction("b.jpg", labels, labels, 0.5)
        yield project


def imported(
    project: Project, source: Path, cancel: CancelToken | None = None, after: int = 99
) -> ImportUndo:
    def tell(done: int, total: int) -> None:
        if cancel is not None and done == after:
            cancel.cancel()

    with Import.open(source) as opened:
        plan = opened.plan(project)
        undo = ImportUndo(project, [each.name for each in plan.matches])
        try:
            opened.apply(project, plan, Conflicts.REPLACE, progress=tell, cancel=cancel)
        except Cancelled:
            assert cancel is not None
        undo.note_end()
    return undo


def known(project: Project) -> dict[str, tuple[State, bytes]]:
    found = {}
    for name in NAMES:
        labels = project.load_mask(name)
        found[name] = project.image(name).state, b"" if labels is None else labels.tobytes()
    return found


def test_all_is_as_it_was(other: Project, source: Path) -> None:
    before = known(other)
    undo = imported(other, source)
    assert undo.names == NAMES
    assert all(known(other)[name] != before[name] for name in NAMES)
    told: list[tuple[int, int]] = []
    taken = undo.take_back(lambda done, total: told.append((done, total)))
    assert (taken.names, taken.left) == (NAMES, ())
    assert known(other) == before
    assert told[-1] == (3, 3)


def test_what_was_changed_since_stays(other: Project, source: Path) -> None:
    before = known(other)
    undo = imported(other, source)
    other.save_mask("b.jpg", np.full(SHAPE, 1, np.uint8))
    taken = undo.take_back()
    assert taken.left == ("b.jpg",)
    found = other.load_mask("b.jpg")
    assert found is not None
    assert (found == 1).all()
    assert known(other)["a.png"] == before["a.png"]


def test_of_an_import_that_was_cancelled_what_came_is_taken_back(
    other: Project, source: Path
) -> None:
    before = known(other)
    undo = imported(other, source, CancelToken(), after=2)
    assert undo.names == NAMES[:2]
    assert undo.take_back().names == NAMES[:2]
    assert known(other) == before


def test_masks_are_set_aside_in_the_project_without_a_copy(other: Project) -> None:
    mask = mask_file(other.data_folder, "a.png")
    (other.data_folder / ".import-undo-killed").mkdir()
    told: list[tuple[int, int]] = []
    undo = ImportUndo(other, NAMES, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert mask.stat().st_nlink == 2
    assert len([*other.data_folder.glob(".import-undo-*")]) == 1
    del undo
    gc.collect()
    assert not [*other.data_folder.glob(".import-undo-*")]
    assert mask.stat().st_nlink == 1


def test_cancel_while_masks_are_set_aside_leaves_nothing(other: Project) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        ImportUndo(other, NAMES, lambda done, total: cancel.cancel(), cancel)
    assert not [*other.data_folder.glob(".import-undo-*")]


def test_a_mask_that_was_damaged_before_is_left(other: Project, source: Path) -> None:
    mask_file(other.data_folder, "a.png").write_bytes(b"no PNG")
    undo = imported(other, source)
    taken = undo.take_back()
    assert taken.left == ("a.png",)
    assert other.load_mask("a.png") is not None
