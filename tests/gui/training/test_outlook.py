"""What is said of time, memory and size."""

from __future__ import annotations

import pytest

from gui.training.outlook import fit_of, long_words, rough, short_words, size_words, sized, span
from segmenter.nn.config import ModelConfig
from segmenter.prediction.device import Device
from segmenter.training.estimate import Estimate, Task
from segmenter.training.quick_recipe import QUICK
from segmenter.training.recipes import PAPER, STANDARD, Recipe

GB = 2**30
GPU = Device("cuda:0", "Small GPU", 8 * GB)
TASK = Task(PAPER, ModelConfig("resnet50"), 40, 10, (4000, 3000))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (7, "7 s"),
        (33, "35 s"),
        (61, "1 min"),
        (590, "10 min"),
        (1490, "25 min"),
        (3660, "1 h"),
        (4700, "1 h 20 min"),
        (40_000, "11 h"),
        (300_000, "3 days"),
    ],
)
def test_no_more_digits_than_anybody_can_know(seconds: float, words: str) -> None:
    assert rough(seconds) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (180, 360, "3 to 6 min"),
        (40, 120, "40 s to 2 min"),
        (61, 62, "1 min"),
        (1800, 4800, "30 min to 1 h 20 min"),
        (4800, 9000, "1 h 20 min to 2 h 30 min"),
        (30_000, 70_000, "8 to 19 h"),
    ],
)
def test_a_span_says_its_unit_once(low: float, high: float, words: str) -> None:
    assert span(Estimate(low, high, False, False)) == words


def test_what_was_measured_is_one_number() -> None:
    assert short_words(Estimate(1500, 1500, True, False)) == "about 25 min"
    assert long_words(Estimate(1500, 1500, True, False)) == "About 25 min."
    assert short_words(Estimate(1500, 1500, True, True)) == "up to 25 min"
    assert long_words(Estimate(1500, 1500, True, True)).startswith("At most 25 min;")


def test_a_guess_says_that_it_is_one() -> None:
    assert (
        long_words(Estimate(180, 360, False, True))
        == "About 3 to 6 min at most; known better once it is under way."
    )


def test_a_batch_that_does_not_fit_is_cut_and_said_so() -> None:
    found = fit_of(PAPER, TASK, GPU)
    preset = sized(PAPER, PAPER, found)
    assert isinstance(preset, Recipe)
    assert 2 <= preset.micro_batch < PAPER.batch_size
    words, is_warning = size_words(preset, TASK, GPU, found)
    assert words == (
        "Images of 4000 × 3000 are seen shrunk to a short side of 513, in crops of 513. "
        f"A batch of 16 is learnt {preset.micro_batch} at a time to fit into 8 GB."
    )
    assert not is_warning


def test_more_at_a_time_than_fits_is_a_warning() -> None:
    found = fit_of(PAPER, TASK, GPU)
    words, is_warning = size_words(PAPER.replace(micro_batch=16), TASK, GPU, found)
    assert "16 crops at a time may not fit into the 8 GB of memory" in words
    assert is_warning


def test_a_memory_that_is_too_small_for_anything_is_a_warning() -> None:
    tiny = Device("cuda:0", "Tiny GPU", 2 * GB)
    found = fit_of(PAPER, TASK, tiny)
    words, is_warning = size_words(sized(PAPER, PAPER, found), TASK, tiny, found)
    assert "of the 2 GB there are: take a smaller crop or model" in words
    assert is_warning


def test_where_all_fits_nothing_is_said_of_memory() -> None:
    large = Device("cuda:0", "Large GPU", 80 * GB)
    found = fit_of(STANDARD, TASK, large)
    assert sized(STANDARD, STANDARD, found) == STANDARD
    assert "memory" not in size_words(STANDARD, TASK, large, found)[0]
    assert fit_of(QUICK, TASK, large) is None
    assert sized(QUICK, QUICK, None) == QUICK
