"""The edits of the whole mask that ask for a number: what each is called, asks and does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gui.canvas.content import Labels
from segmenter.cancel import CancelToken, Progress
from segmenter.editing import cleanup
from segmenter.editing.cleaned import Cleaned
from segmenter.editing.protection import Protection


@dataclass(frozen=True)
class Request:
    """What is to be done to which labels; the labels are nobody else's."""

    labels: Labels
    number: int
    class_id: int | None
    """None: all classes."""
    ground: int | None
    """The class behind all others."""
    protection: Protection


class CleanUp(Protocol):
    """On any thread. Raises Cancelled."""

    def __call__(self, request: Request, cancel: CancelToken, progress: Progress) -> Cleaned: ...


@dataclass(frozen=True)
class Aid:
    """One of them."""

    action: str
    step: str
    """As the menu names it: “Undo remove specks”."""
    title: str
    explanation: str
    question: str
    """Beside the number."""
    number: int
    """Where nobody has chosen another yet."""
    largest: int
    run: CleanUp
    all_classes: bool = True
    """It can be done to all classes at once."""
    in_places: bool = False
    """It changes this place and that, to be counted and marked, rather than edges."""

    @property
    def name(self) -> str:
        """For settings and object names: “remove_specks”."""
        return self.action.partition(".")[2]


def all_aids(tr: Callable[[str], str]) -> tuple[Aid, ...]:
    """In the order of the menu; ``tr`` translates."""
    return (
        Aid(
            "edit.remove_specks",
            tr("remove specks"),
            tr("Remove specks"),
            tr("Regions that are smaller than this take the class that surrounds them most."),
            tr("Smaller than"),
            100,
            100_000,
            _edit(cleanup.remove_specks),
            in_places=True,
        ),
        Aid(
            "edit.fill_holes",
            tr("fill holes"),
            tr("Fill holes"),
            tr("What a region encloses becomes part of it, where it is no larger than this."),
            tr("Up to"),
            100,
            100_000,
            _edit(cleanup.fill_holes, minds_ground=True),
            in_places=True,
        ),
        Aid(
            "edit.grow",
            tr("grow class"),
            tr("Grow class"),
            tr("The edge of the class moves outwards, over whatever is not protected."),
            tr("Move it by"),
            2,
            100,
            _edit(cleanup.grow, class_first=True),
            all_classes=False,
        ),
        Aid(
            "edit.shrink",
            tr("shrink class"),
            tr("Shrink class"),
            tr("The edge of the class moves inwards; what it leaves takes the nearest label."),
            tr("Move it by"),
            2,
            100,
            _edit(cleanup.shrink, class_first=True),
            all_classes=False,
        ),
        Aid(
            "edit.smooth",
            tr("smooth edges"),
            tr("Smooth edges"),
            tr("Corners and ragged bits that are smaller than this are rounded off."),
            tr("Radius"),
            5,
            50,
            _edit(cleanup.smooth, class_first=True),
        ),
    )


def _edit(
    cleaned: Callable[..., Cleaned], *, class_first: bool = False, minds_ground: bool = False
) -> CleanUp:
    """An edit of :mod:`segmenter.editing.cleanup`, as it is asked for here."""

    def run(request: Request, cancel: CancelToken, progress: Progress) -> Cleaned:
        what = (request.number, request.class_id)
        return cleaned(
            request.labels,
            *(reversed(what) if class_first else what),
            protection=request.protection,
            cancel=cancel,
            progress=progress,
            **({"ground": request.ground} if minds_ground else {}),
        )

    return run
