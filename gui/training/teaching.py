"""Everything by which the model in use learns from the person, wired to an open folder.

Made with the desk, so before the first folder is opened nothing of it is imported. Nothing here
imports torch: what computes does so in the inference thread or in a process of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.desk import Desk
from gui.inference_worker import Inference
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar
from gui.segmenting import Segmenting
from gui.settings import Settings
from gui.status_bar import StatusBar

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Teaching(QObject):
    """Makes the ways of learning and hands them the folder that is open."""

    def __init__(
        self,
        desk: Desk,
        inference: Inference,
        segmenting: Segmenting,
        *,
        jobs: Jobs,
        background: Background,
        settings: Settings,
        messages: MessageBar,
        status: StatusBar,
        actions: Actions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        # -- the parts ------------------------------------------------------------------------
        # -- their actions --------------------------------------------------------------------
        desk.project_changed.connect(self._set_project)

    def _set_project(self, project: Project | None) -> None:
        """Another folder is open, or none."""
        self._project = project
