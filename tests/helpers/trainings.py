"""Trainings that are over within seconds, and waiting for what they tell."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot
from windows import WAIT_MS

from gui.main_window import MainWindow
from gui.training.panel import TrainingPanel
from gui.training.run_record import RunRecord
from gui.training.run_request import RunRequest
from gui.training.training import Training
from segmenter.training.recipes import STANDARD

RequestOf = Callable[..., RunRequest]

TINY = STANDARD.replace(
    epochs=2,
    batch_size=2,
    crop=65,
    steps_per_epoch=2,
    validation_count=2,
    warmup_steps=0,
    patience=0,
    cache_megabytes=32,
)
"""A second's work."""
LONG_WAIT_MS = 200_000
"""For a process that imports torch, gives way to everything, and has an epoch to train."""
ENDLESS = 5000
"""Epochs that no test waits for."""


def training_of(window: MainWindow) -> Training:
    assert window.teaching is not None
    return window.teaching.training


def record_of(window: MainWindow) -> RunRecord:
    """Of the run that is under way, or was the last."""
    run = training_of(window).run
    assert run is not None
    return run.record


def panel_of(window: MainWindow) -> TrainingPanel:
    assert window.teaching is not None
    panel = window.teaching.watching.panel
    assert panel is not None
    return panel


def wait_for(qtbot: QtBot, told: Callable[[], Any]) -> None:
    """Until it is true."""
    qtbot.waitUntil(lambda: bool(told()), timeout=LONG_WAIT_MS)


def wait_for_end(qtbot: QtBot, window: MainWindow) -> None:
    """Until no training is under way, and all that follows from that is done."""
    wait_for(qtbot, lambda: not training_of(window).is_running and window.jobs.is_idle)


def end_training(qtbot: QtBot, window: MainWindow) -> None:
    """At once, so that the window can close unasked."""
    training = training_of(window)
    if training.is_running:
        with qtbot.waitSignal(training.running_changed, timeout=WAIT_MS):
            training.stop()
            training.stop()


def python_child(*lines: str) -> list[str]:
    """A command that does nothing but these lines."""
    return [sys.executable, "-c", "\n".join(lines)]
