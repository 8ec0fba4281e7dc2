"""The part of the side panel that belongs to the tools: the chosen one's settings, and what is
protected from all of them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.tools.tool import Tool
from gui.widgets.labels import muted_label
from gui.widgets.number_field import NumberField, is_no_number
from gui.widgets.switch import switch

PROTECTION = ("protect.class", "protect.only_unlabelled", "protect.only_class")


class ToolPanel(QWidget):
    """Shows; the actions and the tools' own widgets do."""

    done = Signal()
    """Enter, Escape, or a key that means nothing here: the keys belong to the tools again."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool_panel")
        self._options: QWidget | None = None
        self._note = muted_label(self.tr("No tool: drag to move the image. B takes the brush."))
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        line = QFrame()
        line.setProperty("role", "line")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 2, 12, 12)
        self._column.setSpacing(10)
        self._column.addWidget(self._note)
        self._column.addWidget(line)
        switches = QVBoxLayout()
        switches.setSpacing(8)
        for name in PROTECTION:
            switches.addWidget(switch(actions[name]))
        self._column.addLayout(switches)
        self._line = line
        self.show_tool(None)

    def show_tool(self, tool: Tool | None) -> None:
        """Its settings; None: no tool is chosen."""
        if self._options is not None:
            self._column.removeWidget(self._options)
            self._options.hide()
            self._options.deleteLater()
        self._options = tool.options() if tool is not None else None
        if self._options is not None:
            self._column.insertWidget(0, self._options)
        self._note.setVisible(tool is None)
        self._line.setVisible(tool is None or self._options is not None)

    def event(self, event: QEvent) -> bool:
        """Before a key is sent to a field: one that the field has no use for finds the image
        under the keyboard, and the space bar pans at once."""
        if is_no_number(event) and isinstance(QApplication.focusWidget(), NumberField):
            self.done.emit()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a field leaves over: a number is entered, and B means the brush again."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.done.emit()
        else:
            super().keyPressEvent(event)
