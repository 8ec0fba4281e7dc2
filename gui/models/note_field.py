"""A few lines that a person writes about a model."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget


class NoteField(QPlainTextEdit):
    """Tells what was written once the person goes elsewhere, or presses Ctrl+Enter."""

    written = Signal(str)
    """Another text than :meth:`show_note` showed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_note")
        self.setAccessibleName(self.tr("Note"))
        self.setPlaceholderText(self.tr("A note, for you and whoever gets this model"))
        self.setTabChangesFocus(True)
        self.setFixedHeight(3 * self.fontMetrics().lineSpacing() + 18)
        self._shown = ""

    def show_note(self, note: str) -> None:
        self._shown = note
        self.setPlainText(note)

    def finish(self) -> None:
        """Somebody else is about to use the place: tell what was written."""
        note = self.toPlainText().strip()
        if note != self._shown:
            self._shown = note
            self.written.emit(note)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finish()
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            # Takes back what was typed, rather than closing the window over it.
            if self.toPlainText() != self._shown:
                self.show_note(self._shown)
                event.accept()
            else:
                event.ignore()
        else:
            super().keyPressEvent(event)
