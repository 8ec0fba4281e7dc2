"""What "Segment image" and "Segment folder" do: which images, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.image_rate import ImageRate, duration
from gui.inference_worker import Inference, Result, RunSummary
from gui.message_bar import MessageBar
from gui.status_bar import ProgressStrip
from segmenter.wording import counted

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Segmenting(QObject):
    """One run at a time, its progress and its outcome in words."""

    image_changed = Signal(object)
    """The name (as an object: Qt's strings lose the bytes of names that are no text).
    There is a new prediction of this image, or a reason why not."""
    running_changed = Signal(bool)
    again_wanted = Signal()
    show_image = Signal(object)
    replacement_ready = Signal(object)
    """There is a new prediction of this image, and the person wants it in place of their mask."""

    def __init__(
        self,
        inference: Inference,
        progress: ProgressStrip,
        messages: MessageBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._inference = inference
        self._progress = progress
        self._messages = messages
        self._rate = ImageRate()
        self._total = 0
        self._is_mine = False
        """Whether what the inference thread does was begun here."""
        self._then: Callable[[RunSummary], object] | None = None
        self._first_error: Result | None = None
        self._beside_mask = ""
        """The image with a mask that is predicted nevertheless, and whether the mask goes."""
        self._replaces_mask = False
        inference.model_ready.connect(lambda _: self._tell_start())
        inference.progressed.connect(self._tell_progress)
        inference.image_done.connect(self._note_image)
        inference.finished.connect(self._tell_end)
        inference.note.connect(lambda note: messages.say(note, "warning"))

    @property
    def is_running(self) -> bool:
        return self._inference.is_running

    def image(self, project: Project, name: str, *, has_mask: bool = False) -> None:
        """Predict one image, whatever its state; ``has_mask``: ask first what is to become of
        the mask. Nothing is lost either way: a mask that is replaced can be had back by undo."""
        if not self._may_start(project):
            return
        if not has_mask:
            self._start(project, [name])
            return
        self._messages.say(
            self.tr("{0} has a mask of yours.").format(PurePosixPath(name).name),
            "info",
            self.tr("Predict and keep my mask"),
            lambda: self._beside(project, name, replaces=False),
            otherwise=(
                self.tr("Replace my mask"),
                lambda: self._beside(project, name, replaces=True),
            ),
        )

    def _beside(self, project: Project, name: str, *, replaces: bool) -> None:
        if self._may_start(project):  # much may have happened since the question
            self._start(project, [name])
            self._beside_mask, self._replaces_mask = name, replaces

    def folder(self, project: Project) -> None:
        """Predict every image that has no prediction yet."""
        if not self._may_start(project):
            return
        records = project.images()
        names = [record.name for record in records if record.lacks_prediction]
        if names:
            self._start(project, names)
        elif not records:
            self._messages.say(self.tr("There are no images in this folder."))
        elif not all(record.has_mask for record in records):
            self._messages.say(
                self.tr("Every image has a prediction or a mask of yours already."),
                action=self.tr("Segment again"),
                do=self.again_wanted.emit,
            )
        else:
            self._messages.say(self.tr("Every image has a mask of yours; they stay as they are."))

    def folder_again(self, project: Project) -> None:
        """Predict every image anew but those that have a mask."""
        if not self._may_start(project):
            return
        names = [record.name for record in project.images() if not record.has_mask]
        if names:
            self._start(project, names)
        else:
            self._messages.say(self.tr("There is no image without a mask of yours."))

    def anew(
        self, project: Project, names: list[str], then: Callable[[RunSummary], object]
    ) -> None:
        """Predict these images with a model that has become another one; ``then`` says the last
        word, unless something went wrong."""
        if self._may_start(project):
            self._start(project, names)
            self._then = then

    def cancel(self) -> None:
        if self._inference.is_running:
            self._inference.cancel()
            self._progress.show_progress(self.tr("Stopping …"))

    def _may_start(self, project: Project) -> bool:
        if self._inference.is_running:
            return False
        if project.why_labels_stay:
            self._messages.say(project.why_labels_stay, "warning")
        return not project.why_labels_stay

    def _start(self, project: Project, names: list[str]) -> None:
        self._rate = ImageRate()
        self._total = len(names)
        self._first_error = None
        self._beside_mask = ""
        self._then = None
        self._is_mine = True
        self._messages.clear()
        self._inference.segment(project, names)
        self._tell_start()
        self.running_changed.emit(True)

    def _tell_start(self) -> None:
        if self._is_mine:
            self._progress.show_progress(
                self.tr("Segmenting {0} …").format(counted(self._total, "image"))
                if self._inference.has_model
                else self.tr("Loading the model …")
            )

    def _tell_progress(self, done: int, total: int) -> None:
        if not self._is_mine:
            return
        self._rate.note(done)
        words = self.tr("{0} of {1}").format(f"{done:,}", f"{total:,}")
        if speed := self._rate.words(total):
            words += f"  ·  {speed}"
        self._progress.show_progress(words, done, total)

    def _note_image(self, result: Result) -> None:
        if result.error and self._first_error is None:
            self._first_error = result
        self.image_changed.emit(result.name)
        if result.name == self._beside_mask and not result.error:
            self._tell_beside_mask(result.name)

    def _tell_beside_mask(self, name: str) -> None:
        self._beside_mask = ""
        if self._replaces_mask:
            self.replacement_ready.emit(name)
            text = self.tr(
                "The new prediction of {0} takes the place of your mask; undo brings it back."
            )
        else:
            text = self.tr("Your mask of {0} is as it was; T and Y show the new prediction.")
        self._messages.say(text.format(PurePosixPath(name).name), fleeting=True)

    def _tell_end(self, summary: RunSummary) -> None:
        self._is_mine = False
        then, self._then = self._then, None
        self._progress.finish()
        self.running_changed.emit(False)
        if summary.error:
            self._messages.say(summary.error, "error")
        elif summary.failed and self._first_error is not None:
            self._tell_failures(summary, self._first_error)
        elif then is not None:
            then(summary)
        elif summary.cancelled:
            self._messages.say(
                self.tr("Stopped after {0} of {1}; what is done stays.").format(
                    summary.done, counted(summary.total, "image")
                ),
                fleeting=True,
            )
        elif summary.total > 1:
            self._messages.say(
                self.tr("{0} segmented in {1}.").format(
                    counted(summary.done, "image"), duration(summary.seconds)
                ),
                fleeting=True,
            )

    def _tell_failures(self, summary: RunSummary, first: Result) -> None:
        if summary.total == 1:
            self._messages.say(first.error, "warning")
            return
        text = self.tr("{0} of {1} could not be segmented. {2}").format(
            summary.failed, counted(summary.total, "image"), first.error
        )
        show = self.tr("Show {0}").format(PurePosixPath(first.name).name)
        self._messages.say(text, "warning", show, lambda: self.show_image.emit(first.name))
