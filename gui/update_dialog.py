"""Is there a newer Maskwright? The dialog that asks, and says what was found."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QProgressBar,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import segmenter
from gui.jobs import Background
from gui.widgets.labels import error_label, muted_label, title_label
from segmenter.cancel import CancelToken
from segmenter.updates import RELEASES_PAGE, Release, UpdateCheck, check_for_updates


class UpdateDialog(QDialog):
    """Asks as soon as it is made; closing it gives up."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("update_dialog")
        self.setWindowTitle(self.tr("Check for updates"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._background = background
        self._asking: CancelToken | None = None
        self._page = RELEASES_PAGE
        self._build()
        self._ask()

    def _build(self) -> None:
        self._title = title_label(name="update_title", wraps=True)
        self._text = muted_label(name="update_text")
        self._error = error_label(name="update_error")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(self.tr("Asking"))
        self._notes = _Notes()
        self._again = QPushButton(self.tr("&Try again"))
        self._again.setObjectName("update_again")
        self._again.clicked.connect(self._ask)
        self._open = QPushButton(self.tr("&Open the download page"))
        self._open.setObjectName("update_open")
        self._open.clicked.connect(self._open_page)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._buttons.addButton(self._again, QDialogButtonBox.ButtonRole.ActionRole)
        self._buttons.addButton(self._open, QDialogButtonBox.ButtonRole.ActionRole)
        self._buttons.rejected.connect(self.reject)
        self._close = self._buttons.button(QDialogButtonBox.StandardButton.Close)
        self._close.setObjectName("update_close")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(10)
        for widget in (self._title, self._text, self._error, self._bar):
            column.addWidget(widget)
        column.addWidget(self._notes, 1)
        column.addWidget(self._buttons)
        self.setMinimumWidth(520)

    def done(self, result: int) -> None:
        if self._asking is not None:
            self._asking.cancel()
        super().done(result)

    def _ask(self) -> None:
        self._asking = self._background.run(
            check_for_updates, self._tell, self._tell_failed, kind="updates", counts=False
        )
        self._show(
            self.tr("Looking for a newer Maskwright …"),
            self.tr("This is version {0}.").format(segmenter.__version__),
        )
        self._bar.show()
        self._close.setText(self.tr("Cancel"))

    def _tell(self, check: UpdateCheck) -> None:
        self._asking = None
        newest = check.newest
        if newest is None:
            self._show(
                self.tr("No version of Maskwright has been published yet"),
                self.tr("This is version {0}.").format(check.running),
            )
        elif check.is_newer:
            self._show_newer(newest, check)
        elif newest.version == check.running:
            self._show(self.tr("Maskwright {0} is the newest version").format(check.running))
        else:
            self._show(
                self.tr("Maskwright {0} is newer than every release").format(check.running),
                self.tr("The newest one is {0}.").format(newest.version),
            )

    def _show_newer(self, newest: Release, check: UpdateCheck) -> None:
        self._page = newest.page
        self._show(
            self.tr("Maskwright {0} can be downloaded").format(newest.version),
            self.tr("This is version {0}. Your folders stay as they are.").format(check.running),
        )
        self._open.show()
        self._open.setDefault(True)
        self._open.setFocus()
        if newest.notes:
            self._notes.show_markdown(newest.notes)
            self.resize(560, 440)

    def _tell_failed(self, sentence: str) -> None:
        self._asking = None
        self._show(self.tr("Could not look for a newer version"))
        self._error.setText(sentence)
        self._error.show()
        self._again.show()
        self._again.setFocus()

    def _show(self, title: str, text: str = "") -> None:
        """These words alone; whatever else belongs to them is shown by who calls."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._close.setText(self.tr("Close"))
        for widget in (self._error, self._bar, self._notes, self._again, self._open):
            widget.hide()

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._page))
        self.accept()


class _Notes(QTextBrowser):
    """What is new, as whoever published it wrote it: shows no HTML, loads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("update_notes")
        self.setAccessibleName(self.tr("What is new"))
        self.setOpenLinks(False)
        self.anchorClicked.connect(_open_link)

    def show_markdown(self, text: str) -> None:
        self.document().setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownNoHTML)
        self.show()

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:
        return None


def _open_link(url: QUrl) -> None:
    if url.scheme() == "https":
        QDesktopServices.openUrl(url)
