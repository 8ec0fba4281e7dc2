"""The batches of an epoch: drawn and augmented by number, made one ahead in a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from segmenter.training.augment import Crop, augmented, pasted
from segmenter.training.cache import ExampleCache
from segmenter.training.recipes import Recipe

Batch = tuple[Tensor, Tensor]
"""images uint8 N×3×c×c (channels last in memory), labels uint8 N×c×c."""


class Batches:
    """What is in a batch depends on (seed, epoch, its place) alone, not on what was drawn before:
    a run that goes on at epoch 7 sees what it would have seen."""

    def __init__(
        self,
        cache: ExampleCache,
        names: Sequence[str],
        recipe: Recipe,
        *,
        input_size: int,
        background: int | None = None,
    ) -> None:
        """``background``: the label copy-paste leaves out; None = no copy-paste."""
        self._cache = cache
        self._names = tuple(names)
        self._recipe = recipe
        self._input_size = input_size
        self._background = background
        self.steps = batches_per_epoch(len(self._names), recipe)

    def epoch(self, number: int) -> Iterator[Batch]:
        """Every image at least once, in an order of this epoch's own; all batches are full."""
        order = self._order(number)
        size = self._recipe.batch_size
        # One thread: decoding and augmenting a batch takes a fraction of a step.
        with ThreadPoolExecutor(1) as thread:
            coming = thread.submit(self._batch, number, order[:size], 0)
            for step in range(1, self.steps + 1):
                batch = coming.result()
                if step < self.steps:
                    coming = thread.submit(
                        self._batch, number, order[step * size : (step + 1) * size], step
                    )
                yield batch

    def _order(self, epoch: int) -> list[str]:
        random = np.random.default_rng((self._recipe.seed, epoch))
        needed = self.steps * self._recipe.batch_size
        rounds = -(-needed // len(self._names))
        order = np.concatenate([random.permutation(len(self._names)) for _ in range(rounds)])
        return [self._names[i] for i in order[:needed]]

    def _batch(self, epoch: int, names: Sequence[str], step: int) -> Batch:
        crops = [self._crop(epoch, step, place, name) for place, name in enumerate(names)]
        images = torch.from_numpy(np.stack([rgb for rgb, _ in crops])).permute(0, 3, 1, 2)
        return images, torch.from_numpy(np.stack([labels for _, labels in crops]))

    def _crop(self, epoch: int, step: int, place: int, name: str) -> Crop:
        random = np.random.default_rng((self._recipe.seed, epoch, step, place))
        crop = self._view(name, random)
        if self._background is not None and random.random() < self._recipe.copy_paste:
            other = self._names[random.integers(len(self._names))]
            return pasted(crop, self._view(other, random), self._background)
        return crop

    def _view(self, name: str, random: np.random.Generator) -> Crop:
        return augmented(*self._cache.get(name), self._recipe, self._input_size, random)


def batches_per_epoch(images: int, recipe: Recipe) -> int:
    """How many steps make an epoch."""
    return max(recipe.steps_per_epoch, -(-images // recipe.batch_size))
