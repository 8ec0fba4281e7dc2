"""The mask of the image that is shown, as the tools change it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Signal

from gui.canvas.content import CanvasContent, LabelKind
from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.project.classes import UNLABELLED


class Editor(QObject):
    """Tools, menu and class panel edit through it; the canvas and the saver listen to it.

    Everything happens on the GUI thread.
    """

    changed = Signal(QRect)
    """These pixels of the mask are different now; repaint them."""
    kind_changed = Signal()
    """What is shown has become a mask, or is none any more."""
    history_changed = Signal()
    """``undo_name``, ``redo_name`` or what is unsaved may be different now."""
    class_changed = Signal(int)
    """The class that is painted with."""
    protection_changed = Signal()
    refused = Signal(str)
    """Why nothing can be painted here, as one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._content: CanvasContent | None = None
        self._mask: EditableMask | None = None
        self._class_id: int | None = None
        self._last_class_id: int | None = None
        self._protection = Protection()
        self._refusal = ""

    # -- the image ------------------------------------------------------------------------

    def show(self, name: str, content: CanvasContent) -> None:
        """This image is on the canvas now. ``content`` is edited in place."""
        self._name = name
        self._content = content
        self._mask = None
        self.history_changed.emit()

    def show_nothing(self) -> None:
        """No image is on the canvas."""
        self.commit()
        self._name, self._content, self._mask = "", None, None
        self.history_changed.emit()

    def set_refusal(self, sentence: str) -> None:
        """Why this project can't be edited; empty where it can."""
        self._refusal = sentence

    @property
    def name(self) -> str:
        """The image; empty where none is shown."""
        return self._name

    @property
    def content(self) -> CanvasContent | None:
        """The photo (``content.photo.pixels``: H×W uint32 0xffRRGGBB) and its maps."""
        return self._content

    @property
    def labels(self) -> NDArray[np.uint8] | None:
        """What is shown, mask or prediction, uint8 H×W (not a copy); None without either."""
        return self._content.labels if self._content is not None else None

    # -- what is painted, and on what -----------------------------------------------------

    @property
    def class_id(self) -> int | None:
        """The class that is painted with; None where there is none to paint with."""
        return self._class_id

    def set_class(self, class_id: int | None) -> None:
        if class_id == self._class_id:
            return
        self._last_class_id, self._class_id = self._class_id, class_id
        self.class_changed.emit(-1 if class_id is None else class_id)

    def swap_class(self) -> None:
        """Back to the class before this one, and again."""
        if self._last_class_id is not None:
            self.set_class(self._last_class_id)

    @property
    def protection(self) -> Protection:
        return self._protection

    def set_protection(self, protection: Protection) -> None:
        self._protection = protection
        if self._mask is not None:
            self._mask.protection = protection
        self.protection_changed.emit()

    def lock_class(self, class_id: int, locked: bool) -> None:
        ids = self._protection.locked
        ids = ids | {class_id} if locked else ids - {class_id}
        self.set_protection(replace(self._protection, locked=ids))

    # -- editing --------------------------------------------------------------------------

    def begin(self, name: str) -> bool:
        """Open a step named as the menu says it (“brush stroke”). False, and ``refused`` tells
        why, where nothing can be edited."""
        if not self.may_edit():
            return False
        self._editable().begin(name)
        return True

    def may_edit(self) -> bool:
        """Whether there is an image and it can be edited; ``refused`` tells why it can't."""
        if self._content is not None and self._refusal:
            self.refused.emit(self._refusal)
        return self._content is not None and not self._refusal

    def paint(self, stencil: Stencil, value: int | NDArray[np.uint8]) -> None:
        """Within a step; see :meth:`EditableMask.paint`."""
        if self._mask is not None:
            self._tell(self._mask.paint(stencil, value))

    def commit(self) -> None:
        """End the step."""
        if self._mask is not None and self._mask.is_open:
            self._mask.commit()
            self.history_changed.emit()

    def roll_back(self) -> None:
        """End the step as if it had not been begun."""
        if self._mask is not None and self._mask.is_open:
            self._tell(self._mask.roll_back())
            self.history_changed.emit()

    @property
    def undo_name(self) -> str:
        return self._mask.history.undo_name if self._mask is not None else ""

    @property
    def redo_name(self) -> str:
        return self._mask.history.redo_name if self._mask is not None else ""

    def undo(self) -> None:
        if self._mask is not None:
            self._tell(self._mask.undo())
            self.history_changed.emit()

    def redo(self) -> None:
        if self._mask is not None:
            self._tell(self._mask.redo())
            self.history_changed.emit()

    # -- inside ---------------------------------------------------------------------------

    def _editable(self) -> EditableMask:
        assert self._content is not None
        if self._mask is None:
            content = self._content
            if content.labels is None:
                content.labels = np.full((content.height, content.width), UNLABELLED, np.uint8)
            elif content.kind is LabelKind.PREDICTION:
                content.labels = content.labels.copy()
            content.kind = LabelKind.MASK
            self._mask = EditableMask(content.labels)
            self._mask.protection = self._protection
            self.kind_changed.emit()
        return self._mask

    def _tell(self, rect: Rect) -> None:
        if not rect.is_empty:
            self.changed.emit(QRect(*rect))
