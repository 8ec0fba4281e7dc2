"""Smart outline: a box around an object or scribbles in it, and the edge snaps to the image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.image_pyramid import ImagePyramid
from gui.canvas.pointer import Pointer
from gui.canvas.preview import Scribble
from gui.tools.computing_tool import ComputingTool
from gui.tools.region_options import Option, RegionOptions
from gui.tools.region_tool import is_far
from gui.tools.scribbling import scribble_stencil
from gui.tools.tool import ToolContext
from gui.tools.tool_settings import ChoiceSetting, NumberSetting
from segmenter.editing.rect import Rect
from segmenter.editing.smart_outline import Hints, SmartOutline

BOX, SCRIBBLE = "box", "scribble"
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class _Drawn:
    """What a person has drawn to show where the object is."""

    hints: Hints
    scribbles: tuple[Scribble, ...]
    box: QRectF | None


class SmartTool(ComputingTool):
    """The first drag is a box around the object; those after it are scribbles, with the left
    button on what belongs to it, with the right one on what does not. Shift changes scribble and
    box. Enter fills what is shown; undo, right after it, goes back to what was drawn."""

    name = "tool.smart"
    kind = "smart outline"
    has_size = True

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.step = self.tr("smart outline")
        self.start = ChoiceSetting(context.settings, "smart.start", self, choices=(BOX, SCRIBBLE))
        self.width = NumberSetting(
            context.settings, "smart.width", self, first=8, lowest=2, highest=60
        )
        self._outline: tuple[ImagePyramid, SmartOutline] | None = None
        self._hints = Hints()
        """Of the wheel, what is less than a notch."""
        self._scribbles: list[Scribble] = []
        self._box: QRectF | None = None
        self._filled: tuple[object, _Drawn] | None = None
        """The position in the history that filling has led to, and what had been drawn."""
        self._pressed: Pointer | None = None
        self._way: list[tuple[float, float]] = []
        """Of the scribble that is being drawn; empty while a box is."""
        self.start.changed.connect(self._tell)
        self._tell()

    def busy_words(self) -> str:
        return self.tr("Finding the outline …")

    @property
    def is_unfinished(self) -> bool:
        return bool(self._hints.scribbles or self._hints.box or self._pressed)

    def options(self) -> QWidget | None:
        options = RegionOptions()
        options.add_choice(
            self.start,
            self.tr("Begin with"),
            (
                Option(BOX, self.tr("Box"), self.tr("Drag a box around the object, then scribble")),
                Option(SCRIBBLE, self.tr("Scribble"), self.tr("Scribble in the object at once")),
            ),
        )
        options.add_number(
            self.width,
            self.tr("Scribble"),
            self.tr("Width of scribbles on the screen: [ and ]"),
            self.tr(" px"),
        )
        options.add_confirm(self)
        return options

    # -- the pointer ----------------------------------------------------------------------

    def press(self, pointer: Pointer) -> bool:
        if pointer.button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        self.follow_modifiers(pointer.modifiers)
        if not self.may_begin():
            return False
        is_left = pointer.button == Qt.MouseButton.LeftButton
        begins_box = self.start.value == BOX and not self._hints.is_enough
        self._pressed = pointer
        draws_box = is_left and begins_box != bool(pointer.modifiers & _SHIFT)
        self._way = [] if draws_box else [(pointer.x, pointer.y)]
        if not draws_box:
            self._show_scribbles()
        self._tell()
        return True

    def move(self, pointer: Pointer) -> None:
        self.follow_modifiers(pointer.modifiers)
        if self._pressed is None:
            return
        if self._way:
            if self._way[-1] != (pointer.x, pointer.y):
                self._way.append((pointer.x, pointer.y))
                self._show_scribbles()
        else:
            self.canvas.preview.set_box(_box_between(self._pressed, pointer))

    def release(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        self.move(pointer)
        pressed, self._pressed = self._pressed, None
        if self._way:
            self._add_scribble(pressed)
        elif is_far(pressed, pointer):
            self._box = _box_between(pressed, pointer)
            self._hints = self._hints.with_box(_pixels_of(self._box))
            self._look()
        self._way = []
        self.canvas.preview.set_box(self._box)
        self._tell()

    def change_size(self, steps: int) -> None:
        self.width.set(self.width.value + steps)

    # -- what can be done with it ---------------------------------------------------------

    def confirm(self) -> None:
        if self._pressed is not None:
            return
        drawn = _Drawn(self._hints, tuple(self._scribbles), self._box)
        before = self.editor.position
        filled = self._apply_when_found(is_there=self.region is not None)
        if filled and self.editor.position is not before:
            self._filled = self.editor.position, drawn

    def take_back(self, *, whole: bool = False) -> bool:
        """The last scribble, or the box where there is none; right after filling, the filling:
        the outline can be corrected as before."""
        if self._pressed is not None:
            return True
        if not self.is_unfinished:
            return self._take_up_again()
        self._to_apply = False
        self._hints = self._hints.without_last()
        if self._scribbles:
            self._scribbles.pop()
        else:
            self._box = None
        self._show_drawn()
        return True

    def cancel(self) -> None:
        self._pressed = None
        self._way = []
        self._scribbles = []
        self._box = None
        self._hints = Hints()
        self._drop_found()
        self.canvas.preview.set_scribbles(())
        self.canvas.preview.set_box(None)
        self._tell()

    def interrupt(self) -> None:
        """What was being drawn is dropped; earlier scribbles and the box stay."""
        self._pressed = None
        self._way = []
        self._show_scribbles()
        self.canvas.preview.set_box(self._box)
        self._tell()

    def finish(self) -> None:
        self.cancel()
        self._filled = None
        self._outline = None

    # -- inside ---------------------------------------------------------------------------

    def _take_up_again(self) -> bool:
        """False where the last step of the mask is another one."""
        if self._filled is None or self.editor.position is not self._filled[0]:
            return False
        drawn, self._filled = self._filled[1], None
        self.editor.undo()
        self._hints, self._scribbles, self._box = drawn.hints, list(drawn.scribbles), drawn.box
        self._show_drawn()
        return True

    def _show_drawn(self) -> None:
        self._show_scribbles()
        self.canvas.preview.set_box(self._box)
        self._look()
        self._tell()

    def _add_scribble(self, pressed: Pointer) -> None:
        drawn = self._drawn(pressed)
        self._scribbles.append(drawn)
        stencil = scribble_stencil(drawn.points, drawn.width)
        self._hints = self._hints.with_scribble(stencil, drawn.foreground)
        self._show_scribbles()
        self._look()

    def _drawn(self, pressed: Pointer) -> Scribble:
        """The scribble under way."""
        foreground = pressed.button == Qt.MouseButton.LeftButton
        return Scribble(np.array(self._way), foreground, self.reach(self.width.value))

    def _show_scribbles(self) -> None:
        under_way = [self._drawn(self._pressed)] if self._pressed and self._way else []
        self.canvas.preview.set_scribbles([*self._scribbles, *under_way])

    def _look(self) -> None:
        content = self.editor.content
        if content is None:
            return
        if not self._hints.is_enough:
            self._newest.drop()
            self.show_region(None)
            return
        if self._outline is None or self._outline[0] is not content.photo:
            self._outline = content.photo, SmartOutline(*content.photo.pixel_levels)
        self._newest.ask(partial(self._outline[1].outline, self._hints), self.show_region)

    def _tell(self) -> None:
        self.unfinished_changed.emit()
        if self.is_unfinished:
            self.show_hint(
                self.tr(
                    "Enter: fill · Left: belongs to it · Right: does not · Shift: box"
                    " · Backspace: take back · Esc: drop"
                )
            )
        elif self.start.value == BOX:
            self.show_hint(
                self.tr("Drag a box around the object · Shift: scribble in it · Ctrl: erase")
            )
        else:
            self.show_hint(
                self.tr("Scribble in the object · Right: outside of it · Shift: box · Ctrl: erase")
            )


def _box_between(start: Pointer, end: Pointer) -> QRectF:
    left, right = sorted((start.x, end.x))
    top, bottom = sorted((start.y, end.y))
    return QRectF(left, top, right - left, bottom - top)


def _pixels_of(box: QRectF) -> Rect:
    """Every pixel the box touches."""
    left, top = int(np.floor(box.left())), int(np.floor(box.top()))
    right, bottom = int(np.ceil(box.right())), int(np.ceil(box.bottom()))
    return Rect.between(left, top, max(right, left + 1), max(bottom, top + 1))
