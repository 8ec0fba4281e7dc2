"""What a run leaves behind. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segmenter.training.scores import Scores


@dataclass(frozen=True)
class FineTuned:
    """What a run left behind."""

    path: Path
    scores: Scores | None
    """On the held-out images; None where the run was stopped before they were scored."""
    epochs: int
    """Trained to their end."""
    best_epoch: int
    """The one in the file; 0 where no epoch was better than the model it started from."""
    stopped: bool
    reason: str
    """Why it ended, one sentence."""
