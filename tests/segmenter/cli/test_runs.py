"""Runs of `maskwright train` that are kept: paused, stopped, killed, and gone on with."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import COMMAND, Finished, child_environment
from PIL import Image

from segmenter import Project
from segmenter.nn.model_file import read_model_header
from segmenter.training.checkpoint import Checkpoint
from segmenter.training.events import Epoch, Start, Stopped
from segmenter.training.run_folder import RunFolder

Run = Callable[..., Finished]
TINY = ["--batch-size", "2", "--crop", "64", "--set", "steps_per_epoch=2", "--device", "cpu"]
ALONE = ["--threads", "1", "--patience", "0", "--validation-count", "1"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Five small pictures with corrected masks."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    y, x = np.mgrid[:64, :80]
    discs = {}
    for number in range(5):
        numbers = np.random.default_rng(number)
        disc = (y - numbers.integers(20, 44)) ** 2 + (x - numbers.integers(20, 60)) ** 2 < 200
        rgb = numbers.integers(0, 90, (64, 80, 3)) + np.where(disc, 150, 0)[..., None]
        Image.fromarray(rgb.astype(np.uint8)).save(folder / f"{number}.png")
        discs[f"{number}.png"] = disc
    with Project.open(folder) as opened:
        opened.scan()
        ids = opened.class_ids_for(["background", "disc"])
        for name, disc in discs.items():
            opened.save_mask(name, ids[disc.astype(np.uint8)])
    return folder


class Child:
    """`maskwright train … --json --control` in a process of its own."""

    def __init__(self, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "train", *map(str, arguments), "--json", "--control"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=child_environment(OMP_NUM_THREADS="1"),
        )

    def until(self, event: str) -> dict[str, Any]:
        """The next event of this name."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, Any] = json.loads(line)
            if told["event"] == event:
                return told
        raise AssertionError(f"no {event}: {self.process.communicate()[1]}")

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def end(self) -> tuple[int, str]:
        """Exit code and stderr."""
        _, told = self.process.communicate(timeout=200)
        return self.process.returncode, told

    def leave_alone(self) -> int:
        """As by the end of who started it: all pipes are closed. Its exit code."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(200)


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    children: list[Child] = []

    def start(*arguments: object) -> Child:
        children.append(Child(*arguments))
        return children[-1]

    yield start
    for child in children:
        child.process.kill()
        with child.process:
            pass


def test_a_window_pauses_resumes_stops_and_leaves_a_training(
    start: Callable[..., Child], project: Path, tiny_model: Path, tmp_path: Path
) -> None:
    kept = RunFolder(tmp_path / "run")
    options = ["--model", tiny_model, "--epochs", 3000, *TINY, *ALONE]
    child = start(project, "--run", kept.path, *options)
    child.until("epoch")
    child.say("pause")
    child.until("paused")
    child.say("what?")
    child.say("resume")
    child.until("resumed")
    child.until("epoch")
    child.say("stop")
    last = child.until("stopped")
    assert child.end() == (0, "")
    assert read_model_header(last["path"])[0].classes == ("background", "disc")
    child = start("--resume", kept.path)
    assert child.until("start")["resumed_epoch"] == last["epochs"]
    child.until("epoch")
    assert child.leave_alone() == 0
    assert Checkpoint.load(kept.checkpoint).state["epoch"] > last["epochs"] + 1
    assert isinstance(kept.events()[-1], Stopped)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_a_run_that_is_killed_again_and_again_reaches_the_same_model(
    start: Callable[..., Child], run: Run, project: Path, tiny_model: Path, tmp_path: Path
) -> None:
    options = ["--model", tiny_model, "--epochs", "6", *TINY, *ALONE]
    straight = run(
        *("train", project, "--out", tmp_path / "a.safetensors", *options, "--json"),
        *("--run", tmp_path / "straight"),
    )
    assert straight.code == 0, straight.stderr
    kept = RunFolder(tmp_path / "run")
    arguments = (project, "--out", tmp_path / "b.safetensors", *options, "--run", kept.path)
    for _ in range(2):
        child = start(*arguments)
        child.until("epoch")
        with suppress(subprocess.TimeoutExpired):  # any moment, also that of a checkpoint
            child.process.wait(random.uniform(0, 0.5))
        child.process.send_signal(signal.SIGKILL)
        child.process.communicate()
        if kept.checkpoint.exists():
            assert Checkpoint.load(kept.checkpoint).facts.classes == ("background", "disc")
        arguments = ("--resume", kept.path)
    finished = run("train", "--resume", kept.path, "--json")
    assert finished.code == 0, finished.stderr
    done, other = finished.event("done"), straight.event("done")
    for key in ("epochs", "best_epoch", "mean_iou", "scores"):
        assert done[key] == other[key]
    epochs = [event for event in kept.events() if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == list(range(7))
    straight_epochs = [e["mean_iou"] for e in straight.events if e["event"] == "epoch"]
    assert [event.mean_iou for event in epochs] == straight_epochs


def test_a_project_keeps_its_runs_and_may_be_open_in_a_window(
    run: Run, project: Path, tiny_model: Path
) -> None:
    names = project / "names.txt"
    names.write_text("4.png\n1.png\n")
    with Project.open(project) as window:
        assert not window.read_only
        before = (window.data_folder / "project.sqlite3").read_bytes()
        done = run(
            *("train", project, "--model", tiny_model, "--epochs", "1", *TINY),
            *("--validation-list", names),
        )
        assert done.code == 0, done.stderr
        assert (window.data_folder / "project.sqlite3").read_bytes() == before
        (folder,) = (window.data_folder / "runs").iterdir()
        (model,) = window.models_folder.iterdir()
    assert model.stem == folder.name
    told = RunFolder(folder).events()
    assert isinstance(told[0], Start)
    assert told[0].validation == ("1.png", "4.png")
    assert read_model_header(model)[1].training["validation"] == ["1.png", "4.png"]
    assert sorted(path.name for path in (folder / "previews").iterdir())[:2] == [
        "0000-1.png",
        "0000-2.png",
    ]
    assert not (folder / "checkpoint.pt").exists()


def test_what_cannot_go_on_is_one_sentence(
    run: Run, project: Path, tiny_model: Path, tmp_path: Path
) -> None:
    nothing = run("train", "--resume", tmp_path / "nothing")
    assert (nothing.code, nothing.stderr.count("\n")) == (1, 1)
    assert "There is no run in" in nothing.stderr
    for more in ((project,), ("--epochs", "3"), ("--set", "rate=1"), ("--device", "auto")):
        told = run("train", "--resume", tmp_path, *more)
        assert told.code == 2
        assert "goes on as the run was told" in told.stderr
    names = tmp_path / "names.txt"
    names.write_text("none.png\n")
    wrong = run("train", project, "--model", tiny_model, "--validation-list", names, *TINY)
    assert wrong.code == 1
    assert "None of the images that were named" in wrong.stderr
