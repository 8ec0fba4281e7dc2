"""Export from the menu: opens the dialog, brings it what would be done, and does it while the
person goes on working."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from gui.dialogs import show_dialog
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.settings import Settings
from gui.status_bar import StatusBar
from gui.widgets.progress_row import ProgressRow
from gui.work import Work, nothing
from segmenter.cancel import CancelToken, Progress
from segmenter.wording import counted, shown

if TYPE_CHECKING:
    from gui.correcting import Correcting
    from gui.formats.export_dialog import ExportDialog
    from gui.formats.foreseeing import Foreseen
    from segmenter.formats.exporting import ExportPlan, ExportReport
    from segmenter.project.project import Project
    from segmenter.project.state import State

_BAR_WIDTH = 110
_EVERY = 0.05
"""Seconds between two reports of the files that are brought to the disk."""


class Exporting(QObject):
    """One export at a time."""

    changed = Signal()
    """``is_running`` may be different now."""
    _finishing = Signal(int, int)
    """(done, total) of files that are brought to the disk, after the last image."""

    def __init__(
        self,
        correcting: Correcting,
        background: Background,
        messages: MessageBar,
        settings: Settings,
        *,
        status: StatusBar,
        window: QWidget,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._correcting = correcting
        self._background = background
        self._messages = messages
        self._settings = settings
        self._window = window
        self._project: Project | None = None
        self._dialog: ExportDialog | None = None
        self._look: Work | None = None
        self._work: Work | None = None
        self._is_cancelled = False
        self._told = 0.0
        self._finishing.connect(self._show_finishing, Qt.ConnectionType.QueuedConnection)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("export_progress_cancel")
        cancel.setAccessibleName(self.tr("Cancel the export"))
        cancel.setProperty("link", True)
        cancel.clicked.connect(self.cancel)
        self._progress = ProgressRow("export_progress", self.tr("Export"), button=cancel)
        self._progress.bar.setFixedWidth(_BAR_WIDTH)
        self._last_words = self.tr("Bringing the export to the disk …")
        # The longest: the line does not move with every image.
        words = self._progress.words
        words.setMinimumWidth(words.fontMetrics().horizontalAdvance(self._last_words) + 4)
        status.addPermanentWidget(self._progress)

    @property
    def is_running(self) -> bool:
        return self._work is not None

    def set_project(self, project: Project | None) -> None:
        """Export from this project from now on. An export that is under way ends without a trace:
        half of one would be worse than none."""
        if self._dialog is not None:
            self._dialog.reject()
        if self._work is not None:
            self._work.drop()
            self._end()
            # Once what was said of the folder is cleared away.
            words = self.tr(
                "The folder was closed before the export was done; nothing was written."
            )
            QTimer.singleShot(0, self, lambda: self._messages.say(words, "warning"))
        self._project = project

    # -- asking ---------------------------------------------------------------------------

    def open(self) -> None:
        """The dialog, once what was painted is saved and the images are counted."""
        project = self._project
        if project is None or self.is_running or self._dialog is not None:
            return
        if self._correcting.save_first(self.open):
            self._background.run(
                lambda _: _counted(project),
                partial(self._show, project),
                lambda sentence: self._messages.say(sentence, "error"),
                kind="export",
            )

    def _show(self, project: Project, counts: Counter[State]) -> None:
        from gui.formats.export_choices import remembered, writable_formats
        from gui.formats.export_dialog import ExportDialog

        if project is not self._project or self._dialog is not None:
            return
        choices = remembered(project, self._settings)
        dialog = self._dialog = ExportDialog(
            project.folder,
            writable_formats(),
            counts,
            choices,
            project.classes,
            parent=self._window,
        )
        dialog.changed.connect(self._stop_looking)
        dialog.look_wanted.connect(self._look_ahead)
        dialog.export_wanted.connect(partial(self._take, project, dialog))
        dialog.finished.connect(self._forget)
        show_dialog(self._window, dialog)

    def _look_ahead(self) -> None:
        from gui.formats.foreseeing import foresee

        dialog, project = self._dialog, self._project
        if dialog is None or project is None:
            return
        format, target, options = dialog.format, dialog.target, dialog.options
        if format is None or target is None:
            return
        self._stop_looking()

        def show(foreseen: Foreseen) -> None:
            self._look = None
            dialog.show_foreseen(foreseen)

        def fail(sentence: str) -> None:
            from gui.formats.foreseeing import Foreseen

            show(Foreseen(None, sentence))

        self._look = Work(self._background, self)
        self._look.start(
            lambda _progress, _cancel: foresee(project, format, target, options),
            done=show,
            failed=fail,
            cancelled=nothing,
            kind="export",
        )

    def _forget(self) -> None:
        self._dialog = None
        self._stop_looking()

    def _stop_looking(self) -> None:
        if self._look is not None:
            self._look.drop()
            self._look = None

    # -- doing ----------------------------------------------------------------------------

    def _take(self, project: Project, dialog: ExportDialog, plan: ExportPlan) -> None:
        from gui.formats.export_choices import remember

        remember(project, self._settings, dialog.choices)
        self._start(project, plan)

    def _start(self, project: Project, plan: ExportPlan) -> None:
        again = partial(self._start, project, plan)
        if project is not self._project or not self._correcting.save_first(again):
            return
        from segmenter.formats.exporting import export

        def work(progress: Progress, cancel: CancelToken) -> ExportReport:
            return export(
                project, plan, progress=progress, finishing=self._tell_finishing, cancel=cancel
            )

        self._messages.clear()
        self._is_cancelled = False
        self._work = Work(self._background, self)
        self._work.progressed.connect(self._show_progress)
        self._show_progress(0, 0)
        self._progress.show()
        self._work.start(
            work,
            done=partial(self._finish, plan),
            failed=self._fail,
            cancelled=self._tell_cancelled,
            kind="export",
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Nothing of it is left."""
        if self._work is not None:
            self._work.cancel()
            self._is_cancelled = True
            self._progress.show_progress(self.tr("Cancelling …"))

    def _show_progress(self, done: int, total: int) -> None:
        if total and done == total:
            words = self._last_words
            done = total = 0
        elif total:
            words = self.tr("Exporting {0} of {1}").format(f"{done:,}", f"{total:,}")
        else:
            words = self.tr("Exporting …")
        self._progress.show_progress(words, done, total)

    def _tell_finishing(self, done: int, total: int) -> None:
        """On the pool thread."""
        if monotonic() - self._told >= _EVERY:
            self._told = monotonic()
            self._finishing.emit(done, total)

    def _show_finishing(self, done: int, total: int) -> None:
        if self._work is not None and not self._is_cancelled:
            self._progress.show_progress(self._last_words, done, total)

    def _end(self) -> None:
        self._work = None
        self._progress.hide()
        self.changed.emit()

    def _finish(self, plan: ExportPlan, report: ExportReport) -> None:
        self._end()
        self._tell(plan, report)

    def _tell(self, plan: ExportPlan, report: ExportReport) -> None:
        words = self.tr("Exported {0} as {1}.").format(
            counted(report.exported, "image"), plan.format.title
        )
        if report.skipped:
            words += " " + self.tr("{0} left out.").format(f"{len(report.skipped):,}")
        again = partial(self._tell, plan, report)
        details = (self.tr("Details…"), partial(self._show_details, words, report, again))
        self._messages.say(
            words,
            "warning" if report.skipped else "info",
            self.tr("Open folder"),
            partial(open_place, report.target),
            otherwise=details if report.skipped or report.notes else None,
        )

    def _fail(self, sentence: str) -> None:
        self._end()
        self._messages.say(sentence, "error")

    def _tell_cancelled(self) -> None:
        self._end()
        self._messages.say(self.tr("The export was cancelled; nothing was written."), fleeting=True)

    def _show_details(self, words: str, report: ExportReport, again: Callable[[], object]) -> None:
        """``again``: the message bar closed as they were asked for, and offers something else."""
        from gui.formats.details_dialog import DetailsDialog

        words = f"{words} {self.tr('It is in {0}.').format(shown(report.target))}"
        dialog = DetailsDialog(self.tr("Export"), words, report.skipped, report.notes, self._window)
        dialog.finished.connect(lambda _: again())
        show_dialog(self._window, dialog)


def _counted(project: Project) -> Counter[State]:
    """How many images there are in each state. Whoever asks waits for it, so what the dialog needs
    is imported here: 0.2 s that the window need not stand still for."""
    importlib.import_module("gui.formats.export_dialog")
    return Counter(each.state for each in project.images())


def open_place(target: Path) -> None:
    """Show the exported folder, or the one that a zip file lies in, as the system does."""
    place = target if target.is_dir() else target.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))
