"""What a run shows of this computer's speed is there for the next one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gui.settings import Settings
from gui.training import paces
from segmenter.nn.config import ModelConfig
from segmenter.training.estimate import Pace, Task, estimate, work
from segmenter.training.events import Epoch
from segmenter.training.recipes import STANDARD

TASK = Task(STANDARD, ModelConfig("efficientnet_lite0", decoder=True), 40, 10, (480, 360))


def epoch(slowness: float) -> Epoch:
    """The first of a run on a computer that takes so many times as long."""
    one = work(replace(TASK, recipe=STANDARD.replace(epochs=1), starts_from_model=False), "cpu")
    crops = TASK.steps * STANDARD.batch_size
    return Epoch(
        epoch=1,
        epochs=STANDARD.epochs,
        loss=1.0,
        mean_iou=0.5,
        iou={},
        pixel_accuracy=0.5,
        boundary_f=0.5,
        rate=1e-3,
        images_per_s=crops / one.training / slowness,
        eta_s=(STANDARD.epochs - 1) * slowness * (one.training + one.scoring),
        is_best=True,
    )


def test_the_next_run_is_told_by_the_last() -> None:
    settings = Settings()
    assert paces.recall(settings, TASK, "cpu") is None
    paces.learn(settings, TASK, "cpu", epoch(3.0), TASK.steps)
    settings.save()
    found = paces.recall(Settings(), TASK, "cpu")
    assert found is not None
    assert (found.training, found.scoring) == pytest.approx((3.0, 3.0), rel=1e-4)
    told, plain = (estimate(TASK, "cpu", pace) for pace in (found, Pace(1, 1, True)))
    assert told.is_measured
    assert told.middle == pytest.approx(3 * plain.middle, rel=0.05)


def test_another_device_backbone_or_stride_is_another_pace() -> None:
    settings = Settings()
    paces.learn(settings, TASK, "cpu", epoch(3.0), TASK.steps)
    assert paces.recall(settings, TASK, "cuda:0") is None
    for config in (TASK.config.replace(backbone="resnet50"), TASK.config.replace(output_stride=8)):
        assert paces.recall(settings, replace(TASK, config=config), "cpu") is None
    finer = replace(TASK, recipe=STANDARD.replace(output_stride=8))
    assert paces.recall(settings, finer, "cpu") is None
    larger = replace(TASK, recipe=STANDARD.replace(crop=513, batch_size=4), training=900)
    assert paces.recall(settings, larger, "cpu") is not None
