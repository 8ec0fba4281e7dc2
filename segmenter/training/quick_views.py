"""What ``quick`` shows the backbone of an image: the image itself, its mirror image, random cuts.

A view depends on its number, the image's name and size and the seed alone, not on the mask: so
its features can be kept while the person goes on correcting.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.nn.config import ModelConfig
from segmenter.prediction.network_input import resize
from segmenter.prediction.plan import trained_size
from segmenter.project.classes import UNLABELLED
from segmenter.training.augment import cut, jittered
from segmenter.training.quick_recipe import QuickRecipe

LONGEST = 2.0
"""Long side of a view by its short one; of a longer image, views are pieces."""
SEVERAL = 16
"""Fewer labelled pixels than these are no reason to look at a view."""
TRIES = 8
"""Views drawn for each that is wanted: of an image with a few strokes, most windows show none."""
_GREY = (127, 127, 127)


@dataclass(frozen=True)
class View:
    """A window of an image, resized, perhaps mirrored and in other colours."""

    left: int
    top: int
    width: int
    height: int
    """In pixels of the image; the window may reach beyond it."""
    size: tuple[int, int]
    """(height, width) that the window is resized to."""
    mirrored: bool
    colours: int | None
    """Seed of the change of colours; None: as they are."""

    def of_image(self, rgb: NDArray[np.uint8], recipe: QuickRecipe) -> NDArray[np.uint8]:
        """uint8 H×W×3 → uint8 of :attr:`size`, contiguous."""
        seen = cut(rgb, self.left, self.top, (self.height, self.width), _GREY)
        seen = resize(np.ascontiguousarray(seen), self.size)
        if self.mirrored:
            seen = np.ascontiguousarray(seen[:, ::-1])
        if self.colours is None:
            return seen
        return jittered(seen, recipe, np.random.default_rng(self.colours))

    def of_labels(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """uint8 H×W → uint8 of :attr:`size`; 255 beyond the image."""
        seen = cut(labels, self.left, self.top, (self.height, self.width), (UNLABELLED,))
        shrunk = shrunk_labels(np.ascontiguousarray(seen), self.size)
        return np.ascontiguousarray(shrunk[:, ::-1]) if self.mirrored else shrunk


def views_of(
    size: tuple[int, int], name: str, config: ModelConfig, recipe: QuickRecipe
) -> Iterator[View]:
    """The first is the whole image as it is, the second mirrored, then cuts without end.

    Args:
        size: (height, width) of the image.
        name: of the image: others get other cuts.
    """
    whole = view_size(size, config)
    number = 0
    while True:
        digest = hashlib.sha256(
            f"{recipe.seed} {number} {name}".encode("utf-8", "surrogatepass")
        ).digest()
        random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        scale = 1.0
        if number > 1:
            low, high = np.log(recipe.scale_low), np.log(recipe.scale_high)
            scale = float(np.exp(random.uniform(low, high)))
        # As much of the image as the view's shape holds at its trained size.
        fit = min(size[0] / whole[0], size[1] / whole[1])
        fills = max(size[0] / whole[0], size[1] / whole[1]) <= 1.25 * fit
        height, width = size if fills else (round(whole[0] * fit), round(whole[1] * fit))
        height, width = max(1, round(height / scale)), max(1, round(width / scale))
        yield View(
            left=_offset(size[1] - width, random),
            top=_offset(size[0] - height, random),
            width=width,
            height=height,
            size=whole,
            mirrored=number == 1 or (number > 1 and random.random() < 0.5),
            colours=int(random.integers(2**32)) if number else None,
        )
        number += 1


def labelled_views(
    labels: NDArray[np.uint8], name: str, config: ModelConfig, recipe: QuickRecipe
) -> Iterator[tuple[View, NDArray[np.uint8]]]:
    """The first ``recipe.views`` views in which something is labelled, with their labels.

    ``labels``: uint8 H×W of the image.
    """
    size = (labels.shape[0], labels.shape[1])
    found = 0
    for number, view in enumerate(views_of(size, name, config, recipe)):
        if found == recipe.views or number == TRIES * recipe.views:
            return
        seen = view.of_labels(labels)
        if np.count_nonzero(seen != UNLABELLED) >= SEVERAL:
            found += 1
            yield view, seen


def view_size(size: tuple[int, int], config: ModelConfig) -> tuple[int, int]:
    """(height, width) at which the network sees an image of ``size``, in steps of its strides.

    Sides are rounded to a twelfth or so of the short one: then most images of a folder have views
    of the same size, which can be learnt from together.
    """
    step = max(config.output_stride, 16) * max(1, round(config.input_size / 192))
    height, width = trained_size(size, config.input_size)
    most = LONGEST * min(height, width)
    return _rounded(min(height, most), step), _rounded(min(width, most), step)


def _rounded(length: float, step: int) -> int:
    return max(step, round(length / step) * step)


def _offset(room: int, random: np.random.Generator) -> int:
    return int(random.integers(min(room, 0), max(room, 0) + 1))


def shrunk_labels(labels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """uint8 H×W → uint8 of ``size``, nearest; thin strokes between unlabelled pixels stay.

    Nearest alone would leave out most of a stroke that is thinner than the distance between the
    pixels that are kept.
    """
    height, width = size
    nearest = cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    across, down = labels.shape[1] // width, labels.shape[0] // height
    if max(across, down) >= 2 and (labels == UNLABELLED).any():
        # 255 is the highest label, so the lowest around is some class where there is one.
        around = cv2.erode(labels, np.ones((max(down, 1), max(across, 1)), np.uint8))
        thin = cv2.resize(around, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
        nearest = np.where(nearest == UNLABELLED, thin, nearest)
    return np.asarray(nearest, np.uint8)
