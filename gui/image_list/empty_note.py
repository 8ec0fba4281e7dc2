"""What an image list without rows says in their place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gui.widgets.labels import muted_label


class EmptyNote(QWidget):
    """Stands where the rows would: one sentence, and a way on where there is one."""

    clear_filter = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = muted_label()
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton(self.tr("Clear filter"), self)
        self._button.setObjectName("image_list.clear_filter")
        self._button.clicked.connect(self.clear_filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(self._text)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def say_nothing(self) -> None:
        self._say("")

    def say_searching(self) -> None:
        self._say(self.tr("Looking for images…"))

    def say_empty(self) -> None:
        self._say(self.tr("There are no images in this folder."))

    def say_filtered(self) -> None:
        self._say(self.tr("No image passes the filter."), can_clear=True)

    def _say(self, text: str, *, can_clear: bool = False) -> None:
        self._text.setText(text)
        self._button.setVisible(can_clear)
