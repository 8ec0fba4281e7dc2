"""Asked before a window or folder is closed with masks that could not be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.labels import title_label
from segmenter.wording import counted

SHOWN = 5
"""Names that are listed; of more, their number."""


class UnsavedDialog(QDialog):
    """“Could not save 2 masks”: try again, close without them, or stay."""

    def __init__(
        self,
        troubles: Mapping[str, str],
        *,
        again: Callable[[], object],
        without: Callable[[], object],
        parent: QWidget,
    ) -> None:
        """``troubles``: image names, each with the sentence that says why."""
        super().__init__(parent)
        self.setObjectName("unsaved_dialog")
        self.setWindowTitle(self.tr("Not saved"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = title_label(self.tr("Could not save {0}").format(counted(len(troubles), "mask")))
        self.text = QLabel(_text(troubles, self.tr("and {0} more")))
        self.text.setObjectName("unsaved_text")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(self.text)
        column.addWidget(self._buttons(again, without))
        self.setMinimumWidth(420)

    def _buttons(
        self, again: Callable[[], object], without: Callable[[], object]
    ) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        for name, words, part, do in (
            ("unsaved_again", self.tr("&Try again"), role.AcceptRole, again),
            ("unsaved_without", self.tr("Close &without saving"), role.DestructiveRole, without),
            ("unsaved_cancel", self.tr("Cancel"), role.RejectRole, None),
        ):
            button = QPushButton(words)
            button.setObjectName(name)
            buttons.addButton(button, part)
            button.clicked.connect(self.close)
            if do is not None:
                button.clicked.connect(lambda _=False, do=do: do())
            if part is role.AcceptRole:
                button.setDefault(True)
        return buttons


def _text(troubles: Mapping[str, str], more: str) -> str:
    names = list(troubles)
    lines = [*dict.fromkeys(troubles.values())][:2]
    if len(names) > 1:
        lines += ["", *names[:SHOWN]]
    if len(names) > SHOWN:
        lines.append(more.format(len(names) - SHOWN))
    return "\n".join(lines)
