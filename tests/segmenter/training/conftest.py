"""What the tests of training share."""

from __future__ import annotations

import pytest
from training_task import QUICK, SMALL, Task, make_task

from segmenter.nn.config import ModelConfig
from segmenter.training.recipes import Recipe


@pytest.fixture(scope="session")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    """Twelve images of 128×96 with masks."""
    return make_task(tmp_path_factory.mktemp("task"))


@pytest.fixture
def _saved_and_told_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint and an event after each step, however quick they are."""
    monkeypatch.setattr("segmenter.training.checkpointing.SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr("segmenter.training.checkpointing.SHARE_OF_TIME", 1e9)
    monkeypatch.setattr("segmenter.training.epoch_clock.SECONDS_BETWEEN_BATCH_EVENTS", 0.0)


@pytest.fixture
def small() -> ModelConfig:
    """A network that learns the task within seconds."""
    return SMALL


@pytest.fixture
def quick() -> Recipe:
    """A recipe for it."""
    return QUICK
