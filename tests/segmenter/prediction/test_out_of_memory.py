"""Memory that runs out makes the work smaller, never the program end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction import predictor as predictor_module
from segmenter.prediction.memory import is_out_of_memory
from segmenter.prediction.predictor import Predictor

Photo = NDArray[np.uint8]


def the_gpus() -> Exception:
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def the_cpu_allocators() -> Exception:
    """What PyTorch really says, not what it might."""
    try:
        torch.empty(10**15)
    except RuntimeError as error:
        return error
    raise AssertionError("a petabyte was allocated")


def pythons() -> Exception:
    return MemoryError()


ERRORS = [the_gpus, the_cpu_allocators, pythons]


@pytest.fixture
def large(photo: Photo) -> Photo:
    return np.tile(photo, (4, 4, 1))


@pytest.mark.parametrize("make_error", ERRORS)
def test_errors_of_allocators_are_known(make_error: Callable[[], Exception]) -> None:
    assert is_out_of_memory(make_error())


def test_other_errors_are_not_taken_for_it() -> None:
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(KeyboardInterrupt())


@pytest.mark.parametrize("make_error", ERRORS)
@pytest.mark.parametrize("options", [{}, {"flip": True}, {"tile": 512}])
def test_smaller_tiles_are_tried_and_said(
    by_color: DeepLabV3,
    large: Photo,
    runs_of: Callable,
    make_error: Callable[[], Exception],
    options: dict[str, object],
) -> None:
    network = by_color
    network.config = network.config.replace(input_size=520)
    runs = runs_of(network)
    error = make_error()

    def fits(images: Tensor) -> None:
        if images.numel() > 3 * 200 * 200:
            raise error

    notes: list[str] = []
    predictor = Predictor(network, "cpu", on_note=notes.append, **options)  # type: ignore[arg-type]
    runs.before = fits
    prediction = predictor.predict(large)
    assert prediction.labels.shape == large.shape[:2]
    assert prediction.note.startswith("Memory ran out: segmented in tiles of 1")
    assert notes == [prediction.note]
    # What fitted is kept: the next image does not fail first, and the person is told once.
    runs.sizes.clear()
    assert predictor.predict(large).note == prediction.note
    assert max(height * width for height, width in runs.sizes) <= 200 * 200
    assert notes == [prediction.note]
    # A small image was not affected and says nothing.
    assert predictor.predict(large[:30, :40]).note == ""


def test_tiled_for_lack_of_memory_looks_alike(
    by_color: DeepLabV3, large: Photo, runs_of: Callable
) -> None:
    by_color.config = by_color.config.replace(input_size=520)
    whole = Predictor(by_color, "cpu").predict(large)
    runs = runs_of(by_color)
    error = the_gpus()

    def fits(images: Tensor) -> None:
        if images.numel() > 3 * 200 * 200:
            raise error

    runs.before = fits
    tiled = Predictor(by_color, "cpu").predict(large)
    assert tiled.note
    assert (tiled.labels == whole.labels).mean() > 0.97


def test_a_batch_of_tiles_shrinks_before_the_tile(
    by_color: DeepLabV3, large: Photo, runs_of: Callable
) -> None:
    runs = runs_of(by_color)

    def fits(images: Tensor) -> None:
        if images.shape[0] > 1:
            raise torch.OutOfMemoryError("CUDA out of memory")

    runs.before = fits
    prediction = Predictor(by_color, "cpu", tile=256, batch=4).predict(large)
    assert runs.batches[0] > 1
    assert set(runs.batches[1:]) == {1}
    assert set(runs.sizes) == {(256, 256)}
    assert prediction.note == ""  # the same result, only slower


def test_the_cpu_comes_after_the_gpu(
    network: DeepLabV3, photo: Photo, runs_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PyTorch takes "cpu:0" for the CPU, Maskwright for some accelerator: its whole path runs.
    monkeypatch.setattr(predictor_module, "choose_device", lambda _name: "cpu:0")
    expected = Predictor(network, "cuda").predict(photo)
    assert expected.device == "cpu:0"
    assert expected.note == ""
    runs = runs_of(network)

    def fits(_images: Tensor) -> None:
        if len(runs.sizes) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory")

    runs.before = fits
    notes: list[str] = []
    predictor = Predictor(network, "cuda", on_note=notes.append)
    prediction = predictor.predict(photo)
    assert prediction.device == "cpu"
    assert "segmented on the CPU" in prediction.note
    assert notes == [prediction.note]
    assert (prediction.labels == expected.labels).mean() > 0.9999
    assert np.abs(prediction.confidence.astype(int) - expected.confidence).max() <= 1
    # The memory may be free again: the next image gets the GPU.
    assert predictor.predict(photo).device == "cpu:0"
    assert predictor.predict(photo).note == ""


@pytest.mark.parametrize("make_error", ERRORS)
def test_where_nothing_fits_it_is_one_sentence(
    by_color: DeepLabV3, large: Photo, runs_of: Callable, make_error: Callable[[], Exception]
) -> None:
    error = make_error()

    def never(_images: Tensor) -> None:
        raise error

    runs = runs_of(by_color)
    runs.before = never
    predictor = Predictor(by_color, "cpu", tile=512)
    with pytest.raises(MaskwrightError, match=r"not enough memory .* 800×600 pixels"):
        predictor.predict(large)
    assert runs.sizes[-1] < runs.sizes[0]
    runs.before = None
    assert predictor.predict(large).labels.shape == (600, 800)


def test_a_bug_is_not_taken_for_lack_of_memory(
    network: DeepLabV3, photo: Photo, runs_of: Callable
) -> None:
    def broken(_images: Tensor) -> None:
        raise RuntimeError("size mismatch")

    runs = runs_of(network)
    runs.before = broken
    with pytest.raises(RuntimeError, match="size mismatch"):
        Predictor(network, "cpu").predict(photo)
    assert len(runs.sizes) == 1
