"""Merging classes in every mask and every prediction of a project, and taking that back.

Of each file that a merge changes, the labels it gives up are kept first, as a label map of
its own: the source's id where a pixel was a source, 255 elsewhere. That compresses to a few kB.
To undo, a pixel goes back if it was a source *and is still the target*; what people painted since
stays. Both ways can be repeated without harm, so that whoever finds one cut short by a kill goes
on where it stopped; see :mod:`merge_journal`.

Where neither way can be gone, on a disk that is full or gone, no labels may be saved until
:meth:`ClassMerges.settle` has worked: some files have the sources still, and some don't.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.atomic import make_durable
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.project.class_table import ClassTable
from segmenter.project.class_usage import ClassUsage, count_usage
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.database import Database
from segmenter.project.file_locks import FileLocks
from segmenter.project.label_files import LabelFile, for_each, label_files
from segmenter.project.label_png import read_label_png, write_label_png
from segmenter.project.location import check_here
from segmenter.project.merge_journal import Merge, MergeJournal, Phase
from segmenter.project.stored_files import MASKS

_FOLDER = "merges"
"""Of the project's data folder: what is kept to undo merges, one folder each."""

_TO_TAKE_BACK = "to take back"
"""In there, an empty file: the merge is not wanted any more, whatever the journal says."""

Change = Callable[[LabelFile, NDArray[np.uint8]], NDArray[np.uint8] | None]
"""What becomes of a file's labels; None: they stay as they are."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MergeResult:
    """What a merge, or undoing one, has changed."""

    sources: tuple[int, ...]
    target: int
    """255 where the sources were made unlabelled."""
    masks: tuple[str, ...] = ()
    """Stored names of the images whose masks are different now."""
    predictions: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    """Stored names of the images whose masks can't be read; they are as they were."""


class ClassMerges:
    """The merges of one open project. One at a time, the next one waits; other threads may save
    meanwhile."""

    def __init__(
        self,
        data_folder: Path,
        classes: ClassTable,
        database: Database,
        locks: FileLocks,
        check_writable: Callable[[], None],
    ) -> None:
        """For the project.

        ``locks``: whoever saves labels holds the file's lock, and passes them through
        :meth:`ClassTable.current` while he does. ``check_writable`` raises where the project
        may not be changed.
        """
        self._data_folder = data_folder
        self._classes = classes
        self._locks = locks
        self._check_writable = check_writable
        self._journal = MergeJournal(database, classes)
        self._one_at_a_time = threading.Lock()
        self._unfinished = ""

    @property
    def last(self) -> Merge | None:
        """The merge that :meth:`undo` would take back."""
        done = [merge for merge in self._journal.all() if merge.phase is Phase.MERGED]
        return done[-1] if done else None

    @property
    def unfinished(self) -> str:
        """Why no mask and no prediction can be saved before :meth:`settle` has worked; empty
        where they can."""
        return self._unfinished

    def usage(
        self, *, progress: Progress | None = None, cancel: CancelToken | None = None
    ) -> ClassUsage:
        """How much holds which class, for a preview; reads every mask and prediction.

        Raises:
            MaskwrightError: the data folder is gone, which is no reason to call classes unused.
            Cancelled: ``cancel`` was set.
        """
        check_here(self._data_folder)
        return count_usage(self._data_folder, progress, cancel)

    def merge(
        self,
        sources: Collection[int],
        target: int,
        *,
        progress: Progress | None = None,
        cancel: CancelToken | None = None,
    ) -> MergeResult:
        """Make every pixel of ``sources`` one of ``target`` (a class, or 255: unlabelled), in
        all masks and predictions, and take the sources from the list of classes.

        Raises:
            MaskwrightError: there is no such class, or a file can't be written, and why; all is
                as it was then. Where the disk is too full even for that, see :attr:`unfinished`;
                the rest follows when the folder is opened the next time.
            Cancelled: ``cancel`` was set, and all is as it was.
        """
        with self._turn():
            ids = self._checked(sources, target)
            with self._locks.none_held():
                merge = self._journal.begin(ids, target)
            try:
                result = self._apply(merge, progress, cancel)
                self._journal.finish(merge)
            except (Cancelled, MaskwrightError):
                self._take_back(merge, progress)
                raise
            return result

    def undo(self, *, progress: Progress | None = None) -> MergeResult:
        """Take the last merge back: its sources are classes again, and have the pixels that
        were theirs and that nobody has changed since. Can't be cancelled.

        Raises:
            MaskwrightError: there is none, or a file can't be written, and why; the rest
                follows with :meth:`settle`, or when the folder is opened the next time.
        """
        with self._turn():
            merge = self.last
            if merge is None:
                raise MaskwrightError("There is no merge of classes to take back.")
            return self._take_back(merge, progress)

    def settle(self, *, progress: Progress | None = None) -> str:
        """Try again what failed half way: a merge that could not even be taken back, or undoing
        one. Any mask and any prediction may be another one afterwards. Can't be cancelled.
        Returns a sentence about it.

        Raises:
            MaskwrightError: a file still can't be written, and why; see :attr:`unfinished`.
        """
        self._check_writable()
        with self._one_at_a_time, self._noting_unfinished():
            end = self._settle(progress)
            self._unfinished = ""
        return f"The merge of classes has been {end}." if end else ""

    def check_may_save(self) -> None:
        """
        Raises:
            MaskwrightError: labels can't be saved now, and why; see :attr:`unfinished`.
        """
        self._check_writable()
        if self._unfinished:
            raise MaskwrightError(self._unfinished)

    def resume(self) -> str:
        """Bring a merge to its end that was cut short by a kill, and forget those that are done.
        Returns a sentence about it; empty where there is nothing to say.

        Raises:
            MaskwrightError: a file can't be written, and why.
        """
        with self._noting_unfinished():
            end = self._settle(None)
        self.forget_all()
        if not end:
            return ""
        return f"A merge of classes was cut short the last time, and has been {end}."

    def forget_all(self) -> None:
        """None of the merges that are done can be taken back any more."""
        for merge in self._journal.all():
            if merge.phase is Phase.MERGED:
                self._journal.forget(merge)
                self._drop_folder(merge)
        if not self._journal.all():
            shutil.rmtree(self._data_folder / _FOLDER, ignore_errors=True)

    # -- inside ---------------------------------------------------------------------------

    def _checked(self, sources: Collection[int], target: int) -> tuple[int, ...]:
        ids = tuple(sorted(set(sources)))
        for id in (*ids, *((target,) if target != UNLABELLED else ())):
            self._classes.get(id)
        if not ids or target in ids:
            raise MaskwrightError("Choose classes to merge, and another one to merge them into.")
        return ids

    def _half_done(self) -> list[Merge]:
        return [merge for merge in self._journal.all() if merge.phase is not Phase.MERGED]

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """To begin something new, with nothing else half done."""
        with self._one_at_a_time:
            self.check_may_save()
            check_here(self._data_folder)
            with self._noting_unfinished():
                yield

    @contextmanager
    def _noting_unfinished(self) -> Iterator[None]:
        """Where the block raises and leaves a merge half done, nothing may be saved any more."""
        try:
            yield
        except Exception as error:
            if self._half_done():
                self._unfinished = (
                    "A merge of classes is half done; masks can't be changed before it is "
                    f"finished or taken back. {error}"
                )
            raise

    def _settle(self, progress: Progress | None) -> str:
        """Finish what was cut short, by a kill or a full disk. What has been done with it, as
        the end of a sentence; empty where there was nothing to do."""
        end = ""
        for merge in self._half_done():
            if self._is_to_take_back(merge):
                self._take_back(merge, progress)
                end = end or "taken back"
            else:
                self._apply(merge, progress, None)
                self._journal.finish(merge)
                end = "brought to its end"
        return end

    def _is_to_take_back(self, merge: Merge) -> bool:
        """A disk that has no room for the journal still has for the name of an empty file."""
        return merge.phase is Phase.UNDOING or (self._folder_of(merge) / _TO_TAKE_BACK).exists()

    def _apply(
        self, merge: Merge, progress: Progress | None, cancel: CancelToken | None
    ) -> MergeResult:
        classes = [each for each in self._classes.all() if each.id not in merge.sources]
        kept = self._folder_of(merge)
        only_sources = np.full(256, UNLABELLED, np.uint8)
        only_sources[list(merge.sources)] = merge.sources
        becomes = np.arange(256, dtype=np.uint8)
        becomes[list(merge.sources)] = merge.target

        def change(file: LabelFile, labels: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
            given_up = np.asarray(cv2.LUT(labels, only_sources), np.uint8)
            if given_up.min() == UNLABELLED:
                return None
            # Whoever finds a merge cut short goes on with it: nothing of this is needed then.
            write_label_png(file.path(kept), given_up, (), durable=False)
            return np.asarray(cv2.LUT(labels, becomes), np.uint8)

        rewrite = self._rewriting(change, classes)

        def merge_one(file: LabelFile) -> bool | None:
            try:
                return rewrite(file)
            except MaskwrightError:
                # It is as it was: room on a full disk for changing the others back.
                _remove(file.path(kept))
                raise

        files = label_files(self._data_folder)
        return _result(merge, for_each(files, merge_one, progress=progress, cancel=cancel))

    def _take_back(self, merge: Merge, progress: Progress | None) -> MergeResult:
        kept = self._folder_of(merge)
        if merge.phase is not Phase.UNDOING:
            # Whoever finds undoing cut short needs it all.
            make_durable(file.path(kept) for file in label_files(kept))
            _touch(kept / _TO_TAKE_BACK)
            with self._locks.none_held():
                merge = self._journal.begin_undo(merge)

        def change(file: LabelFile, labels: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
            try:
                given_up = read_label_png(file.path(kept))
            except MaskwrightError as error:  # a power cut came before it was on the disk
                _log.warning("While undoing a merge of classes: %s", error)
                return None
            if given_up.shape != labels.shape:
                return None  # the image was replaced by one of another size
            goes_back = (given_up != UNLABELLED) & (labels == merge.target)
            if not goes_back.any():
                return None
            changed = labels.copy()
            np.copyto(changed, given_up, where=goes_back)
            return changed

        rewrite = self._rewriting(change, self._classes.all())

        def take_back_one(file: LabelFile) -> bool | None:
            is_different = rewrite(file)
            _remove(file.path(kept))
            return is_different

        result = _result(merge, for_each(label_files(kept), take_back_one, progress=progress))
        self._journal.forget(merge)
        self._drop_folder(merge)
        return result

    def _rewriting(
        self, change: Change, classes: Sequence[LabelClass]
    ) -> Callable[[LabelFile], bool | None]:
        """Writes what ``change`` makes of a file's labels. Tells whether the file is different
        now; None where it can't be read."""

        def rewrite(file: LabelFile) -> bool | None:
            path = file.path(self._data_folder)
            with self._locks.hold(path):
                if not path.exists():
                    return False
                try:
                    labels = read_label_png(path)
                except MaskwrightError as error:
                    _log.warning("While merging classes: %s", error)
                    return None
                after = change(file, labels)
                if after is None:
                    return False
                write_label_png(path, after, classes, durable=file.kind == MASKS)
                return True

        return rewrite

    def _folder_of(self, merge: Merge) -> Path:
        return self._data_folder / _FOLDER / str(merge.id)

    def _drop_folder(self, merge: Merge) -> None:
        shutil.rmtree(self._folder_of(merge), ignore_errors=True)


def _touch(path: Path) -> None:
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _result(merge: Merge, done: Iterable[tuple[LabelFile, bool | None]]) -> MergeResult:
    files = list(done)
    return MergeResult(
        merge.sources,
        merge.target,
        masks=tuple(f.stored for f, changed in files if changed and f.kind == MASKS),
        predictions=tuple(f.stored for f, changed in files if changed and f.kind != MASKS),
        damaged=tuple(f.stored for f, changed in files if changed is None and f.kind == MASKS),
    )
