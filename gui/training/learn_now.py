"""“Learn now”: what may be learnt from, the progress, and what is said and done afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from gui.actions import Actions
from gui.desk import Desk
from gui.image_rate import duration
from gui.inference_worker import Inference, ModelFacts, RunSummary
from gui.message_bar import MessageBar
from gui.model_store import title_of
from gui.segmenting import Segmenting
from gui.status_bar import ProgressStrip
from gui.training.lesson import Learnt, LessonEnd, LessonProgress
from segmenter.project.state import ImageRecord, State
from segmenter.training.quick_recipe import QUICK
from segmenter.wording import counted

if TYPE_CHECKING:
    from segmenter.project.project import Project

PREDICTED_ANEW = (State.NEW, State.PREDICTED)
"""What is predicted afterwards: nothing that a person has made."""


class LearnNow(QObject):
    """One lesson at a time. Whoever presses it while images are being segmented gets it as soon
    as the image at hand is done: the rest would have to be predicted anew anyway."""

    running_changed = Signal(bool)

    _is_free = Signal()

    def __init__(
        self,
        desk: Desk,
        inference: Inference,
        segmenting: Segmenting,
        *,
        messages: MessageBar,
        progress: ProgressStrip,
        actions: Actions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._images = desk.workspace.image_list
        self._inference = inference
        self._segmenting = segmenting
        self._messages = messages
        self._progress = progress
        self._actions = actions
        self.recipe = QUICK
        self._project: Project | None = None
        self._predicts = True
        """Whether the images are to be predicted anew afterwards."""
        self._next: Callable[[], object] | None = None
        """What waits for the run under way to end."""
        self._titles: dict[str, str] = {}
        """Of the models that were loaded."""
        self._connect()
        self._update()

    def _connect(self) -> None:
        self._actions.on("model.learn_now", self.start)
        self._actions.on("segment.cancel", self._note_cancel)
        self._images.counted.connect(self._update)
        self._inference.learning.connect(self._tell_progress)
        self._inference.taught.connect(self._finish)
        self._inference.model_ready.connect(self._note_title)
        self._segmenting.running_changed.connect(self._note_run)
        # Queued: first the run has its last word.
        self._is_free.connect(self._do_next, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        return self._inference.is_learning

    def set_project(self, project: Project | None) -> None:
        """Learn from this project from now on."""
        self._project = project
        self._next = None
        self._update()

    # -- beginning ------------------------------------------------------------------------

    def start(self) -> None:
        """Learn from all that is corrected, as soon as nothing else runs."""
        project = self._project
        if project is None or self.is_running:
            return
        if project.why_labels_stay:
            self._messages.say(project.why_labels_stay, "warning")
        elif not project.classes:
            self._messages.say(
                self.tr("There is no class to learn yet: add one, and paint with it."),
                action=self.tr("Add class…"),
                do=self._actions["class.add"].trigger,
            )
        else:
            self._when_free(self._begin)

    def _begin(self) -> None:
        project, correcting = self._project, self._desk.correcting
        if project is None or not correcting.save_first(self.start):
            return
        correcting.tools.resume()
        if not any(map(_teaches, project.images())):
            self._messages.say(
                self.tr(
                    "There is nothing to learn from yet: correct an image with the brush, or "
                    "approve its prediction."
                )
            )
            return
        self._predicts = True
        self._messages.clear()
        self._inference.learn(project, self.recipe)
        self._progress.show_progress(
            self.tr("Learning …") if self._inference.has_model else self.tr("Loading the model …")
        )
        self._update()
        self.running_changed.emit(True)

    def stop(self) -> None:
        """Learn no more; what was learnt is kept, and used."""
        if self.is_running:
            self._inference.cancel()
            self._progress.show_progress(self.tr("Stopping …"))

    def _note_cancel(self) -> None:
        """Unlike :meth:`stop`, Cancel means that the computer is to be quiet afterwards."""
        self._predicts = False
        self._next = None

    def _when_free(self, do: Callable[[], object]) -> None:
        if self._inference.is_running:
            self._segmenting.cancel()
            self._next = do
        else:
            do()

    def _note_run(self, running: bool) -> None:
        if not running and self._next is not None:
            self._is_free.emit()

    def _do_next(self) -> None:
        do, self._next = self._next, None
        if do is not None:
            self._when_free(do)

    # -- the end --------------------------------------------------------------------------

    def _tell_progress(self, progress: LessonProgress) -> None:
        if not self.is_running:
            return
        words = self.tr("Learning from {0}").format(_of(progress.images, progress.of))
        if progress.seconds_left >= 1:
            words += self.tr("  ·  {0} left").format(duration(progress.seconds_left))
        self._progress.show_progress(words, progress.done, progress.total)

    def _finish(self, end: LessonEnd) -> None:
        self._progress.finish()
        self._update()
        if end.kept is not None and end.lesson.project is self._project:
            self._tell_learnt(end, end.kept)
        elif end.error:
            self._messages.say(end.error, "error")
        elif end.kept is None and not end.was_told:
            self._messages.say(
                self.tr("Stopped before anything was learnt; the model is as it was."),
                fleeting=True,
            )
        self.running_changed.emit(self._inference.is_running)

    def _tell_learnt(self, end: LessonEnd, learnt: Learnt) -> None:
        text = self.tr("Learnt from {0} in {1}").format(
            _of(learnt.images, learnt.of), duration(learnt.seconds)
        )
        if learnt.lacked:
            why = self.tr("{0}, as there was no {1} for more (Fine-tune learns from all)")
            text = why.format(text, learnt.lacked)
        if self._inference.model != learnt.model:
            self._messages.say(
                self.tr("{0}; the model that you chose meanwhile stays current.").format(text),
                action=self.tr("Use what was learnt"),
                do=partial(self._use, learnt.model),
                fleeting=True,
            )
            return
        back = partial(self._go_back, end.lesson.model)
        if not self._predicts:
            self._messages.say(
                self.tr("{0}.").format(text),
                action=self.tr("Predict anew"),
                do=self._predict_anew,
                otherwise=(self.tr("Go back"), back),
                fleeting=True,
            )
        elif self._predict(partial(self._tell_predicted, text, learnt, back)):
            text = self.tr("{0}; predicting the rest anew.").format(text)
            self._messages.say(text, action=self.tr("Go back"), do=back, fleeting=True)
        else:
            text = self.tr("{0}; every image has a mask of yours.").format(text)
            self._messages.say(text, action=self.tr("Go back"), do=back, fleeting=True)

    def _tell_predicted(
        self, text: str, learnt: Learnt, back: Callable[[], object], summary: RunSummary
    ) -> None:
        if self._inference.model != learnt.model:
            return  # somebody went back meanwhile, and was told so
        anew = self.tr("{0} predicted anew").format(counted(summary.done, "image"))
        if summary.cancelled:
            anew = self.tr("{0} of {1} predicted anew").format(
                summary.done, counted(summary.total, "image")
            )
        self._messages.say(
            self.tr("{0}; {1}.").format(text, anew),
            action=self.tr("Go back"),
            do=back,
            fleeting=True,
        )

    # -- afterwards -----------------------------------------------------------------------

    def _predict(self, then: Callable[[RunSummary], object]) -> bool:
        """Predict anew what nobody has corrected, beginning with the image at hand; False where
        there is no such image."""
        project = self._project
        if project is None:
            return False
        # The list may not know of the last stroke yet.
        done = {record.name for record in project.images() if _teaches(record)}
        names = [each for each in self._images.names_in_state(*PREDICTED_ANEW) if each not in done]
        if names:
            self._segmenting.anew(project, names, then)
        return bool(names)

    def _predict_anew(self) -> None:
        self._when_free(lambda: self._predict(self._tell_anew))

    def _tell_anew(self, summary: RunSummary) -> None:
        self._messages.say(
            self.tr("{0} predicted anew.").format(counted(summary.done, "image")), fleeting=True
        )

    def _use(self, model: str) -> None:
        self._inference.use_model(model)
        self._predict_anew()

    def _go_back(self, model: str) -> None:
        """Make the earlier model current again; the predictions of the other one stay until they
        are made anew."""
        self._segmenting.cancel()
        self._inference.use_model(model)
        self._messages.say(
            self.tr("“{0}” is the current model again.").format(
                self._titles.get(model) or title_of(model)
            ),
            action=self.tr("Predict anew"),
            do=self._predict_anew,
        )

    def _note_title(self, facts: ModelFacts) -> None:
        self._titles[facts.name] = facts.title

    def _update(self) -> None:
        # Where nothing is corrected yet it says so: a grey button would not.
        can = self._project is not None and not self.is_running and self._images.count > 0
        self._actions["model.learn_now"].setEnabled(can)


def _of(images: int, total: int) -> str:
    """``9 images``; where it is a part of them, ``4 of 9 images``."""
    all_of_them = counted(total, "image")
    return all_of_them if images == total else f"{images:,} of {all_of_them}"


def _teaches(record: ImageRecord) -> bool:
    """Whether a person has said what is on this image."""
    # Identity, since there may be 100,000 of them: comparing text takes four times as long.
    return record.state is State.CORRECTED or record.state is State.APPROVED
