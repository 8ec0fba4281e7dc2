"""Autosave: what is painted is on the disk within a second, without the window noticing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from time import monotonic

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from gui.canvas.content import Labels
from gui.editing.open_mask import OpenMask, Stored
from gui.jobs import Background, Jobs
from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.project import Project
from segmenter.project.state import ImageRecord

log = logging.getLogger(__name__)

SOONEST, LATEST = 0.08, 0.4
"""Seconds from a change to the beginning of its save: small masks soon, so that a pause of the
hand is enough; large ones less often, so that the disk isn't kept busy by one long stroke."""
REST = 4
"""A mask is saved for at most one part in so many of the time that is spent painting …"""
DONE_WITHIN = 0.6
"""… unless its saves take so long that this many seconds from the change to the disk would not
be kept."""
RETRY_MS = 5000
"""After a failure; a new stroke on the image tries at once."""
THREADS = 2


class Saving(StrEnum):
    """For the status bar."""

    SAVED = "saved"
    SAVING = "saving"
    FAILED = "failed"


class MaskSaver(QObject):
    """Keeps the project up to date with the masks it is told of.

    One save an image at a time, the newest state wins; images don't wait for each other. The
    labels are read on a pool thread while the person may go on painting: a save that such a
    stroke has torn is followed by another, since the version went up meanwhile.
    """

    saved = Signal(object)
    """An OpenMask, each time the project was brought up to it."""
    state_changed = Signal(object)
    """The name of an image whose state in the project has become another one."""
    status_changed = Signal(object)
    """Saving"""
    failed = Signal(str)
    """One sentence: saving has begun to fail. Not again before it has worked in between."""
    recovered = Signal()
    """Everything that had failed is saved now."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        # Threads of its own: a save waits neither for images being loaded nor the other way.
        self._pool = Background(Jobs(self), self, threads=THREADS)
        self._dirty: dict[OpenMask, float] = {}
        """What is to be saved, and since when it differs from the disk."""
        self._writing: dict[OpenMask, float] = {}
        """What is being saved, and since when."""
        self._failing: dict[OpenMask, str] = {}
        """What could not be saved, and why. Not dirty until it is tried again."""
        self._held: set[str] = set()
        self._status = Saving.SAVED
        self._is_counted = False
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._save_what_is_due)
        self._retry = QTimer(self, interval=RETRY_MS)
        self._retry.timeout.connect(self.retry)

    @property
    def status(self) -> Saving:
        return self._status

    @property
    def unsaved(self) -> list[OpenMask]:
        """In the order in which they were changed."""
        return list(dict.fromkeys((*self._failing, *self._writing, *self._dirty)))

    @property
    def troubles(self) -> dict[str, str]:
        """Name of each image whose mask could not be saved, and why."""
        return {opened.name: why for opened, why in self._failing.items()}

    @property
    def left_over(self) -> list[OpenMask]:
        """What could not be saved because its image is in the folder no more."""
        return [opened for opened in self._failing if not _has_image(opened)]

    # -- asking for saves -----------------------------------------------------------------

    def note(self, opened: OpenMask) -> None:
        """The mask may differ from what is saved; to be told of every change of it."""
        if opened in self._dirty:
            # A timer may be late while events pour in.
            if monotonic() >= self._dirty[opened] + LATEST:
                self._save_what_is_due()
            return
        if not opened.is_dirty:
            return
        self._dirty[opened] = monotonic()
        self._tell()
        self._wait()

    def hurry(self, opened: OpenMask) -> None:
        """Save it now."""
        if opened.is_dirty and self._may_save(opened):
            self._save(opened)

    def retry(self) -> None:
        """Try again what could not be saved."""
        for opened in [each for each in self._failing if self._may_save(each)]:
            self._save(opened)

    def hold(self, name: str) -> None:
        """Something else is changing what the project holds of this image: save nothing of it
        until :meth:`release`."""
        self._held.add(name)

    def release(self, name: str) -> None:
        self._held.discard(name)
        self._wait()

    def save_all(self, seconds: float) -> bool:
        """Save everything now and wait for it; the window is painted meanwhile but takes no
        input. False where something failed, or is not done in time."""
        for opened in self.unsaved:
            self.hurry(opened)
        loop = QEventLoop()
        self.status_changed.connect(loop.quit)
        timer = QTimer(singleShot=True)
        timer.timeout.connect(loop.quit)
        timer.start(round(seconds * 1000))
        while (self._dirty or self._writing) and timer.isActive():
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self.status_changed.disconnect(loop.quit)
        return not self.unsaved

    def give_up(self, masks: Iterable[OpenMask] | None = None) -> None:
        """Save nothing of these, or of all that is unsaved, any more."""
        for opened in self.unsaved if masks is None else list(masks):
            opened.note_stored(opened.wanted, opened.mask.version)
            self._done_with(opened)
        self._tell()

    def close(self) -> bool:
        """After :meth:`save_all` or :meth:`give_up`: end the threads."""
        self._due.stop()
        self._retry.stop()
        return self._pool.close()

    # -- inside ---------------------------------------------------------------------------

    def _wait(self) -> None:
        """Until the next save is due."""
        waiting = [self._time_of(each) for each in self._dirty if self._may_save(each)]
        if waiting:
            self._due.start(max(0, round((min(waiting) - monotonic()) * 1000)))

    def _may_save(self, opened: OpenMask) -> bool:
        return opened not in self._writing and opened.name not in self._held

    def _time_of(self, opened: OpenMask) -> float:
        seconds = opened.seconds_to_save
        pause = LATEST if opened in self._failing else min(REST * seconds, DONE_WITHIN - seconds)
        return self._dirty[opened] + min(max(pause, SOONEST), LATEST)

    def _save_what_is_due(self) -> None:
        now = monotonic()
        for opened in list(self._dirty):
            if self._may_save(opened) and self._time_of(opened) <= now:
                self._save(opened)
        self._wait()

    def _save(self, opened: OpenMask) -> None:
        self._dirty.pop(opened, None)
        if not opened.is_dirty:  # it was all taken back
            self._done_with(opened)
            self._tell()
            return
        self._writing[opened] = monotonic()
        wanted, version = opened.wanted, opened.mask.version
        opened.stored = None  # not known until the write has ended
        self._pool.run(
            partial(write, opened.project, opened.name, opened.mask.labels, wanted),
            partial(self._succeed, opened, wanted, version),
            partial(self._fail, opened),
            kind="save",
        )
        self._tell()

    def _succeed(
        self, opened: OpenMask, stored: Stored, version: int, changed: tuple[bool, ImageRecord]
    ) -> None:
        opened.seconds_to_save = monotonic() - self._writing.pop(opened)
        opened.note_stored(stored, version)
        had_failed = self._failing.pop(opened, None) is not None
        if not opened.is_dirty:
            self._done_with(opened)
        elif opened not in self._dirty:
            self._dirty[opened] = monotonic()
        self._wait()
        if changed[0]:
            self.state_changed.emit(opened.name)
        self.saved.emit(opened)
        if had_failed and not self._failing:
            self.recovered.emit()
        self._tell()

    def _fail(self, opened: OpenMask, sentence: str) -> None:
        self._writing.pop(opened, None)
        if not opened.is_dirty:  # given up meanwhile
            self._tell()
            return
        is_first = not self._failing
        self._failing[opened] = sentence
        log.warning("mask of %r: %s", opened.name, sentence)
        self._retry.start()
        self._wait()
        self._tell()
        if is_first:
            self.failed.emit(sentence)

    def _done_with(self, opened: OpenMask) -> None:
        self._dirty.pop(opened, None)
        self._failing.pop(opened, None)

    def _tell(self) -> None:
        is_busy = bool(self._dirty or self._writing)
        if is_busy and not self._is_counted:
            self._jobs.begin("save")
        elif self._is_counted and not is_busy:
            self._jobs.end("save")
        self._is_counted = is_busy
        status = Saving.SAVING if is_busy else Saving.SAVED
        if self._failing:
            status = Saving.FAILED
        else:
            self._retry.stop()
        self._status = status
        self.status_changed.emit(status)


def _has_image(opened: OpenMask) -> bool:
    try:
        opened.project.image(opened.name)
    except MaskwrightError:
        return False
    return True


def write(
    project: Project, name: str, labels: Labels, wanted: Stored, _: CancelToken
) -> tuple[bool, ImageRecord]:
    """Bring the project up to ``wanted``; on a pool thread. Whether the image's state is another
    one now, and its record.

    Raises:
        MaskwrightError: it could not be saved, and why.
    """
    try:
        before = project.image(name).state
        if wanted.has_mask:
            record = project.save_mask(name, labels, approved=wanted.is_approved)
        else:
            record = project.remove_mask(name, approved=wanted.is_approved)
    except MaskwrightError:
        raise
    except Exception as error:
        # It is told and tried again like any other trouble: the stroke is worth more than the
        # dialog about a bug.
        log.exception("saving the mask of %r", name)
        raise MaskwrightError(f"The mask of {name} could not be saved ({error}).") from error
    return record.state is not before, record
