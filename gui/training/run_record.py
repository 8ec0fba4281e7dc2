"""What is known of one run, gathered from its events; the panel shows it. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from segmenter.training.events import (
    Batch,
    Done,
    Epoch,
    Event,
    Failed,
    LearnsFrom,
    Note,
    Paused,
    Prepare,
    Preview,
    Resumed,
    Start,
)

MOST_POINTS = 4000
"""Of one curve in memory: what is drawn must not take longer after ten hours than after one."""


@dataclass
class Series:
    """One curve: places on the axis of epochs (epoch 3 ends at 3.0), and values."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)

    def add(self, x: float, y: float) -> None:
        """Where there are too many, each two neighbours become one."""
        self.x.append(x)
        self.y.append(y)
        if len(self.x) > MOST_POINTS:
            thin = self.thinned(MOST_POINTS // 2)
            self.x, self.y = thin.x, thin.y

    def cut(self, after: float) -> None:
        """Forget what lies after this place."""
        while self.x and self.x[-1] > after:
            self.x.pop()
            self.y.pop()

    def thinned(self, most: int) -> Series:
        """At most so many points, each the mean of neighbours: what a screen can show."""
        if len(self.x) <= most:
            return self
        thin = Series()
        for bin in range(most):
            low, high = bin * len(self.x) // most, (bin + 1) * len(self.x) // most
            thin.add(sum(self.x[low:high]) / (high - low), sum(self.y[low:high]) / (high - low))
        return thin

    def at(self, x: float) -> tuple[float, float] | None:
        """The point nearest to this place."""
        if not self.x:
            return None
        nearest = min(range(len(self.x)), key=lambda i: abs(self.x[i] - x))
        return self.x[nearest], self.y[nearest]


class RunningMean:
    """Each value counts a tenth less than the next one."""

    KEEP = 0.9

    def __init__(self) -> None:
        self._sum = self._weight = 0.0

    def add(self, value: float) -> float:
        """The mean with this value, which is the newest."""
        self._sum = self.KEEP * self._sum + value
        self._weight = self.KEEP * self._weight + 1
        return self._sum / self._weight


class RunRecord:
    """Told one event after another, also those of a run that was resumed."""

    def __init__(self) -> None:
        self.start: Start | None = None
        self.prepare: Prepare | None = None
        self.batch: Batch | None = None
        """The newest."""
        self.epochs: dict[int, Epoch] = {}
        """Those that were scored, by number; 0 is the model it started from."""
        self.previews: dict[str, Preview] = {}
        """The newest of each held-out image that is shown."""
        self.notes: list[str] = []
        self.end: Done | Failed | None = None
        self.was_broken_off = False
        """Its process ended without a last word."""
        self.is_paused = False
        self.best_iou: dict[str, float] = {}
        """Of each class, in whichever epoch it was."""
        self.loss = Series()
        self.smooth_loss = Series()
        """Its running mean: single batches say little."""
        self._mean_loss = RunningMean()
        self.rate = Series()
        self.mean_iou = Series()

    def take(self, event: Event) -> None:
        match event:
            case Start():
                self._begin(event)
            case Prepare():
                self.prepare = event
            case Batch():
                self._note_batch(event)
            case Epoch():
                self._note_epoch(event)
            case Preview():
                self.previews[event.name] = event
            case Note():
                self.notes.append(event.text)
            case LearnsFrom():
                self.notes += [event.note] if event.note else []
            case Paused():
                self.is_paused = True
            case Resumed():
                self.is_paused = False
            case Done() | Failed():
                self.end = event
                self.is_paused = False

    def go_on(self) -> None:
        """It was ended, and goes on now; until it says so itself."""
        self.end, self.batch, self.is_paused = None, None, False
        self.was_broken_off = False

    def break_off(self) -> None:
        """Nothing more is told: its process is gone."""
        self.was_broken_off = self.end is None
        self.is_paused = False

    def _begin(self, start: Start) -> None:
        """Once; again each time it is resumed, after the epoch that its checkpoint is of."""
        after = start.resumed_epoch
        self.go_on()
        self.start = start
        for series in (self.loss, self.smooth_loss, self.rate, self.mean_iou):
            series.cut(after)
        kept = [each for number, each in self.epochs.items() if number <= after]
        self.epochs, self.best_iou = {}, {}
        for each in kept:
            self._note_scores(each)

    def _note_batch(self, batch: Batch) -> None:
        self.batch = batch
        place = batch.epoch - 1 + batch.batch / max(1, batch.batches)
        self.loss.add(place, batch.loss)
        self.smooth_loss.add(place, self._mean_loss.add(batch.loss))
        self.rate.add(place, batch.rate)

    def _note_epoch(self, epoch: Epoch) -> None:
        self._note_scores(epoch)
        if epoch.mean_iou is not None:
            self.mean_iou.add(epoch.epoch, epoch.mean_iou)

    def _note_scores(self, epoch: Epoch) -> None:
        self.epochs[epoch.epoch] = epoch
        for name, value in epoch.iou.items():
            if value is not None:
                self.best_iou[name] = max(value, self.best_iou.get(name, value))

    # -- what follows from them -----------------------------------------------------------

    @property
    def is_over(self) -> bool:
        return self.end is not None or self.was_broken_off

    @property
    def total(self) -> int:
        """Epochs it may take; 0 while nobody knows."""
        return self.start.epochs if self.start is not None else 0

    @property
    def at_epoch(self) -> int:
        """The one it is in, or the last it was in; 0 before the first."""
        scored = max(self.epochs, default=0)
        return max(scored, self.batch.epoch if self.batch is not None else 0)

    @property
    def place(self) -> float:
        """How far it has come, in epochs."""
        scored = float(max(self.epochs, default=0))
        return max(scored, self.loss.x[-1] if self.loss.x else 0.0)

    @property
    def first(self) -> Epoch | None:
        """The scores of the model it started from."""
        return self.epochs.get(0)

    @property
    def newest(self) -> Epoch | None:
        return self.epochs[max(self.epochs)] if self.epochs else None

    @property
    def best(self) -> Epoch | None:
        """The newest of those that were the best when they were scored."""
        numbers = [number for number, each in self.epochs.items() if each.is_best]
        return self.epochs[max(numbers)] if numbers else None

    @property
    def images_per_s(self) -> float | None:
        return self.batch.images_per_s if self.batch is not None else None

    @property
    def seconds_left(self) -> float | None:
        """If no epoch is left out; None where nobody can know, or all is over."""
        if self.is_over or self.batch is None:
            return None
        newest = self.newest
        # What an epoch says counts the scoring too; what has been trained since goes off it.
        if newest is not None and newest.epoch > 0 and newest.epoch < self.total:
            part = (self.place - newest.epoch) / (self.total - newest.epoch)
            return newest.eta_s * (1 - part)
        return self.batch.eta_s

    def curves(self) -> list[dict[str, Any]]:
        """One entry an epoch, to be kept."""
        return [
            {
                "epoch": each.epoch,
                "loss": each.loss,
                "mean_iou": each.mean_iou,
                "rate": each.rate,
                "iou": dict(each.iou),
            }
            for _, each in sorted(self.epochs.items())
        ]
