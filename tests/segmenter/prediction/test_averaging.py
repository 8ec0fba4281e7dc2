"""Scales and mirror images are averaged as probabilities."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.cancel import CancelToken
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.averaging import probabilities_of
from segmenter.prediction.predictor import Predictor

Photo = NDArray[np.uint8]


def probabilities(
    network: DeepLabV3, photo: Photo, scales: tuple[float, ...], flip: bool
) -> Tensor:
    with torch.inference_mode():
        return probabilities_of(
            network,
            network.config,
            [photo],
            (photo.shape[0], photo.shape[1]),
            (38, 50),
            scales=scales,
            flip=flip,
            cancel=CancelToken(),
        )


def test_scales_are_averaged_as_probabilities(network: DeepLabV3, photo: Photo) -> None:
    together = probabilities(network, photo, (0.5, 1.0, 1.5), flip=False)
    single = [probabilities(network, photo, (scale,), flip=False) for scale in (0.5, 1.0, 1.5)]
    assert (single[0] - single[2]).abs().max() > 0.01
    torch.testing.assert_close(together, sum(single) / 3)
    torch.testing.assert_close(together.sum(1), torch.ones(1, 38, 50))


def test_the_mirror_image_is_mirrored_back(network: DeepLabV3, photo: Photo) -> None:
    plain = probabilities(network, photo, (1.0,), flip=False)
    mirrored = probabilities(network, np.ascontiguousarray(photo[:, ::-1]), (1.0,), flip=False)
    both = probabilities(network, photo, (1.0,), flip=True)
    assert (plain - mirrored.flip(3)).abs().max() > 0.01
    torch.testing.assert_close(both, (plain + mirrored.flip(3)) / 2, atol=1e-5, rtol=1e-4)


def test_with_flip_a_photo_and_its_mirror_image_get_mirrored_labels(
    network: DeepLabV3, photo: Photo
) -> None:
    predictor = Predictor(network, "cpu", flip=True)
    labels = predictor.predict(photo).labels
    mirrored = predictor.predict(np.ascontiguousarray(photo[:, ::-1])).labels
    assert (labels == mirrored[:, ::-1]).mean() > 0.999


def test_a_network_that_looks_at_colours_alone_gains_nothing(
    by_color: DeepLabV3, photo: Photo
) -> None:
    plain = Predictor(by_color, "cpu").predict(photo)
    for options in ({"flip": True}, {"scales": (1.0, 1.0)}, {"scales": (0.75, 1.0, 1.5)}):
        averaged = Predictor(by_color, "cpu", **options).predict(photo)
        # Every fourth pixel decides here, every one there: outlines move a little.
        assert (averaged.labels == plain.labels).mean() > 0.97
        assert averaged.uncertainty == pytest.approx(plain.uncertainty, abs=0.05)


class PrefersTheLeft(DeepLabV3):
    """Class 0 on the left half of whatever it is given, class 1 on the right."""

    def forward(self, images: Tensor) -> Tensor:
        width = images.shape[-1]
        slope = torch.linspace(2, -2, width).expand(images.shape[0], *images.shape[-2:])
        others = torch.full_like(slope, -9.0)
        return torch.stack([slope, -slope, others, others], 1)


def test_averaging_with_the_mirror_image_takes_out_a_preference_of_side(
    by_color: DeepLabV3, photo: Photo
) -> None:
    network = PrefersTheLeft(by_color.config)
    alone = Predictor(network, "cpu").predict(photo)
    both = Predictor(network, "cpu", flip=True).predict(photo)
    assert alone.confidence[:, 0].mean() > 240
    assert np.abs(both.confidence.astype(int) - 128).max() <= 1
