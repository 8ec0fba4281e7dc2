"""A bug shows a dialog that says so and can copy a report; the app goes on."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gui.dialogs import close_row
from gui.log import report
from gui.widgets.labels import title_label

log = logging.getLogger(__name__)


class ErrorDialog(QDialog):
    """What went wrong, for whoever mends it, with "Copy report"."""

    def __init__(self, trouble: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_dialog")
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report = report(trouble)
        title = title_label(self.tr("Maskwright ran into a bug"))
        text = QLabel(
            self.tr(
                "That should not happen, and it was written to the log. What was saved is safe, "
                "and you can go on. A report helps to mend it; it names no image of yours beyond "
                "what is shown here."
            )
        )
        text.setWordWrap(True)
        details = QPlainTextEdit(self._report)
        details.setReadOnly(True)
        details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        details.setAccessibleName(self.tr("Report"))
        self._copy = QPushButton(self.tr("&Copy report"))
        self._copy.setObjectName("copy_report")
        self._copy.clicked.connect(self._copy_report)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(details, 1)
        column.addWidget(close_row(self, self._copy))
        self.resize(680, 460)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self._copy.setText(self.tr("Copied"))


class BugCatcher(QObject):
    """Takes over ``sys.excepthook`` and its like for threads, from any thread."""

    _caught = Signal(str)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._dialog: ErrorDialog | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def tell(self, trouble: str) -> None:
        """Show the dialog for a traceback that was caught elsewhere."""
        self._caught.emit(trouble)

    def _hook(
        self, kind: type[BaseException], error: BaseException, where: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        trouble = "".join(traceback.format_exception(kind, error, where))
        log.error("uncaught:\n%s", trouble)
        if sys.__stderr__ is not None:
            sys.__stderr__.write(trouble)
        self._caught.emit(trouble)

    def _show(self, trouble: str) -> None:
        # One dialog at a time: a bug in a paint event would come back sixty times a second.
        # Its parent may have taken it along, though, and then it never told that it was finished.
        shown = self._dialog
        if shown is not None and isValid(shown) and shown.isVisible():
            return
        self._dialog = ErrorDialog(trouble, QApplication.activeWindow())
        self._dialog.finished.connect(self._forget)
        self._dialog.show()

    def _forget(self) -> None:
        self._dialog = None
