"""Reviewing in the window: makes its parts, and wires them to their actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.correcting import Correcting
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.review.approving import Approving
from gui.review.comparing import Comparing
from gui.workspace import Workspace

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Reviewing(QObject):
    """One of them for a window's workspace."""

    def __init__(
        self,
        workspace: Workspace,
        correcting: Correcting,
        background: Background,
        messages: MessageBar,
        *,
        actions: Actions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._workspace = workspace
        self._background = background
        self._project: Project | None = None
        self._comparing = Comparing(workspace.canvas, correcting.editor, actions, self)
        self._approving = Approving(workspace.image_list, correcting, messages, self)
        # Held down it would approve what nobody has looked at.
        actions["image.approve"].setAutoRepeat(False)
        actions.on("image.approve", self._approving.approve)

    def set_project(self, project: Project | None) -> None:
        """Review images of this project from now on."""
        self._project = project
        self._approving.set_project(project)

    def key_released(self, event: QKeyEvent) -> None:
        """A key was let go anywhere in the window, and nobody wanted it."""
        self._comparing.key_released(event)
