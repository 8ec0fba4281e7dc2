"""The features of the images to learn from: taken from the store or computed, within the time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.nn.config import ModelConfig
from segmenter.training.data import Examples
from segmenter.training.feature_store import FeatureStore, HeadInput
from segmenter.training.frozen_backbone import FrozenBackbone
from segmenter.training.quick_head import LearntView
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.quick_views import View, labelled_views, shrunk_labels
from segmenter.training.unusable import UnusableError, check_same_size

Clock = Callable[[], float]
"""Seconds since whenever."""

AHEAD = 2
"""Images read while the network computes another's features."""


@dataclass(frozen=True)
class _Source:
    """An image whose views are known; its pixels where some view's features are not."""

    views: dict[str, tuple[View, NDArray[np.uint8]]]
    """Key of the store → the view and its labels; empty where nothing is labelled."""
    kept: dict[str, HeadInput]
    """What the store had."""
    rgb: NDArray[np.uint8] | None
    problem: UnusableError | None = None


@dataclass
class Gathered:
    """What there is to learn from."""

    views: list[LearntView]
    images: int = 0
    """That have at least one view."""
    without_time: int = 0
    """Images for which there was no time, …"""
    without_memory: int = 0
    """… or no memory."""
    unlabelled: int = 0
    unusable: dict[str, UnusableError] = field(default_factory=dict)
    """Images that are passed over, and why."""


class FeatureReader:
    """Goes through the images once and gathers views of each."""

    def __init__(
        self,
        examples: Examples,
        backbone: FrozenBackbone,
        store: FeatureStore,
        config: ModelConfig,
        recipe: QuickRecipe,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self._clock = clock
        self._examples = examples
        self._backbone = backbone
        self._store = store
        self._config = config
        self._recipe = recipe

    def gather(
        self,
        names: Sequence[str],
        seconds: float | None,
        cancel: CancelToken,
        on_progress: Callable[[int, int], None],
    ) -> Gathered:
        """Views of as many images as ``seconds`` allow, of at least one that has labels. Where
        memory does not hold all views, each image gets fewer of them.

        Args:
            seconds: None = all views of all images.
            cancel: looked at before each image.

        Raises:
            MaskwrightError: the classes don't fit the masks.
            Cancelled: ``cancel`` was pressed.
        """
        end = None if seconds is None else self._clock() + seconds
        memory = room = self._recipe.memory_megabytes * 1_000_000
        most = self._recipe.views
        gathered = Gathered([])
        sources = zip(names, self._sources(names, cancel), strict=True)
        for done, (name, source) in enumerate(sources, start=1):
            cancel.check()
            if source.problem is not None:
                gathered.unusable[name] = source.problem
            elif source.views:
                now = self._clock()
                # An equal share of what is left for each image that is left.
                until = None if end is None else now + (end - now) / (len(names) - done + 1)
                views = self._views(source, until, most)
                largest = max(view.input.bytes for view in views)
                most = max(1, min(most, memory // (len(names) * largest)))
                views = views[: min(most, max(room // largest, not gathered.views))]
                room -= sum(view.input.bytes for view in views)
                gathered.views += views
                gathered.images += bool(views)
                gathered.without_memory += not views
            else:
                gathered.unlabelled += 1
            on_progress(done, len(names))
            if end is not None and self._clock() > end and gathered.views:
                gathered.without_time += len(names) - done
                break
        return gathered

    def _views(self, source: _Source, until: float | None, most: int) -> list[LearntView]:
        """Of the first ``most`` those that were kept, and as many more as can be computed until
        then; at least one of all."""
        inputs = dict(source.kept)
        took = 0.0
        for key, (view, _) in list(source.views.items())[:most]:
            if key in inputs:
                continue
            began = self._clock()
            if until is not None and inputs and began + took > until:
                break
            assert source.rgb is not None, "read where features were missing"
            inputs[key] = self._backbone(view.of_image(source.rgb, self._recipe))
            self._store.put(key, inputs[key])
            took = self._clock() - began
        return [
            LearntView(inputs[key], labels)
            for key, (_, labels) in source.views.items()
            if key in inputs
        ]

    def _sources(self, names: Sequence[str], cancel: CancelToken) -> Iterator[_Source]:
        """In the order of ``names``, read ahead in a thread."""
        with ThreadPoolExecutor(1, thread_name_prefix="quick") as thread:
            coming: deque[Future[_Source]] = deque()
            try:
                for name in names:
                    coming.append(thread.submit(self._source_or_problem, name))
                    if len(coming) > AHEAD:
                        yield coming.popleft().result()
                        cancel.check()
                while coming:
                    yield coming.popleft().result()
            finally:
                for future in coming:
                    future.cancel()

    def _source_or_problem(self, name: str) -> _Source:
        """In the thread."""
        try:
            return self._source(name)
        except UnusableError as error:
            return _Source({}, {}, None, error)

    def _source(self, name: str) -> _Source:
        stamp = self._examples.stamp(name)
        full_labels = self._examples.load_labels(name)
        full = full_labels.shape
        short_side = round(self._config.input_size * max(1.0, self._recipe.scale_high))
        size = no_larger((full[0], full[1]), short_side)
        labels = shrunk_labels(full_labels, size)
        views = {
            self._key(stamp, view): (view, seen)
            for view, seen in labelled_views(labels, name, self._config, self._recipe)
        }
        kept = {key: found for key in views if (found := self._store.get(key)) is not None}
        rgb = None
        if len(kept) < len(views):
            whole = self._examples.load_image(name)
            check_same_size(whole.shape, full, name, f"of {name}")
            rgb = _shrunk(whole, size)
        return _Source(views, kept, rgb)

    def _key(self, stamp: str, view: View) -> str:
        recipe = self._recipe
        jitter = recipe.brightness, recipe.contrast, recipe.saturation, recipe.hue
        return repr((self._backbone.name, stamp, view, jitter))


def no_larger(size: tuple[int, int], short_side: int) -> tuple[int, int]:
    """(height, width) with the short side shrunk to ``short_side`` where it is longer."""
    scale = short_side / min(size)
    if scale >= 1:
        return size
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrunk(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    if rgb.shape[:2] == size:
        return rgb
    return np.asarray(cv2.resize(rgb, size[::-1], interpolation=cv2.INTER_AREA), np.uint8)
