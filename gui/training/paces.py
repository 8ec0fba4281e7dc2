"""How fast this computer learns, as its runs have shown; kept between two starts of the app."""

from __future__ import annotations

from gui.settings import Settings
from segmenter.training.estimate import Pace, Task, measured_pace
from segmenter.training.events import Epoch
from segmenter.training.recipes import Recipe

_LEAST, _MOST = 1e-4, 1e4


def recall(settings: Settings, task: Task, device: str) -> Pace | None:
    """Of a run with such a network on such a device; None before the first."""
    parts = [settings.number(_name(task, device, part), 0.0, _LEAST, _MOST) for part in _PARTS]
    return Pace(parts[0], parts[1], is_measured=True) if all(parts) else None


def learn(settings: Settings, task: Task, device: str, epoch: Epoch, batches: int) -> None:
    """Keep what this epoch of a run tells, which had so many batches."""
    pace = measured_pace(task, device, epoch, batches)
    if pace is None:
        return
    for part, value in zip(_PARTS, (pace.training, pace.scoring), strict=True):
        settings.set_number(_name(task, device, part), min(max(value, _LEAST), _MOST))


_PARTS = ("training", "scoring")


def _name(task: Task, device: str, part: str) -> str:
    """A network is as fast as its backbone at its output stride; what its head and the size of
    crops add is known beforehand."""
    stride = task.config.output_stride
    if isinstance(task.recipe, Recipe) and task.recipe.output_stride:
        stride = task.recipe.output_stride
    return f"pace {device.replace(':', ' ')} {task.config.backbone} {stride} {part}"
