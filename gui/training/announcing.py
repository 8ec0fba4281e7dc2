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
from gui.training.past_runs import can_go_on
from gui.training.run_process import Ending
from gui.training.run_words import cut_short, is_better, outcome
from gui.training.training import Run, Training
from segmenter.project.run_table import RunStatus


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

    def _tell_end(self, run: Run, ending: Ending) -> None:
        if ending.last is None:
            self._tell_trouble(run, ending)
            return
        words = outcome(run.record, run.title)
        if is_better(run.record):
            self._offer(words, run.model, run.began_with)
        else:
            self._messages.say(words)

    def _tell_trouble(self, run: Run, ending: Ending) -> None:
        kept = ""
        best = run.record.best
        if run.model.is_file() and best is not None and best.epoch > 0:
            kept = self.tr(" The best epoch until then is kept as “{0}”.").format(run.title)
        if ending.report:
            self._messages.say(
                ending.trouble + kept,
                "error",
                self.tr("Show report"),
                lambda: self._show_report(ending),
            )
            return
        if not can_go_on(run.folder):
            self._messages.say(ending.trouble + kept, "error")
            return
        self._messages.say(
            ending.trouble + kept,
            "error",
            self.tr("Resume"),
            self._actions["model.resume"].trigger,
        )

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

    def _offer(self, words: str, model: Path, began_with: str) -> None:
        use = (self.tr("Use it"), lambda: self._use(model))
        if began_with:
            self._messages.say(
                words,
                action=self.tr("Compare…"),
                do=lambda: self._compare(began_with, str(model)),
                otherwise=use,
            )
        else:
            self._messages.say(words, "info", *use)

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
