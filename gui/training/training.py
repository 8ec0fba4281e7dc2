"""Fine-tuning in the window: one run at a time in a process of its own, and what the project
keeps of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.desk import Desk
from gui.dialogs import show_dialog
from gui.jobs import Background, Jobs, spare_threads
from gui.message_bar import MessageBar
from gui.training.last_run import LastRun, look_at_last_run
from gui.training.leave_dialog import LeaveDialog
from gui.training.run_process import Ending, RunProcess
from gui.training.run_record import RunRecord
from gui.training.run_request import RunRequest
from segmenter.cli.own_command import own_command
from segmenter.errors import MaskwrightError
from segmenter.project.location import check_here
from segmenter.project.run_table import RunStatus
from segmenter.training.events import Event
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.run_folder import new_run_name

if TYPE_CHECKING:
    from segmenter.project.project import Project

log = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds that closing waits for the step at hand; then what the last checkpoint holds counts."""


@dataclass
class LiveRun:
    """The run that is under way, or was the last to be."""

    id: int
    """In the project's table."""
    name: str
    """Of its folder."""
    folder: Path
    model: Path
    """The file that it makes."""
    title: str
    """What the model is called."""
    record: RunRecord
    can_pause: bool = True
    """Learning at once is over before anybody needs that."""


class Training(QObject):
    """Starts, pauses, stops and resumes; tells what happens. Says nothing to the person but why
    something can't be done."""

    running_changed = Signal(bool)
    state_changed = Signal()
    """Paused, stopping, or whether there is something to resume."""
    begun = Signal(object)
    """The :class:`LiveRun`, before anything is told of it."""
    told = Signal(object)
    """An event; the run's record has taken it."""
    ended = Signal(object, object)
    """The LiveRun and the :class:`gui.training.run_process.Ending`."""
    cut_short = Signal(object)
    """A :class:`gui.training.last_run.LastRun` that ended with the window that watched it."""

    def __init__(
        self,
        desk: Desk,
        *,
        jobs: Jobs,
        background: Background,
        messages: MessageBar,
        window: QWidget,
        command: Sequence[str] = (),
        parent: QObject | None = None,
    ) -> None:
        """``command``: what is run in place of our own command line."""
        super().__init__(parent)
        self._desk = desk
        self._jobs = jobs
        self._background = background
        self._messages = messages
        self._window = window
        self.command = list(command) or own_command()
        self._project: Project | None = None
        self._last: LastRun | None = None
        self.run: LiveRun | None = None
        """Under way, or the last one of this folder in this window."""
        self._process = RunProcess(self)
        self._process.told.connect(self._take)
        self._process.ended.connect(self._finish)
        self.is_stopping = False
        self._wants_pause = False
        self._unseen: int | None = None
        """The id of a run that ended because the folder is being left."""
        self._dialog: LeaveDialog | None = None
        self._later: Callable[[], object] | None = None

    # -- what there is --------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        return self._process.is_running

    @property
    def pid(self) -> int:
        """Of the process that trains; 0 while none does."""
        return self._process.pid

    @property
    def is_paused(self) -> bool:
        return self.is_running and self.run is not None and self.run.record.is_paused

    @property
    def is_pausing(self) -> bool:
        """It was asked to pause, and is to finish the step at hand first."""
        return self.can_pause and self._wants_pause and not self.is_paused

    @property
    def can_pause(self) -> bool:
        return (
            self.is_running and not self.is_stopping and self.run is not None and self.run.can_pause
        )

    @property
    def can_resume(self) -> bool:
        """Whether the last run can go on."""
        return not self.is_running and self._last is not None and self._last.can_go_on

    def set_project(self, project: Project | None) -> None:
        """Another folder is open, or none; looks whether its last run was cut short. What ran in
        the one before was ended, see :meth:`leave_first`."""
        self._process.kill()
        self._leave_untold()
        self._project = project
        self.run = self._last = None
        self.state_changed.emit()
        if project is not None:
            self._look(project)

    # -- what can be done -----------------------------------------------------------------

    def start(self, request: RunRequest) -> None:
        """Save all masks, then begin. What can't be is said in the message bar."""
        project = self._ready(partial(self.start, request))
        if project is None:
            return
        name = _free_name(project.runs.folder)
        model = project.models_folder / f"{name}.safetensors"
        title = request.name or f"Fine-tuned {name}"
        arguments = [
            "train", str(project.folder), *request.arguments(),
            *(() if request.name else ("--name", title)),
            "--out", str(model), "--run", str(project.runs.folder / name),
            "--threads", str(spare_threads()),
        ]  # fmt: skip
        began_with = "" if request.network is not None else request.model
        settings = {"folder": name, "title": title, "model": began_with}
        try:
            id = project.runs.begin(request.recipe.name, settings, model.name)
        except MaskwrightError as error:
            self._messages.say(str(error), "error")
            return
        run = LiveRun(
            id, name, project.runs.folder / name, model, title, RunRecord(),
            can_pause=not isinstance(request.recipe, QuickRecipe),
        )  # fmt: skip
        self._begin(run, arguments)

    def resume_last(self) -> None:
        """Go on with the last run, after its newest checkpoint."""
        project, last = self._ready(self.resume_last), self._last
        if project is None or last is None:
            return
        try:
            project.runs.resume(last.id)
        except MaskwrightError as error:
            self._messages.say(str(error), "error")
            return
        folder = project.runs.folder / last.name
        run = LiveRun(
            last.id, last.name, folder, project.models_folder / last.model, last.title, last.record
        )
        run.record.go_on()
        self._begin(run, ["train", "--resume", str(folder)])

    def pause(self, paused: bool) -> None:
        """After the step at hand; or go on."""
        self._wants_pause = paused
        self._process.tell("pause" if paused else "resume")
        self.state_changed.emit()

    def stop(self) -> None:
        """Finish the step at hand, save, end. Asked a second time: end at once, and what the last
        checkpoint holds is left."""
        if not self.is_running:
            return
        if self.is_stopping:
            self._process.kill()
            return
        self._stop(None)

    def leave_first(self, later: Callable[[], object]) -> bool:
        """True where nothing runs. Else the person is asked, and ``later`` is called when the run
        has been stopped; asked once more meanwhile, it is stopped without an answer."""
        if not self.is_running:
            return True
        self._later = later
        if self._dialog is not None:
            self._dialog.accept()
        elif not self.is_stopping:
            dialog = self._dialog = LeaveDialog(self._window)
            dialog.finished.connect(self._leave)
            show_dialog(self._window, dialog)
        else:
            self._stop(PATIENCE)
        return False

    # -- inside ---------------------------------------------------------------------------

    def _ready(self, again: Callable[[], object]) -> Project | None:
        """The project, where a run can begin now; ``again``: once the masks are saved."""
        project = self._project
        if project is None:
            return None
        if self.is_running:
            self._messages.say(self.tr("A training is under way; stop it first."), "warning")
            return None
        if project.why_labels_stay:
            self._messages.say(project.why_labels_stay, "warning")
            return None
        try:
            check_here(project.data_folder)
        except MaskwrightError as error:
            self._messages.say(str(error), "error")
            return None
        if not self._desk.correcting.save_first(again):
            return None
        return project

    def _begin(self, run: LiveRun, arguments: list[str]) -> None:
        self.run = run
        self._last = self._unseen = None
        self.is_stopping = self._wants_pause = False
        self._jobs.begin("train")
        self.begun.emit(run)
        self._process.start([*self.command, *arguments, "--json", "--control"])
        self.running_changed.emit(True)
        self.state_changed.emit()

    def _stop(self, patience: float | None) -> None:
        self.is_stopping = True
        self._process.stop(patience)
        self.state_changed.emit()

    def _leave(self, answer: int) -> None:
        self._dialog = None
        if answer != LeaveDialog.DialogCode.Accepted:
            self._later = None
        elif self.is_running:
            self._stop(PATIENCE)
        else:
            self._call_later()  # it came to its end while the person was thinking

    def _take(self, event: Event) -> None:
        run = self.run
        if run is None:
            return
        was_paused = run.record.is_paused
        run.record.take(event)
        self.told.emit(event)
        if run.record.is_paused != was_paused:
            self.state_changed.emit()

    def _finish(self, ending: Ending) -> None:
        run, project = self.run, self._project
        is_leaving = self._later is not None and self._dialog is None
        self.is_stopping = False
        if run is not None:
            run.record.break_off()
        if run is not None and project is not None:
            self._keep(project, run, ending)
            self._unseen = run.id if is_leaving else None
            self.ended.emit(run, ending)
        self.running_changed.emit(False)
        self.state_changed.emit()
        self._jobs.end("train")
        if is_leaving:
            self._call_later()
        if project is not None and project is self._project:  # also where it could not be left
            self._look(project)

    def _call_later(self) -> None:
        later, self._later = self._later, None
        if later is not None:
            later()

    def _leave_untold(self) -> None:
        """Who left the folder has not read how the run ended, and is told on coming back."""
        project, id, self._unseen = self._project, self._unseen, None
        if project is None or id is None:
            return
        try:
            project.runs.leave(id)
        except MaskwrightError as error:
            log.warning("nobody will be told how the run ended: %s", error)

    def _keep(self, project: Project, run: LiveRun, ending: Ending) -> None:
        status = RunStatus.FAILED
        if ending.is_stopped:
            status = RunStatus.STOPPED
        elif ending.last is not None:
            status = RunStatus.FINISHED
        try:
            project.runs.end(
                run.id,
                status,
                curves=run.record.curves(),
                scores=ending.last.scores if ending.last is not None else None,
            )
        except MaskwrightError as error:
            log.warning("how the run ended could not be kept: %s", error)

    def _look(self, project: Project) -> None:
        """At the last run of the folder: whether it can go on, or was cut short."""

        def found(last: LastRun | None) -> None:
            if project is not self._project or self.is_running:
                return
            self._last = last
            if last is not None and last.was_cut_short:
                self.cut_short.emit(last)
            self.state_changed.emit()

        self._background.run(
            lambda cancel: look_at_last_run(project, cancel), found, log.warning, kind="runs"
        )


def _free_name(runs: Path) -> str:
    """Of a run that begins now; two may begin within one second."""
    name = first = new_run_name()
    number = 1
    while (runs / name).exists():
        number += 1
        name = f"{first} {number}"
    return name
