"""The dialog of Import: from where, what it would do, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.drop import dropped_files
from gui.formats.import_words import choice_words
from gui.formats.plan_view import PlanView
from gui.formats.reading import Opened
from gui.formats.source_row import SourceRow
from gui.notice_page import NoticePage
from gui.widgets.labels import muted_label, plain_label, title_label
from gui.widgets.progress_row import ProgressRow
from segmenter.formats.format import Format
from segmenter.project.classes import LabelClass


class ImportDialog(QDialog):
    """Asks and shows; reads and changes nothing itself."""

    source_wanted = Signal(object)
    """The :class:`gui.formats.reading.Wanted`, or None: to be read, for :meth:`show_opened`."""
    import_wanted = Signal(object)
    """The :class:`gui.formats.import_words.Choice`."""
    cancel_wanted = Signal()
    """Stop importing; what is imported stays."""

    def __init__(
        self, folder: Path, formats: Sequence[Format], place: str, parent: QWidget | None = None
    ) -> None:
        """``place``: where the last import came from."""
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(self.tr("Import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._folder = folder
        self._is_importing = False
        self._is_ready = False
        self._source = SourceRow(formats, place)
        self._view = PlanView()
        self._notice = NoticePage()
        self._build()
        self._source.changed.connect(self._read)
        self._view.by_name_wanted.connect(lambda taken: self._read(by_name=taken))
        self._view.changed.connect(self._update)
        self._show_nothing()

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        lead = muted_label(
            self.tr(
                "Brings masks from another program to the images of “{0}”, once you have seen what "
                "that changes."
            ).format(self._folder.name or self._folder)
        )
        self._reading = ProgressRow("import.reading", self.tr("Reading"))
        self._reading_page = QWidget()
        column = QVBoxLayout(self._reading_page)
        column.setContentsMargins(60, 0, 60, 40)
        column.addWidget(self._reading)
        self._pages = QStackedWidget()
        for page in (self._notice, self._reading_page, self._view):
            self._pages.addWidget(page)
        self._words = plain_label(name="import.words")
        self._words.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._progress = ProgressRow("import.progress", self.tr("Import"))
        self._begin = QPushButton(self.tr("&Import"))
        self._begin.setObjectName("import.begin")
        self._begin.setProperty("primary", True)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("import.cancel")
        buttons = QDialogButtonBox()
        buttons.addButton(self._begin, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self._cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._ask)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(10)
        column.addWidget(title_label(self.tr("Import")))
        column.addWidget(lead)
        column.addWidget(self._source)
        column.addSpacing(2)
        column.addWidget(self._pages, 1)
        column.addWidget(self._words)
        column.addWidget(self._progress)
        column.addWidget(buttons)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._begin.setDefault(True)
        self.setMinimumSize(QSize(640, 420))
        size = QSize(760, 680)
        parent = self.parentWidget()
        self.resize(size.boundedTo(parent.window().size()) if parent is not None else size)

    # -- what is told to it ---------------------------------------------------------------

    @property
    def place(self) -> str:
        """Where the source lies, for the next time."""
        return self._source.place

    def set_path(self, path: Path) -> None:
        """Import from here."""
        self._source.set_path(path)

    def show_reading(self, done: int = 0, total: int = 0) -> None:
        words = self.tr("Reading …")
        if total:
            words = self.tr("Reading {0} of {1}").format(f"{done:,}", f"{total:,}")
        self._reading.show_progress(words, done, total)
        self._reading.show()

    def show_trouble(self, sentence: str) -> None:
        """It can't be read, and why."""
        self._notice.show_notice("warning", self.tr("This can't be imported"), sentence)
        self._source.show_format(None)
        self._pages.setCurrentWidget(self._notice)

    def show_opened(self, opened: Opened, classes: Sequence[LabelClass]) -> None:
        """What was read; ``classes``: of the project."""
        self._source.show_format(opened.source.format)
        self._view.show_opened(opened, classes)
        self._pages.setCurrentWidget(self._view)
        self._is_ready = True
        self._update()

    def begin(self) -> None:
        """It is under way: nothing can be chosen."""
        self._is_importing = True
        for widget in (self._source, self._pages, self._begin):
            widget.setEnabled(False)
        self.show_progress(0, 0)
        self._progress.show()

    def show_progress(self, done: int, total: int) -> None:
        words = self.tr("{0} of {1}").format(f"{done:,}", f"{total:,}") if total else ""
        self._progress.show_progress(words, done, total)

    def end(self) -> None:
        """It has ended, however it went."""
        self._is_importing = False
        self.accept()

    # -- Qt's events ----------------------------------------------------------------------

    def reject(self) -> None:
        if self._is_importing:
            self._cancel.setEnabled(False)
            self._progress.show_progress(self.tr("Cancelling …"))
            self.cancel_wanted.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_importing:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._is_importing and dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = dropped_files(event.mimeData())
        if dropped and not self._is_importing:
            event.acceptProposedAction()
            self.set_path(dropped[0])

    # -- inside ---------------------------------------------------------------------------

    def _read(self, *, by_name: bool = False) -> None:
        wanted = self._source.wanted
        if wanted is not None and by_name:
            wanted = replace(wanted, by_name=True)
        self._is_ready = False
        self._update()
        if wanted is None:
            self._show_nothing()
        else:
            self._pages.setCurrentWidget(self._reading_page)
            self.show_reading()
        self.source_wanted.emit(wanted)

    def _show_nothing(self) -> None:
        self._notice.show_notice(
            "import",
            self.tr("Choose a folder, a zip file or a file of labels, or drop it here"),
            self.tr("The format is found out by itself."),
        )
        self._pages.setCurrentWidget(self._notice)
        self._update()

    def _update(self) -> None:
        choice = self._view.choice if self._is_ready else None
        written = choice.written if choice is not None else 0
        self._words.setText(choice_words(choice) if choice is not None else "")
        self._begin.setEnabled(written > 0 and not self._is_importing)

    def _ask(self) -> None:
        choice = self._view.choice if self._is_ready else None
        if choice is not None and self._begin.isEnabled():
            self.import_wanted.emit(choice)
