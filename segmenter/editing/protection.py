"""Which labels an edit may change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmenter.project.classes import UNLABELLED


@dataclass(frozen=True)
class Protection:
    """What nothing paints over; edits of the whole mask heed it as strokes do."""

    locked: frozenset[int] = frozenset()
    """Classes whose pixels stay as they are."""
    only_unlabelled: bool = False
    """Paint on unlabelled pixels alone."""
    only_class: int | None = None
    """Paint on pixels of this class alone."""

    @property
    def is_off(self) -> bool:
        return not (self.locked or self.only_unlabelled or self.only_class is not None)

    def paintable(self) -> NDArray[np.uint8]:
        """256 × uint8: 1 for a label that may be painted over, else 0."""
        free = np.ones(256, np.uint8)
        if self.only_unlabelled or self.only_class is not None:
            free[:] = 0
            if self.only_unlabelled:
                free[UNLABELLED] = 1
            if self.only_class is not None:
                free[self.only_class] = 1
        free[list(self.locked)] = 0
        return free
