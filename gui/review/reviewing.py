"""Reviewing in the window: makes its parts, and wires them to their actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.correcting import Correcting
from gui.dialogs import show_dialog
from gui.jobs import Background
from gui.review.approving import Approving
from gui.review.comparing import Comparing
from gui.review.counting import Counting
from gui.review.toast import Toast
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
        *,
        actions: Actions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._workspace = workspace
        self._project: Project | None = None
        self._comparing = Comparing(workspace.canvas, correcting.editor, actions, self)
        toast = Toast(workspace.canvas)
        workspace.canvas.resized.connect(toast.place)
        # Who paints has read it, and may need the place.
        correcting.editor.changed.connect(toast.clear)
        self._approving = Approving(workspace.image_list, correcting, toast, self)
        # Held down it would approve what nobody has looked at.
        actions["image.approve"].setAutoRepeat(False)
        actions.on("image.approve", self._approving.approve)
        self._counting = Counting(background, self)
        actions.on("image.statistics", self._show_statistics)

    def set_project(self, project: Project | None) -> None:
        """Review images of this project from now on."""
        self._project = project
        self._approving.set_project(project)
        self._counting.set_project(project)

    def key_released(self, event: QKeyEvent) -> None:
        """A key was let go anywhere in the window, and nobody wanted it."""
        self._comparing.key_released(event)

    def _show_statistics(self) -> None:
        from gui.review.statistics_dialog import StatisticsDialog

        if self._project is not None:
            dialog = StatisticsDialog(self._project, self._counting, self._window)
            dialog.image_wanted.connect(self._workspace.image_list.select)
            show_dialog(self._window, dialog)
            dialog.count()
