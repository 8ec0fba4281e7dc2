"""The polygon: corners and freehand pieces around what is then filled."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.pointer import Pointer
from gui.tools.polygon_draft import PolygonDraft
from gui.tools.region_options import RegionOptions
from gui.tools.region_tool import RegionTool, is_far
from gui.tools.tool import ToolContext
from segmenter.editing.polygon import fill_polygon
from segmenter.editing.stencil import Stencil

GRAB = 7.0
"""How near to a handle one has to be to take hold of it, logical pixels."""
STRETCH = 32.0
"""What one Backspace takes back of a freehand piece, logical pixels."""
LIVE_PIXELS = 2_000_000
"""A polygon around no more pixels is filled anew with every movement of a corner."""


class PolygonTool(RegionTool):
    """Click sets a corner, a drag draws freehand, a drag of a handle moves it. Enter, a double
    click, the right button, a click on the first corner or a drag that ends there close it. While
    another tool is in use, another image is shown or the folder is closed, it waits."""

    name = "tool.polygon"
    draws_border = False

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.step = self.tr("polygon")
        self._draft = PolygonDraft()
        self._cursor: tuple[float, float] | None = None
        self._pressed: Pointer | None = None
        self._held: int | None = None
        """The point whose handle is held; None while the drag draws."""
        self._was_dragged = False
        self._is_filled = False
        """What is shown of the area is that of the points as they are now."""
        self._waiting: dict[str, PolygonDraft] = {}
        """Image → the polygon that was left open there."""
        context.canvas.content_shown.connect(self._resume_if_chosen)
        self._tell()

    @property
    def is_unfinished(self) -> bool:
        return not self._draft.is_empty

    def options(self) -> QWidget | None:
        options = RegionOptions()
        options.add_confirm(self)
        return options

    # -- being chosen -----------------------------------------------------------------------

    def activate(self) -> None:
        super().activate()
        self.resume()

    def finish(self) -> None:
        """Going through the images costs nobody a polygon of fifty corners."""
        self._lay_aside()

    @property
    def left_open(self) -> Mapping[str, PolygonDraft]:
        """Image → the polygon that waits there, while none is worked at."""
        return self._waiting

    def go_on_with(self, left_open: Mapping[str, PolygonDraft]) -> None:
        """Another folder was opened, where these were left."""
        self._waiting = dict(left_open)

    def resume(self) -> None:
        """Go on with what was left open on the shown image."""
        draft = self._waiting.pop(self.editor.name, None)
        if draft is not None and self._draft.is_empty:
            self._draft = draft
            self._show_fill()
            self._show_path()
            self._tell()

    # -- the pointer ----------------------------------------------------------------------

    def press(self, pointer: Pointer) -> bool:
        self.follow_modifiers(pointer.modifiers)
        if pointer.button == Qt.MouseButton.RightButton and self.is_unfinished:
            self.close()
            return True
        if pointer.button != Qt.MouseButton.LeftButton:
            return False
        if self._draft.is_empty and not self.may_begin():
            return False
        here = (pointer.x, pointer.y)
        self._pressed, self._was_dragged = pointer, False
        self._held = self._draft.handle_near(here, self.reach(GRAB))
        if self._held is None:
            self._draft.add_corner(here)
            self._show_fill()
        self._cursor = None
        self._show_path()
        self._tell()
        return True

    def move(self, pointer: Pointer) -> None:
        self.follow_modifiers(pointer.modifiers)
        if self._pressed is None:
            self._cursor = (pointer.x, pointer.y)
        else:
            self._was_dragged = self._was_dragged or is_far(self._pressed, pointer)
            if self._was_dragged:
                self._drag_to((pointer.x, pointer.y))
        if self.is_unfinished:
            self._show_path()

    def release(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        held, dragged = self._held, self._was_dragged
        self._end_drag()
        self._cursor = (pointer.x, pointer.y)
        back_at_start = (
            held is None
            and dragged
            and self._is_at_start(self._cursor)
            and self._draft.extent_from_start() > 3 * self.reach(GRAB)
        )
        if back_at_start or (held == 0 and not dragged):
            self.close()
            return
        if dragged:
            self._show_fill()
        self._show_path()

    def double_click(self, pointer: Pointer) -> bool:
        if pointer.button != Qt.MouseButton.LeftButton:
            return self.press(pointer)
        if self._draft.is_empty:
            return True  # its first click has closed the polygon
        self.follow_modifiers(pointer.modifiers)
        return self.close() or self.press(pointer)

    def leave(self) -> None:
        self._cursor = None
        if self.is_unfinished:
            self._show_path()

    # -- what can be done with it ---------------------------------------------------------

    def close(self) -> bool:
        """Fill it. False, and it stays open, while it has too few corners or there is no class
        to fill it with."""
        if not self._draft.can_close or not self.may_begin():
            return False
        stencil = self.region if self._is_filled else self._filled()
        self.cancel()
        self.apply(stencil)
        return True

    def confirm(self) -> None:
        self._end_drag()
        self.close()

    def take_back(self, *, whole: bool = False) -> bool:
        """The last corner, or a stretch of what was drawn freehand."""
        if self._pressed is not None or self._draft.is_empty:
            return self.is_unfinished
        self._draft.take_back(math.inf if whole else self.reach(STRETCH))
        self._show_fill()
        self._show_path()
        self._tell()
        return True

    def interrupt(self) -> None:
        """A piece that was being drawn is kept so far."""
        if self._pressed is not None:
            self._end_drag()
            self._cursor = None
            self._show_fill()
            self._show_path()

    def cancel(self) -> None:
        self._end_drag()
        self._draft.clear()
        self.show_region(None)
        self.canvas.preview.set_path([])
        self._tell()

    # -- inside ---------------------------------------------------------------------------

    def _resume_if_chosen(self) -> None:
        if self._is_chosen:
            self.resume()

    def _lay_aside(self) -> None:
        self.interrupt()
        if self.is_unfinished and self.editor.name:
            self._waiting[self.editor.name] = self._draft
            self._draft = PolygonDraft()
        self.cancel()

    def _drag_to(self, here: tuple[float, float]) -> None:
        self._is_filled = False
        if self._held is None:
            self._draft.draw_to(here)
            return
        self._draft.move(self._held, here)
        width, height = self._draft.points.max(axis=0) - self._draft.points.min(axis=0)
        if width * height <= LIVE_PIXELS:
            self._show_fill()

    def _end_drag(self) -> None:
        if self._pressed is not None:
            self._draft.end_drawing()
        self._pressed = self._held = None
        self._was_dragged = False

    def _is_at_start(self, point: tuple[float, float]) -> bool:
        if not self._draft.can_close:
            return False
        return math.dist(self._draft.points[0], point) <= self.reach(GRAB)

    def _filled(self) -> Stencil | None:
        content = self.editor.content
        if content is None or not self._draft.can_close:
            return None
        return fill_polygon(self._draft.points.tolist(), content.width, content.height)

    def _show_fill(self) -> None:
        self.show_region(self._filled())
        self._is_filled = True

    def _show_path(self) -> None:
        hot = self._held
        if self._pressed is None and self._cursor is not None:
            hot = self._draft.handle_near(self._cursor, self.reach(GRAB))
        closing = hot == 0 and self._draft.can_close and not self._was_dragged
        if self._pressed is not None and self._held is None:
            closing = self._is_at_start(tuple(self._draft.points[-1]))
        self.canvas.preview.set_path(
            self._draft.points,
            handles=self._draft.handles,
            cursor=self._cursor if hot is None else None,
            hot=hot,
            closing=closing,
            is_area=self._pressed is None or self._held is not None,
        )

    def _tell(self) -> None:
        self.unfinished_changed.emit()
        if self._draft.is_empty:
            self.show_hint(
                self.tr("Click: corner · Drag: freehand · Ctrl: erase · Alt: pick class")
            )
        else:
            self.show_hint(
                self.tr("Enter, double or right click: close · Backspace: take back · Esc: drop")
            )
