"""What is known about one image of the project."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far an image has come."""

    NEW = "new"
    PREDICTED = "predicted"
    CORRECTED = "corrected"
    APPROVED = "approved"
    FAILED = "failed"


class Side(StrEnum):
    """What a labelled image serves for."""

    TRAINING = "training"
    """Models learn from it."""
    VALIDATION = "validation"
    """Held out: models are scored by it and never learn from it."""


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One image of the folder, as it was last written down."""

    name: str
    """Path relative to the folder, with ``/`` between its parts on every system."""
    state: State = State.NEW
    uncertainty: float | None = None
    """Of the newest prediction, 0–1; None before the first."""
    reason: str = ""
    """Why it failed, or another remark on it: one sentence."""
    file_size: int = -1
    """Bytes, when last seen; −1 where it could not be told."""
    modified_ns: int = 0
    """Time of the file's last change, when last seen."""
    before_failure: State | None = None
    """The state it goes back to when a failed image can be read again."""
    side: Side | None = None
    """Where a person has pinned it to; None: its path decides, see
    :mod:`segmenter.project.split`."""

    @property
    def lacks_prediction(self) -> bool:
        """Whether *Segment folder* means this image: nobody has painted on it either."""
        return self.state in (State.NEW, State.FAILED)

    @property
    def has_mask(self) -> bool:
        """Whether a person has painted on it, or called it right as it is."""
        return self.state in (State.CORRECTED, State.APPROVED)
