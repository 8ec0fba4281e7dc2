"""A model's title, to be read, and to be changed where it stands."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from gui.icons import wear_icon
from gui.widgets.labels import title_label

LONGEST = 120
"""Characters of a title that a person types."""


class TitleField(QWidget):
    """A heading with a pencil; the pencil makes it a field until Enter or Escape."""

    renamed = Signal(str)
    """Another title than was shown; never empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title_label(name="model_title", wraps=True)
        self._field = _Field()
        self._field.setObjectName("model_title_field")
        self._field.setAccessibleName(self.tr("Name of the model"))
        self._field.setMaxLength(LONGEST)
        self._field.editingFinished.connect(self._finish)
        self._field.given_up.connect(self._show_title)
        self._field.hide()
        self._pencil = QToolButton()
        self._pencil.setObjectName("model_rename")
        self._pencil.setProperty("flat", True)
        self._pencil.setIconSize(QSize(16, 16))
        self._pencil.setToolTip(self.tr("Rename (F2)"))
        self._pencil.setAccessibleName(self.tr("Rename"))
        wear_icon(self._pencil, "rename")
        self._pencil.clicked.connect(self.edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._title, 1)
        row.addWidget(self._field, 1)
        row.addWidget(self._pencil, 0, Qt.AlignmentFlag.AlignTop)

    @property
    def is_edited(self) -> bool:
        """Whether a person is typing another title."""
        return not self._field.isHidden()

    def show_title(self, title: str, *, can_rename: bool) -> None:
        self._title.setText(title)
        self._pencil.setVisible(can_rename)
        self._show_title()

    def edit(self) -> None:
        """As the pencil does, where the title may be changed."""
        if self._pencil.isHidden():
            return
        self._field.setText(self._title.text())
        self._field.selectAll()
        self._title.hide()
        self._field.show()
        self._field.setFocus()

    def _finish(self) -> None:
        if self._field.isHidden():
            return
        title = " ".join(self._field.text().split())
        before = self._title.text()
        self._show_title()
        if title and title != before:
            self._title.setText(title)
            self.renamed.emit(title)

    def _show_title(self) -> None:
        self._field.hide()
        self._title.show()


class _Field(QLineEdit):
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)
