"""Export and import driven through the window, for tests/gui/formats."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, trigger, wait_idle

from gui.formats.class_table import ClassTable
from gui.formats.class_table_model import BECOMES, FIGURE
from gui.formats.format_list import FormatList
from gui.main_window import MainWindow
from gui.widgets.number_field import NumberField
from segmenter.project.project import Project

CLASSES = {"background": 0, "cat": 1, "dog": 4, "bird": 9}
Labels = NDArray[np.uint8]
W = TypeVar("W", bound=QWidget)


def labels_for(project: Project, name: str, seed: int) -> Labels:
    """Blocks of all classes and of nothing, as large as the image."""
    height, width = project.load_image(name).shape[:2]
    values = np.array([*CLASSES.values(), 255], np.uint8)
    small = values[np.random.default_rng(seed).integers(0, len(values), (9, 13))]
    return np.kron(small, np.ones((64, 64), np.uint8))[:height, :width].copy()


def opened(qtbot: QtBot, window: MainWindow, action: str, name: str) -> QDialog:
    """Trigger the action, and wait until its dialog stands and knows what it will do."""
    trigger(window, action)
    return dialog_of(qtbot, window, name)


def dialog_of(qtbot: QtBot, window: MainWindow, name: str) -> QDialog:
    def shown() -> list[QDialog]:
        return [each for each in window.findChildren(QDialog, name) if each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=WAIT_MS)
    wait_idle(qtbot, window)
    return shown()[0]


def part(dialog: QWidget, kind: type[W], name: str) -> W:
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def text(dialog: QWidget, name: str) -> str:
    """What a label says; empty where it is hidden."""
    label = part(dialog, QLabel, name)
    return label.text() if label.isVisible() else ""


def press(dialog: QWidget, name: str) -> None:
    """Click a button or a box that can be clicked."""
    button = part(dialog, QAbstractButton, name)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    at = button.rect().center()
    if button.metaObject().className() in ("QCheckBox", "QRadioButton"):
        at.setX(9)  # its indicator: the widget may be wider than its words
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=at)


def write(qtbot: QtBot, dialog: QWidget, name: str, words: str) -> None:
    """Write into a field in the place of what stands there."""
    field = part(dialog, QLineEdit, name)
    field.selectAll()
    qtbot.keyClicks(field, words)


def choose(dialog: QWidget, name: str, words: str) -> None:
    """Choose the entry of a box that begins so."""
    box = part(dialog, QComboBox, name)
    places = [i for i in range(box.count()) if box.itemText(i).startswith(words)]
    assert places, [box.itemText(i) for i in range(box.count())]
    box.setCurrentIndex(places[0])
    box.activated.emit(places[0])


def choose_format(dialog: QDialog, title: str) -> None:
    """Click the row of this format."""
    formats = part(dialog, FormatList, "export.formats")
    model = formats.model()
    rows = [row for row in range(model.rowCount()) if model.index(row, 0).data() == title]
    assert rows, title
    index = model.index(rows[0], 0)
    formats.scrollTo(index)
    at = formats.visualRect(index).center()
    QTest.mouseClick(formats.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert formats.format is not None
    assert formats.format.title == title


def class_cell(dialog: QDialog, table: str, name: str, column: int) -> QModelIndex:
    """The cell in the row of this class."""
    model = part(dialog, ClassTable, table).model()
    rows = [row for row in range(model.rowCount()) if model.index(row, 0).data() == name]
    assert rows, name
    return model.index(rows[0], column)


def click_cell(dialog: QDialog, table: str, cell: QModelIndex) -> ClassTable:
    found = part(dialog, ClassTable, table)
    found.scrollTo(cell)
    at = found.visualRect(cell).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=at)
    return found


def choose_class(qtbot: QtBot, dialog: QDialog, table: str, name: str, becomes: str) -> None:
    """Click the row of this class in the table of that name, and choose what it becomes."""
    cell = class_cell(dialog, table, name, BECOMES)
    found = click_cell(dialog, table, cell)
    qtbot.waitUntil(lambda: found.findChild(QComboBox, "class_table.becomes") is not None)
    box = part(found, QComboBox, "class_table.becomes")
    qtbot.waitUntil(box.view().isVisible)
    place = box.findText(becomes)
    assert place >= 0, [box.itemText(i) for i in range(box.count())]
    view = box.view()
    view.scrollTo(box.model().index(place, 0))
    row = view.visualRect(box.model().index(place, 0)).center()
    QTest.mouseMove(view.viewport(), row)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row)
    qtbot.waitUntil(lambda: cell.data() == becomes)
    qtbot.waitUntil(lambda: found.findChild(QComboBox, "class_table.becomes") is None)


def give_number(qtbot: QtBot, dialog: QDialog, table: str, name: str, number: int) -> None:
    """Click the number of this class, and write another one."""
    cell = class_cell(dialog, table, name, FIGURE)
    found = click_cell(dialog, table, cell)
    qtbot.waitUntil(lambda: found.findChild(NumberField) is not None)
    field = part(found, NumberField, "class_table.figure")
    field.selectAll()
    qtbot.keyClicks(field, str(number))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell.data() == str(number))
    qtbot.waitUntil(lambda: found.findChild(NumberField) is None)


def wait_ready(qtbot: QtBot, dialog: QDialog, name: str) -> None:
    """Until its button can be pressed: what would be done is known."""
    button = part(dialog, QAbstractButton, name)
    qtbot.waitUntil(button.isEnabled, timeout=WAIT_MS)


def masks_of(project: Project) -> dict[str, Labels]:
    """Image → mask, of all images that have one."""
    found = {}
    for record in project.images():
        labels = project.load_mask(record.name)
        if labels is not None:
            found[record.name] = labels
    return found
