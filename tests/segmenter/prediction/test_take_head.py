"""Another head on the backbone of a predictor that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.predictor import Predictor
from segmenter.project.images import load_image
from segmenter.training.frozen_backbone import backbone_name

BACKBONES = ("efficientnet_lite0", "mobilenet_v3_large", "resnet50")
MakeNetwork = Callable[..., DeepLabV3]
MakePair = Callable[[str], tuple[DeepLabV3, DeepLabV3]]


@pytest.fixture
def make_pair(make_network: MakeNetwork) -> MakePair:
    """A network, and another one on its backbone, as quick makes it: a separable head with a
    decoder, for other classes."""

    def make(backbone: str) -> tuple[DeepLabV3, DeepLabV3]:
        other = make_network(
            backbone=backbone,
            classes=("sky", "road", "car"),
            atrous_rates=(6,),
            image_pooling=False,
            decoder=True,
            separable=True,
        )
        network = make_network(backbone=backbone)
        network.backbone.load_state_dict(other.backbone.state_dict())
        return network, other

    return make


@pytest.mark.parametrize("backbone", BACKBONES)
def test_it_predicts_as_a_new_predictor_does(
    backbone: str, make_pair: MakePair, sample: Path
) -> None:
    rgb = load_image(sample / "cat.jpg")
    network, other = make_pair(backbone)
    assert backbone_name(network) == backbone_name(other)
    predictor = Predictor(network, "cpu", threads=1)
    before = predictor.predict(rgb)
    predictor.take_head(other)
    found, expected = predictor.predict(rgb), Predictor(other, "cpu", threads=1).predict(rgb)
    assert found.classes == ("sky", "road", "car")
    assert len(np.unique(expected.labels)) > 1
    assert np.mean(found.labels == expected.labels) > 0.999
    predictor.take_head(network)  # and back
    assert np.mean(predictor.predict(rgb).labels == before.labels) > 0.999


def test_the_network_it_was_given_stays_as_it_is(make_pair: MakePair, sample: Path) -> None:
    network, other = make_pair("efficientnet_lite0")
    weights = {name: tensor.clone() for name, tensor in other.state_dict().items()}
    predictor = Predictor(network, "cpu", threads=1)
    predictor.take_head(other)
    predictor.predict(load_image(sample / "cat.jpg"))
    assert other.state_dict().keys() == weights.keys()
    assert all(torch.equal(tensor, weights[name]) for name, tensor in other.state_dict().items())
    assert all(parameter.requires_grad for parameter in other.parameters())


def test_it_can_still_be_cancelled(make_pair: MakePair, sample: Path) -> None:
    network, other = make_pair("efficientnet_lite0")
    predictor = Predictor(network, "cpu", threads=1)
    predictor.take_head(other)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        predictor.predict(load_image(sample / "cat.jpg"), cancel)
