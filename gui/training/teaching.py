"""Everything by which the model in use learns from the person, wired to an open folder.

Made with the desk, so before the first folder is opened nothing of it is imported. Nothing here
imports torch: what computes does so in the inference thread or in a process of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.desk import Desk
from gui.inference_worker import Inference
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar
from gui.models.comparing_models import ComparingModels
from gui.segmenting import Segmenting
from gui.settings import Settings
from gui.status_bar import StatusBar
from gui.training.announcing import Announcing
from gui.training.fine_tuning import FineTuning
from gui.training.learn_hint import LearnHint
from gui.training.learn_now import LearnNow
from gui.training.pinning import Pinning
from gui.training.tidying import Tidying
from gui.training.training import Training
from gui.training.watching import Watching

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Teaching(QObject):
    """Makes the ways of learning and hands them the folder that is open."""

    running_changed = Signal(bool)
    """The inference thread learns now, or has ended it."""

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
        self._actions = actions
        # -- the parts ------------------------------------------------------------------------
        self.learn_now = LearnNow(
            desk,
            inference,
            segmenting,
            messages=messages,
            progress=status.progress,
            actions=actions,
            parent=self,
        )
        self.learn_hint = LearnHint(
            desk.correcting, messages, settings, actions=actions, parent=self
        )
        self.training = Training(
            desk, jobs=jobs, background=background, messages=messages, window=parent, parent=self
        )
        self.watching = Watching(
            self.training, desk, background, settings, status=status, actions=actions, parent=self
        )
        self.comparing = ComparingModels(
            desk.correcting,
            inference,
            background=background,
            jobs=jobs,
            messages=messages,
            actions=actions,
            window=parent,
            parent=self,
        )
        self.announcing = Announcing(
            self.training,
            inference,
            messages,
            compare=self.comparing.show,
            actions=actions,
            window=parent,
            parent=self,
        )
        self.fine_tuning = FineTuning(
            self.training,
            desk,
            inference,
            background=background,
            settings=settings,
            actions=actions,
            window=parent,
            parent=self,
        )
        Tidying(inference, background, lambda: self.fine_tuning.chosen_model, self)
        self.pinning = Pinning(desk.workspace.image_list, messages, actions, self)
        # -- their actions --------------------------------------------------------------------
        actions.on("model.stop", self._stop)
        actions.on("model.pause", self._pause)
        actions.on("model.resume", self.training.resume_last)
        self.training.state_changed.connect(self._update)
        self.learn_now.running_changed.connect(self.running_changed)
        self.learn_now.running_changed.connect(lambda _: self._update())
        desk.project_changed.connect(self._set_project)

    def _set_project(self, project: Project | None) -> None:
        """Another folder is open, or none."""
        self._project = project
        self.learn_now.set_project(project)
        self.learn_hint.set_project(project)
        self.training.set_project(project)
        self.watching.set_project(project)
        self.comparing.set_project(project)
        self.fine_tuning.set_project(project)
        self.pinning.set_project(project)

    def _stop(self) -> None:
        """Whichever learns; where both do, the one that is over soon."""
        if self.learn_now.is_running:
            self.learn_now.stop()
        else:
            self.training.stop()

    def _pause(self) -> None:
        self.training.pause(self._actions["model.pause"].isChecked())

    def _update(self) -> None:
        training, actions = self.training, self._actions
        actions["model.stop"].setEnabled(self.learn_now.is_running or training.is_running)
        actions["model.pause"].setEnabled(training.can_pause)
        actions["model.pause"].setChecked(training.is_paused or training.is_pausing)
        actions["model.resume"].setEnabled(training.can_resume)
