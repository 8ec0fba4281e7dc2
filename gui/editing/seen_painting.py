"""Whoever paints sees what they paint, or hears why nothing is painted."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.class_panel import ClassPanel
from gui.editing.editor import Editor
from gui.message_bar import MessageBar


class SeenPainting(QObject):
    """Masks that are hidden come back with the first pixel that changes; where protection lets
    nothing change at all, that is said."""

    def __init__(
        self,
        editor: Editor,
        classes: ClassPanel,
        messages: MessageBar,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._classes = classes
        self._messages = messages
        self._shown = actions["view.overlay"]
        self._bare = actions["view.compare"]
        editor.changed.connect(self._show)
        editor.held_back.connect(self._tell)

    def _show(self) -> None:
        if not self._shown.isChecked():
            self._shown.setChecked(True)
        if self._bare.isChecked():
            self._bare.setChecked(False)
        painted = self._classes.current_class
        if painted is not None and not painted.visible:
            self._classes.set_class_visible(painted.id, True)

    def _tell(self) -> None:
        protection = self._editor.protection
        reasons = []
        if protection.only_unlabelled:
            reasons.append(self.tr("only unlabelled pixels are painted on (U)"))
        if protection.only_class is not None:
            reasons.append(self.tr("only one class is painted on (Shift+U)"))
        if protection.locked:
            names = [each.name for each in self._classes.classes if each.id in protection.locked]
            reasons.append(self.tr("{0} is protected (L)").format(", ".join(names)))
        self._messages.say(
            self.tr("Nothing changed: {0}.").format(self.tr(", and ").join(reasons)),
            fleeting=True,
        )
