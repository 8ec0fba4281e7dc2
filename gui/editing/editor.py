"""The mask of the image that is shown, as the tools change it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect, Signal

from gui.canvas.content import CanvasContent, LabelKind, Labels
from gui.editing.open_mask import OpenMask
from gui.editing.open_masks import OpenMasks
from gui.editing.prediction_source import PredictionSource
from gui.jobs import Background
from segmenter.editing.history import HistoryBudget
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.project.project import Project


class Editor(QObject):
    """Tools, menu and class panel edit through it; the canvas and the saver listen to it.

    Everything happens on the GUI thread.

    The model's prediction of the shown image, for tools and views that compare with it::

        editor.want_prediction("view.split", True)   # while it is needed, also of later images
        editor.prediction_changed.connect(...)       # it is there, or is another one
        editor.prediction()                          # uint8 H×W or None; to be looked at only
        editor.fetch_prediction(do)                  # just once: do(labels or None)
    """

    changed = Signal(QRect)
    """Pixels of the mask within this rectangle are different now."""
    parts_changed = Signal(list)
    """QRects, none empty, in which they all lie; repaint those. Before ``changed``."""
    kind_changed = Signal()
    """What is shown has become a mask, or is none any more."""
    history_changed = Signal()
    """``undo_name``, ``redo_name`` or what is unsaved may be different now."""
    class_changed = Signal(int)
    """The class that is painted with."""
    protection_changed = Signal()
    prediction_changed = Signal()
    """:meth:`prediction` gives another array now, or one where there was none."""
    held_back = Signal()
    """A step has ended in which nothing was painted, since it is protected."""
    refused = Signal(str)
    """Why nothing can be painted here, as one sentence."""
    edited = Signal(object)
    """The OpenMask that may differ from what is saved."""
    left = Signal(object)
    """The OpenMask whose image is no longer shown."""

    def __init__(
        self, background: Background, budget: HistoryBudget, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._budget = budget
        self._project: Project | None = None
        self._masks: OpenMasks | None = None
        self._name = ""
        self._content: CanvasContent | None = None
        self._open: OpenMask | None = None
        self._step_name = ""
        self._class_id: int | None = None
        self._known_classes: frozenset[int] = frozenset()
        self._painted_before: list[int] = []
        """Classes, that before this one last; some may be none any more."""
        self._protection = Protection()
        self._is_held_back = False
        self._predictions = PredictionSource(background, self)
        self._predictions.changed.connect(self.prediction_changed)

    # -- the image ------------------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Edit images of this project from now on; none is shown yet."""
        self.show_nothing()
        if self._masks is not None:
            self._masks.forget_all()
        self._project = project
        self._masks = None
        if project is not None:
            self._masks = OpenMasks(project, self._background, self._budget)

    def show(self, name: str, content: CanvasContent) -> None:
        """This image is on the canvas now, or new content of the one that is. ``content`` is
        edited in place; where its mask is live already, it is that which is shown."""
        if name != self._name:
            self._leave()
        if self._masks is None:
            return
        was_open, self._open = self._open, None
        self._name, self._content = name, content
        self._open = self._masks.show(name, content, self._attach)
        if self._open is None and was_open is not None:
            self.left.emit(was_open)
        if self._open is not None:
            self._open.mask.protection = self._protection
        self._predictions.show(self._project, name, content)
        self.history_changed.emit()

    def show_nothing(self) -> None:
        """No image is on the canvas."""
        self._leave()
        self._name, self._content = "", None
        self._predictions.show(None, "", None)
        self.history_changed.emit()

    @property
    def masks(self) -> OpenMasks | None:
        """Of the project that is open."""
        return self._masks

    @property
    def name(self) -> str:
        """The image; empty where none is shown."""
        return self._name

    @property
    def content(self) -> CanvasContent | None:
        """The photo (``content.photo.pixels``: H×W uint32 0xffRRGGBB) and its maps."""
        return self._content

    @property
    def labels(self) -> Labels | None:
        """What is shown, mask or prediction, uint8 H×W (not a copy); None without either."""
        return self._content.labels if self._content is not None else None

    # -- the model's prediction of it -----------------------------------------------------

    def prediction(self) -> Labels | None:
        """What the model said of the shown image: uint8 H×W class ids. None where it has said
        nothing, or while that is still being read: see :meth:`want_prediction`.

        Not to be changed, and not to be kept: of an image without a mask it is the very array
        that becomes the mask with the first stroke. ``prediction_changed`` says when to ask
        again.
        """
        return self._predictions.labels()

    @property
    def prediction_is_pending(self) -> bool:
        """It is wanted and still being read; ``prediction_changed`` follows."""
        return self._predictions.is_pending

    def want_prediction(self, who: str, wanted: bool) -> None:
        """Have :meth:`prediction` ready, for this image and those shown after it, until ``who``
        (the name of a tool or an action) wants it no longer. It is read off the GUI thread and
        costs a byte a pixel of the shown image."""
        self._predictions.want(who, wanted)

    def fetch_prediction(self, done: Callable[[Labels | None], None]) -> None:
        """Call ``done`` with the prediction, at once or when it is read; None: there is none.
        Not called where another image is shown by then."""
        self._predictions.fetch(done)

    # -- what is painted, and on what -----------------------------------------------------

    @property
    def class_id(self) -> int | None:
        """The class that is painted with; None where there is none to paint with."""
        return self._class_id

    def set_class(self, class_id: int | None) -> None:
        if class_id == self._class_id:
            return
        if self._class_id is not None:
            before = [each for each in self._painted_before if each != self._class_id]
            self._painted_before = [*before, self._class_id]
        self._class_id = class_id
        self.class_changed.emit(-1 if class_id is None else class_id)

    def set_known_classes(self, ids: Collection[int]) -> None:
        """Which classes there are; :meth:`swap_class` goes to no other."""
        self._known_classes = frozenset(ids)

    def swap_class(self) -> bool:
        """Back to the class before this one, and again; where that was deleted, to the one
        before it. False where no other one was chosen yet."""
        for class_id in reversed(self._painted_before):
            if class_id in self._known_classes and class_id != self._class_id:
                self.set_class(class_id)
                return True
        return False

    @property
    def protection(self) -> Protection:
        return self._protection

    def set_protection(self, protection: Protection) -> None:
        self._protection = protection
        if self._open is not None:
            self._open.mask.protection = protection
        self.protection_changed.emit()

    def lock_class(self, class_id: int, locked: bool) -> None:
        ids = self._protection.locked
        ids = ids | {class_id} if locked else ids - {class_id}
        self.set_protection(replace(self._protection, locked=ids))

    # -- editing --------------------------------------------------------------------------

    def begin(self, name: str) -> bool:
        """Open a step named as the menu says it (“brush stroke”). False, and ``refused`` tells
        why, where nothing can be edited."""
        if not self.may_edit() or self._masks is None or self._content is None:
            return False
        if self._open is None:
            self._predictions.before_edit()
            self._open = self._masks.open(self._name, self._content)
            self._open.mask.protection = self._protection
        self._step_name = name
        self._is_held_back = False
        self._open.mask.begin(name)
        self._follow()
        return True

    def may_edit(self) -> bool:
        """Whether there is an image and it can be edited; ``refused`` tells why it can't."""
        if self._content is None or self._masks is None:
            return False
        refusal = self._masks.project.why_labels_stay
        if refusal:
            self.refused.emit(refusal)
        return not refusal

    @property
    def is_open(self) -> bool:
        """A step was begun and is not ended; undo, for one, ends it in the midst of a drag."""
        return self._open is not None and self._open.mask.is_open

    def paint(self, stencil: Stencil, value: int | NDArray[np.uint8]) -> None:
        """Within a step (else nothing happens: undo has ended it in the midst of a drag); see
        :meth:`EditableMask.paint`."""
        if self._open is not None and self._open.mask.is_open:
            changed = self._open.mask.paint(stencil, value)
            if changed.is_empty and not self._protection.is_off and not self._is_held_back:
                self._is_held_back = self._open.mask.is_held_back(stencil)
            self._tell(changed, self._open.mask.parts)
            self.edited.emit(self._open)

    def commit(self) -> None:
        """End the step."""
        if self._open is not None and self._open.mask.is_open:
            has_changed = self._open.mask.commit()
            self._follow()
            if self._is_held_back and not has_changed:
                self.held_back.emit()

    def roll_back(self) -> None:
        """End the step as if it had not been begun."""
        if self._open is not None and self._open.mask.is_open:
            self._tell(self._open.mask.roll_back())
            self._follow()

    @property
    def position(self) -> object:
        """Of the shown image in its history: the very same object whenever its labels are the
        same; None where nothing can be edited."""
        return self._open.mask.history.position if self._open is not None else None

    @property
    def undo_name(self) -> str:
        if self._open is not None and self._open.mask.is_open:
            return self._step_name
        return self._open.mask.history.undo_name if self._open is not None else ""

    @property
    def redo_name(self) -> str:
        return self._open.mask.history.redo_name if self._open is not None else ""

    def replace_all(self, name: str, values: Labels) -> None:
        """One step that gives every pixel its own label, but for protected ones."""
        if self.begin(name) and self._open is not None:
            whole = Rect(0, 0, values.shape[1], values.shape[0])
            self._tell(self._open.mask.replace(whole, values))
            self.edited.emit(self._open)
            self.commit()

    def undo(self) -> None:
        if self._open is not None:
            self._tell(self._open.mask.undo())
            self._follow()

    def redo(self) -> None:
        if self._open is not None:
            self._tell(self._open.mask.redo())
            self._follow()

    # -- inside ---------------------------------------------------------------------------

    def _attach(self, opened: OpenMask) -> None:
        """The history of the shown image belongs to its labels after all."""
        opened.mask.protection = self._protection
        self._open = opened
        self.history_changed.emit()

    def _leave(self) -> None:
        self.commit()
        opened, self._open = self._open, None
        if self._masks is not None:
            self._masks.leave()
        if opened is not None:
            self.left.emit(opened)

    def _follow(self) -> None:
        """After the beginning or the end of a step."""
        opened, content = self._open, self._content
        if opened is None or content is None:
            return
        before = self._shown_kind
        opened.put_into(content)
        if self._shown_kind is not before:
            self.kind_changed.emit()
            self.prediction_changed.emit()
        self.edited.emit(opened)
        self.history_changed.emit()

    @property
    def _shown_kind(self) -> LabelKind | None:
        content = self._content
        return None if content is None or content.labels is None else content.kind

    def _tell(self, rect: Rect, parts: Sequence[Rect] = ()) -> None:
        """``parts``: where they are known, and fewer pixels."""
        if not rect.is_empty:
            self.parts_changed.emit([QRect(*part) for part in parts or (rect,)])
            self.changed.emit(QRect(*rect))
