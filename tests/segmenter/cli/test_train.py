"""`maskwright train` and `evaluate`: the options, the lines, and how they end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from command_line import COMMAND, Finished, child_environment
from PIL import Image

from segmenter import Project
from segmenter.nn.model_file import read_model_header

Run = Callable[..., Finished]
QUICK = ["--batch-size", "2", "--crop", "64", "--set", "steps_per_epoch=1", "--device", "cpu"]


@pytest.fixture
def pairs(tmp_path: Path) -> list[str]:
    """``--images … --masks …`` of six pictures of a bright disc, and what it is."""
    random = np.random.default_rng(0)
    for number in range(6):
        y, x = np.ogrid[:64, :80]
        disc = (y - random.integers(20, 44)) ** 2 + (x - random.integers(20, 60)) ** 2 < 200
        rgb = random.integers(0, 90, (64, 80, 3)) + np.where(disc, 150, 0)[..., None]
        for folder, picture in (("i", rgb), ("m", disc)):
            path = tmp_path / folder / f"{number}.png"
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(picture.astype(np.uint8)).save(path)
    return ["--images", str(tmp_path / "i"), "--masks", str(tmp_path / "m")]


def test_train_writes_a_model_that_knows_how_it_was_made(
    run: Run, pairs: list[str], tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new.safetensors"
    done = run(
        *("train", *pairs, "--classes", "background,disc", "--model", tiny_model, "--out", out),
        *("--epochs", "2", "--validation-count", "2", "--name", "discs", "--license", "CC0-1.0"),
        *QUICK,
    )
    assert done.code == 0, done.stderr
    assert "4 images, 2 held out" in done.stdout
    assert "epoch   2/2" in done.stdout
    assert done.stdout.endswith(f"The model is {out}\n")
    config, card = read_model_header(out)
    assert config.classes == ("background", "disc")
    assert (card.name, card.license) == ("discs", "CC0-1.0")
    assert card.training
    assert 0 <= card.scores["mean_iou"] <= 1


def test_train_as_json_prints_the_events(
    run: Run, pairs: list[str], tiny_model: Path, tmp_path: Path
) -> None:
    done = run(
        *("train", *pairs, "--classes", "background,disc", "--model", tiny_model, "--json"),
        *("--out", tmp_path / "new.safetensors", "--epochs", "1", *QUICK),
    )
    assert done.code == 0
    kinds = [event["event"] for event in done.events]
    assert kinds[0] == "start"
    assert kinds[-1] == "done"
    assert done.event("start")["recipe"]["crop"] == 64
    assert {event["epoch"] for event in done.events if event["event"] == "epoch"} >= {1}


def test_train_learns_from_a_project_s_corrected_images(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    mask = np.zeros((64, 96), np.uint8)
    mask[16:48, 20:70] = 1
    with Project.open(photos) as project:
        project.scan()
        project.class_ids_for(["background", "cat"])
        for record in project.images():
            project.save_mask(record.name, mask)
    done = run("train", photos, "--model", tiny_model, "--epochs", "1", *QUICK)
    assert done.code == 0, done.stderr
    (model,) = (photos / "maskwright" / "models").glob("*.safetensors")
    assert set(read_model_header(model)[0].classes) >= {"background", "cat"}


def test_the_recipe_quick_learns_a_new_head_from_a_project(
    run: Run, photos: Path, tiny_model: Path
) -> None:
    mask = np.zeros((64, 96), np.uint8)
    mask[16:48, 20:70] = 1
    with Project.open(photos) as project:
        project.scan()
        project.class_ids_for(["background", "leaf"])
        for record in project.images():
            project.save_mask(record.name, mask)
    options = ["--recipe", "quick", "--set", "steps=2", "--set", "views=1", "--device", "cpu"]
    done = run("train", photos, "--model", tiny_model, "--json", *options)
    assert done.code == 0, done.stderr
    (model,) = (photos / "maskwright" / "models").glob("*.safetensors")
    assert read_model_header(model)[0].classes == ("background", "leaf")
    kinds = [event["event"] for event in done.events]
    assert (kinds[0], kinds[-2:]) == ("start", ["saved", "done"])
    done = run("train", photos, "--model", tiny_model, "--epochs", "3", *options)
    assert done.code == 1
    assert "no 'epochs'" in done.stderr


def test_a_new_network_can_be_described(run: Run, pairs: list[str], tmp_path: Path) -> None:
    out = tmp_path / "new.safetensors"
    done = run(
        *("train", *pairs, "--classes", "background,disc", "--out", out, "--epochs", "1"),
        *("--backbone", "efficientnet-lite0", "--decoder", "--output-stride", "8"),
        *("--head-channels", "8", "--input-size", "64", "--half", *QUICK),
    )
    assert done.code == 0, done.stderr
    config, _ = read_model_header(out)
    assert (config.backbone, config.decoder) == ("efficientnet_lite0", True)
    assert (config.output_stride, config.head_channels, config.input_size) == (8, 8, 64)
    assert out.stat().st_size < 12e6, "half of 4 bytes for each of 3.4 million weights"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--recipe", "no-such-recipe"], "no-such-recipe"),
        (["--set", "no_such_number=1"], "no_such_number"),
        (["--set", "crop"], "NAME=VALUE"),
        (["--backbone", "alexnet"], "alexnet"),
    ],
)
def test_a_wrong_choice_is_one_sentence(
    run: Run, pairs: list[str], options: list[str], told: str
) -> None:
    done = run("train", *pairs, "--classes", "a,b", "--out", "x.safetensors", *options)
    assert (done.code, done.stdout) == (1, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_ends_a_training_with_its_best_model(
    pairs: list[str], tiny_model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new.safetensors"
    child = subprocess.Popen(
        [
            *(*COMMAND, "train", *pairs, "--classes", "background,disc", "--out", str(out)),
            *("--model", str(tiny_model), "--json", "--epochs", "5000", "--patience", "0", *QUICK),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )
    assert child.stdout is not None
    for line in child.stdout:
        event = json.loads(line)
        if event["event"] == "epoch" and event["epoch"] >= 1:
            break
    child.send_signal(signal.SIGINT)
    rest, told = child.communicate(timeout=120)
    assert (child.returncode, told) == (0, "")
    last = json.loads(rest.splitlines()[-1])
    assert last["event"] == "stopped"
    assert Path(last["path"]) == out
    assert read_model_header(out)[0].classes == ("background", "disc")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".", "new"))] == [
        out.name
    ]


def test_evaluate_scores_every_class(run: Run, pairs: list[str], tiny_model: Path) -> None:
    options = ["evaluate", *pairs, "--model", tiny_model, "--classes", "background,cat"]
    done = run(*options, "--json")
    assert (done.code, done.stderr) == (0, "")
    scores = done.event("scores")
    assert scores["images"] == 6
    assert {"background", "cat"} <= set(scores["iou"])
    assert all(0 <= scores[name] <= 1 for name in ("mean_iou", "pixel_accuracy", "boundary_f"))
    table = run(*options).stdout.splitlines()
    assert table[0].split() == ["CLASS", "IOU", "BOUNDARY", "F"]
    assert table[1].startswith("background ")
    assert f"{100 * scores['mean_iou']:.1f}%" in table[-2]
    assert table[-1].endswith("6 images")


def test_evaluate_can_score_what_train_holds_out(
    run: Run, pairs: list[str], tiny_model: Path
) -> None:
    done = run(
        *("evaluate", *pairs, "--model", tiny_model, "--classes", "background,cat", "--json"),
        *("--validation-count", "2"),
    )
    assert done.event("scores")["images"] == 2
