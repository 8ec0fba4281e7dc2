"""What is said about a training in the message bar: how it ended, and what can be done then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.dialogs import show_dialog
from gui.inference_worker import Inference
from gui.message_bar import MessageBar
from gui.training.last_run import LastRun
from gui.training.run_process import Ending
from gui.training.run_words import cut_short, is_better, outcome
from gui.training.training import LiveRun, Training
from segmenter.project.run_table import RunStatus
from segmenter.training.events import Failed, Stopped
from segmenter.training.run_folder import RunFolder


class Announcing(QObject):
    """A new model is never taken into use unasked."""

    def __init__(
        self,
        training: Training,
        inference: Inference,
        messages: MessageBar,
        *,
        compare: Callable[[str, str], object],
        actions: Actions,
        window: QWidget,
        parent: QObject | None = None,
    ) -> None:
        """``compare``: opens the comparison of two models, the old one first."""
        super().__init__(parent)
        self._compare = compare
        self._training = training
        self._inference = inference
        self._messages = messages
        self._actions = actions
        self._window = window
        # What was said speaks of the run before, and may offer to resume it.
        training.begun.connect(lambda _: messages.clear())
        training.ended.connect(self._tell_end)
        training.cut_short.connect(self._tell_cut_short)

    # -- inside ---------------------------------------------------------------------------

    def _tell_end(self, run: LiveRun, ending: Ending) -> None:
        if ending.last is None:
            self._tell_trouble(run, ending)
            return
        words = outcome(run.record, run.title)
        if is_better(run.record):
            self._offer(words, run.model)
        elif isinstance(ending.last, Stopped):
            self._say_how_to_go_on(words, "info", run)
        else:
            self._messages.say(words)

    def _tell_trouble(self, run: LiveRun, ending: Ending) -> None:
        trouble = ending.trouble
        if ending.was_stopped_early and run.record.at_epoch > 0:
            trouble = self.tr("Stopped before anything more was learnt.")
        kept = ""
        best = run.record.best
        if run.model.is_file() and best is not None and best.epoch > 0:
            kept = self.tr(" The best epoch until then is kept as “{0}”.").format(run.title)
        if ending.report:
            self._messages.say(
                trouble + kept,
                "error",
                self.tr("Show report"),
                lambda: self._show_report(ending),
            )
            return
        if isinstance(run.record.end, Failed) and not run.record.loss.x:
            # Not one step went through: going on with the same numbers would end the same way.
            fine_tune = self._actions["model.fine_tune"]
            self._messages.say(trouble, "error", self.tr("Fine-tune…"), fine_tune.trigger)
            return
        self._say_how_to_go_on(trouble + kept, "info" if ending.is_stopped else "error", run)

    def _say_how_to_go_on(self, words: str, kind: str, run: LiveRun) -> None:
        """Its process is gone, so that nothing but a checkpoint is needed for that."""
        if not RunFolder(run.folder).checkpoint.is_file():
            self._messages.say(words, kind)
            return
        self._messages.say(words, kind, self.tr("Resume"), self._actions["model.resume"].trigger)

    def _tell_cut_short(self, last: LastRun) -> None:
        if last.status is RunStatus.FINISHED:
            self._messages.say(outcome(last.record, last.title))
        elif last.can_go_on:
            self._messages.say(
                cut_short(last.record),
                "info",
                self.tr("Resume"),
                self._actions["model.resume"].trigger,
            )

    def _offer(self, words: str, model: Path) -> None:
        """Compared is what is in use when that is asked for, and would be given up: the model that
        the run began with may be another one, and a new network began with none."""
        self._messages.say(
            words,
            action=self.tr("Compare…"),
            do=lambda: self._compare(self._inference.model, str(model)),
            otherwise=(self.tr("Use it"), lambda: self._use(model)),
        )

    def _use(self, model: Path) -> None:
        self._inference.use_model(str(model))
        self._messages.say(
            self.tr("The new model is in use."),
            "info",
            self.tr("Segment the folder again"),
            self._actions["segment.folder_again"].trigger,
        )

    def _show_report(self, ending: Ending) -> None:
        from gui.error_report import ErrorDialog

        show_dialog(self._window, ErrorDialog(ending.report, self._window))
