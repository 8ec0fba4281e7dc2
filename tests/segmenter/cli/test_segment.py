"""`maskwright segment`: what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import COMMAND, Finished, child_environment
from PIL import Image

from segmenter import Predictor, Project, load_model
from segmenter.project.classes import default_color
from segmenter.project.images import load_image
from segmenter.project.label_png import read_label_png
from segmenter.project.state import State

Run = Callable[..., Finished]
NAMES = ["cat.jpg", "coffee.jpg", "more/flower.jpg"]


def test_a_folder_s_predictions_go_into_its_project(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    done = run("segment", photos, "--model", tiny_model)
    assert (done.code, done.stderr) == (0, "")
    assert "3 of 3 images segmented" in done.stdout
    assert str(photos / "maskwright" / "predictions") in done.stdout
    predictor = Predictor(load_model(tiny_model), "cpu")
    found: set[int] = set()
    with Project.open(photos) as project:
        ids = project.class_ids_for(predictor.config.classes)
        for name in NAMES:
            expected = predictor.predict(load_image(photos / name))
            stored = project.load_prediction(name)
            assert stored is not None
            np.testing.assert_array_equal(stored.labels, ids[expected.labels])
            assert project.image(name).state is State.PREDICTED
            found.update(np.unique(stored.labels).tolist())
    assert len(found) > 1, "the model says the same everywhere; this would prove nothing"


def test_out_writes_indexed_pngs_with_the_class_palette_and_no_project(
    run: Run, photos: Path, tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run("segment", photos, "--model", tiny_model, "--out", out, "--overlay")
    assert (done.code, done.stderr) == (0, "")
    assert not (photos / "maskwright").exists()
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert files == sorted([f"{n}.png" for n in NAMES] + [f"{n}.overlay.jpg" for n in NAMES])
    predictor = Predictor(load_model(tiny_model), "cpu")
    for name in NAMES:
        expected = predictor.predict(load_image(photos / name))
        with Image.open(out / f"{name}.png") as mask:
            assert mask.mode == "P"
            np.testing.assert_array_equal(np.asarray(mask), expected.labels)
            palette = np.asarray(mask.getpalette()).reshape(-1, 3)
        for index, class_name in enumerate(predictor.config.classes):
            assert tuple(palette[index]) == default_color(index, class_name)
        with Image.open(out / f"{name}.overlay.jpg") as overlay:
            assert (overlay.format, overlay.size) == ("JPEG", (96, 64))


def test_overlays_of_a_project_lie_beside_its_predictions(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    done = run("segment", photos, "--model", tiny_model, "--overlay", "--json")
    assert done.code == 0
    for event in done.events[1:-1]:
        overlay = Path(event["overlay"])
        assert overlay == photos / "maskwright" / "overlays" / f"{event['name']}.jpg"
        with Image.open(overlay) as image:
            assert image.size == (96, 64)


def test_json_is_one_object_a_line(run: Run, photos: Path, tiny_model: Path) -> None:
    done = run("segment", photos, "--model", tiny_model, "--json")
    assert [event["event"] for event in done.events] == ["start", "image", "image", "image", "end"]
    assert done.event("start")["images"] == 3
    assert done.event("start")["classes"] == ["background", "cat", "dog"]
    images = done.events[1:-1]
    assert sorted(event["name"] for event in images) == NAMES
    for event in images:
        assert event["state"] == "predicted"
        assert 0 <= event["uncertainty"] <= 1
        assert read_label_png(event["mask"]).shape == (64, 96)
    end = done.event("end")
    assert (end["segmented"], end["failed"], end["stopped"]) == (3, 0, False)


@pytest.mark.parametrize("out", [[], ["--out", "masks of mine"]])
def test_images_that_fail_are_told_and_the_rest_goes_on(
    run: Run, photos: Path, tiny_model: Path, out: list[str]
) -> None:
    (photos / "empty.png").touch()
    (photos / "text.jpg").write_text("not an image")
    (photos / "é\u4e00.jpg").write_bytes((photos / "cat.jpg").read_bytes()[:900])
    done = run("segment", photos, "--model", tiny_model, "--json", *out)
    assert done.code == 1
    failed = {e["name"]: e["reason"] for e in done.events if e.get("state") == "failed"}
    assert set(failed) == {"empty.png", "text.jpg", "é\u4e00.jpg"}
    assert all(reason.endswith(".") and "\n" not in reason for reason in failed.values())
    assert done.event("end")["segmented"] == 3
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("maskwright: ") for line in lines)


def test_single_files_go_to_masks_and_keep_one_mask_each(
    run: Run, photos: Path, tiny_model: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(photos / "coffee.jpg", other / "cat.jpg")
    done = run("segment", photos / "cat.jpg", other / "cat.jpg", "--model", tiny_model, "--json")
    assert done.code == 0
    masks = {event["name"]: event["mask"] for event in done.events[1:-1]}
    assert masks == {
        "cat.jpg": str(Path("masks", "cat.jpg.png")),
        "other/cat.jpg": str(Path("masks", "other", "cat.jpg.png")),
    }
    assert all(Path(mask).is_file() for mask in masks.values())
    assert not (photos / "maskwright").exists()


def test_two_files_that_differ_in_extension_only_keep_a_mask_each(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    with Image.open(photos / "coffee.jpg") as photo:
        photo.save(photos / "cat.png")
    done = run("segment", photos, "--model", tiny_model, "--out", "out", "--no-recursive")
    assert done.code == 0
    names = sorted(path.name for path in Path("out").iterdir())
    assert names == ["cat.jpg.png", "cat.png.png", "coffee.jpg.png"]


@pytest.mark.parametrize("out", [[], ["--out", "out"]])
def test_subfolders_can_be_left_out(
    run: Run, photos: Path, tiny_model: Path, out: list[str]
) -> None:
    done = run("segment", photos, "--model", tiny_model, "--no-recursive", "--json", *out)
    assert sorted(event["name"] for event in done.events[1:-1]) == NAMES[:2]


@pytest.mark.parametrize("out", [[], ["--out", "out"]])
def test_only_new_does_what_is_left(
    run: Run, photos: Path, tiny_model: Path, out: list[str]
) -> None:
    options = ["--model", tiny_model, "--json", *out]
    run("segment", photos, "--no-recursive", *options)
    again = run("segment", photos, "--only-new", *options)
    assert [event["name"] for event in again.events[1:-1]] == NAMES[2:]
    nothing = run("segment", photos, "--only-new", *options)
    assert (nothing.code, nothing.stdout) == (1, "")
    assert "nothing new" in nothing.stderr


def test_masks_inside_of_the_folder_are_not_taken_for_images(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    for _ in range(2):
        done = run("segment", photos, "--model", tiny_model, "--out", photos / "m", "--json")
        assert done.event("start")["images"] == 3


def test_options_reach_the_predictor(run: Run, photos: Path, tiny_model: Path) -> None:
    run(
        *("segment", photos / "cat.jpg", "--model", tiny_model, "--out", "out"),
        *("--tile", "128", "--scales", "0.5,1.5", "--flip", "--device", "cpu"),
    )
    predictor = Predictor(load_model(tiny_model), "cpu", tile=128, scales=(0.5, 1.5), flip=True)
    expected = predictor.predict(load_image(photos / "cat.jpg"))
    np.testing.assert_array_equal(read_label_png("out/cat.jpg.png"), expected.labels)
    plain = Predictor(load_model(tiny_model), "cpu").predict(load_image(photos / "cat.jpg"))
    assert (plain.confidence != expected.confidence).any()


def test_a_project_that_is_open_elsewhere_is_left_alone(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    with Project.open(photos):
        done = run("segment", photos, "--model", tiny_model)
    assert done.code == 1
    assert "already open in another window" in done.stderr
    assert "--out" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_corrected_mask_stays_as_it_is(run: Run, photos: Path, tiny_model: Path) -> None:
    painted = np.full((64, 96), 1, np.uint8)
    with Project.open(photos) as project:
        project.scan()
        project.class_ids_for(["background", "cat"])
        project.save_mask("cat.jpg", painted)
    assert run("segment", photos, "--model", tiny_model).code == 0
    with Project.open(photos) as project:
        mask = project.load_mask("cat.jpg")
        assert mask is not None
        np.testing.assert_array_equal(mask, painted)
        assert project.image("cat.jpg").state is State.CORRECTED


def test_a_folder_without_images_is_one_sentence(
    run: Run, tmp_path: Path, tiny_model: Path
) -> None:
    (tmp_path / "empty").mkdir()
    done = run("segment", tmp_path / "empty", "--model", tiny_model)
    assert (done.code, done.stdout) == (1, "")
    assert "no image" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("out", [[], ["--out", "out"]])
def test_ctrl_c_leaves_whole_files_only_and_the_rest_can_be_done_later(
    run: Run, photos: Path, tiny_model: Path, out: list[str]
) -> None:
    total = 100
    for number in range(total):
        shutil.copy(photos / "cat.jpg", photos / f"{number}.jpg")
    command = ["segment", str(photos), "--model", str(tiny_model), "--json", "--no-recursive", *out]
    child = subprocess.Popen(
        [*COMMAND, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(4)]
    child.send_signal(signal.SIGINT)
    rest, told = child.communicate(timeout=60)
    events = [json.loads(line) for line in [*lines, *rest.splitlines()]]
    assert child.returncode == 1
    assert told == "maskwright: Stopped; the same command with --only-new does the rest.\n"
    end = events[-1]
    assert end["event"] == "end"
    assert end["stopped"]
    assert 3 <= end["segmented"] < total
    folder = Path("out") if out else photos / "maskwright" / "predictions"
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert all(path.suffix == ".png" and not path.name.startswith(".") for path in written)
    for path in written:
        with Image.open(path) as image:
            image.load()
            assert image.size == (96, 64)
    rest_of_it = run(*command, "--only-new")
    assert rest_of_it.code == 0
    assert rest_of_it.event("start")["images"] == total + 2 - end["segmented"]
