"""A class panel of four classes, and the clicks on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from class_rows import CLASSES
from five_classes import FIRST, SECOND, labels_for, project_of
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from windows import go_to, wait_idle

from gui.actions import Actions
from gui.class_panel import ClassPanel
from gui.main_window import MainWindow


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[Actions]:
    owner = QObject()
    made = Actions(owner)
    for action in made:
        action.setEnabled(True)
    yield made
    owner.deleteLater()


@pytest.fixture
def panel(actions: Actions, qtbot: QtBot) -> Iterator[ClassPanel]:
    made = ClassPanel(actions)
    qtbot.addWidget(made)
    made.resize(240, 300)
    made.set_classes(CLASSES)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


@pytest.fixture
def labelled(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Five classes; masks of two images, a prediction of the first; bird is used nowhere."""
    project = project_of(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for name in ("background", "cat", "kitty", "dog", "bird"):
        project.add_class(name)
    for seed, name in enumerate((FIRST, SECOND)):
        project.save_mask(name, labels_for(window, name, seed))
    labels = labels_for(window, FIRST, 7)
    project.save_prediction(FIRST, labels, labels, 0.2)
    assert window.desk is not None
    for name in (FIRST, SECOND):
        window.desk.view.labels_changed(name)
    wait_idle(qtbot, window)
    go_to(qtbot, window, FIRST)
    return window
