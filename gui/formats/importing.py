"""Import from the menu: opens the dialog, reads what a person names, and brings it in once they
have seen what that does."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.dialogs import show_dialog
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.settings import Settings
from gui.work import Work, nothing
from segmenter.cancel import CancelToken, Progress
from segmenter.wording import counted

if TYPE_CHECKING:
    from gui.correcting import Correcting
    from gui.formats.import_dialog import ImportDialog
    from gui.formats.import_words import Choice
    from gui.formats.reading import Opened, Wanted
    from segmenter.formats.import_undo import ImportUndo, TakenBack
    from segmenter.formats.importing import ImportReport
    from segmenter.project.project import Project

_PLACE = "import.place"


class Importing(QObject):
    """One dialog at most. It is modal: nobody paints while masks are written."""

    classes_changed = Signal()
    """The project may have other classes now."""

    def __init__(
        self,
        correcting: Correcting,
        background: Background,
        messages: MessageBar,
        settings: Settings,
        *,
        reload: Callable[[list[str], Callable[[], None]], None],
        window: QWidget,
        parent: QObject,
    ) -> None:
        """``reload`` reads the labels of these images and of the shown one again, and then calls
        what it is given: nobody may paint before."""
        super().__init__(parent)
        self._correcting = correcting
        self._background = background
        self._messages = messages
        self._settings = settings
        self._reload = reload
        self._window = window
        self._project: Project | None = None
        self._dialog: ImportDialog | None = None
        self._is_opening = False
        self._opened: Opened | None = None
        self._work: Work | None = None
        """Reading or importing."""

    def set_project(self, project: Project | None) -> None:
        """Import into this project from now on."""
        dialog = self._dialog
        if dialog is not None:
            self._forget()
            dialog.end()
        self._project = project

    # -- asking ---------------------------------------------------------------------------

    def open(self, path: Path | None = None) -> None:
        """The dialog, once what was painted is saved; with ``path`` that is read at once."""
        project = self._project
        if project is None or self._dialog is not None or self._is_opening:
            return
        if not self._correcting.save_first(partial(self.open, path)):
            return
        # What the dialog needs takes 0.2 s to import, which the window need not stand still for.
        self._is_opening = True
        self._background.run(
            lambda _: importlib.import_module("gui.formats.import_dialog"),
            lambda _: self._show(project, path),
            self._fail_to_open,
            kind="import",
        )

    def _fail_to_open(self, sentence: str) -> None:
        self._is_opening = False
        self._messages.say(sentence, "error")

    def _show(self, project: Project, path: Path | None) -> None:
        from gui.formats.import_dialog import ImportDialog
        from segmenter.formats.registry import FORMATS

        self._is_opening = False
        if project is not self._project:
            return
        formats = [each for each in FORMATS if each.reader is not None]
        place = self._settings.choice(_PLACE, "") or str(project.folder.parent)
        dialog = self._dialog = ImportDialog(project.folder, formats, place, self._window)
        dialog.source_wanted.connect(self._read)
        dialog.import_wanted.connect(self._import)
        dialog.cancel_wanted.connect(self._cancel)
        dialog.finished.connect(self._forget)
        show_dialog(self._window, dialog)
        if path is not None:
            dialog.set_path(path)

    def _read(self, wanted: Wanted | None) -> None:
        from gui.formats.reading import Opened, read

        project, dialog = self._project, self._dialog
        self._let_go()
        if project is None or dialog is None or wanted is None:
            return

        def look(progress: Progress, cancel: CancelToken) -> Opened:
            return read(project, wanted, progress, cancel)

        def show(opened: Opened) -> None:
            self._work = None
            self._opened = opened
            dialog.show_opened(opened, project.classes)

        def fail(sentence: str) -> None:
            self._work = None
            dialog.show_trouble(sentence)

        self._work = Work(self._background, self)
        self._work.progressed.connect(dialog.show_reading)
        self._work.start(
            look, done=show, failed=fail, cancelled=nothing, discard=Opened.close, kind="import"
        )

    def _let_go(self) -> None:
        """Of what is being read, or was."""
        if self._work is not None:
            self._work.drop()
            self._work = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _forget(self) -> None:
        """The dialog is closed."""
        if self._dialog is not None:
            self._settings.set_choice(_PLACE, self._dialog.place)
            self._dialog = None
        self._let_go()

    # -- doing ----------------------------------------------------------------------------

    def _import(self, choice: Choice) -> None:
        project, dialog, opened = self._project, self._dialog, self._opened
        if project is None or dialog is None or opened is None:
            return
        if not self._correcting.save_first(partial(self._import, choice)):
            return
        plan, conflicts = choice.decided, choice.conflicts
        names = [each.name for each in plan.matches]
        kept: list[ImportUndo] = []

        def work(progress: Progress, cancel: CancelToken) -> ImportReport:
            from segmenter.formats.import_undo import ImportUndo

            undo = ImportUndo(project, names, progress, cancel)
            kept.append(undo)
            try:
                return opened.source.apply(
                    project, plan, conflicts, progress=progress, cancel=cancel
                )
            finally:
                undo.note_end()

        def follow(words: str, kind: str, report: ImportReport | None = None) -> None:
            undo = kept[0] if kept and kept[0].names else None

            def end() -> None:
                dialog.end()
                self._tell(words, kind, project, undo, report)

            self._follow(undo.names if undo is not None else (), end)

        def done(report: ImportReport) -> None:
            from gui.formats.import_words import report_words

            source = opened.wanted.path
            words = report_words(source.name or str(source), choice, report)
            follow(words, "warning" if report.skipped else "info", report)

        cancelled = self.tr(
            "The import was cancelled; the masks that were imported until then stay."
        )
        dialog.begin()
        self._work = Work(self._background, self)
        self._work.progressed.connect(dialog.show_progress)
        self._work.start(
            work,
            done=done,
            failed=lambda sentence: follow(sentence, "error"),
            cancelled=lambda: follow(cancelled, "info"),
            kind="import",
        )

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _follow(self, names: Collection[str], then: Callable[[], None]) -> None:
        """Masks of these images are others on the disk: so is all that was read from them, before
        anybody paints."""
        self._work = None
        self._correcting.forget_masks(names)
        self.classes_changed.emit()
        self._reload(list(names), then)

    def _tell(
        self,
        words: str,
        kind: str,
        project: Project,
        undo: ImportUndo | None,
        report: ImportReport | None,
    ) -> None:
        """What happened, with the way back."""
        details = None
        if report is not None and report.skipped:
            again = partial(self._tell, words, kind, project, undo, report)
            details = self.tr("Details…"), partial(self._show_details, words, report, again)
        self._messages.say(
            words,
            kind,
            self.tr("Undo") if undo is not None else "",
            partial(self._take_back, project, undo) if undo is not None else None,
            otherwise=details,
        )

    def _show_details(self, words: str, report: ImportReport, again: Callable[[], object]) -> None:
        """``again``: the message bar closed as they were asked for, and offers something else."""
        from gui.formats.details_dialog import DetailsDialog

        dialog = DetailsDialog(self.tr("Import"), words, report.skipped, (), self._window)
        dialog.finished.connect(lambda _: again())
        show_dialog(self._window, dialog)

    # -- and back -------------------------------------------------------------------------

    def _take_back(self, project: Project, undo: ImportUndo) -> None:
        if project is not self._project:
            return
        if not self._correcting.save_first(partial(self._take_back, project, undo)):
            return
        from gui.class_dialogs.wait_dialog import WaitDialog

        words = self.tr("Taking the import back …")
        dialog = WaitDialog(words, self._window, can_cancel=False)
        dialog.setWindowTitle(self.tr("Import"))

        def tell(said: str, kind: str = "info") -> None:
            def end() -> None:
                dialog.end()
                self._messages.say(said, kind)

            self._follow(undo.names, end)

        def done(taken: TakenBack) -> None:
            said = self.tr("Took the import back: {0} changed.").format(
                counted(len(taken.names), "image")
            )
            if taken.left:
                said += " " + self.tr("{0} you have worked on since stayed.").format(
                    f"{len(taken.left):,}"
                )
            tell(said)

        self._work = Work(self._background, self)
        self._work.progressed.connect(partial(dialog.show_progress, words))
        self._work.start(
            lambda progress, _: undo.take_back(progress),
            done=done,
            failed=lambda sentence: tell(sentence, "error"),
            cancelled=nothing,
            kind="import",
        )
        show_dialog(self._window, dialog)
