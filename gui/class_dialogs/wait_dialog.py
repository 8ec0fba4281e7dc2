"""While all masks are being changed: nothing else can be done with them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget


class WaitDialog(QDialog):
    """Words, a bar, and Cancel where it can be cancelled."""

    cancel_wanted = Signal()

    def __init__(self, words: str, parent: QWidget, *, can_cancel: bool) -> None:
        super().__init__(parent)
        self.setObjectName("wait_dialog")
        self.setWindowTitle(self.tr("Classes"))
        self._words = QLabel(words)
        self._words.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.tr("Progress"))
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(12)
        column.addWidget(self._words)
        column.addWidget(self._bar)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("wait_cancel")
        self._cancel.setVisible(can_cancel)
        self._cancel.clicked.connect(self.reject)
        column.addWidget(self._cancel)
        self.setMinimumWidth(360)

    def show_progress(self, words: str, done: int = 0, total: int = 0) -> None:
        self._words.setText(words)
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def end(self) -> None:
        """The work has ended."""
        self.hide()
        self.deleteLater()

    def reject(self) -> None:
        """It closes when the work has ended, not before."""
        if self._cancel.isEnabled() and not self._cancel.isHidden():
            self._cancel.setEnabled(False)
            self.cancel_wanted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()
