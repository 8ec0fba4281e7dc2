"""Which masks are being corrected: those on the canvas or not saved yet, and the histories of the
rest."""

from __future__ import annotations

import hashlib
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gui.canvas.content import CanvasContent, LabelKind, Labels
from gui.editing.open_mask import OpenMask, Start, Stored
from gui.jobs import Background
from segmenter.cancel import CancelToken
from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.history import History, HistoryBudget
from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED
from segmenter.project.project import Project
from segmenter.project.state import State


@dataclass(frozen=True)
class _Resting:
    """The history of an image that was left and saved; its labels are the loader's to drop."""

    history: History
    start: Start
    approved_at: object
    labels: weakref.ref[Labels]
    """The very array it belongs to, while that is still in memory."""
    digest: bytes
    """Of those labels."""
    has_new_prediction: bool


class OpenMasks:
    """Of one project. A mask is found again here however often its image was left, and none is
    let go before it is saved.

    Everything is called on the GUI thread; whole label maps are looked at on the pool alone.
    """

    def __init__(self, project: Project, background: Background, budget: HistoryBudget) -> None:
        self.project = project
        self._background = background
        self._budget = budget
        self._open: dict[str, OpenMask] = {}
        self._resting: dict[str, _Resting] = {}
        self._times_let_go: Counter[str] = Counter()
        self._times_forgotten = 0
        self._shown = ""

    def get(self, name: str) -> OpenMask | None:
        """The live mask of an image that is shown or not saved yet."""
        return self._open.get(name)

    def reading_mark(self, name: str) -> object:
        """To be taken before the mask of an image is read from the disk, off the GUI thread. If
        it is another one afterwards, somebody has painted and saved meanwhile: what was read may
        be older than that, and has to be read again."""
        return self._times_forgotten, self._times_let_go[name]

    # -- coming to an image ---------------------------------------------------------------

    def show(
        self, name: str, content: CanvasContent, late: Callable[[OpenMask], None]
    ) -> OpenMask | None:
        """This image is on the canvas now. Its live mask, put into ``content`` whatever was read
        from the disk; None where nothing was painted on it yet.

        Where there is a history and it takes a look at all of the labels to tell whether it
        belongs to them, ``late`` is called with the mask once that is known.
        """
        self._shown = name
        opened = self._open.get(name)
        if opened is not None:
            if _belongs_to(opened, content):
                opened.has_new_prediction = opened.has_new_prediction and opened.is_mask
                opened.put_into(content)
                return opened
            # What is unsaved of it the saver still holds.
            self._let_go(opened)
            opened.drop_history()
            return None
        resting = self._resting.get(name)
        if resting is None:
            return None
        if _kind_of(content) != _kind_left(resting):
            self._forget(name)
            return None
        labels = content.labels
        if labels is None or resting.labels() is labels:
            return self._wake_in(content, name)
        self._background.run(
            partial(digest_of, labels),
            lambda digest: self._compared(name, content, resting, digest, late),
            lambda _: None,
            kind="history",
        )
        return None

    def open(self, name: str, content: CanvasContent) -> OpenMask:
        """Begin to correct what is shown. The labels are edited in place; where there are none,
        all of it is unlabelled."""
        self._forget(name)
        start = Start(
            has_labels=content.labels is not None,
            has_mask=content.labels is not None and content.kind is LabelKind.MASK,
        )
        opened = self._opened(name, _labels_of(content), start, History(self._budget))
        opened.put_into(content)
        return opened

    def open_unseen(self, name: str, labels: Labels, digest: bytes) -> OpenMask:
        """The live mask of an image that isn't shown; ``labels`` and their ``digest`` are those
        of its mask on the disk, which count where it isn't live already; see
        :meth:`reading_mark`."""
        opened = self._open.get(name)
        if opened is not None:
            return opened
        resting = self._resting.get(name)
        if resting is not None and resting.digest == digest:
            return self._wake(name, labels)
        self._forget(name)
        return self._opened(name, labels, Start(True, True), History(self._budget))

    # -- leaving it -----------------------------------------------------------------------

    def leave(self) -> None:
        """No image is on the canvas."""
        opened, self._shown = self._open.get(self._shown), ""
        if opened is not None:
            self.settle(opened)

    def settle(self, opened: OpenMask) -> None:
        """Let its labels go if they are saved and not on the canvas; the history stays."""
        if not self._may_rest(opened):
            return
        history = opened.mask.history
        if opened.is_out_of_date or not (history.undo_name or history.redo_name):
            self._let_go(opened)
            opened.drop_history()
            return
        version = opened.mask.version
        if opened.digest is not None and opened.digest[0] == version:
            self._rest(opened, *opened.digest)
            return
        self._background.run(
            partial(digest_of, opened.mask.labels),
            lambda digest: self._rest(opened, version, digest),
            lambda _: None,
            kind="history",
        )

    def note_prediction(self, name: str) -> None:
        """There is a new prediction of this image. Whoever takes back all of their strokes sees
        what they began with, and may make them again, until they leave the image; after that
        the new one counts."""
        opened, resting = self._open.get(name), self._resting.get(name)
        if opened is not None:
            opened.has_new_prediction = True
        if resting is not None:
            self._resting[name] = replace(resting, has_new_prediction=True)

    def forget_all(self) -> None:
        """The masks on the disk were changed by other means: what is known of them is out of
        date. Nothing may be unsaved."""
        for opened in self._open.values():
            opened.drop_history()
        self._open.clear()
        self._times_forgotten += 1
        for name in list(self._resting):
            self._forget(name)

    def forget(self, names: Iterable[str]) -> None:
        """As :meth:`forget_all`, of these images alone: the histories of the others stay."""
        for name in names:
            opened = self._open.get(name)
            if opened is not None:
                self._let_go(opened)
                opened.drop_history()
            else:
                self._times_let_go[name] += 1
            self._forget(name)

    # -- inside ---------------------------------------------------------------------------

    def _may_rest(self, opened: OpenMask) -> bool:
        return (
            opened.name != self._shown
            and self._open.get(opened.name) is opened
            and not opened.is_dirty
        )

    def _rest(self, opened: OpenMask, version: int, digest: bytes) -> None:
        if not self._may_rest(opened) or opened.mask.version != version:
            return
        self._let_go(opened)
        self._resting[opened.name] = _Resting(
            opened.mask.history,
            opened.start,
            opened.approved_at,
            weakref.ref(opened.mask.labels),
            digest,
            opened.has_new_prediction,
        )

    def _let_go(self, opened: OpenMask) -> None:
        del self._open[opened.name]
        self._times_let_go[opened.name] += 1

    def _compared(
        self,
        name: str,
        content: CanvasContent,
        resting: _Resting,
        digest: bytes,
        late: Callable[[OpenMask], None],
    ) -> None:
        if self._shown != name or self._resting.get(name) is not resting:
            return
        if digest != resting.digest:
            self._forget(name)
        else:
            late(self._wake_in(content, name))

    def _wake_in(self, content: CanvasContent, name: str) -> OpenMask:
        opened = self._wake(name, _labels_of(content))
        opened.put_into(content)
        return opened

    def _wake(self, name: str, labels: Labels) -> OpenMask:
        resting = self._resting.pop(name)
        resting.history.foresee()
        opened = self._opened(name, labels, resting.start, resting.history)
        opened.has_new_prediction = resting.has_new_prediction
        opened.digest = opened.mask.version, resting.digest
        if not opened.is_approved:
            opened.approved_at = resting.approved_at
            if opened.is_approved:  # and the project says that it isn't any more
                opened.approve(False)
        return opened

    def _opened(self, name: str, labels: Labels, start: Start, history: History) -> OpenMask:
        has_mask = start.has_mask or not history.is_at_start
        is_approved = self._state(name) is State.APPROVED
        stored = Stored(has_mask or is_approved, is_approved)
        opened = OpenMask(self.project, name, EditableMask(labels, history), start, stored)
        self._open[name] = opened
        return opened

    def _state(self, name: str) -> State:
        try:
            record = self.project.image(name)
        except MaskwrightError:  # Its file has just gone; what is on the canvas still counts.
            return State.NEW
        return record.before_failure or record.state

    def _forget(self, name: str) -> None:
        resting = self._resting.pop(name, None)
        if resting is not None:
            resting.history.clear()


def _belongs_to(opened: OpenMask, content: CanvasContent) -> bool:
    """Whether the live labels are still those of this image: not so once the photo was replaced
    by one of another size, or all was taken back and there is another prediction now."""
    if not opened.fits(content):
        return False
    if opened.is_mask or _kind_of(content) is LabelKind.MASK:
        return True  # a mask counts more than what was read of the disk, if only just before
    if content.labels is None or not opened.start.has_labels:
        return content.labels is None and not opened.start.has_labels
    return content.labels is opened.mask.labels or np.array_equal(
        content.labels, opened.mask.labels
    )


def _labels_of(content: CanvasContent) -> Labels:
    """To be edited in place; all unlabelled where there are none."""
    if content.labels is None:
        return np.full((content.height, content.width), UNLABELLED, np.uint8)
    return content.labels if content.labels.flags.writeable else content.labels.copy()


def _kind_of(content: CanvasContent) -> LabelKind | None:
    return None if content.labels is None else content.kind


def _kind_left(resting: _Resting) -> LabelKind | None:
    if resting.start.has_mask or not resting.history.is_at_start:
        return LabelKind.MASK
    return LabelKind.PREDICTION if resting.start.has_labels else None


def digest_of(labels: Labels, _: CancelToken | None = None) -> bytes:
    """37 ms at 50 megapixels, with the interpreter free for others."""
    return hashlib.sha256(np.ascontiguousarray(labels).data).digest()
