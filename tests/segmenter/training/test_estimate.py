"""How long a run takes is told beforehand, about."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from training_task import CLASSES, learn_task
from training_task import Task as Folders

from segmenter.nn.config import ModelConfig
from segmenter.training.data import FolderExamples
from segmenter.training.estimate import (
    Pace,
    Task,
    core_speed,
    estimate,
    guessed_pace,
    measured_pace,
    work,
)
from segmenter.training.events import Epoch
from segmenter.training.quick_recipe import QUICK
from segmenter.training.recipes import PAPER, STANDARD, Recipe

CONFIG = ModelConfig(
    backbone="efficientnet_lite0",
    decoder=True,
    separable=True,
    head_channels=128,
    input_size=193,
    classes=CLASSES,
)
RECIPE = Recipe(epochs=1, batch_size=4, steps_per_epoch=5, crop=193, patience=0, validation_count=4)
TASK = Task(RECIPE, CONFIG, training=8, held_out=4, size=(128, 96), starts_from_model=False)


def test_a_real_run_takes_about_as_long_as_was_told(task: Folders, tmp_path: Path) -> None:
    """By the processor's time: other processes may have the cores meanwhile."""
    examples = FolderExamples(task.images, task.masks, CLASSES)
    began = time.process_time()
    learn_task(
        task,
        tmp_path / "model.safetensors",
        classes=CLASSES,
        config=CONFIG,
        recipe=RECIPE,
    )
    took = time.process_time() - began
    parts = work(replace(TASK, training=len(examples.names) - 4), "cpu")
    pace = guessed_pace("cpu", 1)
    told = parts.reading + pace.training * parts.training + pace.scoring * parts.scoring
    assert told / 3 < took < told * 3


def test_what_an_epoch_took_tells_the_next_run() -> None:
    """A computer half as fast at learning and a third as fast at scoring is found out."""
    slow = Pace(2.0, 3.0)
    one = work(TASK, "cpu")
    crops = TASK.steps * RECIPE.batch_size
    learning, scoring = slow.training * one.training, slow.scoring * one.scoring
    told = epoch(1, 2, crops / learning, learning + scoring)
    found = measured_pace(TASK, "cpu", told, TASK.steps)
    assert found is not None
    assert (found.training, found.scoring) == pytest.approx((2.0, 3.0))
    next_time = estimate(TASK, "cpu", found)
    assert next_time.is_measured
    assert next_time.low == next_time.high == pytest.approx(estimate(TASK, "cpu", slow).middle)


def test_what_tells_nothing_is_not_measured() -> None:
    assert measured_pace(TASK, "cpu", epoch(0, 2, 0.0, 0.0), 5) is None
    assert measured_pace(TASK, "cpu", epoch(2, 2, 5.0, 0.0), 5) is None
    assert measured_pace(replace(TASK, recipe=QUICK), "cpu", epoch(1, 2, 5.0, 9.0), 5) is None


def test_a_guess_is_a_span_and_says_that_it_may_end_earlier() -> None:
    told = estimate(replace(TASK, recipe=STANDARD), "cpu", guessed_pace("cpu", 2))
    assert told.low < told.middle < told.high
    assert not told.is_measured
    assert told.is_most
    assert not estimate(TASK, "cpu", guessed_pace("cpu", 2)).is_most


def test_learning_at_once_takes_the_time_it_is_given() -> None:
    task = replace(TASK, recipe=QUICK, held_out=0)
    told = estimate(task, "cpu", Pace(1, 1))
    assert told.low == told.high
    assert 0 < told.low - QUICK.time_for(8, "cpu") < 20
    steps = estimate(replace(task, recipe=QUICK.replace(steps=50)), "cpu", Pace(1, 1))
    assert steps.low < steps.high


def test_learning_at_once_takes_longer_where_there_is_much_to_read() -> None:
    task = replace(TASK, recipe=QUICK, held_out=0, training=1000)
    told = estimate(task, "cpu", Pace(1, 1))
    reading = work(task, "cpu").reading
    assert told.middle > reading > 2 * QUICK.most_seconds
    assert not told.is_measured
    slower = estimate(task, "cpu", Pace(1, 2, is_measured=True))
    assert slower.is_measured
    assert slower.low == slower.high > 1.8 * told.middle


@pytest.mark.parametrize(
    "more",
    [
        replace(TASK, recipe=RECIPE.replace(epochs=2)),
        replace(TASK, recipe=RECIPE.replace(crop=321)),
        replace(TASK, recipe=RECIPE.replace(batch_size=8)),
        replace(TASK, recipe=RECIPE.replace(output_stride=8)),
        replace(TASK, recipe=RECIPE.replace(second_epochs=1)),
        replace(TASK, training=200),
        replace(TASK, held_out=40),
        replace(TASK, size=(4000, 3000)),
        replace(TASK, config=CONFIG.replace(backbone="resnet50")),
        replace(TASK, starts_from_model=True),
    ],
    ids=str,
)
def test_more_work_takes_longer(more: Task) -> None:
    pace = Pace(1.0, 1.0)
    assert estimate(more, "cpu", pace).middle > estimate(TASK, "cpu", pace).middle


def test_the_second_stage_at_a_finer_stride_is_the_dearer_one() -> None:
    whole = work(replace(TASK, recipe=PAPER), "cpu").training
    first = work(replace(TASK, recipe=PAPER.replace(second_epochs=0)), "cpu").training
    assert whole > 3 * first


def test_images_with_rare_classes_are_drawn_and_counted_more_often() -> None:
    common, rare = frozenset({0}), frozenset({0, 1})
    classes = (*[common] * 199, rare)
    task = replace(TASK, recipe=STANDARD.replace(rare_below=1.0), training=200)
    assert replace(task, classes_of=classes).steps > task.steps


def test_a_gpu_is_faster_and_more_cores_are_too() -> None:
    assert work(TASK, "cuda:0").training < work(TASK, "cpu").training / 20
    assert guessed_pace("cpu", 8).training < guessed_pace("cpu", 1).training / 3
    assert core_speed() > 1e8


def epoch(number: int, epochs: int, images_per_s: float, seconds_left: float) -> Epoch:
    return Epoch(
        epoch=number,
        epochs=epochs,
        loss=1.0,
        mean_iou=0.5,
        iou={},
        pixel_accuracy=0.5,
        boundary_f=0.5,
        rate=1e-3,
        images_per_s=images_per_s,
        eta_s=seconds_left,
        is_best=True,
    )
