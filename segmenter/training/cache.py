"""Decoded training images in memory, as small as training needs them, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED
from segmenter.training.data import Example, Examples
from segmenter.training.unusable import UnusableError, notes_on


class ExampleCache:
    """Reads every example once to check it, keeps what fits, and reads the others again.

    An image larger than any random scale would show it is kept smaller: decoding 12 megapixels
    takes ten times as long as the network takes for a crop of them.
    """

    def __init__(
        self,
        examples: Examples,
        *,
        short_side: int,
        max_bytes: int,
        on_note: Callable[[str], None] = lambda text: None,
    ) -> None:
        """
        Args:
            short_side: of an image in pixels, at most.
            on_note: told, as a sentence, of images that are passed over; from the
                thread that calls :meth:`prepare` and :meth:`tell_what_is_unusable`.
        """
        self._examples = examples
        self._short_side = short_side
        self._room = max_bytes
        self._on_note = on_note
        self.unusable: dict[str, MaskwrightError] = {}
        """Images that are passed over, and why."""
        self._told = 0
        self._kept: dict[str, Example] = {}
        self.pixels = np.zeros(256, np.int64)
        """How many pixels of each label the training images have."""
        self.labelled: list[str] = []
        """The training images that have a labelled pixel."""
        self.classes_of: dict[str, tuple[int, ...]] = {}
        """The labels in each of them."""

    def prepare(
        self,
        training: Sequence[str],
        validation: Sequence[str],
        on_progress: Callable[[int, int], None],
        cancel: CancelToken | None = None,
    ) -> None:
        """Read all, two at a time; the training images that have a labelled pixel are kept.

        Those that can't be used are passed over. Raises :class:`MaskwrightError` where the classes
        don't fit the masks, and Cancelled.
        """
        names = list(dict.fromkeys([*training, *validation]))
        with ThreadPoolExecutor(2) as threads:
            try:
                for done, (name, read) in enumerate(
                    zip(names, threads.map(self._read_or_reason, names), strict=True), start=1
                ):
                    if cancel is not None:
                        cancel.check()
                    if isinstance(read, UnusableError):
                        self.unusable[name] = read
                    elif done <= len(training):
                        self._take_in(name, read)
                    on_progress(done, len(names))
            except BaseException:
                threads.shutdown(cancel_futures=True)
                raise
        self.tell_what_is_unusable()

    def get(self, name: str) -> Example:
        """The example, with a short side of at most ``short_side``; from any thread.

        Where it can't be read any more (somebody deleted the image, or is writing it), the next
        labelled one takes its place. Raises :class:`MaskwrightError` where none is left.
        """
        example = self._kept.get(name) or self._read_unless_unusable(name)
        if example is not None:
            return example
        place = self.labelled.index(name)
        for other in (*self.labelled[place:], *self.labelled[:place]):
            example = self._kept.get(other) or self._read_unless_unusable(other)
            if example is not None:
                return example
        raise MaskwrightError(
            f"None of the images to learn from can be read any more: {self.unusable[name]}"
        )

    def _read_unless_unusable(self, name: str) -> Example | None:
        if name in self.unusable:
            return None
        try:
            return self._read(name)
        except MaskwrightError as error:
            self.unusable[name] = error
            return None

    def tell_what_is_unusable(self) -> None:
        """If there is news since the last call."""
        news = dict(list(self.unusable.items())[self._told :])
        self._told += len(news)
        for note in notes_on(news):
            self._on_note(note)

    def _read_or_reason(self, name: str) -> Example | UnusableError:
        try:
            return self._read(name)
        except UnusableError as error:
            return error

    def _read(self, name: str) -> Example:
        return shrunk(*self._examples.load(name), self._short_side)

    def _take_in(self, name: str, example: Example) -> None:
        counts = np.bincount(example[1].ravel(), minlength=256)
        self.pixels += counts
        if not counts[:UNLABELLED].any():
            return
        self.labelled.append(name)
        self.classes_of[name] = tuple(np.flatnonzero(counts[:UNLABELLED]).tolist())
        size = sum(values.nbytes for values in example)
        if size <= self._room:
            self._room -= size
            self._kept[name] = example


def shrunk(rgb: NDArray[np.uint8], labels: NDArray[np.uint8], short_side: int) -> Example:
    """Image and mask with a short side of at most ``short_side`` pixels."""
    height, width = labels.shape
    scale = short_side / min(height, width)
    if scale >= 1:
        return rgb, labels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return (
        np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8),
        np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8),
    )
