"""Fine-tune from the menu: opens the dialog, brings it what it has to know, and passes on what a
person wants."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.desk import Desk
from gui.dialogs import show_dialog
from gui.inference_worker import Inference
from gui.jobs import Background, spare_threads
from gui.settings import Settings
from gui.torch_import import import_torch_gently
from gui.training import paces
from gui.training.fine_tune_choices import remember, remembered
from gui.training.training import Training
from gui.work import Work, nothing
from segmenter.cancel import CancelToken
from segmenter.training.estimate import Pace, Task, guessed_pace
from segmenter.training.events import Epoch, Event
from segmenter.training.labelled_images import LabelledImageReader, usable_records

if TYPE_CHECKING:
    from gui.training.fine_tune_dialog import FineTuneDialog
    from gui.training.run_request import RunRequest
    from gui.training.start_points import StartPoint
    from segmenter.prediction.device import Device
    from segmenter.project.project import Project

log = logging.getLogger(__name__)

_KIND = "fine-tune"


class FineTuning(QObject):
    """One dialog at most; what was counted is kept for the next time."""

    def __init__(
        self,
        training: Training,
        desk: Desk,
        inference: Inference,
        *,
        background: Background,
        settings: Settings,
        actions: Actions,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._inference = inference
        self._background = background
        self._settings = settings
        self._actions = actions
        self._window = window
        self._project: Project | None = None
        self._reader: LabelledImageReader | None = None
        self._devices: tuple[list[Device], str] | None = None
        self._guess: Pace | None = None
        self._task: Task | None = None
        """Of the run that is under way."""
        self.dialog: FineTuneDialog | None = None
        self._tokens: list[CancelToken] = []
        self._count: Work | None = None
        actions.on("model.fine_tune", self.open)
        desk.correcting.saved.connect(lambda _: self._recount())
        training.told.connect(self._learn_pace)
        training.running_changed.connect(lambda _: self._update())

    def set_project(self, project: Project | None) -> None:
        """Another folder is open, or none."""
        if self.dialog is not None:
            self.dialog.reject()
        self._project = project
        self._reader = LabelledImageReader(project) if project is not None else None
        if project is not None:
            # So that the first opening does not wait for it.
            self._background.run(
                lambda _: import_module("gui.training.fine_tune_dialog"),
                lambda _: None,
                log.warning,
                kind=_KIND,
                counts=False,
            )
        self._update()

    @property
    def chosen_model(self) -> str:
        """In the dialog, to begin with; empty while none is."""
        return self.dialog.chosen_model if self.dialog is not None else ""

    def open(self) -> None:
        """The dialog, at once; the rest arrives while it stands."""
        from gui.training.fine_tune_dialog import FineTuneDialog

        project = self._project
        if project is None or self.dialog is not None or self._training.is_running:
            return
        dialog = self.dialog = FineTuneDialog(
            project.folder.name or str(project.folder),
            self._inference.model,
            remembered(project, self._settings),
            self._pace_of,
            self._window,
        )
        dialog.finished.connect(self._close)
        dialog.wanted.connect(self._start)
        self._recount()
        self._list_starts(dialog, project.models_folder)
        self._list_devices(dialog)
        show_dialog(self._window, dialog)

    # -- what the dialog has to know ------------------------------------------------------

    def _recount(self) -> None:
        """Also while it stands: the mask at hand may be saved a moment after it was opened."""
        reader, project, dialog = self._reader, self._project, self.dialog
        if dialog is None or reader is None or project is None:
            return
        if self._count is not None:
            self._count.drop()
        dialog.show_records(usable_records(project), tuple(each.name for each in project.classes))
        self._count = Work(self._background, self)
        self._count.progressed.connect(dialog.show_progress)
        self._count.start(
            lambda progress, cancel: reader.read(progress=progress, cancel=cancel),
            done=dialog.show_images,
            failed=dialog.show_trouble,
            cancelled=nothing,
            kind=_KIND,
        )

    def _list_starts(self, dialog: FineTuneDialog, models_folder: Path) -> None:
        current = self._inference.model

        def read(_: CancelToken) -> list[StartPoint]:
            from gui.training.start_points import start_points

            return start_points(current, models_folder)

        self._tokens.append(
            self._background.run(read, dialog.show_starts, dialog.show_trouble, kind=_KIND)
        )

    def _list_devices(self, dialog: FineTuneDialog) -> None:
        """Once: PyTorch has to be asked, which takes seconds to be imported where no model has
        been loaded yet."""
        if self._devices is not None:
            dialog.show_devices(*self._devices)
            return

        def ask(_: CancelToken) -> tuple[list[Device], str, Pace]:
            import_torch_gently()
            from segmenter.prediction.device import choose_device, list_devices

            return list_devices(), choose_device(), guessed_pace("cpu", spare_threads())

        def found(known: tuple[list[Device], str, Pace]) -> None:
            devices, auto, self._guess = known
            self._devices = devices, auto
            dialog.show_devices(devices, auto)

        self._tokens.append(self._background.run(ask, found, dialog.show_trouble, kind=_KIND))

    def _pace_of(self, task: Task, device: str) -> Pace:
        """As runs have shown; before the first a guess."""
        known = paces.recall(self._settings, task, device)
        if known is not None:
            return known
        if device != "cpu" or self._guess is None:
            return Pace(1.0, 1.0)
        return self._guess

    # -- what comes of it -----------------------------------------------------------------

    def _start(self, request: RunRequest) -> None:
        self._training.start(request)
        if not self._training.is_running:
            self._task = None

    def _close(self, result: int) -> None:
        dialog, project = self.dialog, self._project
        self.dialog = None
        for token in self._tokens:
            token.cancel()
        self._tokens.clear()
        if self._count is not None:
            self._count.drop()
            self._count = None
        if dialog is not None and result and project is not None:
            self._task = dialog.task
            remember(project, self._settings, dialog.choices)

    def _learn_pace(self, event: Event) -> None:
        run = self._training.run
        if self._task is None or run is None or not isinstance(event, Epoch):
            return
        start, batch = run.record.start, run.record.batch
        if start is not None and batch is not None:
            paces.learn(self._settings, self._task, start.device, event, batch.batches)

    def _update(self) -> None:
        if not self._training.is_running:
            self._task = None
        self._actions["model.fine_tune"].setEnabled(
            self._project is not None and not self._training.is_running
        )
