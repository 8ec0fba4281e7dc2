"""When a checkpoint is written, and whether there is room for it."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress

from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.checkpoint import Checkpoint, Facts
from segmenter.training.run_folder import EventLog, RunFolder
from segmenter.training.state import TrainingState
from segmenter.training.writable import check_still_here
from segmenter.wording import shown

SECONDS_BETWEEN = 60.0
"""So much of an epoch is lost to a kill, on a disk that is fast enough."""
SHARE_OF_TIME = 0.1
"""That writing may take, where epochs are short or the disk is slow: on a busy one, the 780 MB of a
ResNet-50 took 16 s."""
_COPIES_OF_THE_WEIGHTS = 5
"""The network, its average, the best one, and two that AdamW keeps."""
_FILES_AT_ONCE = 2
"""The one before stays until the new one is whole."""


class Checkpointing:
    """Keeps a run's state in its folder; without one, nowhere."""

    def __init__(self, run: RunFolder | None, log: EventLog | None, facts: Facts) -> None:
        self._run, self._log, self._facts = run, log, facts
        self._last = time.monotonic()
        self._cost = 0.0
        """Seconds that writing one took."""

    def check_room(self, network: DeepLabV3) -> None:
        """Before an hour of training, not after it: raises :class:`MaskwrightError` where the
        disk has no room for checkpoints."""
        if self._run is None:
            return
        size = sum(tensor.nbytes for tensor in network.state_dict().values())
        needed = size * _COPIES_OF_THE_WEIGHTS * _FILES_AT_ONCE
        free = shutil.disk_usage(self._run.path).free
        if free < needed:
            raise MaskwrightError(
                f"The disk of {shown(self._run.path)} has {free / 1e6:.0f} MB left, and the "
                f"checkpoints of this training take {needed / 1e6:.0f} MB: free some space, or "
                "keep the run elsewhere with --run."
            )

    def save(self, state: TrainingState) -> None:
        """Now. Raises :class:`MaskwrightError` where it can't be written; the one before stays."""
        if self._run is None or self._log is None:
            return
        check_still_here(self._run.path)
        began = time.monotonic()
        Checkpoint(self._facts, state.to_dict(), self._log.length).save(self._run.checkpoint)
        self._last = time.monotonic()
        self._cost = self._last - began

    def save_after_epoch(self, state: TrainingState) -> None:
        """Unless that would take more than its share of the time."""
        self._save_if_older(self._cost / SHARE_OF_TIME, state)

    def save_after_step(self, state: TrainingState) -> None:
        """About once a minute, or less often where that takes more than its share."""
        self._save_if_older(max(SECONDS_BETWEEN, self._cost / SHARE_OF_TIME), state)

    def _save_if_older(self, seconds: float, state: TrainingState) -> None:
        if time.monotonic() - self._last >= seconds:
            self.save(state)

    def drop(self) -> None:
        """The run is done: there is nothing to go on with."""
        if self._run is not None:
            with suppress(OSError):
                self._run.checkpoint.unlink()
