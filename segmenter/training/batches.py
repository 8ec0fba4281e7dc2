"""The batches of an epoch: drawn and augmented by number, made ahead in threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from segmenter.errors import MaskwrightError
from segmenter.training.augment import Crop, augmented, pasted
from segmenter.training.cache import ExampleCache
from segmenter.training.drawing import drawn, draws_of, repeat_factors
from segmenter.training.recipes import SMALLEST_PART, Recipe
from segmenter.training.team import ALONE, Team

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
        threads: int = 1,
        team: Team = ALONE,
    ) -> None:
        """
        Args:
            background: the label copy-paste leaves out; None = no copy-paste.
            threads: that make crops, see :func:`crop_threads`.
            team: of every batch this process makes its share.

        Raises :class:`MaskwrightError` where shares would be too small, or not alike.
        """
        share = max(SMALLEST_PART, -(-recipe.batch_size // team.size))
        if recipe.batch_size != share * team.size and team.size > 1:
            raise MaskwrightError(
                f"{team.size} processes can't share batches of {recipe.batch_size} crops evenly: "
                f"take --batch-size {share * team.size}."
            )
        self._cache = cache
        self._names = tuple(names)
        self._recipe = recipe
        self._input_size = input_size
        self._background = background
        self._threads = threads
        self._places = team.share(recipe.batch_size)
        self._factors = repeat_factors(
            [cache.classes_of[name] for name in self._names], recipe.rare_below
        )
        self.steps = batches_per_epoch(draws_of(self._factors), recipe)

    def epoch(self, number: int, first_step: int = 0) -> Iterator[Batch]:
        """Every image at least once, in an order of this epoch's own; all batches are full.

        Of a team's batches these are this process's shares.

        From ``first_step`` (0 … ``steps``) on, the batches are those of the whole epoch there.
        """
        order = self._order(number)
        with ThreadPoolExecutor(self._threads) as threads:
            coming: deque[list[Future[Crop]]] = deque()
            try:
                for step in range(first_step, self.steps + _AHEAD):
                    if step < self.steps:
                        coming.append(self._batch(threads, number, order, step))
                    if step >= first_step + _AHEAD:
                        batch = _stacked([crop.result() for crop in coming.popleft()])
                        self._cache.tell_what_is_unusable()
                        yield batch
            finally:
                threads.shutdown(cancel_futures=True)

    def _order(self, epoch: int) -> list[str]:
        random = np.random.default_rng((self._recipe.seed, epoch))
        return [
            self._names[i]
            for i in drawn(self._factors, self.steps * self._recipe.batch_size, random)
        ]

    def _batch(
        self, threads: ThreadPoolExecutor, epoch: int, order: Sequence[str], step: int
    ) -> list[Future[Crop]]:
        size = self._recipe.batch_size
        return [
            threads.submit(self._crop, epoch, step, place, order[step * size + place])
            for place in self._places
        ]

    def _crop(self, epoch: int, step: int, place: int, name: str) -> Crop:
        random = np.random.default_rng((self._recipe.seed, epoch, step, place))
        crop = self._view(name, random)
        if self._background is not None and random.random() < self._recipe.copy_paste:
            other = self._names[random.integers(len(self._names))]
            return pasted(crop, self._view(other, random), self._background)
        return crop

    def _view(self, name: str, random: np.random.Generator) -> Crop:
        return augmented(*self._cache.get(name), self._recipe, self._input_size, random)


_AHEAD = 2
"""Batches that are made while the network learns from another."""


def crop_threads(device: str) -> int:
    """A CPU is busy with the network: one thread makes a batch within a fraction of a step. A GPU
    takes a step in less time than that."""
    return 1 if device == "cpu" else min(16, os.cpu_count() or 1)


def _stacked(crops: Sequence[Crop]) -> Batch:
    images = torch.from_numpy(np.stack([rgb for rgb, _ in crops])).permute(0, 3, 1, 2)
    return images, torch.from_numpy(np.stack([labels for _, labels in crops]))


def batches_per_epoch(draws: int, recipe: Recipe) -> int:
    """How many steps make an epoch of so many images, or of so many draws from them."""
    return recipe.steps_of_epoch(draws)
