"""One learning at once: what is asked of the inference thread, and what it answers. No torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segmenter.cancel import CancelToken

if TYPE_CHECKING:
    from segmenter.project.project import Project
    from segmenter.training.quick_recipe import QuickRecipe


@dataclass(frozen=True)
class Lesson:
    """Learn from what the person corrected in a project."""

    project: Project
    model: str
    """Current when it was asked for."""
    recipe: QuickRecipe
    enough: CancelToken = field(default_factory=CancelToken)
    """Ends it early; what was learnt until then counts."""
    cancel: CancelToken = field(default_factory=CancelToken)
    """Nobody waits for it any more: nothing of it is kept."""

    def give_up(self) -> None:
        self.cancel.cancel()
        self.enough.cancel()


@dataclass(frozen=True)
class LessonProgress:
    """How far it is."""

    done: int
    total: int
    images: int
    """That it learns from, as far as that is known, …"""
    of: int
    """… of so many that there are."""
    seconds_left: float


@dataclass(frozen=True)
class Learnt:
    """What came of it: a model on the disk."""

    model: str
    """Its path, as :meth:`gui.inference_worker.Inference.use_model` takes it."""
    images: int
    of: int
    """So many there were."""
    lacked: str
    """``"time"`` or ``"memory"``, where that made it leave some out."""
    seconds: float
    stopped: bool
    """Ended early."""


@dataclass(frozen=True)
class LessonEnd:
    """The last word of every lesson."""

    lesson: Lesson
    learnt: Learnt | None = None
    error: str = ""
    """One sentence, where it could not be."""
    was_told: bool = False
    """The person knows already why nothing was learnt: the model would not load."""

    @property
    def kept(self) -> Learnt | None:
        """What came of it, unless the lesson was given up while its end was on its way."""
        return None if self.lesson.cancel.is_cancelled else self.learnt
