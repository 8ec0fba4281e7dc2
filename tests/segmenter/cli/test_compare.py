"""``maskwright compare``: what is typed, what is printed, and how it ends."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from command_line import COMMAND, Finished, child_environment
from known_networks import save_says
from training_task import Task, make_task

from segmenter import Project
from segmenter.nn.card import ModelCard
from segmenter.paths import resource
from segmenter.project.images import load_image
from segmenter.project.label_png import read_label_png

Run = Callable[..., Finished]


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    return make_task(tmp_path_factory.mktemp("task"))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """``--old … --new …``: one says "background", the other "petal", and held two images out."""
    folder = tmp_path_factory.mktemp("models")
    old = save_says(folder / "old.safetensors", "background")
    card = ModelCard(training={"validation": ["01.png", "02.png"], "training_images": 10})
    new = save_says(folder / "new.safetensors", "petal", card=card)
    return ["--old", str(old), "--new", str(new), "--device", "cpu"]


def test_a_table_for_people(run: Run, task: Task, models: list[str], tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("01.png\n\n02.png\n04.png\n")
    done = run("compare", *models, "--images", task.images, "--masks", task.masks, "--names", names)
    assert done.code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["CLASS", "OLD", "NEW", "CHANGE"]
    share = np.mean([read_label_png(task.masks / f"{n}.png") for n in ("01", "02", "04")])
    figure = f"{100 * share:.1f}"
    assert lines[2].split() == ["petal", "0.0%", f"{figure}%", f"+{figure}"]
    assert {line.split()[0] for line in lines[8:11]} == {"01.png", "02.png", "04.png"}
    assert lines[-1] == "The new model may have learnt from 1 of the 3 images."


def test_json_tells_every_image_and_then_all(
    run: Run, task: Task, models: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "labels"
    done = run(
        "compare", *models, "--images", task.images, "--masks", task.masks, "--out", out, "--json"
    )
    assert done.code == 0, done.stderr
    kinds = [event["event"] for event in done.events]
    assert kinds == ["progress", "image", "progress", "image", "progress", "done"]
    image = done.events[1]
    assert image["name"] == "01.png"
    assert read_label_png(image["new_labels"]).all()
    assert not read_label_png(image["old_labels"]).any()
    ending = done.event("done")
    assert ending["held_out"]
    assert ending["note"] == ""
    assert ending["old"]["images"] == 2
    assert {each["name"] for each in ending["images"]} == {"01.png", "02.png"}


def test_a_projects_folder_that_the_app_has_open(run: Run, photos: Path, models: list[str]) -> None:
    with Project.open(photos) as project:
        project.scan()
        project.add_class("background")
        project.add_class("petal")
        project.save_mask("cat.jpg", np.ones((64, 96), np.uint8))
        before = sorted(path for path in project.data_folder.rglob("*"))
        done = run("compare", photos, *models, "--json")
        assert done.code == 0, done.stderr
        assert sorted(path for path in project.data_folder.rglob("*")) == before
        assert project.image("cat.jpg").state.value == "corrected"
    ending = done.event("done")
    assert ending["new"]["iou"] == {"background": None, "petal": 1.0}
    assert ending["old"]["iou"] == {"background": 0.0, "petal": 0.0}
    assert not ending["held_out"]
    assert "flatters" in ending["note"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--old", "starter"], 2, "--new"),
        (["--old", "starter", "--new", "starter"], 2, "Name either a FOLDER"),
        (["here", "--images", "i", "--masks", "m", "--old", "a", "--new", "b"], 2, "either"),
        (["--images", "i", "--old", "a", "--new", "b"], 2, "either"),
        ([".", "--old", "starter", "--new", "starter", "--names", "none.txt"], 1, "none.txt"),
        ([".", "--old", "starter", "--new", "starter"], 1, "classes"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    done = run("compare", *arguments)
    assert done.code == code
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_list_that_names_nothing(run: Run, models: list[str], task: Task, tmp_path: Path) -> None:
    names = tmp_path / "empty.txt"
    names.write_text("\n \n")
    done = run("compare", *models, "--images", task.images, "--masks", task.masks, "--names", names)
    assert done.code == 1
    assert "names no image" in done.stderr


def test_a_polite_kill_ends_it_between_two_images(tmp_path: Path, models: list[str]) -> None:
    """Of thirty photos large enough that they take longer than a signal takes."""
    rgb = cv2.resize(load_image(resource("sample", "cat.jpg")), (1600, 1200))
    labels = np.zeros((1200, 1600), np.uint8)
    labels[300:900, 400:1200] = 1
    for number in range(30):
        for folder, picture in (("images", rgb), ("masks", labels)):
            path = tmp_path / folder / f"{number}.png"
            path.parent.mkdir(exist_ok=True)
            if number:
                path.hardlink_to(path.with_stem("0"))
            else:
                cv2.imwrite(str(path), picture)
    child = subprocess.Popen(
        [*COMMAND, "compare", *models, "--json", "--classes", "background,petal",
         "--images", str(tmp_path / "images"), "--masks", str(tmp_path / "masks")],
        env=child_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    first = child.stdout.readline()
    assert '"progress"' in first
    child.send_signal(signal.SIGTERM)
    rest, told = child.communicate(timeout=120)
    assert child.returncode == 1
    assert "Stopped" in told
    assert '"done"' not in rest
