"""A class panel of four classes, and the clicks on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from class_rows import CLASSES
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.class_panel import ClassPanel


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
