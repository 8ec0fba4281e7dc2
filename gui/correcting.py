"""Correcting masks in the window: makes editor and tools, and wires them to their surroundings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.canvas.content import CanvasContent
from gui.editing.editor import Editor
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.settings import Settings
from gui.tools.tool import ToolContext
from gui.tools.tool_box import ToolBox
from gui.workspace import Workspace

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Correcting(QObject):
    """A stroke goes from the canvas to the tool, from the tool to the editor, and from there to
    the canvas, the history and the disk."""

    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        messages: MessageBar,
        settings: Settings,
        *,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._messages = messages
        self._actions = actions
        self._project: Project | None = None
        self.editor = Editor(self)
        self.tools = ToolBox(
            ToolContext(workspace.canvas, self.editor, settings, background), actions, self
        )
        self._connect()

    def _connect(self) -> None:
        editor, canvas = self.editor, self._workspace.canvas
        editor.changed.connect(canvas.refresh)
        editor.kind_changed.connect(canvas.refresh)
        editor.history_changed.connect(self._show_history)
        editor.refused.connect(lambda sentence: self._messages.say(sentence, "warning"))
        self._workspace.class_panel.current_changed.connect(
            lambda class_id: editor.set_class(class_id if class_id >= 0 else None)
        )
        editor.class_changed.connect(self._workspace.class_panel.select)
        editor.class_changed.connect(self._workspace.tool_strip.show_class)
        self._workspace.tool_strip.class_wanted.connect(editor.set_class)
        self._actions.on("edit.undo", editor.undo)
        self._actions.on("edit.redo", editor.redo)

    def set_project(self, project: Project | None) -> None:
        """Edit images of this project from now on."""
        self._project = project
        self.tools.cancel()
        self.editor.show_nothing()
        self.editor.set_refusal(project.read_only_reason if project is not None else "")

    def show(self, name: str, content: CanvasContent | None) -> None:
        """This image is about to be shown; None: no image is."""
        self.tools.cancel()
        if content is None:
            self.editor.show_nothing()
        else:
            self.editor.show(name, content)

    def _show_history(self) -> None:
        for action, verb, step in (
            (self._actions["edit.undo"], self.tr("&Undo"), self.editor.undo_name),
            (self._actions["edit.redo"], self.tr("&Redo"), self.editor.redo_name),
        ):
            action.setText(f"{verb} {step}".strip())
            action.setEnabled(bool(step))
