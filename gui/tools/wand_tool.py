"""The magic wand: what is connected to a point and has a similar colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.image_pyramid import ImagePyramid
from gui.canvas.pointer import Pointer
from gui.tools.coarse_wand import coarse_level, coarse_selection
from gui.tools.computing_tool import ComputingTool
from gui.tools.region_options import RegionOptions
from gui.tools.region_tool import covers, is_far
from gui.tools.tool import ToolContext
from gui.tools.tool_settings import NumberSetting, SwitchSetting
from segmenter.editing.nearby_wand import NearbySelector
from segmenter.editing.stencil import Stencil

TOLERANCE_PER_PIXEL = 0.1
"""Of a drag to the right; logical pixels."""
_SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True)
class _Pick:
    """A place whose colour was picked, and what had been selected before."""

    pixel: tuple[int, int]
    before: Callable[[], Stencil | None]
    """May have to look for it first: only where the selector may be used."""


class WandTool(ComputingTool):
    """A press picks the colour, dragging right or left makes the selection larger or smaller.
    Enter or a click inside of it fills it, Shift+click adds another place, a click elsewhere
    begins anew."""

    name = "tool.wand"
    kind = "wand"
    has_size = True

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.step = self.tr("magic wand")
        settings = context.settings
        self.tolerance = NumberSetting(
            settings, "wand.tolerance", self, first=12, lowest=0, highest=100
        )
        self.connected = SwitchSetting(settings, "wand.connected", self, first=True)
        self.clean = NumberSetting(settings, "wand.clean", self, first=30, lowest=0, highest=999)
        for setting in (self.tolerance, self.connected, self.clean):
            setting.changed.connect(self._look)
        self._selector: tuple[ImagePyramid, NearbySelector] | None = None
        self._picks: list[_Pick] = []
        self._shown: _Pick | None = None
        """The last one in what is shown."""
        self._pressed: tuple[Pointer, int] | None = None
        """Where the drag began, and with which tolerance."""
        self._was_dragged = False
        self._may_apply = False
        """The press was inside of what is selected: without a drag it applies it."""
        self._tell()

    def busy_words(self) -> str:
        return self.tr("Looking for similar colours …")

    @property
    def is_unfinished(self) -> bool:
        return bool(self._picks)

    def options(self) -> QWidget | None:
        options = RegionOptions()
        options.add_number(
            self.tolerance,
            self.tr("Tolerance"),
            self.tr("How different a colour may be: drag right or left, or Shift+wheel"),
        )
        options.add_number(
            self.clean,
            self.tr("Clean up"),
            self.tr("Fill holes and leave out specks of up to so many pixels"),
            self.tr(" px"),
        )
        options.add_switch(
            self.connected,
            self.tr("Connected only"),
            self.tr("Only what can be reached from the place that was clicked"),
        )
        options.add_confirm(self)
        return options

    # -- the pointer ----------------------------------------------------------------------

    def press(self, pointer: Pointer) -> bool:
        if pointer.button != Qt.MouseButton.LeftButton:
            return False
        self.follow_modifiers(pointer.modifiers)
        pixel = self.pixel_in_image(pointer)
        if pixel is None or not self.may_begin():
            return False
        adds = bool(pointer.modifiers & _SHIFT) and self.is_unfinished
        is_shown = bool(self._picks) and self._shown is self._picks[-1]
        self._may_apply = not adds and is_shown and covers(self.region, pixel)
        self._pressed, self._was_dragged = (pointer, self.tolerance.value), False
        if not self._may_apply:
            self._to_apply = False  # what is picked now was not meant by Enter
            before = self._settled() if adds else _nothing
            self._picks = [*(self._picks if adds else ()), _Pick(pixel, before)]
            self._look_roughly()
            self._look()
            self._tell()
        return True

    def move(self, pointer: Pointer) -> None:
        self.follow_modifiers(pointer.modifiers)
        if self._pressed is None:
            return
        start, tolerance = self._pressed
        self._was_dragged = self._was_dragged or is_far(start, pointer)
        if self._was_dragged:
            moved = pointer.view.x() - start.view.x()
            self.tolerance.set(tolerance + TOLERANCE_PER_PIXEL * moved)

    def release(self, pointer: Pointer) -> None:
        if self._pressed is None:
            return
        applies = self._may_apply and not self._was_dragged
        self._end_drag()
        if applies:
            self.confirm()
        elif self.clean.value:
            self._look()  # cleaned up, which is for when the hand rests

    def change_size(self, steps: int) -> None:
        self.tolerance.set(self.tolerance.value + steps)

    # -- what can be done with it ---------------------------------------------------------

    def confirm(self) -> None:
        self._end_drag()
        self._apply_when_found(is_there=self.is_unfinished)

    def take_back(self, *, whole: bool = False) -> bool:
        """The last place that was picked."""
        if not self._picks:
            return False
        self._to_apply = False
        gone = self._picks.pop()
        if not self._picks:
            self.cancel()
            return True
        if self._newest.is_busy:
            self._look()
        else:
            self._take(self._picks[-1], gone.before())
        self._tell()
        return True

    def cancel(self) -> None:
        self._end_drag()
        self._picks = []
        self._shown = None
        self._drop_found()
        self._tell()

    def interrupt(self) -> None:
        self._end_drag()
        self._look()

    def finish(self) -> None:
        self.cancel()
        self._selector = None  # it keeps a byte for each pixel of the photo

    # -- inside ---------------------------------------------------------------------------

    def _end_drag(self) -> None:
        self._pressed = None
        self._was_dragged = self._may_apply = False

    def _look(self) -> None:
        content = self.editor.content
        if not self._picks or content is None:
            return
        if self._selector is None or self._selector[0] is not content.photo:
            self._selector = content.photo, NearbySelector(content.photo.pixels)
        pick = self._picks[-1]
        clean = 0 if self._pressed is not None else self.clean.value
        self._newest.ask(self._work(self._selector[1], pick, clean), partial(self._take, pick))

    def _work(
        self, selector: NearbySelector, pick: _Pick, clean: int
    ) -> Callable[[], Stencil | None]:
        tolerance, connected = self.tolerance.value, self.connected.is_on
        return partial(_select, selector, pick, tolerance, connected=connected, clean=clean)

    def _settled(self) -> Callable[[], Stencil | None]:
        """What is selected; looked for where it is not known yet, or only roughly."""
        region = self.region
        if self._newest.is_busy and self._selector is not None:
            return cache(self._work(self._selector[1], self._picks[-1], self.clean.value))
        return lambda: region

    def _look_roughly(self) -> None:
        """At a smaller copy of a large photo, until all of it is looked at."""
        content, pick = self.editor.content, self._picks[-1]
        if content is not None and coarse_level(content.photo) > 0:
            work = partial(
                _select_roughly,
                content.photo,
                pick,
                self.tolerance.value,
                connected=self.connected.is_on,
            )
            self._newest.ask(work, partial(self._take, pick))

    def _take(self, pick: _Pick, region: Stencil | None) -> None:
        self._shown = pick
        self.show_region(region)

    def _tell(self) -> None:
        self.unfinished_changed.emit()
        if self.is_unfinished:
            self.show_hint(
                self.tr(
                    "Enter or click inside: fill · Drag: tolerance · Shift+click: add"
                    " · Backspace: take back · Esc: drop"
                )
            )
        else:
            self.show_hint(
                self.tr("Press: pick a colour · drag right or left: tolerance · Ctrl: erase")
            )


def _select(
    selector: NearbySelector, pick: _Pick, tolerance: float, *, connected: bool, clean: int
) -> Stencil | None:
    return _with_before(
        pick, selector.select(*pick.pixel, tolerance, connected=connected, clean=clean)
    )


def _select_roughly(
    photo: ImagePyramid, pick: _Pick, tolerance: float, *, connected: bool
) -> Stencil | None:
    return _with_before(pick, coarse_selection(photo, pick.pixel, tolerance, connected=connected))


def _with_before(pick: _Pick, found: Stencil | None) -> Stencil | None:
    before = pick.before()
    if found is None or before is None:
        return found or before
    return before.united(found)


def _nothing() -> None:
    return None
