"""A folder's project: what it knows, keeps, and never loses."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.project.scanning import CHANGED_REASON
from segmenter.project.state import State

Rgb = NDArray[np.uint8]

LABELS = np.arange(12, dtype=np.uint8).reshape(3, 4)
CONFIDENCE = LABELS * 20


def states(project: Project) -> dict[str, State]:
    return {record.name: record.state for record in project.images()}


def reopened(folder: Path) -> Project:
    project = Project.open(folder)
    project.scan()
    return project


def test_new_folder_gets_a_project(folder: Path) -> None:
    with Project.open(folder) as project:
        assert project.data_folder == folder / "maskwright"
        assert not project.read_only
        assert project.notes == []
        assert project.images() == []
        found: list[str] = []
        project.scan(on_found=found.extend)
        assert found == ["img2.png", "img10.png", "more/img1.png"]
        assert [record.name for record in project.images()] == found
        assert set(states(project).values()) == {State.NEW}


def test_everything_is_there_again_after_reopening(project: Project, folder: Path) -> None:
    project.add_class("Hund", (1, 2, 3))
    project.save_prediction("img2.png", LABELS, CONFIDENCE, 0.25)
    project.save_mask("img10.png", LABELS)
    project.set_state("more/img1.png", State.FAILED, "It shows a thumb.")
    before = (project.images(), project.classes)
    project.close()
    with Project.open(folder) as again:
        assert (again.images(), again.classes) == before
        assert again.image("more/img1.png").reason == "It shows a thumb."
        again.scan()
        assert (again.images(), again.classes) == before


def test_prediction_comes_back_as_it_was_kept(project: Project) -> None:
    record = project.save_prediction("img2.png", LABELS, CONFIDENCE, 0.25)
    assert record.state is State.PREDICTED
    assert record.uncertainty == 0.25
    stored = project.load_prediction("img2.png")
    assert stored is not None
    np.testing.assert_array_equal(stored.labels, LABELS)
    np.testing.assert_array_equal(stored.confidence, CONFIDENCE)
    assert stored.uncertainty == 0.25
    assert project.load_prediction("img10.png") is None


@pytest.mark.parametrize("state", [State.CORRECTED, State.APPROVED])
def test_prediction_never_overwrites_a_mask(project: Project, state: State) -> None:
    project.save_mask("img2.png", LABELS)
    project.set_state("img2.png", state)
    record = project.save_prediction("img2.png", LABELS * 0, CONFIDENCE, 0.9)
    assert record.state is state
    mask = project.load_mask("img2.png")
    assert mask is not None
    np.testing.assert_array_equal(mask, LABELS)


def test_mask_makes_an_image_corrected_and_is_an_indexed_png(project: Project) -> None:
    assert project.load_mask("more/img1.png") is None
    assert project.save_mask("more/img1.png", LABELS).state is State.CORRECTED
    np.testing.assert_array_equal(
        read_label_png(project.data_folder / "masks" / "more" / "img1.png.png"), LABELS
    )


def test_changing_an_approved_mask_takes_the_approval_back(project: Project) -> None:
    project.save_mask("img2.png", LABELS)
    project.set_state("img2.png", State.APPROVED)
    assert project.save_mask("img2.png", LABELS).state is State.CORRECTED


def test_images_that_differ_in_suffix_only_keep_their_own_masks(folder: Path, photo: Rgb) -> None:
    for name in ("a.jpg", "a.png", "a.tif"):
        Image.fromarray(photo).save(folder / name)
    with reopened(folder) as project:
        for value, name in enumerate(("a.jpg", "a.png", "a.tif")):
            project.save_mask(name, np.full((2, 2), value, np.uint8))
            project.save_prediction(name, np.full((2, 2), value, np.uint8), CONFIDENCE[:2, :2], 0)
        for value, name in enumerate(("a.jpg", "a.png", "a.tif")):
            mask, prediction = project.load_mask(name), project.load_prediction(name)
            assert mask is not None
            assert prediction is not None
            assert (mask == value).all()
            assert (prediction.labels == value).all()


@pytest.mark.parametrize(
    "name",
    ["x" * 196 + ".png", "x" * 251 + ".png", "ü" * 125 + ".png", "two\nlines.png", "日本.png"],
)
def test_long_and_odd_names_keep_masks_and_predictions(folder: Path, photo: Rgb, name: str) -> None:
    Image.fromarray(photo).save(folder / name)
    with reopened(folder) as project:
        assert project.load_image(name).shape == photo.shape
        project.save_mask(name, LABELS)
        project.save_prediction(name, LABELS, CONFIDENCE, 0.5)
    with reopened(folder) as project:
        assert project.image(name).state is State.CORRECTED
        assert project.load_mask(name) is not None
        assert project.load_prediction(name) is not None


def test_two_names_that_begin_alike_and_are_cut_stay_apart(folder: Path, photo: Rgb) -> None:
    names = ["x" * 250 + letter + ".png" for letter in "ab"]
    for name in names:
        Image.fromarray(photo).save(folder / name)
    with reopened(folder) as project:
        for value, name in enumerate(names):
            project.save_mask(name, np.full((1, 1), value, np.uint8))
        for value, name in enumerate(names):
            mask = project.load_mask(name)
            assert mask is not None
            assert mask[0, 0] == value


def test_name_that_is_not_utf_8_is_kept(folder: Path, photo: Rgb) -> None:
    name = b"caf\xe9.png".decode("utf-8", "surrogateescape")
    try:
        Image.fromarray(photo).save(folder / name)
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    with reopened(folder) as project:
        project.save_mask(name, LABELS)
    with Project.open(folder) as project:
        assert project.image(name).state is State.CORRECTED
        assert project.load_image(name).shape == photo.shape


@pytest.mark.parametrize("name", ["../secret.png", "/etc/x.png", "more/../../x.png", ""])
def test_names_that_lead_out_of_the_folder_are_refused(project: Project, name: str) -> None:
    with pytest.raises(MaskwrightError, match="outside of the opened folder"):
        project.path_of(name)
    with pytest.raises(MaskwrightError):
        project.save_mask(name, LABELS)


def test_unknown_image_is_told(project: Project) -> None:
    with pytest.raises(MaskwrightError, match=r"“no\.png” is not an image of this project"):
        project.save_prediction("no.png", LABELS, CONFIDENCE, 0.1)


def test_image_that_fails_is_marked_and_recovers(project: Project, photo: Rgb) -> None:
    project.save_mask("img2.png", LABELS)
    project.set_state("img2.png", State.APPROVED)
    whole = project.path_of("img2.png").read_bytes()
    project.path_of("img2.png").write_bytes(whole[:200])
    for _ in range(2):
        with pytest.raises(MaskwrightError):
            project.load_image("img2.png")
    record = project.image("img2.png")
    assert record.state is State.FAILED
    assert "“img2.png”" in record.reason
    project.path_of("img2.png").write_bytes(whole)
    np.testing.assert_array_equal(project.load_image("img2.png"), photo)
    assert project.image("img2.png").state is State.APPROVED
    assert project.image("img2.png").reason == ""


def test_prediction_whose_files_are_damaged_is_forgotten(project: Project) -> None:
    project.save_prediction("img2.png", LABELS, CONFIDENCE, 0.25)
    (project.data_folder / "predictions" / "img2.png.png").write_bytes(b"power cut")
    assert project.load_prediction("img2.png") is None
    assert project.image("img2.png").state is State.NEW


def test_damaged_mask_is_told_and_keeps_its_state(project: Project) -> None:
    project.save_mask("img2.png", LABELS)
    (project.data_folder / "masks" / "img2.png.png").write_bytes(b"?")
    with pytest.raises(MaskwrightError, match=r"“img2\.png\.png” is damaged"):
        project.load_mask("img2.png")
    assert project.image("img2.png").state is State.CORRECTED


class TestScan:
    def test_finds_new_and_forgets_vanished_images_but_not_their_masks(
        self, project: Project, photo: Rgb
    ) -> None:
        project.save_mask("img2.png", LABELS)
        project.set_state("img2.png", State.APPROVED)
        project.path_of("img2.png").rename(project.folder / "away")
        Image.fromarray(photo).save(project.folder / "img3.png")
        found: list[str] = []
        project.scan(on_found=found.extend)
        assert found == ["img3.png"]
        assert [r.name for r in project.images()] == ["img3.png", "img10.png", "more/img1.png"]
        with pytest.raises(MaskwrightError):
            project.image("img2.png")
        # It comes back, also in another session.
        (project.folder / "away").rename(project.folder / "img2.png")
        project.close()
        with reopened(project.folder) as again:
            assert again.image("img2.png").state is State.APPROVED
            assert again.load_mask("img2.png") is not None
            assert [r.name for r in again.images()][:2] == ["img2.png", "img3.png"]

    def test_changed_file_loses_its_prediction(self, project: Project, photo: Rgb) -> None:
        project.save_prediction("img2.png", LABELS, CONFIDENCE, 0.25)
        Image.fromarray(photo[:20]).save(project.path_of("img2.png"))
        found: list[str] = []
        project.scan(on_found=found.extend)
        assert found == ["img2.png"]
        assert project.image("img2.png").state is State.NEW
        assert project.load_prediction("img2.png") is None

    def test_changed_file_keeps_its_mask_with_a_remark(self, project: Project, photo: Rgb) -> None:
        project.save_mask("img2.png", LABELS)
        Image.fromarray(photo[:20]).save(project.path_of("img2.png"))
        project.scan()
        assert project.image("img2.png").state is State.CORRECTED
        assert project.image("img2.png").reason == CHANGED_REASON
        assert project.load_mask("img2.png") is not None

    def test_copied_folder_with_other_times_keeps_everything(self, project: Project) -> None:
        project.save_prediction("img2.png", LABELS, CONFIDENCE, 0.25)
        project.path_of("img2.png").touch()
        project.scan()
        assert project.image("img2.png").state is State.PREDICTED

    def test_replaced_file_is_tried_again(self, project: Project, photo: Rgb) -> None:
        path = project.path_of("img2.png")
        path.write_bytes(b"broken")
        with pytest.raises(MaskwrightError):
            project.load_image("img2.png")
        project.scan()
        Image.fromarray(photo).save(path)
        project.scan()
        assert project.image("img2.png").state is State.NEW

    def test_mask_on_disk_counts_though_the_database_missed_it(self, project: Project) -> None:
        """The process was killed after the file was written and before this was noted."""
        project.save_mask("img10.png", LABELS)
        masks = project.data_folder / "masks"
        (masks / "img10.png.png").rename(masks / "img2.png.png")
        project.scan()
        assert project.image("img2.png").state is State.CORRECTED

    def test_leftovers_of_killed_processes_are_removed(self, project: Project) -> None:
        project.save_mask("more/img1.png", LABELS)
        leftover = project.data_folder / "masks" / "more" / ".maskwright-abc.tmp"
        leftover.touch()
        project.scan()
        assert not leftover.exists()
        assert project.load_mask("more/img1.png") is not None

    def test_cancel_keeps_what_was_known(self, project: Project) -> None:
        cancel = CancelToken()
        cancel.cancel()
        before = project.images()
        with pytest.raises(Cancelled):
            project.scan(cancel=cancel)
        assert project.images() == before

    def test_undoes_nothing_that_is_saved_meanwhile(self, project: Project, photo: Rgb) -> None:
        Image.fromarray(photo[:20]).save(project.path_of("img2.png"))

        class SavesBetweenFolders(CancelToken):
            """Asked before each folder: the second time, img2 has been looked at already."""

            asked = 0

            def check(self) -> None:
                self.asked += 1
                if self.asked == 3:
                    project.save_mask("img2.png", LABELS)
                    project.set_state("img2.png", State.APPROVED)

        token = SavesBetweenFolders()
        project.scan(cancel=token)
        assert token.asked >= 3
        assert project.image("img2.png").state is State.APPROVED
        project.close()
        with Project.open(project.folder) as again:
            assert again.image("img2.png").state is State.APPROVED

    def test_folder_that_went_away_is_told_and_nothing_is_forgotten(self, project: Project) -> None:
        before = project.images()
        project.folder.rename(project.folder.with_name("away"))
        with pytest.raises(MaskwrightError, match="is not there"):
            project.scan()
        assert project.images() == before
        project.folder.with_name("away").rename(project.folder)


class TestClasses:
    def test_ids_count_up_and_never_come_back(self, folder: Path) -> None:
        with Project.open(folder) as project:
            assert [project.add_class(name).id for name in "abc"] == [0, 1, 2]
            project.remove_class(2)
            assert project.add_class("d").id == 3
            project.remove_class(3)
        with Project.open(folder) as project:
            assert project.add_class("c").id == 4
            assert [c.name for c in project.classes] == ["a", "b", "c"]

    def test_ids_for_names_adds_the_unknown_ones(self, project: Project) -> None:
        ids = project.class_ids_for(("dog", "cat", " background ", "dog"))
        assert ids.dtype == np.uint8
        assert ids.tolist() == [2, 1, 0, 2]
        assert [c.name for c in project.classes] == ["background", "cat", "dog"]

    def test_changes_are_kept(self, project: Project, folder: Path) -> None:
        changed = project.change_class(1, name="Katze", color=(9, 8, 7), visible=False)
        project.close()
        with Project.open(folder) as again:
            assert again.classes[1] == changed
            assert (changed.name, changed.color, changed.visible) == ("Katze", (9, 8, 7), False)

    @pytest.mark.parametrize("name", ["cat", " cat ", "", "  "])
    def test_names_are_needed_and_distinct(self, project: Project, name: str) -> None:
        for what in (lambda: project.add_class(name), lambda: project.change_class(0, name=name)):
            with pytest.raises(MaskwrightError, match="class"):
                what()
        assert [c.name for c in project.classes] == ["background", "cat"]

    def test_255_classes_and_no_more(self, project: Project) -> None:
        ids = project.class_ids_for([f"class {n}" for n in range(253)])
        assert ids[-1] == 254
        with pytest.raises(MaskwrightError, match="255 classes at most"):
            project.add_class("one more")


def test_threads_share_a_project(folder: Path, photo: Rgb) -> None:
    names = [f"t{n}.png" for n in range(24)]
    for name in names:
        Image.fromarray(photo).save(folder / name)
    with reopened(folder) as project:
        start = threading.Barrier(6)

        def work(part: int) -> None:
            start.wait()
            for n, name in enumerate(names[part::6]):
                ids = project.class_ids_for(["shared", f"own {part}"])
                project.load_image(name)
                project.save_prediction(name, ids[LABELS % 2], CONFIDENCE, n / 10)
                project.save_mask(name, ids[LABELS % 2])
                project.images()
            project.scan()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))
        assert {project.image(name).state for name in names} == {State.CORRECTED}
        assert len({c.name for c in project.classes}) == len(project.classes) == 7
    with Project.open(folder) as project:
        assert {project.image(name).state for name in names} == {State.CORRECTED}


def test_use_after_close_is_told(project: Project) -> None:
    project.close()
    project.close()
    with pytest.raises(MaskwrightError, match="was closed in the meantime"):
        project.save_mask("img2.png", LABELS)


def test_opened_on_one_thread_and_closed_on_another(folder: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        project = pool.submit(Project.open, folder).result()
    project.close()
    with Project.open(folder) as again:
        assert not again.read_only


def test_full_disk_is_told_and_changes_nothing(tiny_disk: Path, photo: Rgb) -> None:
    for name in ("a.png", "b.png"):
        Image.fromarray(photo).save(tiny_disk / name)
    with reopened(tiny_disk) as project:
        project.save_mask("a.png", LABELS)
        filler = tiny_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:  # until the disk is full
                file.write(bytes(4096))
        noise = np.random.default_rng(0).integers(0, 255, (300, 300), dtype=np.uint8)
        with pytest.raises(MaskwrightError, match="the disk is full"):
            project.save_mask("a.png", noise)

        def fill_the_log() -> None:
            for turn in range(4000):
                project.set_state("b.png", (State.APPROVED, State.NEW)[turn % 2])

        with pytest.raises(MaskwrightError, match="the disk is full"):
            fill_the_log()
        before = project.images()
        filler.unlink()
        project.save_mask("b.png", noise)
        mask = project.load_mask("a.png")
        assert mask is not None
        np.testing.assert_array_equal(mask, LABELS)
    with Project.open(tiny_disk) as project:
        assert project.notes == []
        assert project.image("a.png") == before[0]
        assert project.image("b.png").state is State.CORRECTED


def test_a_class_may_have_an_id_that_no_class_ever_had(project: Project) -> None:
    assert project.add_class("far", wanted_id=200).id == 200
    assert project.add_class("taken", wanted_id=200).id == 201
    project.remove_class(200)
    assert project.add_class("removed", wanted_id=200).id == 202
    assert project.add_class("gap", wanted_id=7).id == 7
    assert project.add_class("no id", wanted_id=255).id == 203


def test_gaps_are_filled_when_no_higher_id_is_left(project: Project) -> None:
    assert project.add_class("last", wanted_id=254).id == 254
    assert project.add_class("first gap").id == 2
    for number in range(3, 254):
        assert project.add_class(f"class {number}").id == number
    with pytest.raises(MaskwrightError, match="255 classes at most"):
        project.add_class("one too many")
