"""What a fine-tuning tells while it runs; ``maskwright train --json`` prints these, one a line.

``event.to_dict()`` is the JSON object; its key ``event`` names the kind (``start``, ``prepare``,
``learns_from``, ``batch``, ``epoch``, ``saved``, ``preview``, ``note``, ``paused``, ``resumed``,
and at the end ``done``, ``stopped`` or ``failed``), the others are the fields below.
Scores are fractions of 1, null where there is nothing to score. Imports no torch.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from segmenter.wording import counted


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    event: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        return {"event": self.event, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Start(Event):
    """Before anything is read: once, and again each time the run goes on."""

    event: ClassVar[str] = "start"
    classes: tuple[str, ...]
    training_images: int
    validation_images: int
    epochs: int
    batches: int
    """Steps of the optimiser in an epoch, as far as is known before the masks are read."""
    device: str
    threads: int
    seed: int
    recipe: dict[str, Any]
    validation: tuple[str, ...]
    """Names of the held-out images."""
    resumed_epoch: int = 0
    """A run that goes on does so after this epoch; what was told of later ones does not count."""


@dataclass(frozen=True)
class Prepare(Event):
    """While images and masks are read and checked for the first time."""

    event: ClassVar[str] = "prepare"
    done: int
    total: int


@dataclass(frozen=True)
class LearnsFrom(Event):
    """Of ``quick``, once the images are read: it may leave some out."""

    event: ClassVar[str] = "learns_from"
    images: int
    of: int
    """As many as it was given."""
    lacks: str = ""
    """``"time"`` or ``"memory"``, where that made it leave some out."""

    @property
    def note(self) -> str:
        """A sentence where some are left out; empty where none is."""
        if not self.lacks:
            return ""
        left_out = f"there is no {self.lacks} for more"
        return f"Learning from {self.images} of {counted(self.of, 'image')}: {left_out}."


@dataclass(frozen=True)
class Batch(Event):
    """After a step, at most twice a second."""

    event: ClassVar[str] = "batch"
    epoch: int
    batch: int
    batches: int
    loss: float
    images_per_s: float
    eta_s: float
    """Seconds until the last epoch ends, if none is left out."""
    rate: float = 0.0
    """The head's learning rate of this step."""


@dataclass(frozen=True)
class Epoch(Event):
    """After the held-out images of an epoch were scored; epoch 0 is the model it started from."""

    event: ClassVar[str] = "epoch"
    epoch: int
    epochs: int
    loss: float | None
    """Mean of the epoch's training loss."""
    mean_iou: float | None
    iou: dict[str, float | None]
    """Class name → intersection over union."""
    pixel_accuracy: float | None
    boundary_f: float | None
    rate: float
    """The head's learning rate at the end of the epoch."""
    images_per_s: float
    eta_s: float
    is_best: bool


@dataclass(frozen=True)
class Saved(Event):
    """The best model so far is on the disk, whole."""

    event: ClassVar[str] = "saved"
    path: str
    epoch: int
    mean_iou: float | None


@dataclass(frozen=True)
class Preview(Event):
    """What the network of an epoch makes of a held-out image, for a person to look at."""

    event: ClassVar[str] = "preview"
    epoch: int
    name: str
    path: str
    """An 8-bit PNG, not larger than the image; a pixel's value is an index into the run's
    classes, 255 where the mask is unlabelled."""


@dataclass(frozen=True)
class Note(Event):
    """A sentence a person should see; the run goes on."""

    event: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True)
class Paused(Event):
    """A person paused the run, in this epoch; everything is saved meanwhile."""

    event: ClassVar[str] = "paused"
    epoch: int


@dataclass(frozen=True)
class Resumed(Event):
    """It goes on after a pause, in this epoch."""

    event: ClassVar[str] = "resumed"
    epoch: int


@dataclass(frozen=True)
class Done(Event):
    """The last word of a run that came to its end."""

    event: ClassVar[str] = "done"
    path: str
    epochs: int
    best_epoch: int
    mean_iou: float | None
    seconds: float
    reason: str
    """Why it ended, one sentence."""
    scores: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Stopped(Done):
    """The last word of a run that a person stopped or that could not go on; the best is saved."""

    event: ClassVar[str] = "stopped"


@dataclass(frozen=True)
class Failed(Event):
    """The last word of a run that could not go on and left no model; what was saved before, if
    anything, is whole."""

    event: ClassVar[str] = "failed"
    reason: str
    """What happened and what to do, one sentence."""


_KINDS: dict[str, type[Event]] = {
    kind.event: kind
    for kind in (
        *(Start, Prepare, LearnsFrom, Batch, Epoch, Saved, Preview, Note),
        *(Paused, Resumed, Done, Stopped, Failed),
    )
}


def event_from_dict(values: Mapping[str, Any]) -> Event | None:
    """What :meth:`Event.to_dict` made; None for an event that this version does not know.

    Keys it does not know are passed over, lists become tuples. Raises ValueError where one is
    missing.
    """
    kind = _KINDS.get(values.get("event", ""))
    if kind is None:
        return None
    known = {field.name for field in dataclasses.fields(kind)}
    given = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in values.items()
        if key in known
    }
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"an incomplete {kind.event!r} event: {error}") from error


OnEvent = Callable[[Event], None]
"""Told what happens, from the thread that trains."""
