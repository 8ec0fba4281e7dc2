"""Split, flicker and changed pixels: from their actions to the canvas."""

from __future__ import annotations

from functools import partial
from time import monotonic

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit

from gui.actions import Actions
from gui.canvas.canvas import Canvas
from gui.canvas.content import LabelKind
from gui.editing.editor import Editor

SPLIT, FLICKER, CHANGES = "view.split", "view.flicker", "view.changes"
HELD = 0.3
"""Seconds from which a key counts as held, and letting go of it goes back."""


class Comparing(QObject):
    """What is switched on stays so from image to image; the prediction is in memory only while
    one of the three is."""

    def __init__(
        self, canvas: Canvas, editor: Editor, actions: Actions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._comparison = canvas.comparison
        self._editor = editor
        self._flicker = actions[FLICKER]
        self._flicker.setAutoRepeat(False)
        self._flickered_at = 0.0
        for name, switch in (
            (SPLIT, self._split),
            (FLICKER, self._show_prediction),
            (CHANGES, self._comparison.set_marks_changes),
        ):
            actions[name].toggled.connect(partial(self._switch, name, switch))
        editor.prediction_changed.connect(self._take_prediction)
        editor.kind_changed.connect(self._take_prediction)

    def key_released(self, event: QKeyEvent) -> None:
        """Of the window: a held flicker key goes back when it is let go, a short tap stays."""
        if event.isAutoRepeat() or not self._flickered_at or _is_typing():
            return
        if QKeySequence(event.keyCombination()) in self._flicker.shortcuts():
            held = monotonic() - self._flickered_at
            self._flickered_at = 0.0
            if held > HELD:
                self._flicker.toggle()
                self._flickered_at = 0.0

    def _switch(self, name: str, switch: object, on: bool) -> None:
        assert callable(switch)
        self._editor.want_prediction(name, on)
        switch(on)
        self._take_prediction()

    def _split(self, on: bool) -> None:
        self._comparison.set_split(on)
        if on:
            self._editor.changed.connect(self._comparison.reveal)
        else:
            self._editor.changed.disconnect(self._comparison.reveal)

    def _show_prediction(self, on: bool) -> None:
        self._flickered_at = monotonic()
        self._comparison.set_shows_prediction(on)
        # Who paints wants to see what they paint on.
        if on:
            self._editor.changed.connect(self._back_to_mask)
        else:
            self._editor.changed.disconnect(self._back_to_mask)

    def _back_to_mask(self, _: QRect) -> None:
        self._flicker.setChecked(False)
        self._flickered_at = 0.0

    def _take_prediction(self) -> None:
        content = self._editor.content
        is_mask = content is not None and content.kind is LabelKind.MASK
        # Of an image without a mask it is the array that is shown, and is soon to be painted on.
        wanted = self._comparison.is_on and is_mask
        self._comparison.set_prediction(
            self._editor.prediction() if wanted else None,
            is_pending=self._editor.prediction_is_pending,
        )


def _is_typing() -> bool:
    """Keys are letters there, and fields let go of a key without taking it."""
    return isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox | QComboBox)
