"""One stroke on its way across the mask."""

from __future__ import annotations

from gui.canvas.pointer import Pointer
from gui.editing.editor import Editor
from gui.tools.brush_settings import BrushSettings
from gui.tools.ink import Ink
from segmenter.editing.brush import strips
from segmenter.editing.rect import Rect


class Stroke:
    """From point to point; the step it belongs to is begun and ended by the tool."""

    def __init__(self, editor: Editor, brush: BrushSettings, ink: Ink) -> None:
        self._editor = editor
        self._brush = brush
        self._ink = ink
        self._bounds = Rect()
        labels = editor.labels
        if labels is not None:
            self._bounds = Rect(0, 0, labels.shape[1], labels.shape[0])
        self._size = brush.size
        self.last: Pointer | None = None
        """Where it is; None before it has begun."""

    @property
    def is_open(self) -> bool:
        """Nothing else has ended the step."""
        return self._editor.is_open

    def start(self, pointer: Pointer) -> bool:
        """Set the brush down."""
        self.last = pointer
        self._size = self._brush.size_at(pointer.pressure)
        return self.go_to(pointer)

    def go_to(self, pointer: Pointer) -> bool:
        """Draw it on to ``pointer``; False where the step was ended by something else."""
        if not self.is_open or self.last is None:
            return False
        size = self._brush.size_at(pointer.pressure)
        parts = strips(
            (self.last.x, self.last.y),
            (pointer.x, pointer.y),
            self._size,
            self._brush.shape,
            end_size=size,
            bounds=self._bounds,
        )
        for covered in parts:
            self._editor.paint(covered, self._ink.over(covered))
        self.last, self._size = pointer, size
        return True
