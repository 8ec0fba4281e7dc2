"""Clicking on the rows of a class panel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.class_panel import ClassPanel
from gui.class_panel.row_areas import RowAreas
from gui.class_panel.view import ClassListView
from segmenter.project.classes import LabelClass

CLASSES = [
    LabelClass(7, "dog", (40, 150, 240)),
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(3, "cat", (230, 60, 70)),
    LabelClass(4, "grass", (0, 200, 0), visible=False),
]
CAT, GRASS, DOG = 1, 2, 3
"""Rows: classes are listed in order of their ids, the background first."""
ALT = Qt.KeyboardModifier.AltModifier
_NONE = Qt.KeyboardModifier.NoModifier


def view_of(panel: ClassPanel) -> ClassListView:
    found = panel.findChild(ClassListView)
    assert isinstance(found, ClassListView)
    return found


def place_of(panel: ClassPanel, row: int, part: str) -> QPoint:
    """The middle of the eye, swatch, name or lock of a row, in the viewport."""
    view = view_of(panel)
    areas = RowAreas(view.visualRect(view.model().index(row, 0)))
    area = areas.name(with_lock=True) if part == "name" else getattr(areas, part)
    middle = area.center()
    return middle if isinstance(middle, QPoint) else middle.toPoint()


def click(panel: ClassPanel, row: int, part: str, modifier: Qt.KeyboardModifier = _NONE) -> None:
    place = place_of(panel, row, part)
    QTest.mouseClick(view_of(panel).viewport(), Qt.MouseButton.LeftButton, modifier, place)
