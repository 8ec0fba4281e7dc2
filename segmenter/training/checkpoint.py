"""Everything needed to go on with a run, in one file that is always whole.

Plain containers and tensors alone: it is read with ``weights_only=True``, so that opening one from
a stranger can't run code.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from segmenter.atomic import written_atomically
from segmenter.errors import MaskwrightError
from segmenter.wording import cause, shown

VERSION = 1
_DAMAGED = (pickle.UnpicklingError, RuntimeError, LookupError, TypeError, ValueError, EOFError)


@dataclass(frozen=True)
class Facts:
    """What stays the same from a run's first step to its last, worked out at its start."""

    config: dict[str, Any]
    """Of the network."""
    recipe: dict[str, Any]
    """With the numbers filled in that follow from the model."""
    classes: tuple[str, ...]
    class_ids: tuple[int, ...]
    """The mask value of each."""
    training: tuple[str, ...]
    validation: tuple[str, ...]
    card: dict[str, Any]
    """Of the model to be, without its scores."""

    @classmethod
    def from_json(cls, text: str) -> Facts:
        """Raises ValueError or TypeError where it is something else."""
        values: dict[str, Any] = json.loads(text)
        for name in ("classes", "class_ids", "training", "validation"):
            values[name] = tuple(values[name])
        return cls(**values)


@dataclass(frozen=True)
class Checkpoint:
    """What lies in the file."""

    facts: Facts
    state: dict[str, Any]
    """See :meth:`segmenter.training.state.TrainingState.to_dict`."""
    told: int
    """How many bytes of the run's events belong to it."""

    def save(self, path: Path) -> None:
        """Replace the file before it; that one stays until then.

        Raises :class:`MaskwrightError` where it can't be written, and leaves the file before it.
        """
        values = {
            "version": VERSION,
            # As text: a value of some class of its own would make the file unreadable.
            "facts": json.dumps(vars(self.facts)),
            "state": self.state,
            "told": self.told,
        }
        with written_atomically(path) as file:
            try:
                torch.save(values, file)
            except RuntimeError as error:
                # torch's zip writer, which hides why the system refused to write.
                if isinstance(error.__context__, OSError):
                    raise error.__context__ from None
                raise

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Read it to the CPU.

        Raises :class:`MaskwrightError` where there is none, or none of ours.
        """
        try:
            values = torch.load(path, map_location="cpu", weights_only=True)
            if values["version"] != VERSION:
                raise MaskwrightError(
                    f"{shown(path)} comes from another version of Maskwright: go on with that one."
                )
            return cls(Facts.from_json(values["facts"]), values["state"], values["told"])
        except OSError as error:
            raise MaskwrightError(f"{shown(path)} can't be read ({cause(error)}).") from error
        except _DAMAGED as error:
            raise MaskwrightError(
                f"{shown(path)} is no checkpoint of Maskwright, or damaged: start a new run."
            ) from error
