"""The switches that keep labels from being painted over, and the editor's protection: one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.canvas.canvas import Canvas
from gui.editing.editor import Editor


class ProtectSwitches(QObject):
    """Whoever changes the protection (a lock in the list of classes, say), the switches follow."""

    def __init__(
        self, actions: Actions, editor: Editor, canvas: Canvas, parent: QObject | None = None
    ) -> None:
        """``canvas``: knows the classes' names."""
        super().__init__(parent)
        self._actions = actions
        self._editor = editor
        self._canvas = canvas
        self._words = actions["protect.only_class"].text()
        for name, do in (
            ("protect.class", self._lock),
            ("protect.only_unlabelled", self._only_unlabelled),
            ("protect.only_class", self._only_class),
        ):
            actions[name].triggered.connect(_then(do, self._follow))
        editor.protection_changed.connect(self._follow)
        editor.class_changed.connect(self._follow)
        canvas.classes_changed.connect(self._follow_classes)
        self._follow()

    def _lock(self, on: bool) -> None:
        if self._editor.class_id is not None:
            self._editor.lock_class(self._editor.class_id, on)

    def _only_unlabelled(self, on: bool) -> None:
        self._editor.set_protection(replace(self._editor.protection, only_unlabelled=on))

    def _only_class(self, on: bool) -> None:
        chosen = self._editor.class_id if on else None
        self._editor.set_protection(replace(self._editor.protection, only_class=chosen))

    def _follow_classes(self) -> None:
        """A class that is gone, with its folder or from it, restricts nobody: else nothing could
        be painted any more."""
        protection = self._editor.protection
        known = {each.id for each in self._canvas.classes}
        if protection.only_class is not None and protection.only_class not in known:
            self._editor.set_protection(replace(protection, only_class=None))
        self._follow()

    def _follow(self) -> None:
        protection = self._editor.protection
        only = protection.only_class
        self._actions["protect.class"].setChecked(self._editor.class_id in protection.locked)
        self._actions["protect.only_unlabelled"].setChecked(protection.only_unlabelled)
        action = self._actions["protect.only_class"]
        action.setChecked(only is not None)
        # The class it was switched on for stays, whichever is painted with: the switch names it.
        names = {each.id: each.name for each in self._canvas.classes}
        words = self._words
        if only is not None and only in names:
            name = names[only].replace("&", "&&")
            words = self.tr("Paint only on c&lass “{0}”").format(name)
        action.setText(words)


def _then(do: Callable[[bool], None], after: Callable[[], None]) -> Callable[[bool], None]:
    """A switch that could not be set springs back."""

    def both(on: bool) -> None:
        do(on)
        after()

    return both
