"""Random scale, crop, flip and colour, of an image and its mask together (section 4.1)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.project.classes import UNLABELLED
from segmenter.training.any_recipe import AnyRecipe
from segmenter.training.recipes import Recipe

_LABELLED_SHARE = 0.01
_TRIES = 10
_GREY = (127, 127, 127)


Crop = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""rgb uint8 c×c×3, labels uint8 c×c."""


def augmented(
    rgb: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    recipe: Recipe,
    input_size: int,
    random: np.random.Generator,
) -> Crop:
    """A random view of an image, ``recipe.crop`` pixels square (which is not 0 here).

    Args:
        rgb, labels: uint8 H×W×3 and H×W, of any size.
        input_size: the short side that scale 1 stands for.
        random: all that is drawn comes from here, so the same state gives the same view.
    """
    low, high = np.log(recipe.scale_low), np.log(recipe.scale_high)
    full_size = input_size / min(labels.shape)
    for _ in range(_TRIES):
        scale = float(np.exp(random.uniform(low, high))) * full_size
        image, mask = _moved(rgb, labels, max(1, round(recipe.crop / scale)), recipe, random)
        if (mask != UNLABELLED).any():
            break
    else:
        # A stroke of a few pixels, which shrinking loses; as it is stored none gets lost. An image
        # without a label ends here, too.
        image, mask = _moved(rgb, labels, recipe.crop, recipe, random)
    return jittered(image, recipe, random), mask


def _moved(
    rgb: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    side: int,
    recipe: Recipe,
    random: np.random.Generator,
) -> Crop:
    """A random window of ``side`` pixels, resized to the crop's, perhaps mirrored."""
    left, top = _window(labels, side, random)
    window = side, side
    view = cut(rgb, left, top, window, _GREY), cut(labels, left, top, window, (UNLABELLED,))
    shrinking = side > recipe.crop
    image = _resized(view[0], recipe.crop, cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)
    # The exact kind of nearest has the same pixel centres as the image's interpolation.
    mask = _resized(view[1], recipe.crop, cv2.INTER_NEAREST_EXACT)
    if random.random() < recipe.flip:
        image, mask = image[:, ::-1], mask[:, ::-1]
    return image, np.ascontiguousarray(mask)


def _window(labels: NDArray[np.uint8], side: int, random: np.random.Generator) -> tuple[int, int]:
    """Left and top of the window to cut; negative where it is larger than the image.

    Where next to nothing in it is labelled, it moves to a labelled pixel: of an image with a few
    strokes only, most windows would teach nothing.
    """
    height, width = labels.shape
    left = _offset(width - side, random)
    top = _offset(height - side, random)
    seen = labels[max(top, 0) : top + side, max(left, 0) : left + side] != UNLABELLED
    if np.count_nonzero(seen) < _LABELLED_SHARE * seen.size:
        labelled = np.flatnonzero(labels != UNLABELLED)
        if labelled.size:
            y, x = divmod(int(labelled[random.integers(labelled.size)]), width)
            left, top = _around(x, side, width, random), _around(y, side, height, random)
    return left, top


def _offset(room: int, random: np.random.Generator) -> int:
    return int(random.integers(min(room, 0), max(room, 0) + 1))


def _around(position: int, side: int, length: int, random: np.random.Generator) -> int:
    """A window of ``side`` that holds ``position`` and stays inside the image if it can."""
    if side >= length:
        return _offset(length - side, random)
    low, high = max(0, position - side + 1), min(position, length - side)
    return int(random.integers(low, high + 1))


def cut(
    values: NDArray[np.uint8], left: int, top: int, size: tuple[int, int], fill: tuple[int, ...]
) -> NDArray[np.uint8]:
    """``size`` (height, width) from (left, top); beyond the image lies ``fill``."""
    height, width = values.shape[:2]
    inside = values[max(top, 0) : top + size[0], max(left, 0) : left + size[1]]
    above, before = max(-top, 0), max(-left, 0)
    below, after = max(top + size[0] - height, 0), max(left + size[1] - width, 0)
    if not (above or before or below or after):
        return inside
    whole = cv2.copyMakeBorder(inside, above, below, before, after, cv2.BORDER_CONSTANT, value=fill)
    return np.asarray(whole, np.uint8)


def _resized(values: NDArray[np.uint8], side: int, interpolation: int) -> NDArray[np.uint8]:
    contiguous = np.ascontiguousarray(values)
    return np.asarray(cv2.resize(contiguous, (side, side), interpolation=interpolation), np.uint8)


def jittered(
    rgb: NDArray[np.uint8], recipe: AnyRecipe, random: np.random.Generator
) -> NDArray[np.uint8]:
    """Brightness, contrast, saturation and hue changed a little; uint8 H×W×3, contiguous."""
    brightness, contrast, saturation = (
        1 + random.uniform(-x, x) for x in (recipe.brightness, recipe.contrast, recipe.saturation)
    )
    turn = random.uniform(-recipe.hue, recipe.hue)
    mean = float(rgb.mean())
    values = np.arange(256) * brightness
    table = np.clip((values - mean) * contrast + mean, 0, 255).astype(np.uint8)
    changed = np.asarray(cv2.LUT(np.ascontiguousarray(rgb), table), np.uint8)
    if recipe.saturation or recipe.hue:
        hsv = cv2.cvtColor(changed, cv2.COLOR_RGB2HSV_FULL)
        hues = (np.arange(256) + round(turn * 256)).astype(np.uint8)  # the circle has 256 steps
        saturations = np.clip(np.arange(256) * saturation, 0, 255).astype(np.uint8)
        tables = np.stack([hues, saturations, np.arange(256, dtype=np.uint8)], axis=-1)
        changed = np.asarray(
            cv2.cvtColor(cv2.LUT(hsv, tables[None]), cv2.COLOR_HSV2RGB_FULL), np.uint8
        )
    return changed


def pasted(onto: Crop, other: Crop, background: int) -> Crop:
    """What is neither background nor unlabelled in ``other`` covers ``onto``, image and mask."""
    things = (other[1] != background) & (other[1] != UNLABELLED)
    rgb = np.where(things[..., None], other[0], onto[0])
    return rgb, np.where(things, other[1], onto[1])
