"""Many images through one network: while it computes, others are read, and others written.

The network runs in the caller's thread. Reading and preparing an image, and finishing and storing
a prediction, happen in a few threads beside it, a few images ahead of it and behind it: so many
are in memory at a time, however long the list and however slow the disk.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.prediction.memory import is_out_of_memory
from segmenter.prediction.prediction import Prediction
from segmenter.prediction.predictor import Predictor, PreparedImage
from segmenter.prediction.scored import ScoredImage

AHEAD = max(2, min(4, (os.cpu_count() or 1) // 2))
"""Images read before the network is free for them, each in a thread of its own."""
BEHIND = AHEAD
"""Images that the network is done with and that are not stored yet, likewise."""
LARGE = 24_000_000
"""Pixels from which an image is stored before the next one is computed."""

Load = Callable[[str], NDArray[np.uint8]]
"""Name → uint8 H×W×3."""
Store = Callable[[str, NDArray[np.uint8], Prediction], None]
"""Name, the image, its prediction."""


@dataclass(frozen=True)
class Outcome:
    """What became of one image."""

    name: str
    prediction: Prediction | None = None
    """None where it failed."""
    error: str | None = None
    """One sentence for the person; None where it worked."""
    seconds: float = 0.0
    """Spent on this image, from reading to storing; waiting for its turn not counted."""


def predict_images(
    predictor: Predictor,
    names: Sequence[str],
    *,
    load: Load,
    store: Store,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Iterator[Outcome]:
    """Segment images one after the other; yields their outcomes in the order of ``names``.

    An image that can't be loaded, segmented or stored becomes an outcome with its error, and the
    rest goes on. ``load`` and ``store`` are called in other threads, several at a time; whoever
    stops taking outcomes gets back control when those that run have ended.

    Args:
        progress: told (done, total) before the first and after every image.

    Raises:
        Cancelled: ``cancel`` was pressed. What had been computed is stored, not begun what had
            not.
        Exception: a bug, in ``load`` and ``store`` too: whatever is not a
            :class:`MaskwrightError`, an :class:`OSError` or a lack of memory.
    """
    cancel = cancel if cancel is not None else CancelToken()
    total = len(names)
    done = 0
    if progress is not None:
        progress(done, total)
    with (
        ThreadPoolExecutor(AHEAD, "read") as readers,
        ThreadPoolExecutor(BEHIND, "store") as storers,
    ):
        line = _Line(predictor, load, store, readers, storers)
        try:
            for outcome in line.run(names, cancel):
                done += 1
                if progress is not None:
                    progress(done, total)
                yield outcome
        finally:
            # What has been read and not computed is dropped; what is being stored gets whole.
            readers.shutdown(wait=False, cancel_futures=True)
    cancel.check()


@dataclass(frozen=True)
class _Read:
    """An image ready for the network, or why not."""

    prepared: PreparedImage | None
    error: str | None
    seconds: float


class _Line:
    """The three stations and the queues between them."""

    def __init__(
        self,
        predictor: Predictor,
        load: Load,
        store: Store,
        readers: ThreadPoolExecutor,
        storers: ThreadPoolExecutor,
    ) -> None:
        self._predictor = predictor
        self._load = load
        self._store = store
        self._readers = readers
        self._storers = storers

    def run(self, names: Sequence[str], cancel: CancelToken) -> Iterator[Outcome]:
        """Ends early, without a word, where ``cancel`` is pressed."""
        waiting = iter(names)
        reading: deque[tuple[str, Future[_Read]]] = deque()
        storing: deque[Future[Outcome]] = deque()
        for _ in range(AHEAD):
            self._read_next(waiting, reading)
        while reading and not cancel.is_cancelled:
            name, future = reading.popleft()
            read = future.result()
            self._read_next(waiting, reading)
            try:
                storing.append(self._compute(name, read, cancel))
            except Cancelled:
                break
            behind = 0 if _is_large(read) else BEHIND
            while storing and (len(storing) > behind or storing[0].done()):
                yield storing.popleft().result()
        while storing:
            yield storing.popleft().result()

    def _read_next(self, names: Iterator[str], reading: deque[tuple[str, Future[_Read]]]) -> None:
        name = next(names, None)
        if name is not None:
            reading.append((name, self._readers.submit(self._read, name)))

    def _read(self, name: str) -> _Read:
        started = time.perf_counter()
        try:
            prepared = self._predictor.prepare(self._load(name))
        except Exception as error:
            return _Read(None, _sentence(name, error), time.perf_counter() - started)
        return _Read(prepared, None, time.perf_counter() - started)

    def _compute(self, name: str, read: _Read, cancel: CancelToken) -> Future[Outcome]:
        if read.prepared is None:
            return _done(Outcome(name, error=read.error, seconds=read.seconds))
        started = time.perf_counter()
        try:
            scored = self._predictor.compute(read.prepared, cancel)
        except Exception as error:
            sentence = _sentence(name, error)
            seconds = read.seconds + time.perf_counter() - started
            return _done(Outcome(name, error=sentence, seconds=seconds))
        seconds = read.seconds + time.perf_counter() - started
        return self._storers.submit(self._finish, name, read.prepared.rgb, scored, seconds)

    def _finish(
        self, name: str, rgb: NDArray[np.uint8], scored: ScoredImage, seconds: float
    ) -> Outcome:
        started = time.perf_counter()
        try:
            prediction = scored.finish()
            self._store(name, rgb, prediction)
        except Exception as error:
            sentence = _sentence(name, error)
            return Outcome(name, error=sentence, seconds=seconds + time.perf_counter() - started)
        return Outcome(name, prediction, seconds=seconds + time.perf_counter() - started)


def _is_large(read: _Read) -> bool:
    return read.prepared is not None and read.prepared.rgb.size > 3 * LARGE


def _done(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _sentence(name: str, error: Exception) -> str:
    """The error of one image for the person; raised again where it is none of theirs."""
    if isinstance(error, MaskwrightError):
        return str(error)
    if is_out_of_memory(error):
        return f"{name}: there is not enough memory for this image; close other programs."
    if isinstance(error, OSError):
        return f"{name}: {error.strerror or error}."
    raise error
