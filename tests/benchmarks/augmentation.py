"""A random view of an image and its mask: ours by OpenCV beside torchvision's transforms v2.

    python tests/benchmarks/augmentation.py [--size 480 360] [--crop 353] [--views 300]

Both cut a window of random scale and place, resize it, mirror it and jitter its colours, by the
numbers of the recipe `standard`, on one thread; geometry and colours are also timed alone. "ms a
view" is processor time, the median over the rounds, which take turns; "import" is what importing
them costs a process that has torch already.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from measure import machine, print_table
from torchvision import tv_tensors
from torchvision.transforms import v2

from segmenter.project.images import load_image
from segmenter.training.augment import augmented
from segmenter.training.recipes import STANDARD, Recipe

PHOTO = Path(__file__).resolve().parents[2] / "resources" / "sample" / "palace.jpg"
ROUNDS = 7
STILL = {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0, "hue": 0.0}
WHOLE = {"scale_low": 1.0, "scale_high": 1.0, "flip": 0.0}


class Theirs(torch.nn.Module):
    """What :func:`augmented` does, by transforms v2."""

    def __init__(self, recipe: Recipe, short: int) -> None:
        super().__init__()
        self._low, self._high = np.log(recipe.scale_low), np.log(recipe.scale_high)
        self._crop, self._short = recipe.crop, short
        self._flip = v2.RandomHorizontalFlip(recipe.flip)
        self._jitter = v2.ColorJitter(
            recipe.brightness, recipe.contrast, recipe.saturation, recipe.hue
        )
        self._is_still = not any((recipe.brightness, recipe.contrast, recipe.saturation))

    def forward(
        self, image: tv_tensors.Image, mask: tv_tensors.Mask
    ) -> tuple[torch.Tensor, torch.Tensor]:
        scale = float(torch.empty(()).uniform_(self._low, self._high).exp())
        cut = v2.RandomCrop(
            max(1, round(self._crop / scale)),
            pad_if_needed=True,
            fill={tv_tensors.Image: 127, tv_tensors.Mask: 255},
        )
        image, mask = v2.Resize((self._crop, self._crop), antialias=True)(*cut(image, mask))
        image, mask = self._flip(image, mask)
        return image if self._is_still else self._jitter(image), mask


def milliseconds(view: Callable[[], object], views: int) -> float:
    """Of this thread's processor time, a view."""
    began = time.thread_time()
    for _ in range(views):
        view()
    return (time.thread_time() - began) / views * 1000


def import_seconds(module: str) -> float:
    """In a process that has imported torch."""
    code = (
        "import time, torch; began = time.process_time(); "
        f"import {module}; print(time.process_time() - began)"
    )
    told = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        for _ in range(3)
    ]
    return statistics.median(float(each.stdout) for each in told)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, nargs=2, default=(480, 360), metavar=("W", "H"))
    parser.add_argument("--crop", type=int, default=353)
    parser.add_argument("--views", type=int, default=300)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    size = tuple(chosen.size)
    rgb = np.asarray(cv2.resize(load_image(PHOTO), size, interpolation=cv2.INTER_AREA), np.uint8)
    labels = np.asarray(rgb[..., 0] // 32, np.uint8)
    image = tv_tensors.Image(torch.from_numpy(rgb.transpose(2, 0, 1).copy()))
    mask = tv_tensors.Mask(torch.from_numpy(labels))
    recipe = STANDARD.replace(crop=chosen.crop)
    rows = []
    for title, changes in (("all of it", {}), ("geometry", STILL), ("colours", WHOLE)):
        numbers = recipe.replace(**changes)
        random, theirs = np.random.default_rng(0), Theirs(numbers, min(size))

        def own(numbers: Recipe = numbers, random: np.random.Generator = random) -> object:
            return augmented(rgb, labels, numbers, min(size), random)

        def other(theirs: Theirs = theirs) -> object:
            return theirs(image, mask)

        rounds = [
            (milliseconds(own, chosen.views // ROUNDS), milliseconds(other, chosen.views // ROUNDS))
            for _ in range(ROUNDS)
        ]
        ours, v2s = (statistics.median(each) for each in zip(*rounds, strict=True))
        rows.append((title, f"{ours:.1f}", f"{v2s:.1f}", f"{v2s / ours:.1f}"))
    imports = [import_seconds(module) for module in ("cv2", "torchvision.transforms.v2")]
    print(machine())
    head = ("ms a view", "ours", "transforms v2", "times as long")
    print_table(f"{size[0]}×{size[1]} → {chosen.crop}²", head, rows)
    print(f"import: ours {imports[0]:.2f} s, transforms v2 {imports[1]:.2f} s")


if __name__ == "__main__":
    main()
