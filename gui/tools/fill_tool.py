"""Filling: a connected region of one class gets another, or its holes do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from gui.canvas.pointer import Pointer
from gui.tools.newest import Newest
from gui.tools.region_options import RegionOptions
from gui.tools.region_tool import RegionTool, covers
from gui.tools.tool import ToolContext
from gui.tools.tool_settings import SwitchSetting
from segmenter.editing.regions import connected_region, enclosed_by
from segmenter.editing.stencil import Stencil


@dataclass(frozen=True)
class _Found:
    under: Stencil
    """The region the pointer is in."""
    label: int
    region: Stencil | None
    """What a click would fill."""
    holes_only: bool
    labels: NDArray[np.uint8]
    version: int
    """Of the labels it was found in."""


class FillTool(RegionTool):
    """Shows the region under the pointer while it hovers, and fills it with a click. The right
    button erases, as the brush's does."""

    name = "tool.fill"

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.step = self.tr("fill")
        self.holes_only = SwitchSetting(context.settings, "fill.holes_only", self)
        self.holes_only.changed.connect(self._look)
        self._newest = Newest(context.background, "fill", self)
        self._newest.failed.connect(self.cancel)
        self._at: Pointer | None = None
        self._found: _Found | None = None
        self._version = 0
        """Goes up with every change of the labels."""
        self._to_fill = False
        """A click waits for its region."""
        self._fills_holes = False
        context.editor.changed.connect(self._labels_changed)
        context.editor.kind_changed.connect(self._labels_changed)
        self.hint = self.tr(
            "Click: fill the region · Shift: its holes only · right button or Ctrl: erase it"
        )

    def options(self) -> QWidget | None:
        options = RegionOptions()
        options.add_switch(
            self.holes_only,
            self.tr("Holes only"),
            self.tr("Fill what the region encloses, not the region (Shift)"),
        )
        return options

    # -- the pointer ----------------------------------------------------------------------

    def press(self, pointer: Pointer) -> bool:
        if pointer.button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        self._follow(pointer)
        if pointer.button == Qt.MouseButton.RightButton:
            self.set_erases(True)
        if self.pixel_in_image(pointer) is None or not self.may_begin():
            return False
        self._to_fill = True
        self._look()
        return True

    def move(self, pointer: Pointer) -> None:
        if self._to_fill:
            return  # The click comes first; where the pointer is then is looked at afterwards.
        self._follow(pointer)
        self._look()

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)

    def leave(self) -> None:
        if not self._to_fill:
            self._at = None
            self._look()

    def cancel(self) -> None:
        self._to_fill = False
        self._newest.drop()
        self._found = None
        self.show_region(None)

    def interrupt(self) -> None:
        """A click is over when it has begun."""

    def finish(self) -> None:
        self._at = None
        self.cancel()

    # -- inside ---------------------------------------------------------------------------

    def _follow(self, pointer: Pointer) -> None:
        self._at = pointer
        self.follow_modifiers(pointer.modifiers)
        shift = bool(pointer.modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._fills_holes = self.holes_only.is_on != shift

    def _look(self) -> None:
        """Show (or, after a click, fill) what is under the pointer, as soon as it is known."""
        pixel = None if self._at is None else self.pixel_in_image(self._at)
        if pixel is None:
            self._newest.drop()
            self.show_region(None)
        elif self._found is not None and self._is_current(self._found, pixel):
            self._take(self._found)
        else:
            work = partial(_find, self.canvas.mask, pixel, self._fills_holes, self._version)
            self._newest.ask(work, self._take)

    def _is_current(self, found: _Found, pixel: tuple[int, int]) -> bool:
        asked = (self._fills_holes, self._version)
        is_of_now = (found.holes_only, found.version) == asked
        return is_of_now and found.labels is self.canvas.mask and covers(found.under, pixel)

    def _take(self, found: _Found) -> None:
        self._found = found
        pixel = None if self._at is None else self.pixel_in_image(self._at)
        if pixel is None:
            return
        if not self._is_current(found, pixel):
            self._look()
            return
        changes_nothing = not found.holes_only and found.label == self.value
        if self._to_fill:
            self._to_fill = False
            if not changes_nothing:
                self.apply(found.region)
                return
        shown = None if changes_nothing else found.region
        if shown is not self.region:
            self.show_region(shown)

    def _labels_changed(self) -> None:
        self._version += 1
        self._found = None
        if self._is_chosen and not self._to_fill:
            self.show_region(None)
            self._look()

    def recolor(self) -> None:
        super().recolor()
        if self._found is not None and not self._to_fill:
            self._look()


def _find(
    labels: NDArray[np.uint8], pixel: tuple[int, int], holes_only: bool, version: int
) -> _Found:
    under = connected_region(labels, *pixel)
    region = enclosed_by(under) if holes_only else under
    return _Found(under, int(labels[pixel[1], pixel[0]]), region, holes_only, labels, version)
