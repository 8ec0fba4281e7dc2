"""An export is complete or absent, takes what was chosen, and says what it left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.formats.class_file import read_class_file
from segmenter.formats.dataset import ExportOptions, ImageFiles, Lists
from segmenter.formats.exporting import ExportReport, export, plan_export
from segmenter.formats.index_png import FORMAT
from segmenter.formats.naming import problem_of, unique_stems
from segmenter.formats.source import Source
from segmenter.project.project import Project
from segmenter.project.state import Side, State
from segmenter.project.stored_files import mask_file


def exported(
    project: Project, target: Path, *, replace: bool = False, **options: object
) -> ExportReport:
    chosen = ExportOptions(**options)  # type: ignore[arg-type]
    return export(project, plan_export(project, FORMAT, target, chosen, replace=replace))


def values(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image)


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_masks_of_corrected_and_approved_images_are_taken(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = exported(project, out)
    assert (report.exported, report.skipped, report.notes) == (3, (), ())
    assert files(out) == {
        *("images/a.png", "images/b.jpg", "images/more/c.jpg.jpg", "classes.csv"),
        *("masks/a.png", "masks/b.png", "masks/more/c.jpg.png", ".maskwright-export"),
    }
    for name, stem in (("a.png", "a"), ("b.jpg", "b"), ("more/c.jpg", "more/c.jpg")):
        mask = project.load_mask(name)
        assert mask is not None
        np.testing.assert_array_equal(values(out / "masks" / f"{stem}.png"), mask)
        image = (out / "images" / stem).with_name(Path(stem).name + Path(name).suffix)
        assert image.read_bytes() == project.path_of(name).read_bytes()


def test_ids_have_gaps_and_keep_them(project: Project, tmp_path: Path) -> None:
    exported(project, tmp_path / "out")
    with Source(tmp_path / "out") as source:
        classes = read_class_file(source, "classes.csv")
    assert [(each.id, each.name) for each in classes] == [(0, "background"), (3, "cat"), (7, "dog")]
    assert [each.color for each in classes] == [each.color for each in project.classes]


def test_predictions_are_taken_when_they_are_asked_for(project: Project, tmp_path: Path) -> None:
    report = exported(
        project, tmp_path / "out", states=frozenset({State.PREDICTED, State.APPROVED})
    )
    assert report.exported == 2
    np.testing.assert_array_equal(
        values(tmp_path / "out" / "masks" / "more" / "c.png.png"),
        project.load_prediction_labels("more/c.png"),
    )


def test_classes_can_be_given_other_ids_put_together_and_left_out(
    project: Project, tmp_path: Path
) -> None:
    exported(project, tmp_path / "out", class_map={3: 1, 7: 1, 0: 255})
    before = project.load_mask("a.png")
    assert before is not None
    expected = np.array([255, 0, 0, 1, 0, 0, 0, 1], np.uint8)[np.where(before == 255, 0, before)]
    np.testing.assert_array_equal(values(tmp_path / "out" / "masks" / "a.png"), expected)
    with Source(tmp_path / "out") as source:
        assert [(c.id, c.name) for c in read_class_file(source, "classes.csv")] == [(1, "cat")]


def test_pixels_of_a_deleted_class_are_unlabelled(project: Project, tmp_path: Path) -> None:
    project.remove_class(3)
    exported(project, tmp_path / "out")
    assert set(np.unique(values(tmp_path / "out" / "masks" / "a.png"))) <= {0, 7, 255}


def test_a_share_is_held_out_the_same_every_time(project: Project, tmp_path: Path) -> None:
    def sides(seed: int) -> dict[str, Side]:
        options = ExportOptions(lists=Lists.SHARE, validation_share=0.34, seed=seed)
        return dict(plan_export(project, FORMAT, tmp_path / "out", options).sides)

    assert sides(1) == sides(1)
    assert sorted(sides(1).values()) == [Side.TRAINING, Side.TRAINING, Side.VALIDATION]
    assert any(sides(seed) != sides(1) for seed in range(2, 12))


def test_the_project_s_own_split_minds_what_is_pinned(project: Project, tmp_path: Path) -> None:
    project.pin("b.jpg", Side.VALIDATION)
    options = ExportOptions(lists=Lists.PROJECT)
    plan = plan_export(project, FORMAT, tmp_path / "out", options)
    assert plan.sides["b.jpg"] is Side.VALIDATION
    assert set(plan.sides) == {"a.png", "b.jpg", "more/c.jpg"}


def test_an_image_that_changed_and_a_damaged_mask_are_skipped_and_told(
    project: Project, tmp_path: Path
) -> None:
    Image.new("RGB", (3, 3)).save(project.path_of("a.png"))
    mask_file(project.data_folder, "b.jpg").write_bytes(b"no mask")
    report = exported(project, tmp_path / "out")
    assert report.exported == 1
    reasons = {each.name: each.reason for each in report.skipped}
    assert "9 × 6 pixels, but the image 3 × 3" in reasons["a.png"]
    assert "damaged" in reasons["b.jpg"]
    assert files(tmp_path / "out" / "masks") == {"more/c.jpg.png"}


def test_where_nothing_can_be_read_nothing_is_left(project: Project, tmp_path: Path) -> None:
    for name in ("a.png", "b.jpg", "more/c.jpg"):
        mask_file(project.data_folder, name).write_bytes(b"no mask")
    before = files(tmp_path)
    with pytest.raises(MaskwrightError, match="None of the 3 images could be exported"):
        exported(project, tmp_path / "out")
    assert files(tmp_path) == before


def test_cancel_leaves_nothing_and_the_old_export(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    exported(project, out)
    before = files(tmp_path)
    cancel = CancelToken()
    plan = plan_export(project, FORMAT, out, ExportOptions(images=ImageFiles.NONE), replace=True)

    def stop(done: int, total: int) -> None:
        if done == 2:
            cancel.cancel()

    with pytest.raises(Cancelled):
        export(project, plan, progress=stop, cancel=cancel)
    assert files(tmp_path) == before


def test_an_older_export_is_replaced_only_when_asked(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    exported(project, out)
    with pytest.raises(MaskwrightError, match="is there already"):
        exported(project, out)
    exported(project, out, replace=True, images=ImageFiles.NONE)
    assert not (out / "images").exists()
    assert {each.name for each in tmp_path.iterdir()} == {"photos", "out"}


def test_a_folder_that_is_no_export_is_never_replaced(project: Project, tmp_path: Path) -> None:
    precious = tmp_path / "home"
    precious.mkdir()
    (precious / "novel.txt").write_text("It was a dark and stormy night")
    with pytest.raises(MaskwrightError, match="is not an export of Maskwright"):
        exported(project, precious, replace=True)
    assert (precious / "novel.txt").exists()


@pytest.mark.parametrize("contents", ["photos", "no zip"])
def test_a_zip_file_that_is_no_export_is_never_replaced(
    project: Project, tmp_path: Path, contents: str
) -> None:
    place = tmp_path / "photos.zip"
    if contents == "photos":
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("holiday.jpg", b"the only copy")
    else:
        place.write_bytes(b"something else")
    before = place.read_bytes()
    with pytest.raises(MaskwrightError, match="not an export of Maskwright"):
        exported(project, place, replace=True)
    assert place.read_bytes() == before


def test_an_older_zip_file_of_ours_is_replaced_only_when_asked(
    project: Project, tmp_path: Path
) -> None:
    place = tmp_path / "out.zip"
    exported(project, place)
    with pytest.raises(MaskwrightError, match="is there already"):
        exported(project, place)
    report = exported(project, place, replace=True, states=frozenset({State.APPROVED}))
    assert report.exported == 1
    with zipfile.ZipFile(place) as archive:
        assert len([name for name in archive.namelist() if name.startswith("masks/")]) == 1


def test_an_empty_folder_is_a_good_place(project: Project, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert exported(project, tmp_path / "empty").exported == 3


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (lambda project: project.folder, "the images or the project are in it"),
        (lambda project: project.folder.parent, "the images or the project are in it"),
        (lambda project: project.data_folder, "the images or the project are in it"),
        (lambda project: project.folder / "export", "lies among the images"),
        (lambda project: project.data_folder / "models", "the project's own files"),
        (lambda project: project.data_folder / "new" / "out", "the project's own files"),
        (lambda project: project.data_folder / "out.zip", "the project's own files"),
    ],
)
def test_places_that_would_harm_the_project_are_refused(
    project: Project, place: Callable[[Project], Path], told: str
) -> None:
    with pytest.raises(MaskwrightError, match=told):
        exported(project, place(project), replace=True)


def test_a_zip_file_has_the_same_files(project: Project, tmp_path: Path) -> None:
    exported(project, tmp_path / "out")
    exported(project, tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert set(archive.namelist()) == files(tmp_path / "out")
        assert archive.testzip() is None
    assert {each.name for each in tmp_path.iterdir()} == {"photos", "out", "out.zip"}


@pytest.mark.parametrize("how", [ImageFiles.HARD_LINK, ImageFiles.SYMLINK])
def test_images_can_be_linked(project: Project, tmp_path: Path, how: ImageFiles) -> None:
    exported(project, tmp_path / "out", images=how)
    linked = tmp_path / "out" / "images" / "a.png"
    assert linked.samefile(project.path_of("a.png"))
    assert linked.is_symlink() == (how is ImageFiles.SYMLINK)


@pytest.mark.parametrize(
    ("how", "kind"), [(ImageFiles.HARD_LINK, "Hard"), (ImageFiles.SYMLINK, "Symbolic")]
)
def test_where_links_are_forbidden_images_are_copied(
    project: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: ImageFiles,
    kind: str,
) -> None:
    def refuse(*_: object, **__: object) -> None:  # as Windows does without its developer mode
        raise OSError(1, "A required privilege is not held by the client")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "symlink", refuse)
    report = exported(project, tmp_path / "out", images=how)
    assert report.exported == 3
    assert report.notes == (f"{kind} links are not possible there, so the images were copied.",)
    copied = tmp_path / "out" / "images" / "a.png"
    assert not copied.samefile(project.path_of("a.png"))
    assert copied.read_bytes() == project.path_of("a.png").read_bytes()


def lay_on_its_side(path: Path) -> None:
    """The same picture, upright by its EXIF orientation alone."""
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(path) as image:
        image.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)


def test_without_the_images_those_on_their_side_are_told(project: Project, tmp_path: Path) -> None:
    assert exported(project, tmp_path / "before", images=ImageFiles.NONE).notes == ()
    lay_on_its_side(project.path_of("b.jpg"))
    report = exported(project, tmp_path / "out", images=ImageFiles.NONE)
    assert (report.exported, len(report.notes)) == (3, 1)
    assert "upright by their EXIF orientation alone" in report.notes[0]


def test_an_image_on_its_side_is_exported_upright(project: Project, tmp_path: Path) -> None:
    lay_on_its_side(project.path_of("b.jpg"))
    report = exported(project, tmp_path / "out", images=ImageFiles.SYMLINK)
    assert report.exported == 3
    assert report.notes == ("Images that were not upright were written anew as JPEG.",)
    with Image.open(tmp_path / "out" / "images" / "b.jpg") as image:
        assert image.size == (9, 6)
        assert not image.getexif()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"states": frozenset({State.FAILED})}, "no image is failed"),
        ({"class_map": {4: 1}}, "no class with the id 4"),
        ({"class_map": {3: 256}}, "can't become 256"),
        ({"class_map": {0: 255, 3: 255, 7: 255}}, "no class that is left"),
        ({"ignore": 3}, "the id of the class “cat”"),
        ({"ignore": 300}, "one of 0 to 255"),
        ({"lists": Lists.SHARE, "validation_share": 1.5}, "from 0 to 1"),
    ],
)
def test_options_that_make_no_sense_are_told_before_anything_is_written(
    project: Project, tmp_path: Path, options: dict[str, object], told: str
) -> None:
    with pytest.raises(MaskwrightError, match=told):
        exported(project, tmp_path / "out", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_stems_stay_apart_also_where_case_does_not_count() -> None:
    names = ["a.jpg", "a.png", "b/a.jpg", "REX.jpg", "rex.jpg", "x.tar.png", ".png"]
    stems = unique_stems(names)
    assert stems["b/a.jpg"] == "b/a"
    assert (stems["a.jpg"], stems["a.png"]) == ("a.jpg", "a.png")
    assert len({stem.casefold() for stem in stems.values()}) == len(names)
    assert stems["x.tar.png"] == "x.tar"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a\nb.png", "control character"),
        ("x" * 215 + ".png", "too long"),
        ("a\\b.png", "a backslash"),
        ("dogs/rex.png", ""),
        ("Ü" * 100 + ".png", ""),
        ("\udce9.png", "not valid Unicode"),
    ],
)
def test_names_that_no_list_can_hold_are_told(name: str, told: str) -> None:
    problem = problem_of(name)
    assert told in problem
    assert bool(told) == bool(problem)


def test_an_image_with_such_a_name_is_left_out(
    project: Project, folder: Path, tmp_path: Path
) -> None:
    name = "line\nbreak.png"
    shutil.copy(folder / "a.png", folder / name)
    project.scan()
    project.save_mask(name, np.zeros((6, 9), np.uint8))
    report = exported(project, tmp_path / "out")
    assert [each.name for each in report.skipped] == [name]
    assert report.exported == 3


def test_what_a_killed_export_left_is_cleared_away(project: Project, tmp_path: Path) -> None:
    left, young, running = (tmp_path / f".maskwright-export-{name}" for name in "abc")
    locks = [tmp_path / f"{folder.name}.lock" for folder in (left, young, running)]
    for folder, lock in zip((left, young, running), locks, strict=True):
        folder.mkdir()
        lock.touch()
    os.utime(locks[0], (1e9, 1e9))
    with FileLock(locks[2]):
        os.utime(locks[2], (1e9, 1e9))
        exported(project, tmp_path / "out")
        assert (left.exists(), young.exists(), running.exists()) == (False, True, True)
        assert [lock.exists() for lock in locks] == [False, True, True]


_KILLED_AT_THE_END = """
import os, sys
from pathlib import Path
from segmenter.cancel import CancelToken
from segmenter.formats.target import exported_to

class Kill(CancelToken):
    def check(self):
        os._exit(9)

with exported_to(Path(sys.argv[1]), {}, Kill()) as folder:
    (folder / "large.png").write_bytes(b"gigabytes")
"""


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_was_killed_while_it_was_put_in_its_place_is_cleared_away(
    project: Project, tmp_path: Path, name: str
) -> None:
    target = tmp_path / "exports" / name
    ended = subprocess.run([sys.executable, "-c", _KILLED_AT_THE_END, target], check=False)
    assert ended.returncode == 9
    left = list(target.parent.iterdir())
    assert any(file.name == "large.png" for folder in left for file in folder.glob("*"))
    for each in left:
        os.utime(each, (1e9, 1e9))
    exported(project, target)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_behind_a_link_the_export_it_leads_to_is_replaced(
    project: Project, tmp_path: Path, name: str
) -> None:
    real, link = tmp_path / "disk" / name, tmp_path / "links" / name
    exported(project, real)
    before = real.stat().st_ino
    link.parent.mkdir()
    link.symlink_to(real)
    exported(project, link, replace=True, states=frozenset({State.APPROVED}))
    assert link.is_symlink()
    assert list(link.parent.iterdir()) == [link]
    assert list(real.parent.iterdir()) == [real]
    assert real.stat().st_ino != before


def test_a_full_disk_leaves_nothing_and_the_old_export(
    project: Project, folder: Path, tiny_disk: Path
) -> None:
    out = tiny_disk / "out"
    exported(project, out)
    before = files(tiny_disk)
    noise = np.random.default_rng(0).integers(0, 255, (700, 700, 3), np.uint8)
    Image.fromarray(noise).save(folder / "noise.png")
    project.scan()
    project.save_mask("noise.png", np.zeros((700, 700), np.uint8))
    with pytest.raises(MaskwrightError, match=r"noise\.png. .*: the disk is full"):
        exported(project, out, replace=True)
    with pytest.raises(MaskwrightError, match="disk is full"):
        exported(project, tiny_disk / "out.zip", images=ImageFiles.COPY)
    assert files(tiny_disk) == before
