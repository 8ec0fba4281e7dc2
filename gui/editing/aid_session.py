"""One dialog about the whole mask, from its first number to the edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.canvas.canvas import Canvas
from gui.canvas.preview_stencil import Color, StencilItem
from gui.editing.aid_dialog import AidDialog
from gui.editing.aids import Aid, Request
from gui.editing.editor import Editor
from gui.jobs import Background
from gui.settings import Settings
from segmenter.cancel import CancelToken
from segmenter.editing.cleaned import Cleaned
from segmenter.project.classes import BACKGROUND, UNLABELLED, LabelClass, default_color

PAUSE_MS = 120
"""After the last change of the number, before it is computed."""
MIXED: Color = (255, 205, 60)
"""What becomes of several labels has no class's colour."""
DEPTH = 1
"""Over the mask, under the brush's ring."""


@dataclass(frozen=True)
class Proposal:
    """What would become of the mask."""

    cleaned: Cleaned
    pixels: int
    """How many would be different."""
    label: int | None
    """What all the changed pixels become; None where they become different things."""


class AidSession(QObject):
    """Shows what would change, on the canvas and in words, and does it when that is wanted.

    The proposal is computed off the GUI thread from a copy of the labels. Whenever anything it
    depends on changes (the number, the class, the protection, the mask, the image) it is dropped
    and computed anew, so what is applied is what was shown.
    """

    ended = Signal()
    _progressed = Signal(object, int, int)

    def __init__(
        self,
        aid: Aid,
        *,
        editor: Editor,
        canvas: Canvas,
        background: Background,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._aid = aid
        self._editor = editor
        self._canvas = canvas
        self._background = background
        self._settings = settings
        self._proposal: Proposal | None = None
        self._token: CancelToken | None = None
        self._is_wanted = False
        """Apply was pressed before the proposal was there."""
        self._has_ended = False
        self._item = StencilItem(self._image_size)
        self._item.setZValue(DEPTH)
        canvas.scene().addItem(self._item)
        number = settings.number(f"aid.{aid.name}", aid.number, 1, aid.largest)
        all_classes = settings.choice(f"aid.{aid.name}.scope", "class") == "all"
        self.dialog = AidDialog(aid, round(number), all_classes, window)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self._compute)
        self._progressed.connect(self._show_progress)
        self.dialog.changed.connect(self._look_again)
        self.dialog.previews_changed.connect(self._preview)
        self.dialog.wanted.connect(self._apply)
        self.dialog.finished.connect(self.end)
        for signal in (
            editor.history_changed,
            editor.class_changed,
            editor.protection_changed,
            canvas.classes_changed,
        ):
            signal.connect(self._look_again)
        self._look_again()
        self._compute()
        self.dialog.show()
        self._put_aside()

    @property
    def aid(self) -> Aid:
        return self._aid

    @property
    def preview(self) -> StencilItem:
        """The marks on what would change."""
        return self._item

    def end(self) -> None:
        """Without changing the mask."""
        if self._has_ended:
            return
        self._has_ended = True
        self._later.stop()
        self._forget()
        self._canvas.scene().removeItem(self._item)
        self._remember()
        self.dialog.close()
        self.ended.emit()
        self.deleteLater()

    # -- the proposal ---------------------------------------------------------------------

    def _look_again(self) -> None:
        """What is shown may no longer be what would happen."""
        if self._has_ended:
            return
        if self._editor.labels is None and not self._editor.name:
            self.end()
            return
        self._forget()
        self._is_wanted = False
        self.dialog.show_class(self._class_name())
        self.dialog.show_working()
        self._later.start()

    def _forget(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None
        self._proposal = None
        self._hide()

    def _hide(self) -> None:
        self._item.show_stencil(None, None)
        self._canvas.propose(None)

    def _preview(self) -> None:
        """On the canvas: the mask as it would be, and where to look for small changes."""
        proposal = self._proposal
        if proposal is None or proposal.cleaned.changed is None or not self.dialog.previews:
            self._hide()
            return
        self._canvas.propose(proposal.cleaned.labels)
        if self._aid.in_places:
            self._item.show_stencil(proposal.cleaned.changed, self._color(proposal.label))

    def _compute(self) -> None:
        self._later.stop()
        labels = self._editor.labels
        class_id = None if self.dialog.all_classes else self._editor.class_id
        if labels is None:
            self._refuse(self.tr("There is no mask here yet."))
            return
        if class_id is None and not self.dialog.all_classes:
            self._refuse(self.tr("Choose a class in the list first."))
            return
        request = Request(
            labels.copy(),
            self.dialog.number,
            class_id,
            _ground(self._canvas.classes),
            self._editor.protection,
        )
        self._token = self._background.run(
            partial(self._work, request), self._show, self._refuse, kind="aid"
        )

    def _work(self, request: Request, token: CancelToken) -> Proposal:
        """On a pool thread."""
        cleaned = self._aid.run(request, token, partial(self._progressed.emit, token))
        return Proposal(cleaned, cleaned.pixels, _only_label(cleaned))

    def _show_progress(self, token: CancelToken, done: int, total: int) -> None:
        if token is self._token:
            self.dialog.show_progress(done, total)

    def _show(self, proposal: Proposal) -> None:
        self._token = None
        self._proposal = proposal
        self._preview()
        can_apply = proposal.cleaned.changed is not None
        self.dialog.show_verdict(self._words(proposal), can_apply=can_apply)
        if self._is_wanted:
            self._apply()

    def _refuse(self, sentence: str) -> None:
        self._token = None
        self.dialog.show_verdict(sentence, can_apply=False)

    def _apply(self) -> None:
        if self._later.isActive():
            self._compute()
        if self._token is not None:
            self._is_wanted = True
            self.dialog.show_applying()
            return
        if self._proposal is None or self._proposal.cleaned.changed is None:
            return
        cleaned, changed = self._proposal.cleaned, self._proposal.cleaned.changed
        self.end()
        if self._editor.begin(self._aid.step):
            self._editor.paint(changed, cleaned.labels[changed.rect.slices])
            self._editor.commit()

    # -- words and looks ------------------------------------------------------------------

    def _words(self, proposal: Proposal) -> str:
        cleaned = proposal.cleaned
        if cleaned.changed is None:
            if self._editor.class_id in self._editor.protection.locked:
                return self.tr("Nothing would change: {0} is protected (L).").format(
                    self._class_name()
                )
            return self.tr("Nothing would change.")
        pixels = f"{proposal.pixels:,}"
        if not self._aid.in_places:
            return self.tr("{0} pixels would change.").format(pixels)
        if cleaned.regions == 1:
            return self.tr("1 place, {0} pixels.").format(pixels)
        places = f"{cleaned.regions:,}"
        return self.tr("{0} places, {1} pixels.").format(places, pixels)

    def _class_name(self) -> str:
        names = {each.id: each.name for each in self._canvas.classes}
        chosen = self._editor.class_id
        return names.get(chosen, "") if chosen is not None else ""

    def _color(self, label: int | None) -> Color | None:
        if label is None:
            return MIXED
        if label == UNLABELLED:
            return None
        colors = {each.id: each.color for each in self._canvas.classes}
        return colors.get(label, default_color(label))

    def _image_size(self) -> tuple[int, int] | None:
        content = self._canvas.content
        return None if content is None else (content.width, content.height)

    def _put_aside(self) -> None:
        """To a corner of the canvas, so that it doesn't lie over what it is about."""
        corner = self._canvas.mapToGlobal(QPoint(self._canvas.width(), 0))
        self.dialog.move(corner.x() - self.dialog.width() - 16, corner.y() + 16)

    def _remember(self) -> None:
        self._settings.set_number(f"aid.{self._aid.name}", self.dialog.number)
        self._settings.set_choice(
            f"aid.{self._aid.name}.scope", "all" if self.dialog.all_classes else "class"
        )


def _only_label(cleaned: Cleaned) -> int | None:
    if cleaned.changed is None:
        return None
    after = np.ascontiguousarray(cleaned.labels[cleaned.changed.rect.slices])
    counts = cv2.calcHist([after], [0], cleaned.changed.pixels, [256], [0, 256])
    present = np.flatnonzero(counts)
    return int(present[0]) if len(present) == 1 else None


def _ground(classes: Sequence[LabelClass]) -> int | None:
    """The class that is called background, wherever it stands."""
    return next((each.id for each in classes if each.name.lower() == BACKGROUND), None)
