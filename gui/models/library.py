"""The models of the window: listed, renamed, copied and deleted, all of it off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from gui.jobs import Background
from gui.model_store import imported_folder
from gui.models import file_work
from gui.models.entries import ModelEntry, model_entries
from gui.work import Work, nothing
from segmenter.cancel import CancelToken, Progress
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model_header, rewrite_card

T = TypeVar("T")
_LIST_AFTER_MS = 250
"""A model that is being written changes its folder several times."""


class ModelLibrary(QObject):
    """One piece of work on a file at a time; asked for meanwhile, it waits its turn."""

    listed = Signal(object)
    """Every :class:`ModelEntry`, also after anything has changed."""
    working = Signal(str)
    """What is being done now, as a sentence."""
    progressed = Signal(int, int)
    """Bytes done and in all, of what is being done."""
    rested = Signal()
    """Nothing is being done any more."""
    renamed = Signal(str, str)
    """A model has another title: its name, and the title."""
    imported = Signal(str)
    exported = Signal(object)
    """The path of the copy."""
    deleted = Signal(object, object)
    """The ModelEntry that is gone, and the file that :meth:`bring_back` takes."""
    brought_back = Signal(str)
    """A model is there after all: it was deleted, or was to be."""
    failed = Signal(str)
    """One sentence."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._models_folder: Path | None = None
        self._also = ""
        self._listing: CancelToken | None = None
        self._work: Work | None = None
        """What is being done now; there until that has ended, cancelled or not."""
        self._waiting: list[Callable[[], None]] = []
        self._set_aside: list[Path] = []
        self._list_soon = QTimer(self, singleShot=True, interval=_LIST_AFTER_MS)
        self._list_soon.timeout.connect(self._list_again)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _path: self._list_soon.start())

    @property
    def is_working(self) -> bool:
        return self._work is not None

    def set_models_folder(self, folder: Path | None) -> None:
        """The open project's own models; None: no folder is open."""
        self._models_folder = folder

    def list_models(self, also: str = "") -> None:
        """``listed`` follows, and again whenever files come or go, until :meth:`tidy`. ``also``: a
        model that is to be among them wherever its file lies, from now on."""
        self._also = also or self._also
        if self._listing is not None:
            self._listing.cancel()
        watched = set(self._watcher.directories())
        for each in self._folders:
            if each.is_dir() and str(each) not in watched:
                self._watcher.addPath(str(each))
        folder, also = self._models_folder, self._also
        self._listing = self._background.run(
            lambda _: model_entries(folder, (also,)),
            self._tell_listed,
            self.failed.emit,
            kind="models",
        )

    def rename(self, entry: ModelEntry, title: str) -> None:
        """Write another title into the model's card."""
        self._change_card(entry, self.tr("Renaming …"), lambda card: replace(card, name=title))

    def set_note(self, entry: ModelEntry, note: str) -> None:
        self._change_card(
            entry, self.tr("Saving the note …"), lambda card: replace(card, note=note)
        )

    def import_file(self, source: Path) -> None:
        """Copy a model file to the others; ``imported`` tells its name."""
        self._do(
            self.tr("Checking {0} …").format(source.name),
            partial(file_work.import_model, source),
            lambda copy: self.imported.emit(str(copy)),
            take_back=lambda copy: file_work.delete_for_good([copy]),
        )

    def export(self, entry: ModelEntry, target: Path) -> None:
        assert entry.path is not None
        self._do(
            self.tr("Copying {0} …").format(entry.title),
            partial(file_work.export_model, entry.path, target),
            self.exported.emit,
        )

    def delete(self, entry: ModelEntry) -> None:
        """Gone from the list at once, and from the disk with :meth:`close`."""
        path = entry.path
        assert path is not None

        def done(aside: Path) -> None:
            self._set_aside.append(aside)
            if self._also == entry.name:
                self._also = ""  # else it would be listed as a file that is missing
            self.deleted.emit(entry, aside)

        def work(_: Progress, cancel: CancelToken) -> Path:
            cancel.check()  # it may have waited long for its thread
            return file_work.set_aside(path)

        self._do(
            self.tr("Deleting {0} …").format(entry.title),
            work,
            done,
            take_back=lambda aside: file_work.bring_back(aside, path),
            undone=lambda: self.brought_back.emit(entry.name),
        )

    def bring_back(self, entry: ModelEntry, aside: Path) -> None:
        """Undo :meth:`delete`."""
        path = entry.path
        assert path is not None

        def done(_: None) -> None:
            self._set_aside.remove(aside)
            self._also = self._also or entry.name
            self.brought_back.emit(entry.name)

        self._do(
            self.tr("Bringing {0} back …").format(entry.title),
            lambda _progress, _cancel: file_work.bring_back(aside, path),
            done,
        )

    def cancel(self) -> None:
        """What is being done; what waits is done all the same, once that has ended."""
        if self._work is not None and not self._work.is_cancelled:
            self._work.cancel()
            self.working.emit(self.tr("Cancelling …"))

    def tidy(self) -> None:
        """Nobody looks any more: what was deleted goes for good."""
        self._list_soon.stop()
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        files, self._set_aside = self._set_aside, []
        folders = self._folders

        def work(_: object) -> None:
            file_work.delete_for_good(files)
            for folder in folders:
                file_work.forget_old(folder)

        self._background.run(work, nothing, nothing, kind="models")

    # -- inside ---------------------------------------------------------------------------

    @property
    def _folders(self) -> list[Path]:
        own = [self._models_folder] if self._models_folder is not None else []
        return [*own, imported_folder()]

    def _change_card(
        self, entry: ModelEntry, words: str, change: Callable[[ModelCard], ModelCard]
    ) -> None:
        path = entry.path
        assert path is not None

        def work(progress: Progress, cancel: CancelToken) -> str:
            # The card as it is on the disk now, not as it was when somebody looked.
            card = change(read_model_header(path)[1])
            rewrite_card(path, card, progress=progress, cancel=cancel)
            return card.name or path.stem

        self._do(words, work, lambda title: self.renamed.emit(entry.name, title))

    def _do(
        self,
        words: str,
        work: Callable[[Progress, CancelToken], T],
        done: Callable[[T], object],
        *,
        take_back: Callable[[T], object] | None = None,
        undone: Callable[[], object] = lambda: None,
    ) -> None:
        """``take_back``: makes up on a pool thread for what was finished when it was cancelled;
        without it, what is finished counts as done. ``undone``: all is as it was."""
        if self.is_working:
            later = partial(self._do, words, work, done, take_back=take_back, undone=undone)
            self._waiting.append(later)
            return

        def take(result: T) -> None:
            if begun.is_cancelled and take_back is not None:
                self._background.run(
                    lambda _: take_back(result),
                    lambda _: self._end(then=undone),
                    tell_failed,
                    kind="models",
                )
            else:
                self._end(then=lambda: done(result))

        def fail(sentence: str) -> None:
            if begun.is_cancelled:
                self._end(then=undone)
            else:
                undone()
                tell_failed(sentence)

        def tell_failed(sentence: str) -> None:
            self._end(then=lambda: self.failed.emit(sentence))

        begun = self._work = Work(self._background, self)
        begun.progressed.connect(self._tell_progress)
        begun.start(
            work,
            done=take,
            failed=fail,
            cancelled=partial(self._end, then=undone),
            kind="models",
        )
        self.working.emit(words)

    def _end(self, then: Callable[[], object] = lambda: None) -> None:
        self._work = None
        then()
        if self._waiting:
            self._waiting.pop(0)()
        else:
            self.rested.emit()
            self.list_models()

    def _list_again(self) -> None:
        self.list_models()

    def _tell_progress(self, done: int, total: int) -> None:
        if self._work is not None and not self._work.is_cancelled:
            self.progressed.emit(done, total)

    def _tell_listed(self, entries: list[ModelEntry]) -> None:
        self._listing = None
        self.listed.emit(entries)
