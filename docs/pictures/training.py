"""A real training in the panel under the images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from gui.main_window import MainWindow
from gui.training.run_record import RunRecord
from gui.training.run_request import RunRequest
from gui.training.training import Training
from pictures.window import WAIT_MS, act, dialog_of, opened, over, settle
from segmenter.nn.config import ModelConfig
from segmenter.project.project import Project
from segmenter.training.recipes import STANDARD

EPOCHS = 10
RECIPE = STANDARD.replace(
    epochs=EPOCHS,
    batch_size=4,
    crop=129,
    steps_per_epoch=3,
    rate=3e-3,
    warmup_steps=3,
    weight_average=0.8,
    validation_count=3,
)
"""A minute's work on two cores."""
NETWORK = ModelConfig(
    backbone="efficientnet_lite0", decoder=True, separable=True, head_channels=64, input_size=160
)


def asked(window: MainWindow, folder: Path) -> QPixmap:
    """The dialog, once everything is counted; a class has not been painted yet."""
    with Project.open(folder) as project:
        project.class_ids_for(["leaf"])
    approved(window, folder)
    act(window, "model.fine_tune")
    dialog = dialog_of(window, "fine_tune_dialog")
    words = dialog.findChild(QLabel, "fine_tune.time")
    assert words is not None
    until(lambda: bool(words.text()))
    settle(window)
    picture = over(window, dialog)
    dialog.reject()
    return picture


def under_way(window: MainWindow, folder: Path) -> QPixmap:
    """In the middle of it."""
    training = begun(window, folder)
    until(lambda: _record(training).at_epoch > EPOCHS * 2 // 3)
    until(lambda: _is_drawn(window))
    picture = window.grab()
    ended(training)
    return picture


def closing(window: MainWindow, folder: Path) -> QPixmap:
    """Somebody closes the window meanwhile, and is asked."""
    training = begun(window, folder)
    until(lambda: _record(training).at_epoch > 3)
    window.close()
    picture = over(window, dialog_of(window, "leave_training_dialog"))
    dialog_of(window, "leave_training_dialog").reject()
    ended(training)
    return picture


def done(window: MainWindow, folder: Path) -> QWidget:
    """What came of it."""
    training = begun(window, folder)
    until(lambda: not training.is_running)
    settle(window)
    return window


def approved(window: MainWindow, folder: Path) -> None:
    """Every prediction but one is."""
    opened(window, folder)
    images = window.workspace.image_list
    for name in images.names[:-1]:
        images.select(name)
        settle(window, 50)
        act(window, "image.approve")
        settle(window, 50)
    images.select("cat.jpg")
    settle(window)
    window.messages.clear()


def begun(window: MainWindow, folder: Path) -> Training:
    """A new network learns from what is approved."""
    approved(window, folder)
    assert window.teaching is not None
    training = window.teaching.training
    training.start(RunRequest(RECIPE, "", name="My first model", network=NETWORK))
    return training


def ended(training: Training) -> None:
    """At once."""
    training.stop()
    training.stop()
    until(lambda: not training.is_running)


def until(true: Callable[[], bool]) -> None:
    """And a moment longer, for the screen to follow."""
    deadline = QDeadlineTimer(10 * WAIT_MS)
    loop = QEventLoop()
    while not true():
        if deadline.hasExpired():
            raise SystemExit("the training takes too long")
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    QTimer.singleShot(700, loop.quit)
    loop.exec()


def _record(training: Training) -> RunRecord:
    if training.run is None or not training.is_running:
        raise SystemExit("the training has ended by itself")
    return training.run.record


def _is_drawn(window: MainWindow) -> bool:
    assert window.teaching is not None
    watching = window.teaching.watching
    panel = watching.panel
    return (
        watching.curves is not None
        and panel is not None
        and all(each.name for each in panel.gallery.pictures)
    )
