"""Comparing two models from the window: from the menu, or once a new one has been learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.correcting import Correcting
from gui.inference_worker import Inference
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar

if TYPE_CHECKING:
    from gui.models.comparison_dialog import ComparisonDialog
    from segmenter.project.project import Project


class ComparingModels(QObject):
    """At most one comparison is open; it goes with its folder."""

    def __init__(
        self,
        correcting: Correcting,
        inference: Inference,
        *,
        background: Background,
        jobs: Jobs,
        messages: MessageBar,
        actions: Actions,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._messages = messages
        self._actions = actions
        self._correcting = correcting
        self._inference = inference
        self._background = background
        self._jobs = jobs
        self._project: Project | None = None
        self._dialog: ComparisonDialog | None = None
        actions.on("model.compare", self.show)

    def set_project(self, project: Project | None) -> None:
        """Compare on the images of this project from now on."""
        self.close()
        self._project = project

    def show(self, old: str = "", new: str = "") -> None:
        """Open the comparison; with two models (names of the zoo or model files) it begins at
        once. One that is open already is closed."""
        from gui.models.comparison_dialog import ComparisonDialog

        project = self._project
        if project is None:
            return
        self.close()
        # By the time the other process has imported torch, what was just painted is on the disk.
        for opened in self._correcting.saver.unsaved:
            self._correcting.saver.hurry(opened)
        dialog = self._dialog = ComparisonDialog(
            project,
            self._inference,
            self._background,
            self._jobs,
            old=old,
            new=new,
            parent=self._window,
        )
        dialog.finished.connect(self._forget)
        dialog.model_changed.connect(self._tell_changed)
        dialog.show()

    def close(self) -> None:
        """Close what is open; what it was computing is given up."""
        if self._dialog is not None:
            self._dialog.reject()

    def _tell_changed(self, title: str) -> None:
        self._messages.say(
            self.tr("“{0}” is in use now.").format(title),
            "info",
            self.tr("Segment the folder again"),
            self._actions["segment.folder_again"].trigger,
        )

    def _forget(self) -> None:
        self._dialog = None
