"""The model at work: one thread that owns the network, and its handle for the GUI thread."""

from __future__ import annotations

import atexit
import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from gui.jobs import Jobs, spare_threads
from gui.model_store import check_is_here, title_of
from gui.torch_import import import_torch_gently
from gui.training.lesson import Learnt, Lesson, LessonEnd
from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError

if TYPE_CHECKING:
    from gui.training.teacher import Teacher
    from segmenter.nn.deeplabv3 import DeepLabV3
    from segmenter.prediction.predictor import Predictor
    from segmenter.project.project import Project
    from segmenter.training.quick_recipe import QuickRecipe

log = logging.getLogger(__name__)

_still_running: list[tuple[QThread, QObject]] = []
"""Threads that did not stop in time; Qt aborts where one is deleted while it runs."""


@atexit.register
def _wait_for_the_rest() -> None:
    for thread, _ in _still_running:
        thread.wait()


@dataclass(frozen=True)
class ModelFacts:
    """What the window tells about the model that is loaded."""

    name: str
    """A name of the zoo or the path of a file."""
    title: str
    device: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What became of one image."""

    name: str
    error: str = ""
    """Empty where it went well; else one sentence."""


@dataclass(frozen=True)
class RunSummary:
    """What became of one run over one or many images."""

    total: int
    done: int
    failed: int
    seconds: float
    cancelled: bool = False
    error: str = ""
    """One sentence, where the run as a whole could not go on."""


@dataclass(frozen=True)
class _Request:
    project: Project
    names: tuple[str, ...]
    model: str
    cancel: CancelToken


class Inference(QObject):
    """The GUI thread's handle: asks the worker, tells what it answers."""

    model_chosen = Signal(object)
    """The name of the model that the next run uses."""
    model_loading = Signal(object)
    model_ready = Signal(object)
    """ModelFacts"""
    model_failed = Signal(object, str)
    """The model's name, a sentence."""
    note = Signal(str)
    """Something was not as asked, and the work goes on: one sentence."""
    started = Signal(int)
    progressed = Signal(int, int)
    image_done = Signal(object)
    """Result"""
    finished = Signal(object)
    """RunSummary"""
    learning = Signal(object)
    """LessonProgress"""
    taught = Signal(object)
    """LessonEnd; the model is current by then, unless somebody has chosen another meanwhile."""
    crashed = Signal(str)
    """A bug: its traceback."""

    _load = Signal(object)
    _segment = Signal(object)
    _learn = Signal(object)

    def __init__(self, jobs: Jobs, model: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.model = model
        self.facts: ModelFacts | None = None
        self._cancel: CancelToken | None = None
        self._lesson: Lesson | None = None
        self._stopped = False
        self._thread = QThread()
        self._thread.setObjectName("inference")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._load.connect(self._worker.load, queued)
        self._segment.connect(self._worker.segment, queued)
        self._learn.connect(self._worker.learn, queued)
        self._worker.loading.connect(self.model_loading, queued)
        self._worker.loaded.connect(self._note_model, queued)
        self._worker.load_failed.connect(self._keep_last_model, queued)
        self._worker.note.connect(self.note, queued)
        self._worker.progressed.connect(self.progressed, queued)
        self._worker.image_done.connect(self.image_done, queued)
        self._worker.finished.connect(self._finish, queued)
        self._worker.learning.connect(self.learning, queued)
        self._worker.taught.connect(self._finish_lesson, queued)
        self._worker.crashed.connect(self.crashed, queued)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether images are being predicted, or something is being learnt."""
        return self._cancel is not None or self._lesson is not None

    @property
    def is_learning(self) -> bool:
        return self._lesson is not None

    @property
    def has_model(self) -> bool:
        """Whether the model of the next run is loaded."""
        return self.facts is not None and self.facts.name == self.model

    @property
    def is_still_busy(self) -> bool:
        """Whether the thread lives on after :meth:`stop`."""
        return self._stopped and self._thread.isRunning()

    def wait_for_end(self, seconds: float) -> bool:
        """After :meth:`stop`: wait until the thread has really ended."""
        return self._thread.wait(round(seconds * 1000))

    def warm_up(self) -> None:
        """Import torch and load the model ahead of the first press of a button."""
        self._load.emit(self.model)

    def use_model(self, name: str) -> None:
        """The model of the next run; one that is under way ends with the model it began with."""
        self.model = name
        self.model_chosen.emit(name)
        self._load.emit(name)

    def segment(self, project: Project, names: list[str]) -> None:
        """Predict these images one after another; ``finished`` tells the end of it."""
        if self.is_running:
            raise RuntimeError("a run is under way")
        self._cancel = CancelToken()
        self._jobs.begin("segment")
        self.started.emit(len(names))
        self._segment.emit(_Request(project, tuple(names), self.model, self._cancel))

    def learn(self, project: Project, recipe: QuickRecipe) -> None:
        """Learn from what is corrected in the project, on top of the current model; ``taught``
        tells the end of it."""
        if self.is_running:
            raise RuntimeError("a run is under way")
        self._lesson = Lesson(project, self.model, recipe)
        self._jobs.begin("learn")
        self._learn.emit(self._lesson)

    def cancel(self) -> None:
        """Stop after the image that is being computed, or learn no more; what is done stays, and
        what was learnt is kept."""
        if self._cancel is not None:
            self._cancel.cancel()
        if self._lesson is not None:
            self._lesson.enough.cancel()

    def give_up(self) -> None:
        """As :meth:`cancel`, but nothing is kept of a lesson that isn't over."""
        self.cancel()
        if self._lesson is not None:
            self._lesson.give_up()

    def stop(self, seconds: float = 1.5) -> bool:
        """Cancel and end the thread. False where it was in the midst of something that can't be
        interrupted (``import torch``): it then ends by itself a moment later."""
        self._stopped = True
        self.give_up()
        self._worker.stop_soon()
        self._thread.quit()
        if self._thread.wait(round(seconds * 1000)):
            return True
        _still_running.append((self._thread, self._worker))
        return False

    def _note_model(self, facts: ModelFacts) -> None:
        self.facts = facts
        self.model_ready.emit(facts)

    def _keep_last_model(self, name: str, sentence: str) -> None:
        """The one that worked goes on being used."""
        if self.facts is not None and self.model == name:
            self.model = self.facts.name
            self.model_chosen.emit(self.model)
        self.model_failed.emit(name, sentence)

    def _finish(self, summary: RunSummary) -> None:
        self._cancel = None
        self.finished.emit(summary)
        self._jobs.end("segment")

    def _finish_lesson(self, end: LessonEnd) -> None:
        self._lesson = None
        if end.kept is None:
            if end.learnt is not None:
                self.warm_up()  # the thread predicts with what was given up
        elif self.model == end.lesson.model:
            # The thread predicts with it already.
            self.model = end.kept.model
            self.model_chosen.emit(self.model)
            self.model_ready.emit(self.facts)
        self.taught.emit(end)
        self._jobs.end("learn")


class _Worker(QObject):
    """Lives in the thread. Only here is there a network."""

    loading = Signal(object)
    loaded = Signal(object)
    load_failed = Signal(object, str)
    note = Signal(str)
    progressed = Signal(int, int)
    image_done = Signal(object)
    finished = Signal(object)
    learning = Signal(object)
    taught = Signal(object)
    crashed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._predictor: Predictor | None = None
        self._backbone = ""
        """A digest of the predictor's backbone."""
        self._loaded_name = ""
        self._teacher: Teacher | None = None
        self._stop = CancelToken()

    def stop_soon(self) -> None:
        """From the GUI thread: what still waits in the queue is not begun."""
        self._stop.cancel()

    @Slot(object)
    def load(self, name: str) -> None:
        if self._stop.is_cancelled:
            return
        try:
            self._ensure(name)
        except Cancelled:
            pass
        except MaskwrightError as error:
            self.load_failed.emit(name, str(error))
        except Exception:
            self._tell_bug(self.tr("The model could not be loaded because of a bug."))

    @Slot(object)
    def segment(self, request: _Request) -> None:
        started = monotonic()
        total = len(request.names)
        done = failed = 0
        error = ""
        cancelled = False
        try:
            if self._stop.is_cancelled:
                return
            predictor = self._ensure(request.model)
            self.progressed.emit(0, total)
            for result in _results(request, predictor):
                done += 1
                failed += bool(result.error)
                self.image_done.emit(result)
                self.progressed.emit(done, total)
        except Cancelled:
            cancelled = True
        except MaskwrightError as caught:
            error = str(caught)
        except Exception:
            error = self._tell_bug(self.tr("Segmenting stopped because of a bug."))
        finally:
            cancelled = cancelled or (request.cancel.is_cancelled and done < total)
            seconds = monotonic() - started
            self.finished.emit(RunSummary(total, done, failed, seconds, cancelled, error))

    @Slot(object)
    def learn(self, lesson: Lesson) -> None:
        learnt: Learnt | None = None
        error = ""
        was_told = False
        try:
            lesson.cancel.check()
            teacher = self._made_teacher(lesson.model)
            try:
                teacher.base_network(lesson)
            except MaskwrightError as caught:
                was_told = True
                self.load_failed.emit(lesson.model, str(caught))
                return
            network, learnt = teacher.learn(lesson, self.learning.emit, self.note.emit)
            self._take(network, learnt.model)
        except Cancelled:
            pass
        except MaskwrightError as caught:
            error = str(caught)
        except Exception:
            error = self._tell_bug(self.tr("Learning stopped because of a bug."))
        finally:
            self.taught.emit(LessonEnd(lesson, learnt, error, was_told))

    def _made_teacher(self, model: str) -> Teacher:
        if self._teacher is None:
            self.loading.emit(model)
            import_torch_gently()
            self._stop.check()
            from gui.training.teacher import Teacher

            self._teacher = Teacher()
        return self._teacher

    def _ensure(self, name: str) -> Predictor:
        """The predictor of this model, loaded where it isn't. Keeps the one that works where the
        new one won't load."""
        if self._predictor is not None and name == self._loaded_name:
            return self._predictor
        self.loading.emit(name)
        check_is_here(name)
        import_torch_gently()
        self._stop.check()
        from segmenter.nn.zoo import load_model

        return self._take(load_model(name, download=False), name)

    def _take(self, network: DeepLabV3, name: str) -> Predictor:
        """Predict with this network from now on."""
        from segmenter.prediction.predictor import Predictor
        from segmenter.training.frozen_backbone import backbone_name

        backbone = backbone_name(network)
        if self._predictor is not None and backbone == self._backbone:
            self._predictor.take_head(network)
        else:
            self._predictor = Predictor(network, threads=spare_threads(), on_note=self.note.emit)
        self._backbone = backbone
        self._loaded_name = name
        title = title_of(name, network.card.name)
        facts = ModelFacts(name, title, self._predictor.device, network.config.classes)
        log.info("model %s on %s", name, self._predictor.device)
        self.loaded.emit(facts)
        return self._predictor

    def _tell_bug(self, words: str) -> str:
        trouble = traceback.format_exc()
        log.error("in the inference thread:\n%s", trouble)
        self.crashed.emit(trouble)
        return self.tr("{0} The report says more.").format(words)


def _results(request: _Request, predictor: Predictor) -> Iterator[Result]:
    from segmenter.prediction.segment_project import segment_project

    outcomes = segment_project(
        request.project, predictor, list(request.names), cancel=request.cancel
    )
    for outcome in outcomes:
        yield Result(outcome.name, outcome.error or "")
