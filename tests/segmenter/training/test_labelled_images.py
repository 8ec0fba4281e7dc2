"""What there is to learn from is counted from the masks themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.project.project import Project
from segmenter.project.state import Side, State
from segmenter.project.stored_files import mask_file
from segmenter.training.data import ProjectExamples
from segmenter.training.labelled_images import LabelledImageReader
from segmenter.training.unusable import UnusableError

NAMES = ("a.png", "b.png", "c.png", "d.png")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Four images of 40×30: a corrected, b approved as predicted, c approved, d new."""
    for name in NAMES:
        Image.fromarray(np.full((30, 40, 3), 90, np.uint8)).save(tmp_path / name)
    with Project.open(tmp_path) as project:
        project.scan()
        project.class_ids_for(("background", "cat", "dog"))
        mask = np.full((30, 40), 255, np.uint8)
        mask[:10] = 0
        mask[10:12] = 1
        project.save_mask("a.png", mask)
        project.save_prediction("b.png", np.zeros((30, 40), np.uint8), mask, 0.5)
        project.set_state("b.png", State.APPROVED)
        project.save_mask("c.png", np.full((30, 40), 2, np.uint8), approved=True)
        project.pin("c.png", Side.VALIDATION)
        yield project


def test_every_usable_image_is_counted(project: Project) -> None:
    found = LabelledImageReader(project).read()
    assert [each.name for each in found.images] == ["a.png", "b.png", "c.png"]
    a, b, c = found.images
    assert (a.pixels, a.unlabelled) == ({0: 400, 1: 80}, 720)
    assert b.pixels == {0: 1200}  # approved as it was predicted
    assert (c.pixels, c.side) == ({2: 1200}, Side.VALIDATION)
    assert found.typical_size == (40, 30)
    assert (found.number(State.CORRECTED), found.number(State.APPROVED)) == (1, 2)
    assert found.pinned == {"c.png": Side.VALIDATION}


def test_the_counts_are_those_that_training_sees(project: Project) -> None:
    project.remove_class(1)
    examples = ProjectExamples(project)
    found = LabelledImageReader(project).read()
    for each in found.images:
        seen = np.bincount(examples.load_labels(each.name).ravel(), minlength=256)
        by_class = [each.pixels[label_class.id] for label_class in found.classes]
        assert by_class == seen[: len(found.classes)].tolist()
        assert each.unlabelled == seen[255]


def test_a_corrected_image_without_its_mask_does_not_count_with_its_prediction(
    project: Project,
) -> None:
    reader = LabelledImageReader(project)
    assert reader.read().images[1].pixels == {0: 1200}
    project.set_state("b.png", State.CORRECTED)
    assert not mask_file(project.data_folder, "b.png").exists()
    b = reader.read().images[1]
    assert "is missing" in b.problem
    assert not b.is_labelled
    with pytest.raises(UnusableError):  # a run passes it over too
        ProjectExamples(project).load_labels("b.png")


def test_a_changed_mask_is_read_again_and_others_are_not(project: Project) -> None:
    reader = LabelledImageReader(project)
    reader.read()
    kept = mask_file(project.data_folder, "c.png")
    facts = kept.stat()
    kept.write_bytes(bytes(facts.st_size))  # not a mask any more, but it looks the same
    os.utime(kept, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    project.save_mask("a.png", np.ones((30, 40), np.uint8))
    a, _, c = reader.read().images
    assert a.pixels == {1: 1200}
    assert c.pixels == {2: 1200}


def test_a_mask_that_cannot_be_read_is_told_of(project: Project) -> None:
    mask_file(project.data_folder, "c.png").write_bytes(b"nonsense")
    c = LabelledImageReader(project).read().images[2]
    assert not c.is_labelled
    assert "c.png" in c.problem
    assert c.size == (0, 0)


def test_a_mask_that_went_is_told_of(project: Project) -> None:
    mask_file(project.data_folder, "a.png").unlink()
    a = LabelledImageReader(project).read().images[0]
    assert "missing" in a.problem


def test_a_mask_of_another_size_than_its_image_is_told_of(project: Project) -> None:
    reader = LabelledImageReader(project)
    assert not reader.read().images[0].problem
    Image.new("RGB", (50, 30)).save(project.path_of("a.png"))
    project.scan()
    a = reader.read().images[0]
    assert "same size" in a.problem
    assert not a.is_labelled


def test_progress_is_told_and_cancel_ends_it(project: Project) -> None:
    told: list[tuple[int, int]] = []
    cancel = CancelToken()

    def stop_after_two(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            cancel.cancel()

    reader = LabelledImageReader(project)
    reader.read(progress=lambda *each: told.append(each))
    assert told == [(1, 3), (2, 3), (3, 3)]
    cancel.cancel()
    with pytest.raises(Cancelled):
        reader.read(progress=stop_after_two, cancel=cancel)
