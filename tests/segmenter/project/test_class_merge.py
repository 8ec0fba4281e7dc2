"""Merging classes through every mask and prediction, and taking it back."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merging import (
    CAT,
    DOG,
    KITTY,
    SHAPE,
    UNLABELLED,
    Labels,
    assert_same,
    everything,
    merged,
    names,
    noise,
)
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.project.class_usage import MergePreview, count_usage
from segmenter.project.label_png import read_label_classes, write_label_png
from segmenter.project.project import Project
from segmenter.project.stored_files import mask_file


class TestMerge:
    def test_every_pixel_of_the_sources_becomes_one_of_the_target(self, filled: Project) -> None:
        before = everything(filled)
        result = filled.merges.merge([KITTY, DOG], CAT)
        assert_same(everything(filled), merged(before, {KITTY, DOG}, CAT))
        assert names(filled) == ["background", "cat"]
        assert filled.names_of(result.masks) == ["img2.png", "more/img1.png"]
        assert len(result.predictions) == 3
        assert result.damaged == ()

    def test_states_stay(self, filled: Project) -> None:
        before = filled.images()
        filled.merges.merge([KITTY], CAT)
        assert filled.images() == before

    def test_files_say_which_classes_there_are(self, filled: Project) -> None:
        filled.merges.merge([KITTY], CAT)
        noted = read_label_classes(mask_file(filled.data_folder, "img2.png"))
        assert [each.name for each in noted] == ["background", "cat", "dog"]

    def test_into_unlabelled(self, filled: Project) -> None:
        before = everything(filled)
        filled.merges.merge([DOG], UNLABELLED)
        assert_same(everything(filled), merged(before, {DOG}, UNLABELLED))

    def test_files_without_the_class_are_not_touched(self, filled: Project) -> None:
        filled.save_mask("img2.png", noise(1, (0, 1)))
        path = mask_file(filled.data_folder, "img2.png")
        before = path.stat().st_mtime_ns, path.stat().st_ino
        result = filled.merges.merge([KITTY], CAT)
        assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
        assert "img2.png" not in result.masks

    def test_masks_of_images_that_are_away_are_merged_too(self, filled: Project) -> None:
        (filled.folder / "img2.png").unlink()
        filled.scan()
        filled.merges.merge([KITTY], CAT)
        Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(filled.folder / "img2.png")
        filled.scan()
        mask = filled.load_mask("img2.png")
        assert mask is not None
        assert not (mask == KITTY).any()

    def test_ids_are_not_given_out_again(self, filled: Project) -> None:
        filled.merges.merge([DOG], CAT)
        filled.merges.merge([KITTY], CAT)
        assert filled.add_class("dog").id == 4

    def test_a_damaged_mask_is_told_and_stops_nothing(self, filled: Project) -> None:
        mask_file(filled.data_folder, "img2.png").write_bytes(b"no mask")
        result = filled.merges.merge([KITTY], CAT)
        assert result.damaged == ("img2.png",)
        assert "kitty" not in names(filled)

    @pytest.mark.parametrize(
        ("sources", "target"),
        [([], CAT), ([CAT], CAT), ([CAT, KITTY], KITTY), ([9], CAT), ([CAT], 9)],
    )
    def test_what_makes_no_sense_is_refused(
        self, filled: Project, sources: list[int], target: int
    ) -> None:
        before = everything(filled)
        with pytest.raises(MaskwrightError, match="class"):
            filled.merges.merge(sources, target)
        assert_same(everything(filled), before)
        assert len(names(filled)) == 4

    def test_a_read_only_project_is_refused(self, filled: Project) -> None:
        filled.close()
        with Project.open(filled.folder, read_only=True) as project:
            before = everything(project)
            for what in (lambda: project.merges.merge([KITTY], CAT), project.merges.undo):
                with pytest.raises(MaskwrightError, match="to look at only"):
                    what()
            assert_same(everything(project), before)

    def test_the_progress_ends_at_the_number_of_files(self, filled: Project) -> None:
        told: list[tuple[int, int]] = []
        filled.merges.merge([KITTY], CAT, progress=lambda *now: told.append(now))
        assert told == [(done, 5) for done in range(1, 6)]


class TestPreview:
    def test_counts_files_and_pixels(self, filled: Project) -> None:
        usage = filled.merges.usage()
        masks = [noise(10), noise(11)]
        predictions = [noise(seed) for seed in range(3)]
        assert usage.of([KITTY, DOG]) == MergePreview(
            images=3,
            masks=2,
            predictions=3,
            mask_pixels=sum(int(np.isin(each, [KITTY, DOG]).sum()) for each in masks),
            prediction_pixels=sum(int(np.isin(each, [KITTY, DOG]).sum()) for each in predictions),
        )

    def test_an_unused_class(self, filled: Project) -> None:
        added = filled.add_class("bird")
        assert filled.merges.usage().of([added.id]).is_empty
        assert filled.merges.usage().of([]).is_empty

    def test_can_be_cancelled(self, filled: Project) -> None:
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            filled.merges.usage(cancel=token)

    def test_counts_more_pixels_than_float32_can(self, tmp_path: Path) -> None:
        labels = np.ones((4099, 4099), np.uint8)
        labels[0, 0] = 7
        write_label_png(tmp_path / "masks" / "a.png.png", labels, ())
        assert count_usage(tmp_path).of([1]).mask_pixels == 4099 * 4099 - 1


class TestUndo:
    def test_is_as_before(self, filled: Project) -> None:
        before, classes = everything(filled), filled.classes
        filled.merges.merge([KITTY, DOG], CAT)
        result = filled.merges.undo()
        assert_same(everything(filled), before)
        assert filled.classes == classes
        assert filled.names_of(result.masks) == ["img2.png", "more/img1.png"]
        assert filled.merges.last is None

    def test_what_was_painted_since_stays(self, filled: Project) -> None:
        before = noise(10)
        filled.merges.merge([KITTY], CAT)
        edited = filled.load_mask("img2.png")
        assert edited is not None
        edited[:10] = DOG
        edited[10:20] = CAT  # was cat or kitty: kitty goes back; what was none of them stays cat
        filled.save_mask("img2.png", edited)
        filled.merges.undo()
        after = filled.load_mask("img2.png")
        expected = before.copy()
        expected[:10] = DOG
        expected[10:20] = np.where(before[10:20] == KITTY, KITTY, CAT)
        np.testing.assert_array_equal(after, expected)

    def test_the_last_merge_first(self, filled: Project) -> None:
        before = everything(filled)
        filled.merges.merge([KITTY], CAT)
        between = everything(filled)
        filled.merges.merge([CAT], DOG)
        filled.merges.undo()
        assert_same(everything(filled), between)
        filled.merges.undo()
        assert_same(everything(filled), before)
        with pytest.raises(MaskwrightError, match="no merge"):
            filled.merges.undo()

    def test_nothing_is_left_of_it_after_closing(self, filled: Project) -> None:
        filled.merges.merge([KITTY], CAT)
        assert (filled.data_folder / "merges").is_dir()
        filled.close()
        assert not (filled.data_folder / "merges").exists()
        with Project.open(filled.folder) as again:
            assert again.merges.last is None
            assert names(again) == ["background", "cat", "dog"]

    def test_deleting_what_was_kept_may_wait_for_the_next_opening(self, filled: Project) -> None:
        filled.merges.merge([KITTY], CAT)
        filled.close(forget_merges=False)
        assert (filled.data_folder / "merges").is_dir()
        with Project.open(filled.folder) as again:
            assert again.notes == []
            assert again.merges.last is None
            assert not (again.data_folder / "merges").exists()

    def test_a_name_that_was_given_out_since_is_told_apart(self, filled: Project) -> None:
        filled.merges.merge([KITTY], CAT)
        filled.add_class("kitty")
        filled.merges.undo()
        assert names(filled) == ["background", "cat", "kitty (2)", "dog", "kitty"]

    def test_a_mask_that_is_gone_or_has_another_size_is_left_alone(self, filled: Project) -> None:
        filled.merges.merge([KITTY], CAT)
        filled.save_mask("img2.png", np.full((5, 6), CAT, np.uint8))
        mask_file(filled.data_folder, "more/img1.png").unlink()
        filled.merges.undo()
        small = filled.load_mask("img2.png")
        np.testing.assert_array_equal(small, np.full((5, 6), CAT, np.uint8))
        assert filled.load_mask("more/img1.png") is None

    def test_is_small_on_the_disk(self, filled: Project) -> None:
        labels = np.zeros((1000, 2000), np.uint8)
        labels[200:700, 300:900] = KITTY
        filled.save_mask("img2.png", labels)
        filled.merges.merge([KITTY], CAT)
        kept = filled.data_folder / "merges" / "1" / "masks" / "img2.png.png"
        assert 0 < kept.stat().st_size < 20_000


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.sets(st.integers(0, 3), min_size=1, max_size=2),
                  st.sampled_from([0, 1, 2, 3, 255])),
        st.tuples(st.just("undo"), st.none(), st.none()),
        st.tuples(st.just("paint"), st.integers(0, 50), st.sampled_from([0, 1, 2, 3, 255])),
    ),
    max_size=8,
)  # fmt: skip


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_of_merges_edits_and_undoing_is_what_a_model_says(
    steps: list[tuple[str, object, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The model keeps for every merge where its sources were, in plain numpy."""
    folder = tmp_path_factory.mktemp("model")
    Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(folder / "a.png")
    with Project.open(folder) as project:
        project.scan()
        project.class_ids_for(("background", "cat", "kitty", "dog"))
        model = noise(3)
        project.save_mask("a.png", model)
        living = {0, 1, 2, 3}
        merges: list[tuple[set[int], int, Labels]] = []
        for kind, what, value in steps:
            if kind == "merge":
                assert isinstance(what, set)
                if not what <= living or value in what or (value != 255 and value not in living):
                    with pytest.raises(MaskwrightError):
                        project.merges.merge(what, value)
                    continue
                project.merges.merge(what, value)
                merges.append((what, value, model.copy()))
                model[np.isin(model, list(what))] = value
                living -= what
            elif kind == "undo" and merges:
                project.merges.undo()
                sources, target, before = merges.pop()
                back = np.isin(before, list(sources)) & (model == target)
                model[back] = before[back]
                living |= sources
            elif kind == "paint" and (value == 255 or value in living):
                assert isinstance(what, int)
                model[what % 30 : what % 30 + 10, what:] = value
                project.save_mask("a.png", model)
            np.testing.assert_array_equal(project.load_mask("a.png"), model)
            assert {each.id for each in project.classes} == living


class CancelsAfter(CancelToken):
    """Cancelled when it has been asked so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def check(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.cancel()
        super().check()


@pytest.mark.parametrize("files", [1, 3, 5])
def test_cancel_leaves_all_as_it_was(filled: Project, files: int) -> None:
    before, classes = everything(filled), filled.classes
    with pytest.raises(Cancelled):
        filled.merges.merge([KITTY], CAT, cancel=CancelsAfter(files))
    assert_same(everything(filled), before)
    assert filled.classes == classes
    assert filled.merges.last is None
    filled.merges.merge([KITTY], CAT)
    assert_same(everything(filled), merged(before, {KITTY}, CAT))


def test_labels_that_were_held_before_the_merge_are_saved_as_after_it(filled: Project) -> None:
    """A stroke that was under way, or a run that had asked for the ids before."""
    held = noise(20)
    filled.merges.merge([KITTY], DOG)
    filled.merges.merge([DOG], CAT)
    filled.save_mask("img10.png", held)
    filled.save_prediction("img10.png", held, held, 0.1)
    expected = np.where(np.isin(held, [KITTY, DOG]), CAT, held)
    np.testing.assert_array_equal(filled.load_mask("img10.png"), expected)
    stored = filled.load_prediction("img10.png")
    assert stored is not None
    np.testing.assert_array_equal(stored.labels, expected)
    assert (held == KITTY).any()  # what was handed over is not changed in place


CHILD = """
    import sys
    from segmenter.project.project import Project
    def tell(done, total):
        print(done, flush=True)
    project = Project.open(sys.argv[1])
"""
MERGE = "project.merges.merge([2], 1, progress=tell)"
MERGE_AND_UNDO = "project.merges.merge([2], 1); project.merges.undo(progress=tell)"


def kill_after(folder: Path, files: int, code: str) -> None:
    """Begin it in a process of its own, and kill that after so many files."""
    command = [sys.executable, "-c", textwrap.dedent(CHILD) + code, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for number in range(1, files + 1):
            assert child.stdout.readline() == f"{number}\n".encode()
        child.kill()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """24 images with masks and predictions, closed."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(24):
        Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(folder / f"{number}.png")
    with Project.open(folder) as project:
        project.scan()
        project.class_ids_for(("background", "cat", "kitty", "dog"))
        for seed, record in enumerate(project.images()):
            project.save_prediction(record.name, noise(seed), noise(seed), 0.3)
            project.save_mask(record.name, noise(100 + seed))
    return folder


@pytest.mark.parametrize("files", [1, 7, 20, 40])
def test_a_merge_that_is_killed_is_finished_on_opening(many: Path, files: int) -> None:
    with Project.open(many) as project:
        before = everything(project)
    after = merged(before, {KITTY}, CAT)
    kill_after(many, files, MERGE)
    with Project.open(many, read_only=True) as project:
        for key, labels in everything(project).items():
            is_whole = np.array_equal(labels, before[key]) or np.array_equal(labels, after[key])  # type: ignore[arg-type]
            assert is_whole, key
    with Project.open(many) as project:
        assert "cut short" in project.notes[0]
        assert_same(everything(project), after)
        assert names(project) == ["background", "cat", "dog"]
        assert project.merges.last is None
        assert not (project.data_folder / "merges").exists()
    with Project.open(many) as project:
        assert project.notes == []


@pytest.mark.parametrize("files", [1, 20, 40])
def test_undoing_that_is_killed_is_finished_on_opening(many: Path, files: int) -> None:
    with Project.open(many) as project:
        before = everything(project)
    kill_after(many, files, MERGE_AND_UNDO)
    with Project.open(many) as project:
        assert_same(everything(project), before)
        assert names(project) == ["background", "cat", "kitty", "dog"]
        assert project.merges.last is None


def test_a_killed_session_can_not_undo_its_merges_later(many: Path) -> None:
    code = MERGE + "; import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    command = [sys.executable, "-c", textwrap.dedent(CHILD) + code, str(many)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    with Project.open(many) as project:
        assert project.notes == []
        assert names(project) == ["background", "cat", "dog"]
        with pytest.raises(MaskwrightError, match="no merge"):
            project.merges.undo()


def test_saving_goes_on_beside_a_merge(many: Path) -> None:
    """Threads save old labels all the while: no source survives, no mask is lost."""
    with Project.open(many) as project:
        held = noise(50)
        expected = np.where(held == KITTY, CAT, held)
        chosen = [f"{number}.png" for number in range(0, 24, 2)]
        with ThreadPoolExecutor(3) as pool:
            saving = [pool.submit(project.save_mask, name, held) for name in chosen * 3]
            project.merges.merge([KITTY], CAT)
            for each in saving:
                each.result()
        for name in chosen:
            np.testing.assert_array_equal(project.load_mask(name), expected)
        for labels in everything(project).values():
            assert labels is not None
            assert not (labels == KITTY).any()


def test_of_a_folder_that_is_gone_no_class_is_called_unused_or_merged(
    filled: Project, tmp_path: Path
) -> None:
    before = everything(filled)
    away = filled.folder.rename(tmp_path / "away")
    with pytest.raises(MaskwrightError, match="is gone"):
        filled.merges.usage()
    with pytest.raises(MaskwrightError, match="is gone"):
        filled.merges.merge([KITTY], CAT)
    assert not filled.folder.exists()
    away.rename(filled.folder)
    assert_same(everything(filled), before)
