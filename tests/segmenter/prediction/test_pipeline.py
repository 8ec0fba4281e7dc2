"""Many images: reading, computing and storing overlap, and one failure stops nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction import pipeline
from segmenter.prediction.pipeline import predict_images
from segmenter.prediction.prediction import Prediction
from segmenter.prediction.predictor import Predictor

Photo = NDArray[np.uint8]
NAMES = [f"{number:02}" for number in range(12)]


class Shelf:
    """Images to load, predictions stored, and who did it."""

    def __init__(self) -> None:
        self.stored: dict[str, Prediction] = {}
        self.loaded: list[str] = []
        self.threads: set[str] = set()
        self.broken: dict[str, Exception] = {}
        self.unstorable: dict[str, Exception] = {}
        self._lock = threading.Lock()

    def load(self, name: str) -> Photo:
        with self._lock:
            self.loaded.append(name)
            self.threads.add(threading.current_thread().name.partition("_")[0])
        if name in self.broken:
            raise self.broken[name]
        return np.full((40 + int(name), 50, 3), (200, 10, 10), np.uint8)

    def store(self, name: str, rgb: Photo, prediction: Prediction) -> None:
        assert rgb.shape[:2] == prediction.labels.shape
        if name in self.unstorable:
            raise self.unstorable[name]
        with self._lock:
            self.stored[name] = prediction
            self.threads.add(threading.current_thread().name.partition("_")[0])


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def predictor(by_color: DeepLabV3) -> Predictor:
    return Predictor(by_color, "cpu")


def test_every_image_is_stored_and_told_in_order(predictor: Predictor, shelf: Shelf) -> None:
    told: list[tuple[int, int]] = []
    outcomes = list(
        predict_images(
            predictor,
            NAMES,
            load=shelf.load,
            store=shelf.store,
            progress=lambda done, total: told.append((done, total)),
        )
    )
    assert [outcome.name for outcome in outcomes] == NAMES
    assert all(outcome.error is None and outcome.seconds > 0 for outcome in outcomes)
    for outcome in outcomes:
        assert outcome.prediction is shelf.stored[outcome.name]
        assert (outcome.prediction.labels == 0).all()
        assert outcome.prediction.labels.shape == (40 + int(outcome.name), 50)
    assert told == [(done, 12) for done in range(13)]
    assert shelf.threads == {"read", "store"}


def test_the_same_as_one_by_one(
    network: DeepLabV3, photo: Photo, random: np.random.Generator
) -> None:
    predictor = Predictor(network, "cpu")
    photos = {name: np.roll(photo, 13 * int(name), axis=1) for name in NAMES}
    outcomes = predict_images(
        predictor, NAMES, load=photos.__getitem__, store=lambda *_arguments: None
    )
    for outcome in outcomes:
        assert outcome.prediction is not None
        alone = predictor.predict(photos[outcome.name])
        assert np.array_equal(outcome.prediction.labels, alone.labels)
        assert np.array_equal(outcome.prediction.confidence, alone.confidence)


def test_no_images(predictor: Predictor, shelf: Shelf) -> None:
    assert list(predict_images(predictor, [], load=shelf.load, store=shelf.store)) == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MaskwrightError("03 is not an image."), "03 is not an image."),
        (PermissionError(13, "Permission denied"), "03: Permission denied."),
        (MemoryError(), "03: there is not enough memory for this image; close other programs."),
    ],
)
@pytest.mark.parametrize("station", ["broken", "unstorable"])
def test_an_image_that_fails_never_stops_the_rest(
    predictor: Predictor, shelf: Shelf, station: str, error: Exception, sentence: str
) -> None:
    getattr(shelf, station)["03"] = error
    getattr(shelf, station)["11"] = error
    outcomes = list(predict_images(predictor, NAMES, load=shelf.load, store=shelf.store))
    assert [outcome.name for outcome in outcomes] == NAMES
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    assert [outcome.name for outcome in failed] == ["03", "11"]
    assert failed[0].error == sentence
    assert failed[0].prediction is None
    assert len(shelf.stored) == 10


def test_an_image_the_network_has_no_memory_for_fails_alone(
    by_color: DeepLabV3, shelf: Shelf, runs_of: Callable
) -> None:
    runs = runs_of(by_color)
    predictor = Predictor(by_color, "cpu")

    def never_for_05(_images: torch.Tensor) -> None:
        if len(runs.sizes) == 6:
            raise torch.OutOfMemoryError("out of memory")

    runs.before = never_for_05
    outcomes = list(predict_images(predictor, NAMES, load=shelf.load, store=shelf.store))
    assert [o.name for o in outcomes if o.error is not None] == ["05"]
    assert "not enough memory" in str(outcomes[5].error)


@pytest.mark.parametrize("station", ["broken", "unstorable"])
def test_a_bug_comes_out(predictor: Predictor, shelf: Shelf, station: str) -> None:
    getattr(shelf, station)["03"] = ZeroDivisionError("a bug")
    outcomes = predict_images(predictor, NAMES, load=shelf.load, store=shelf.store)
    names: list[str] = []
    with pytest.raises(ZeroDivisionError, match="a bug"):
        names.extend(outcome.name for outcome in outcomes)
    assert names == NAMES[: len(names)]
    assert len(names) <= 3
    assert threads_of_the_pipeline() == []


def test_cancel_stores_what_was_computed_and_begins_nothing_new(
    predictor: Predictor, shelf: Shelf
) -> None:
    cancel = CancelToken()
    outcomes = predict_images(predictor, NAMES, load=shelf.load, store=shelf.store, cancel=cancel)
    names = [next(outcomes).name for _ in range(5)]
    cancel.cancel()
    with pytest.raises(Cancelled):
        names.extend(outcome.name for outcome in outcomes)
    assert names == NAMES[: len(names)]
    assert len(names) < 12
    assert sorted(shelf.stored) == names
    assert threads_of_the_pipeline() == []


def test_cancel_while_an_image_is_computed(
    by_color: DeepLabV3, shelf: Shelf, runs_of: Callable
) -> None:
    cancel = CancelToken()
    runs = runs_of(by_color)
    predictor = Predictor(by_color, "cpu", flip=True)
    runs.before = lambda _images: cancel.cancel() if len(runs.sizes) == 7 else None
    outcomes = predict_images(predictor, NAMES, load=shelf.load, store=shelf.store, cancel=cancel)
    names: list[str] = []
    with pytest.raises(Cancelled):
        names.extend(outcome.name for outcome in outcomes)
    assert sorted(shelf.stored) == NAMES[:3]


def test_cancel_before_the_first(predictor: Predictor, shelf: Shelf) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(predict_images(predictor, NAMES, load=shelf.load, store=shelf.store, cancel=cancel))
    assert not shelf.stored


def test_who_stops_taking_outcomes_leaves_nothing_running(
    predictor: Predictor, shelf: Shelf
) -> None:
    outcomes = predict_images(predictor, NAMES, load=shelf.load, store=shelf.store)
    assert next(outcomes).name == "00"
    outcomes.close()  # type: ignore[attr-defined]
    assert len(shelf.loaded) < 12
    assert threads_of_the_pipeline() == []


def test_only_a_few_images_are_in_memory(predictor: Predictor) -> None:
    """However slow storing is: nothing is read far ahead of it."""
    may_store = threading.Event()
    begun: list[str] = []
    most = pipeline.AHEAD + pipeline.BEHIND + 1

    def load(name: str) -> Photo:
        begun.append(name)
        if len(begun) == most:
            may_store.set()  # or the pipeline would stand still for ever
        assert len(begun) <= most or may_store.is_set()
        return np.zeros((30, 30, 3), np.uint8)

    stored = 0

    def store(_name: str, _rgb: Photo, _prediction: Prediction) -> None:
        nonlocal stored
        assert may_store.wait(60)
        stored += 1
        assert len(begun) - stored <= most

    names = [str(number) for number in range(30)]
    outcomes = list(predict_images(predictor, names, load=load, store=store))
    assert [outcome.name for outcome in outcomes] == names


def test_reading_storing_and_computing_overlap(predictor: Predictor, shelf: Shelf) -> None:
    """Image 2 is read, and image 0 stored, only while the other waits for it: in turns, neither
    would ever happen."""
    reading, storing = threading.Event(), threading.Event()

    def load(name: str) -> Photo:
        if name == "02":
            reading.set()
            assert storing.wait(60)
        return shelf.load(name)

    def store(name: str, rgb: Photo, prediction: Prediction) -> None:
        if name == "00":
            storing.set()
            assert reading.wait(60)
        shelf.store(name, rgb, prediction)

    assert len(list(predict_images(predictor, NAMES, load=load, store=store))) == 12


def threads_of_the_pipeline() -> list[str]:
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith(("read_", "store_"))]
