"""The licences of the app and of all that it brings along."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QListWidget, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from gui.dialogs import close_row
from segmenter.notices import notices


class NoticesDialog(QDialog):
    """Parts on the left, the text of one of them on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices_dialog")
        self.setWindowTitle(self.tr("Licences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._notices = notices()
        self._list = QListWidget()
        self._list.setObjectName("notices_list")
        self._list.setAccessibleName(self.tr("Parts of the app"))
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.addItems([notice.name for notice in self._notices])
        self._text = QPlainTextEdit()
        self._text.setObjectName("notices_text")
        self._text.setAccessibleName(self.tr("Licence"))
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._list)
        split.addWidget(self._text)
        split.setStretchFactor(1, 1)
        split.setSizes([260, 620])
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 12)
        column.setSpacing(12)
        column.addWidget(split, 1)
        column.addWidget(close_row(self))
        self._list.currentRowChanged.connect(self._show)
        self._list.setCurrentRow(0)
        self.resize(900, 540)

    def _show(self, row: int) -> None:
        self._text.setPlainText(self._notices[row].text())
