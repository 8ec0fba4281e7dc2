"""Two processes that train together, as torchrun starts them, against one alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from training_task import CLASSES, SMALL, Task, learn_task

from segmenter.nn.zoo import load_model
from segmenter.training import events
from segmenter.training.recipes import PAPER, STANDARD, Recipe

# As many crops as training images: an epoch is a step, and tells its loss.
STILL = PAPER.replace(
    name="still",
    epochs=4,
    rate=0.02,
    batch_size=8,
    steps_per_epoch=1,
    crop=65,
    output_stride=0,
    freeze_normalisation=True,
    second_epochs=0,
    validation_count=4,
)
MOVING = STANDARD.replace(
    epochs=2, patience=0, batch_size=8, steps_per_epoch=4, crop=65, rate=3e-3, warmup_steps=2,
    weight_average=0.5, validation_count=4,
)  # fmt: skip

Told = list[dict[str, Any]]


def command(task: Task, recipe: Recipe, out: Path) -> list[str]:
    """What starts two processes."""
    numbers = {**recipe.to_dict(), "name": None}
    return [
        *(sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone"),
        *("-m", "segmenter.cli", "train", "--json", "--device=cpu", "--threads=1"),
        *(f"--images={task.images}", f"--masks={task.masks}", f"--classes={','.join(CLASSES)}"),
        *("--backbone=efficientnet-lite0", "--decoder", "--separable"),
        *("--head-channels=32", "--input-size=96", f"--out={out}"),
        *(f"--set={key}={value}" for key, value in numbers.items() if value is not None),
    ]


def together(task: Task, recipe: Recipe, out: Path) -> Told:
    """What the leader of two processes tells."""
    done = subprocess.run(command(task, recipe, out), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def alone(task: Task, recipe: Recipe, out: Path) -> Told:
    told: list[events.Event] = []
    learn_task(
        task,
        out,
        config=SMALL,
        recipe=recipe,
        on_event=told.append,
    )
    return [event.to_dict() for event in told]


def epochs(told: Told) -> Told:
    return [event for event in told if event["event"] == "epoch"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def test_two_processes_take_the_steps_of_one(task: Task, out: Path, tmp_path: Path) -> None:
    one = alone(task, STILL, tmp_path / "one.safetensors")
    two = together(task, STILL, out)
    losses = [[event["loss"] for event in epochs(told)] for told in (one, two)]
    assert len(losses[0]) == 4
    # Batch normalisation and dropout apart, the sum of gradients is the same but for rounding.
    assert losses[1] == pytest.approx(losses[0], rel=2e-3)
    assert losses[1][0] == pytest.approx(losses[0][0], rel=1e-5)
    scores = [[event["mean_iou"] for event in epochs(told)] for told in (one, two)]
    assert scores[1] == pytest.approx(scores[0], abs=0.02)
    start = tmp_path / "start.safetensors"
    alone(task, STILL.replace(epochs=1, rate=1e-30), start)
    first, last_alone, last_together = (
        torch.cat([p.detach().ravel() for p in load_model(path).parameters()])
        for path in (start, tmp_path / "one.safetensors", out)
    )
    moved = (last_alone - first).norm()
    assert float(moved) > 0.01
    assert float((last_alone - last_together).norm() / moved) < 0.02


def test_one_of_them_tells_scores_and_saves(task: Task, out: Path, tmp_path: Path) -> None:
    one = alone(task, MOVING, tmp_path / "one.safetensors")
    two = together(task, MOVING, out)
    kinds = [event["event"] for event in two]
    assert kinds.count("start") == kinds.count("done") == 1
    assert kinds.count("epoch") == MOVING.epochs
    # The head's batch normalisation sees four crops in place of eight.
    best = [max(event["mean_iou"] for event in epochs(told)) for told in (one, two)]
    assert best[1] == pytest.approx(best[0], abs=0.15)
    losses = [epochs(told)[-1]["loss"] for told in (one, two)]
    assert losses[1] == pytest.approx(losses[0], rel=0.1)
    assert load_model(out).card.scores["mean_iou"] == pytest.approx(best[1])


def test_a_stop_ends_both_and_the_run_can_go_on(task: Task, out: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    endless = [
        *command(task, MOVING.replace(epochs=1000, steps_per_epoch=1000), out),
        *("--control", f"--run-folder={run}"),
    ]
    with subprocess.Popen(
        endless, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1]["event"] == "batch":
                process.stdin.write("stop\n")
                process.stdin.flush()
                break
        told += [json.loads(line) for line in process.stdout]
        assert process.wait(timeout=600) == 0
    assert [event["event"] for event in told[-2:]] == ["saved", "stopped"]
    assert (run / "checkpoint.pt").exists()
    load_model(out)


def test_one_that_cannot_save_any_more_ends_both(task: Task, out: Path) -> None:
    """The other one waits for gradients: torchrun ends it where the first one fails."""
    endless = command(task, MOVING.replace(epochs=1000), out)
    with subprocess.Popen(endless, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1]["event"] == "saved" and not out.is_dir():
                out.unlink()
                out.mkdir()
        assert process.wait(timeout=600) != 0
    assert told[-1]["event"] == "failed"
    assert "could not be saved" in told[-1]["reason"]
