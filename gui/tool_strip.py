"""The tools in one column at the left edge of the canvas, and the colour they paint with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.class_swatch import ClassSwatch
from segmenter.project.classes import LabelClass

TOOLS = (
    "tool.brush", "tool.eraser", "tool.polygon", "tool.fill",
    "tool.wand", "tool.smart", "tool.restore", "tool.pick",
)  # fmt: skip
ICON_SIDE = 20
SIDE = 34
"""Of a button, in pixels."""
DENSE_SIDE = 29
"""Of a button where the window is low."""
GAP = 2
MARGIN = 4


class ToolStrip(QFrame):
    """Buttons of the tools' own actions. Low windows get smaller buttons, and very low ones two
    columns, so that none falls off."""

    class_wanted = Signal(int)
    """The id of a class that was chosen from the swatch."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool_strip")
        self._buttons = [self._button(actions, name) for name in TOOLS]
        self._swatch = ClassSwatch(self)
        self._swatch.class_wanted.connect(self.class_wanted)
        self._line = QFrame(self)
        self._line.setProperty("role", "line")
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.addLayout(self._grid)
        column.addStretch(1)
        self._shape = (0, 0)
        self._lay_out(SIDE, 1)

    def show_classes(self, classes: Sequence[LabelClass]) -> None:
        """What can be chosen from the swatch; also after one was renamed or recoloured."""
        self._swatch.show_classes(classes)

    def show_class(self, class_id: int) -> None:
        """The class that is painted with; −1 where there is none."""
        self._swatch.show_class(class_id)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width(), 0)  # It fits itself into any height.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = event.size().height()
        if height >= _height(SIDE, 1):
            self._lay_out(SIDE, 1)
        elif height >= _height(DENSE_SIDE, 1):
            self._lay_out(DENSE_SIDE, 1)
        else:
            self._lay_out(DENSE_SIDE, 2)

    def _button(self, actions: Actions, name: str) -> QToolButton:
        button = QToolButton(self)
        actions.dress(name)
        button.setDefaultAction(actions[name])
        button.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(actions[name].text().replace("&", ""))
        return button

    def _lay_out(self, side: int, columns: int) -> None:
        if (side, columns) == self._shape:
            return
        self._shape = (side, columns)
        for number, button in enumerate((*self._buttons, self._swatch)):
            button.setFixedSize(side, side)
            row = number // columns + (button is self._swatch)
            self._grid.addWidget(button, row, number % columns)
        row = -(-len(self._buttons) // columns)
        self._grid.addWidget(self._line, row, 0, 1, columns)
        self.setFixedWidth(2 * MARGIN + columns * side + (columns - 1) * GAP + 1)


def _height(side: int, columns: int) -> int:
    """That all buttons, the line and the swatch take."""
    rows = -(-len(TOOLS) // columns) + 1
    return 2 * MARGIN + rows * side + 1 + rows * GAP
