"""Whether the bundled model says what it said where it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import Workplace
from segmenter.paths import resource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PHOTO = "flower.jpg"
LEAST_EQUAL = 0.995
"""Share of the pixels. All were equal between torch 2.13 and 2.15, and with SSE, AVX2 and AVX-512
(packaging/selftest_expectation.py tells); other processors may round differently, which moves some
of the 1.6% that lie on outlines. Red and blue swapped cost 1.8%, half the brightness 1.4%."""
LEAST_EQUAL_ON_A_GPU = 0.98
"""There the network computes in 16 bits."""


def expectation() -> NDArray[np.uint8]:
    """The starter's labels of :data:`PHOTO`, uint8 H×W; packaging/selftest_expectation.py made
    them."""
    from segmenter.project.label_png import read_label_png

    return read_label_png(resource("selftest", "flower.png"))


def predict_on_the_processor(place: Workplace) -> str:
    return _predicted(place, "cpu", LEAST_EQUAL)


def predict_on_the_graphics_card(place: Workplace) -> str:
    """Where there is one that works."""
    from segmenter.prediction.device import choose_device

    device = choose_device("auto")
    if device == "cpu":
        return "There is none that torch can use, so that all is computed on the processor."
    return _predicted(place, device, LEAST_EQUAL_ON_A_GPU)


def _predicted(place: Workplace, device: str, least: float) -> str:
    import numpy as np

    from segmenter.nn.zoo import STARTER, load_model
    from segmenter.prediction.predictor import Predictor
    from segmenter.project.images import load_image

    predictor = Predictor(load_model(STARTER, download=False), device)
    prediction = predictor.predict(load_image(place.sample / PHOTO))
    expected = expectation()
    if prediction.labels.shape != expected.shape:
        raise StepFailed(f"The labels are {prediction.labels.shape}, not {expected.shape}.")
    equal = float(np.mean(prediction.labels == expected))
    if equal < least:
        raise StepFailed(
            f"The starter model says something else than where it was made: {equal:.2%} of the "
            f"pixels of {PHOTO} are equal, not {least:.1%}."
        )
    return f"{equal:.3%} of the pixels of {PHOTO} as expected, on {prediction.device}."
