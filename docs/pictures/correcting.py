"""Every tool in use, and the review of what was corrected."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from gui.main_window import MainWindow
from pictures.window import RIGHT, Hand, act, dialog_of, opened, over, settle


def brush(window: MainWindow, folder: Path) -> QWidget:
    """The second flower, which the model has seen in part, is painted."""
    hand = taken(window, folder, "flower.jpg", "tool.brush", size=44)
    hand.drag([(0.49, 0.96), (0.55, 0.93), (0.66, 0.93)], let_go=False)
    settle(window)
    return window


def polygon(window: MainWindow, folder: Path) -> QWidget:
    hand = taken(window, folder, "coffee.jpg", "tool.polygon")
    for corner in ((0.32, 0.09), (0.47, 0.05), (0.63, 0.1), (0.68, 0.21), (0.64, 0.49)):
        hand.click(corner)
    hand.move((0.53, 0.63))
    settle(window)
    return window


def wand(window: MainWindow, folder: Path) -> QWidget:
    hand = taken(window, folder, "palace.jpg", "tool.wand", classes=("sky",))
    hand.drag([(0.75, 0.2), (0.79, 0.2)])
    settle(window)
    return window


def smart(window: MainWindow, folder: Path) -> QWidget:
    hand = taken(window, folder, "fig.jpg", "tool.smart", classes=("fig",))
    hand.drag([(0.39, 0.31), (0.73, 0.78)])
    settle(window)
    # The shadow is none of it.
    hand.drag([(0.43, 0.53), (0.45, 0.43), (0.5, 0.37), (0.56, 0.33)], RIGHT)
    settle(window)
    hand.move((0.75, 0.8))
    settle(window, 100)
    return window


def changes(window: MainWindow, folder: Path) -> QWidget:
    corrected(window, folder)
    act(window, "view.changes")
    settle(window)
    return window


def split(window: MainWindow, folder: Path) -> QWidget:
    corrected(window, folder)
    act(window, "view.split")
    settle(window)
    return window


def merging(window: MainWindow, folder: Path) -> QPixmap:
    taken(window, folder, "flower.jpg", "tool.brush", classes=("petal", "leaf", "bud"))
    window.workspace.class_panel.select(1)
    act(window, "class.merge")
    settle(window)
    dialog = dialog_of(window, "merge_dialog")
    target = dialog.findChild(QComboBox, "class_box")
    assert target is not None
    target.setCurrentIndex(target.findText("petal"))
    settle(window)
    return over(window, dialog)


def statistics(window: MainWindow, folder: Path) -> QWidget:
    hand = corrected(window, folder)
    for image, strokes in (
        ("coffee.jpg", [[(0.2, 0.6), (0.3, 0.85), (0.55, 0.93)]]),
        ("cat.jpg", [[(0.1, 0.3), (0.15, 0.7)], [(0.75, 0.3), (0.7, 0.7)]]),
        ("palace.jpg", [[(0.4, 0.5), (0.45, 0.8)]]),
    ):
        window.workspace.image_list.select(image)
        settle(window)
        hand = Hand(window)
        for stroke in strokes:
            hand.drag(stroke)
        act(window, "image.approve")
        settle(window)
    act(window, "image.statistics")
    settle(window, 1500)
    return dialog_of(window, "statistics_dialog")


def preferences(window: MainWindow, folder: Path) -> QWidget:
    corrected(window, folder)
    act(window, "edit.preferences")
    settle(window)
    return dialog_of(window, "preferences_dialog")


def corrected(window: MainWindow, folder: Path) -> Hand:
    """Parts added and parts taken away."""
    hand = taken(window, folder, "flower.jpg", "tool.brush", size=44)
    hand.drag([(0.48, 0.97), (0.55, 0.93), (0.7, 0.94)])
    for way in (
        [(0.24, 0.6), (0.24, 0.45), (0.27, 0.31), (0.33, 0.21), (0.42, 0.155), (0.51, 0.15)],
        [(0.51, 0.15), (0.58, 0.17), (0.64, 0.23), (0.67, 0.3)],
        [(0.31, 0.84), (0.38, 0.87), (0.47, 0.885)],
    ):
        hand.drag(way, RIGHT)
    settle(window)
    return hand


def taken(
    window: MainWindow,
    folder: Path,
    image: str,
    tool: str,
    *,
    size: int = 0,
    classes: tuple[str, ...] = (),
) -> Hand:
    """The image open, the tool in hand, the last of these new classes chosen."""
    opened(window, folder, image)
    for name in classes:
        act(window, "class.add")
        field = QApplication.focusWidget()
        if not isinstance(field, QLineEdit):
            raise SystemExit("a new class can't be named in this scene")
        field.selectAll()
        QTest.keyClicks(field, name)
        QTest.keyClick(field, Qt.Key.Key_Return)
    act(window, tool)
    if size:
        assert window.desk is not None
        for each in window.desk.correcting.tools.brushes:
            each.set_size(size)
    settle(window, 200)
    return Hand(window)
