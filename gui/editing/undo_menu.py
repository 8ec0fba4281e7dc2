"""“Undo brush stroke”: the menu and the tool bar name the step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from gui.actions import Actions
from gui.editing.editor import Editor


class UndoMenu(QObject):
    """Keeps the two actions' words in step with the editor's history."""

    def __init__(
        self,
        editor: Editor,
        actions: Actions,
        take_back: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """``take_back``: takes back the last part of what a tool has not finished, a corner of a
        polygon, say; False where there is none, and then a step of the mask is taken back."""
        super().__init__(parent)
        self._take_back = take_back
        self._editor = editor
        self._actions = actions
        self._tips = {
            name: actions[name].toolTip().rpartition(" (")[0] for name in ("edit.undo", "edit.redo")
        }
        actions.on("edit.undo", self._undo)
        actions.on("edit.redo", editor.redo)
        editor.history_changed.connect(self._show)
        self._show()

    def _undo(self) -> None:
        if not self._take_back():
            self._editor.undo()

    def _show(self) -> None:
        for name, verb, step in (
            ("edit.undo", self.tr("&Undo"), self._editor.undo_name),
            ("edit.redo", self.tr("&Redo"), self._editor.redo_name),
        ):
            action = self._actions[name]
            words = f"{verb} {step}".strip()
            tip = words.replace("&", "") if step else self._tips[name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(words)
            action.setToolTip(f"{tip} ({keys})")
            action.setEnabled(bool(step))
