"""A word over the image while something is computed that takes longer than a blink."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from gui.canvas.canvas import Canvas
from gui.canvas.corner_label import CornerLabel

LATE_MS = 150
"""What is quicker would only flicker."""
_MARGIN = 12


class BusySign(QObject):
    """At the middle of the canvas's upper edge; messages are at the lower one."""

    def __init__(self, canvas: Canvas, words: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._words = words
        self._label = CornerLabel("busy_sign", canvas)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_MS)
        self._late.timeout.connect(self._show)

    def set_busy(self, busy: bool) -> None:
        if busy:
            self._late.start()
        else:
            self._late.stop()
            self._label.hide()

    def _show(self) -> None:
        label = self._label
        label.set_text(self._words)
        label.adjustSize()
        label.move((self._canvas.width() - label.width()) // 2, _MARGIN)
        label.show()
        label.raise_()
