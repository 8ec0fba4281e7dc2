"""What a tool is about to do, drawn over the image; nothing here changes the mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QGraphicsScene

from gui.canvas.preview_path import Path, PathItem, Scribble
from gui.canvas.preview_stencil import Color, StencilItem
from segmenter.editing.stencil import Stencil

__all__ = ["Color", "Path", "Preview", "Scribble"]


class Preview(QObject):
    """``canvas.preview``: a stencil in a class's colour, and lines over it.

    Each setter replaces what it showed before and repaints only what is different.
    """

    def __init__(
        self,
        scene: QGraphicsScene,
        image_size: Callable[[], tuple[int, int] | None],
        parent: QObject | None = None,
    ) -> None:
        """``image_size``: width and height of the image that is shown, None where none is."""
        super().__init__(parent)
        self._stencil = StencilItem(image_size)
        self._lines = PathItem(image_size)
        for depth, item in ((1, self._stencil), (2, self._lines)):
            item.setZValue(depth)
            scene.addItem(item)

    @property
    def stencil(self) -> Stencil | None:
        """What is shown of the last stencil: the part inside the image."""
        return self._stencil.stencil

    @property
    def path(self) -> Path | None:
        return self._lines.path

    @property
    def box(self) -> QRectF | None:
        return self._lines.box

    @property
    def scribbles(self) -> tuple[Scribble, ...]:
        return self._lines.scribbles

    def set_stencil(
        self, stencil: Stencil | None, color: Color | None = None, *, border: bool = True
    ) -> None:
        """Show which pixels would change, in the class's colour; ``color`` None: they would
        become unlabelled. ``border``: with a line around them. The stencil is kept, not copied."""
        self._stencil.show_stencil(stencil, color, border=border)

    def set_path(
        self,
        points: ArrayLike,
        *,
        handles: Sequence[int] = (),
        cursor: tuple[float, float] | None = None,
        hot: int | None = None,
        closing: bool = False,
        is_area: bool = False,
    ) -> None:
        """Show an open polygon: ``points`` N×2 image coordinates, ``handles`` the indices of
        those that can be taken hold of, ``cursor`` where the next one would be; ``is_area``: a
        faint line shows how it would be closed."""
        array = np.array(points, np.float64).reshape(-1, 2)
        path = Path(array, tuple(handles), cursor, hot, closing, is_area) if len(array) else None
        self._lines.show_path(path)

    def set_box(self, box: QRectF | None) -> None:
        """In image coordinates."""
        self._lines.show_box(None if box is None else QRectF(box))

    def set_scribbles(self, scribbles: Sequence[Scribble]) -> None:
        self._lines.show_scribbles(tuple(scribbles))

    def set_color(self, color: Color) -> None:
        """Of the chosen class: handles and scribbles of the foreground have it."""
        self._lines.show_color(color)

    def clear(self) -> None:
        """Show nothing."""
        self._lines.show_path(None)
        self._lines.show_box(None)
        self._lines.show_scribbles(())
        if self.stencil is not None:
            self.set_stencil(None)
