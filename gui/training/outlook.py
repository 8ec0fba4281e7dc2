"""What will come of the choices in the dialog: how long it takes, what fits, what is in the way."""

from __future__ import annotations

from collections.abc import Callable

from gui.image_rate import duration
from gui.training.recipe_editor import AnyOf
from gui.training.start_points import StartPoint
from segmenter.prediction.device import Device
from segmenter.training.estimate import Estimate, Pace, Task, estimate
from segmenter.training.labelled_images import LabelledImages
from segmenter.training.material import Material
from segmenter.training.recipes import Recipe
from segmenter.training.sizing import Fit, fit

PaceOf = Callable[[Task, str], Pace]
"""How fast this computer is at a task on a device."""
CPU = Device("cpu", "CPU", None)


def task_of(recipe: AnyOf, start: StartPoint, images: LabelledImages, material: Material) -> Task:
    """What decides how long it takes."""
    classes = tuple(each.name for each in images.classes)
    size = images.typical_size
    return Task(
        recipe,
        start.network(classes, size, as_published=is_published(recipe)),
        len(material.training),
        len(material.held_out),
        size,
        material.classes_of,
        starts_from_model=not start.is_new,
    )


def is_published(recipe: AnyOf) -> bool:
    """Whether a new network is to be the paper's."""
    return recipe.name == "paper"


def fit_of(recipe: AnyOf, task: Task, device: Device) -> Fit | None:
    """What of a batch goes into the device's memory; None of ``quick``, which sees to that."""
    if not isinstance(recipe, Recipe):
        return None
    return fit(recipe, task.config, device.name, device.memory)


def sized(preset: AnyOf, recipe: AnyOf, found: Fit | None) -> AnyOf:
    """The preset with as many crops at a time as fit, in batches as large as ``recipe``'s."""
    if found is None or not isinstance(recipe, Recipe):
        return preset
    return preset.replace(micro_batch=0 if found.crops >= recipe.batch_size else found.crops)


def time_of(task: Task, device: Device, pace_of: PaceOf) -> Estimate:
    return estimate(task, device.name, pace_of(task, device.name))


def short_words(time: Estimate) -> str:
    """For a card: ``about 25 min``, ``3 to 6 min``."""
    if time.is_measured:
        return f"{'up to' if time.is_most else 'about'} {rough(time.high)}"
    return span(time)


def long_words(time: Estimate) -> str:
    """For the foot of the dialog, one sentence."""
    if time.is_measured:
        if time.is_most:
            return f"At most {rough(time.high)}; less where it stops early."
        return f"About {rough(time.high)}."
    most = " at most" if time.is_most else ""
    return f"About {span(time)}{most}; known better once it is under way."


def span(time: Estimate) -> str:
    """``3 to 6 min``, ``40 s to 2 min``."""
    low, high = rough(time.low), rough(time.high)
    if low == high:
        return low
    number, _, unit = low.partition(" ")
    same = high.partition(" ")[2] == unit
    return f"{number} to {high}" if same and " " not in unit else f"{low} to {high}"


_STEPS = ((10, 1), (60, 5), (600, 60), (3600, 300), (6 * 3600, 600))
"""Below so many seconds, nobody can know it better than to so many."""


def rough(seconds: float) -> str:
    """No more digits than anybody can know: ``25 min``, ``1 h 20 min``, ``15 h``."""
    for below, step in _STEPS:
        if seconds < below:
            return duration(max(1, round(seconds / step)) * step).replace(" 0 min", "")
    hours = seconds / 3600
    return f"{round(hours)} h" if hours < 48 else f"{round(hours / 24)} days"


def size_words(recipe: AnyOf, task: Task, device: Device, found: Fit | None) -> tuple[str, bool]:
    """How images and batches go into the network and into memory; and whether it is a warning."""
    width, height = task.size
    parts = []
    crop = 0
    if isinstance(recipe, Recipe):
        crop = recipe.fitted(task.config.input_size).crop
    if width and height:
        short = task.config.input_size
        how = "enlarged" if short > min(width, height) else "shrunk"
        scaled = f"{how} to a short side of {short}" if short != min(width, height) else "as is"
        parts.append(f"Images of {width} × {height} are seen {scaled}")
        if crop:
            parts[0] += f", in crops of {crop}"
        parts[0] += "."
    if found is None or not isinstance(recipe, Recipe):
        return " ".join(parts), False
    memory = f"{device.memory / 2**30:.0f} GB" if device.memory else ""
    if not found.is_enough and recipe.micro_batch in (0, found.crops):
        parts.append(
            f"Even {found.crops} crops at a time need about {found.needed / 2**30:.1f} GB of the "
            f"{memory} there are: take a smaller crop or model, or it may run out of memory."
        )
        return " ".join(parts), True
    at_a_time = min(recipe.micro_batch or recipe.batch_size, recipe.batch_size)
    too_many = at_a_time > found.crops
    if too_many:
        parts.append(
            f"{at_a_time} crops at a time may not fit into the {memory} of memory; "
            f"{found.crops} do."
        )
    elif at_a_time < recipe.batch_size:
        why = f" to fit into {memory}" if memory and found.crops < recipe.batch_size else ""
        parts.append(f"A batch of {recipe.batch_size} is learnt {at_a_time} at a time{why}.")
    return " ".join(parts), too_many
