"""Learning at once as a test needs it: the loop is what is tested, not what comes of it."""

from __future__ import annotations

from pathlib import Path

from painting import Painter
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, run, trigger, wait_idle

from gui.inference_worker import Inference
from gui.main_window import MainWindow
from gui.training.lesson import LessonEnd, LessonProgress
from segmenter.training.quick_recipe import QUICK, QuickRecipe

FEW_STEPS = QUICK.replace(steps=3, views=1, batch_size=1)
"""Over in a moment."""
ENDLESS = QUICK.replace(steps=10_000_000, views=1, batch_size=1)
"""Over when somebody ends it."""


def correct(qtbot: QtBot, window: MainWindow, name: str, classes: tuple[int, ...] = (0, 1)) -> None:
    """Paint a stripe of each of these classes on an image, and wait until that is saved."""
    go_to(qtbot, window, name)
    painter = Painter(window)
    content = window.canvas.content
    assert content is not None
    for place, class_id in enumerate(classes, start=1):
        painter.choose_brush(class_id)
        y = content.height * place // (len(classes) + 1)
        painter.stroke((content.width // 4, y), (content.width * 3 // 4, y))
    wait_idle(qtbot, window)


class Watch(QObject):
    """What the inference thread says of lessons and predictions."""

    def __init__(self, inference: Inference) -> None:
        super().__init__()
        self.progress: list[LessonProgress] = []
        self.ends: list[LessonEnd] = []
        self.predicted: list[str] = []
        inference.learning.connect(self.progress.append)
        inference.taught.connect(self.ends.append)
        inference.image_done.connect(lambda result: self.predicted.append(result.name))


def learnt_models(window: MainWindow) -> list[Path]:
    """The project's models, oldest first."""
    assert window.project is not None
    return sorted(window.project.models_folder.glob("*.safetensors"), key=lambda path: path.stem)


def learn(qtbot: QtBot, window: MainWindow) -> None:
    """Learn now, and wait until all is predicted anew."""
    run(qtbot, window, "model.learn_now")


def begin_endless(qtbot: QtBot, window: MainWindow) -> None:
    """Learning that goes on until it is ended, and has learnt something."""
    use_recipe(window, ENDLESS)
    told: list[LessonProgress] = []
    window.inference.learning.connect(told.append)
    trigger(window, "model.learn_now")
    # The first words are of reading; by the later ones there were steps.
    qtbot.waitUntil(lambda: len(told) >= 3, timeout=WAIT_MS)


def use_recipe(window: MainWindow, recipe: QuickRecipe) -> None:
    assert window.teaching is not None
    window.teaching.learn_now.recipe = recipe


def press(window: MainWindow, name: str) -> None:
    """One of the buttons of the message bar."""
    button = window.messages.findChild(QPushButton, name)
    assert button is not None
    assert button.isVisible()
    button.click()
