"""A training's events: lines for a person, or the events themselves for a program."""

from __future__ import annotations

from segmenter.cancel import Progress
from segmenter.cli.output import Output
from segmenter.training.events import (
    Batch,
    Done,
    Epoch,
    Event,
    LearnsFrom,
    Note,
    Paused,
    Prepare,
    Resumed,
    Start,
    Stopped,
)
from segmenter.wording import percent


class TrainingReport:
    """Called with each event of :func:`segmenter.training.fine_tune.fine_tune`."""

    def __init__(self, output: Output, progress: Progress) -> None:
        self._output = output
        self._progress = progress
        self._batches = 0
        """Steps of all epochs together."""
        self._per_epoch = 0

    def __call__(self, event: Event) -> None:
        if self._output.as_json:
            self._output.json(event.to_dict())
        self._move_bar(event)
        line = sentence(event)
        if isinstance(event, Note):
            self._output.warn(event.text)
        elif isinstance(event, LearnsFrom) and event.note:
            self._output.warn(event.note)
        elif line:
            self._output.say(line)

    def _move_bar(self, event: Event) -> None:
        if isinstance(event, Start):
            self._batches, self._per_epoch = event.epochs * event.batches, event.batches
        elif isinstance(event, Batch):
            done = (event.epoch - 1) * self._per_epoch + event.batch
            self._progress(done, self._batches)
        elif isinstance(event, Prepare):
            self._progress(event.done, event.total)


def sentence(event: Event) -> str:
    """What a person reads about an event; empty for those that the bar alone shows."""
    match event:
        case Start():
            going_on = (
                f"Going on after epoch {event.resumed_epoch}: " if event.resumed_epoch else ""
            )
            return (
                f"{going_on}Training on {event.training_images} images, "
                f"{event.validation_images} held out; {len(event.classes)} classes, "
                f"at most {event.epochs} epochs, on {event.device}"
            )
        case Epoch():
            loss = "" if event.loss is None else f"  loss {event.loss:.4f}"
            best = "  (best so far)" if event.is_best else ""
            return (
                f"epoch {event.epoch:>3}/{event.epochs}{loss}  "
                f"mean IoU {percent(event.mean_iou)}{best}"
            )
        case Paused():
            return f"Paused in epoch {event.epoch}; everything is saved"
        case Resumed():
            return f"Going on in epoch {event.epoch}"
        case Done():
            how = "Stopped" if isinstance(event, Stopped) else "Done"
            return (
                f"{how} after {event.seconds:.0f} s: {event.reason} Best epoch {event.best_epoch}, "
                f"mean IoU {percent(event.mean_iou)}"
            )
    return ""
