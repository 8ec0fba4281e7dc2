"""``maskwright export``, ``import`` and ``formats``."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import typer
from command_line import Finished
from PIL import Image

from segmenter.cli.mapping import class_ids, parse_map
from segmenter.project.classes import LabelClass
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.stored_files import mask_file

Run = Callable[..., Finished]
SHAPE = (64, 96)


@pytest.fixture
def labelled(photos: Path) -> Path:
    """The folder of photos: two masks, of a background and a cat with the id 7."""
    with Project.open(photos) as project:
        project.scan()
        project.add_class("background")
        project.add_class("cat", wanted_id=7)
        labels = np.zeros(SHAPE, np.uint8)
        labels[:20] = 7
        labels[20:30] = 255
        project.save_mask("cat.jpg", labels)
        project.save_mask("more/flower.jpg", np.zeros(SHAPE, np.uint8), approved=True)
    return photos


@pytest.fixture
def fresh(photos: Path, tmp_path: Path) -> Path:
    """The same photos, without a project."""
    folder = tmp_path / "fresh"
    for path in photos.rglob("*.jpg"):
        target = folder / path.relative_to(photos)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def masks(folder: Path) -> dict[str, np.ndarray]:
    with Project.open(folder, read_only=True) as project:
        project.scan()
        found = {each.name: project.load_mask(each.name) for each in project.images()}
    return {name: mask for name, mask in found.items() if mask is not None}


def test_what_goes_out_comes_in(run: Run, labelled: Path, fresh: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = run("export", labelled, out, "--format", "voc")
    assert told.code == 0
    assert f"2 of 2 images exported to {out}" in told.stdout
    told = run("import", fresh, out)
    assert told.code == 0
    assert "Pascal VOC: 2 images found, 0 of them with a mask already" in told.stdout
    assert "2 masks imported; new classes: background, cat." in told.stdout
    before, after = masks(labelled), masks(fresh)
    assert before.keys() == after.keys()
    for name, mask in before.items():
        np.testing.assert_array_equal(after[name], mask)


def test_programs_get_the_same_as_json(
    run: Run, labelled: Path, fresh: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.zip"
    told = run("export", labelled, out, "-f", "numpy", "--states", "approved", "--json")
    end = told.event("end")
    assert (end["exported"], end["skipped"], end["target"]) == (1, 0, str(out))
    assert end["classes"] == [{"id": 0, "name": "background"}, {"id": 7, "name": "cat"}]
    told = run("import", fresh, out, "--json", "--approved")
    plan = told.event("plan")
    assert (plan["format"], plan["matched"], plan["without_entry"]) == ("numpy", 1, 2)
    assert plan["classes"][0] == {
        **{"id": 0, "name": "background", "becomes": "background"},
        **{"existing_id": None, "pixels": SHAPE[0] * SHAPE[1]},
    }
    assert told.event("end")["imported"] == ["more/flower.jpg"]
    with Project.open(fresh, read_only=True) as project:
        assert project.image("more/flower.jpg").state is State.APPROVED


def test_options_of_an_export(run: Run, labelled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = run(
        *("export", labelled, out, "--format", "index-png", "--images", "none"),
        *("--val-share", "0.5", "--seed", "3", "--ignore", "99", "--map", "cat=1"),
    )
    assert told.code == 0
    assert not (out / "images").exists()
    lines = [(out / name).read_text().splitlines() for name in ("train.txt", "val.txt")]
    assert sorted(lines) == [["cat"], ["more/flower"]]
    assert set(np.unique(np.array(Image.open(out / "masks" / "cat.png")))) == {0, 1, 99}
    assert "is there already" in run("export", labelled, out, "--format", "voc").stderr
    assert run("export", labelled, out, "--format", "voc", "--replace").code == 0


def test_masks_of_another_folder_are_taken_only_when_asked(
    run: Run, labelled: Path, fresh: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run("export", labelled, out, "--format", "index-png").code == 0
    (out / "masks" / "more").rename(out / "masks" / "other")
    told = run("import", fresh, out, "--dry-run")
    assert "1 image found by name only, in other folders, and not taken; --by-name" in told.stdout
    assert "“other/flower” has but its name in common with “more/flower.jpg”" in told.stderr
    assert "1 mask imported" in run("import", fresh, out).stdout
    told = run("import", fresh, out, "--by-name")
    assert "1 of them found by name only" in told.stdout
    assert "1 mask imported" in told.stdout


def test_objects_are_regions_or_whole_classes(run: Run, labelled: Path, tmp_path: Path) -> None:
    with Project.open(labelled) as project:
        labels = np.zeros(SHAPE, np.uint8)
        labels[2, 2] = labels[5, 5] = 7
        project.save_mask("cat.jpg", labels)
    for option, objects in (((), 4), (("--whole-classes",), 3)):
        out = tmp_path / str(objects)
        assert run("export", labelled, out, "--format", "coco", *option).code == 0
        document = json.loads((out / "annotations" / "instances_default.json").read_text("utf-8"))
        assert len(document["annotations"]) == objects


def test_an_export_works_while_the_folder_is_open_elsewhere(
    run: Run, labelled: Path, tmp_path: Path
) -> None:
    with Project.open(labelled):
        assert run("export", labelled, tmp_path / "out", "--format", "voc").code == 0
        told = run("import", labelled, tmp_path / "out")
    assert told.code == 1
    assert "Close that window first" in told.stderr


def test_a_damaged_mask_is_left_out_and_told(run: Run, labelled: Path, tmp_path: Path) -> None:
    mask_file(labelled / "maskwright", "cat.jpg").write_bytes(b"no mask")
    told = run("export", labelled, tmp_path / "out", "--format", "voc", "--json")
    assert told.code == 1
    assert told.event("skipped")["name"] == "cat.jpg"
    assert told.event("end")["exported"] == 1
    assert "cat.jpg was left out" in told.stderr


def test_a_dry_run_changes_nothing(run: Run, labelled: Path, fresh: Path, tmp_path: Path) -> None:
    run("export", labelled, tmp_path / "out", "--format", "cityscapes")
    told = run("import", fresh, tmp_path / "out", "--dry-run", "--map", "cat=Katze")
    assert told.code == 0
    assert "cat (7)         Katze (new)" in told.stdout
    assert "imported" not in told.stdout
    assert not (fresh / "maskwright").exists()


def test_masks_are_replaced_only_when_asked(
    run: Run, labelled: Path, fresh: Path, tmp_path: Path
) -> None:
    run("export", labelled, tmp_path / "out", "--format", "camvid")
    with Project.open(fresh) as project:
        project.scan()
        project.add_class("sky")
        project.save_mask("cat.jpg", np.zeros(SHAPE, np.uint8))
    assert (
        "1 kept as they were (--conflicts replace)" in run("import", fresh, tmp_path / "out").stdout
    )
    assert (masks(fresh)["cat.jpg"] == 0).all()
    told = run("import", fresh, tmp_path / "out", "--conflicts", "replace", "--fill", "sky")
    assert "1 mask imported; 1 the same already." in told.stdout
    assert set(np.unique(masks(fresh)["cat.jpg"])) == {0, 1, 7}


class Terminal(io.StringIO):
    """Somebody who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def conflicting(run: Run, labelled: Path, fresh: Path, tmp_path: Path) -> Path:
    """An export of two masks; both images have one in ``fresh``, of nothing but zeros."""
    run("export", labelled, tmp_path / "out", "--format", "numpy")
    with Project.open(fresh) as project:
        project.scan()
        project.add_class("sky", wanted_id=200)
        for name in ("cat.jpg", "more/flower.jpg"):
            project.save_mask(name, np.full(SHAPE, 200, np.uint8))
    return tmp_path / "out"


@pytest.mark.parametrize(
    "case",
    [
        ("n\n", ["--conflicts", "replace"], set()),
        ("y\n", ["--conflicts", "replace"], {"cat.jpg", "more/flower.jpg"}),
        ("", ["--conflicts", "replace", "--yes"], {"cat.jpg", "more/flower.jpg"}),
        ("k\nr\ny\n", ["--conflicts", "ask"], {"more/flower.jpg"}),
        ("what\nra\n", ["--conflicts", "ask", "-y"], {"cat.jpg", "more/flower.jpg"}),
        ("ka\n", ["--conflicts", "ask", "-y"], set()),
        ("", ["--conflicts", "ask"], set()),
    ],
)
def test_at_a_terminal_a_person_is_asked_first(
    run: Run,
    fresh: Path,
    conflicting: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: tuple[str, list[str], set[str]],
) -> None:
    typed, options, replaced = case
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    told = run("import", fresh, conflicting, *options)
    assert {name for name, mask in masks(fresh).items() if (mask != 200).all()} == replaced
    goes_on = typed.endswith("y\n") or ("-y" in options) or ("--yes" in options)
    assert told.code == (0 if goes_on else 1)
    assert ("new classes: background, cat." in told.stdout) == goes_on
    if goes_on and len(replaced) < 2:
        assert f"{2 - len(replaced)} kept as they were" in told.stdout


def test_where_nobody_can_be_asked_nothing_is(run: Run, fresh: Path, conflicting: Path) -> None:
    told = run("import", fresh, conflicting, "--conflicts", "ask")
    assert (told.code, "asks at a terminal; say keep" in told.stderr) == (2, True)
    assert run("import", fresh, conflicting).code == 0


def test_where_something_is_damaged_nothing_is_changed(
    run: Run, labelled: Path, fresh: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("export", labelled, out, "--format", "index-png")
    (out / "masks" / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    told = run("import", fresh, out, "--format", "index-png")
    assert told.code == 1
    assert "Nothing was changed, since not all can be read: “masks/cat.png” is" in told.stderr
    assert told.stderr.count("\n") == 1
    assert told.stdout == ""
    assert masks(fresh) == {}
    (out / "masks" / "more" / "flower.png").write_bytes(b"")
    told = run("import", fresh, out, "--format", "index-png")
    assert "not all can be read (and 1 more): “masks/cat.png” is" in told.stderr
    assert [told.stderr.count(f"/{name}.png”") for name in ("cat", "flower")] == [1, 1]
    run("export", labelled, out, "--format", "index-png", "--replace")
    (out / "masks" / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    told = run("import", fresh, out, "--format", "index-png", "--skip-unreadable")
    assert told.code == 0
    assert masks(fresh).keys() == {"more/flower.jpg"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--format", "tiff"], (1, "no format “tiff”; choose one of")),
        (["--format", "voc", "--states", "new"], (2, "--states is one of")),
        (["--format", "voc", "--images", "move"], (2, "--images is one of")),
        (["--format", "voc", "--map", "dog=1"], (2, "no class 'dog'")),
        (["--format", "voc", "--map", "cat"], (2, "OLD=NEW")),
        (["--format", "voc", "--lists", "project", "--val-share", "0.1"], (2, "goes with")),
        (["--format", "color-png", "--ignore", "9"], (1, "no value for unlabelled pixels")),
        ([], (2, "--format")),
    ],
)
def test_what_makes_no_sense_is_told(
    run: Run, labelled: Path, tmp_path: Path, options: list[str], expected: tuple[int, str]
) -> None:
    finished = run("export", labelled, tmp_path / "out", *options)
    code, told = expected
    assert finished.code == code
    assert told in finished.stderr
    assert not (tmp_path / "out").exists()


def test_all_formats_are_listed(run: Run) -> None:
    keys = {event["key"] for event in run("formats", "--json").events}
    assert keys >= {"voc", "coco", "cityscapes", "camvid", "index-png", "color-png", "numpy"}
    lines = run("formats").stdout.splitlines()
    assert len(lines) == len(keys) + 1


def test_mappings_are_names_or_ids() -> None:
    classes = [LabelClass(0, "sky", (0, 0, 0)), LabelClass(7, "a=b", (0, 0, 0))]
    assert class_ids(parse_map(["7=3", "sky="]), classes) == {7: 3, 0: 255}
    assert class_ids(parse_map(["a=b=12"]), classes) == {7: 12}
    for wrong in (["x"], ["=1"], ["a=1", "a=2"]):
        with pytest.raises(typer.BadParameter):
            parse_map(wrong)
    with pytest.raises(typer.BadParameter):
        class_ids({"sky": "one"}, classes)
