"""A small task made from the sample photos: find the pieces of one photo pasted onto others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.nn.config import ModelConfig
from segmenter.paths import resource
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.images import load_image
from segmenter.project.label_png import write_label_png
from segmenter.training.recipes import Recipe

if TYPE_CHECKING:
    from segmenter.training.fine_tuned import FineTuned

CLASSES = ("background", "petal")
LABEL_CLASSES = tuple(LabelClass(i, name, default_color(i, name)) for i, name in enumerate(CLASSES))
SMALL = ModelConfig(
    backbone="efficientnet_lite0",
    decoder=True,
    separable=True,
    head_channels=32,
    input_size=96,
    classes=CLASSES,
)
QUICK = Recipe(
    epochs=3,
    batch_size=4,
    steps_per_epoch=6,
    crop=97,
    rate=3e-3,
    warmup_steps=2,
    weight_average=0.8,
    validation_count=4,
    patience=0,
)
GROWING_WEIGHTS = {
    "steps_per_epoch": 60,
    "rate": 10.0,
    "weight_decay": 10.0,
    "backbone_factor": 10.0,
    "warmup_steps": 0,
    "schedule": "constant",
}
"""Numbers of a recipe whose loss is soon no number: weight decay of more than twice a weight makes
it grow without end."""


@dataclass(frozen=True)
class Task:
    """Two folders that belong together."""

    images: Path
    masks: Path


def scene(
    number: int, petals: NDArray[np.uint8], grounds: list[NDArray[np.uint8]]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """rgb uint8 96×128×3 and labels uint8 96×128: ellipses of one photo on a piece of another."""
    random = np.random.default_rng(number)
    ground = grounds[number % len(grounds)]
    top, left = (int(random.integers(s - t)) for s, t in zip(ground.shape, (96, 128), strict=False))
    rgb = ground[top : top + 96, left : left + 128].copy()
    labels = np.zeros((96, 128), np.uint8)
    for _ in range(3):
        center = int(random.integers(128)), int(random.integers(96))
        axes = int(random.integers(12, 30)), int(random.integers(12, 30))
        cv2.ellipse(labels, center, axes, float(random.integers(180)), 0, 360, 1, -1)
    rgb[labels == 1] = petals[:96, :128][labels == 1]
    return rgb, labels


def make_task(folder: Path) -> Task:
    """Twelve images of 128×96 with masks, some of them in a subfolder."""
    made = Task(folder / "images", folder / "masks")
    (made.images / "more").mkdir(parents=True)
    (made.masks / "more").mkdir(parents=True)
    flower = load_image(resource("sample", "dandelion.jpg"))
    yellow = cv2.resize(flower, (640, 480), interpolation=cv2.INTER_AREA)
    middle = np.asarray(yellow[190:290, 250:390], np.uint8)
    grounds = [
        np.asarray(cv2.resize(load_image(resource("sample", name)), (400, 300)), np.uint8)
        for name in ("cat.jpg", "palace.jpg", "coffee.jpg")
    ]
    for number in range(12):
        rgb, labels = scene(number, middle, grounds)
        name = f"{'more/' if number % 3 == 0 else ''}{number:02}"
        cv2.imwrite(str(made.images / f"{name}.png"), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        write_label_png(made.masks / f"{name}.png", labels, LABEL_CLASSES)
    return made


def learn_task(task: Task, out: Path, **arguments: object) -> FineTuned:
    """``fine_tune`` on the task, on one core; ``arguments`` as that takes them."""
    from segmenter.training.fine_tune import fine_tune

    usual: dict[str, object] = {
        "images": task.images, "masks": task.masks, "device": "cpu", "threads": 1,
    }  # fmt: skip
    return fine_tune(out, **{**usual, **arguments})  # type: ignore[arg-type]
