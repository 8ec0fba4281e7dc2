"""torchvision's DeepLabv3 models, loaded into ours, give what they give in torchvision."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models import get_model, get_model_weights

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.empty_network import empty_network
from segmenter.nn.torchvision_models import TORCHVISION_MODELS

NAMES = list(TORCHVISION_MODELS)
STATED_PARAMETERS = {
    "deeplabv3_resnet50": 42_004_074,
    "deeplabv3_resnet101": 60_996_202,
    "deeplabv3_mobilenet_v3_large": 11_029_328,
}


def torchvision_network(name: str, *, auxiliary: bool) -> nn.Module:
    """With random weights, and batch normalisation that knows them.

    One forward pass in training mode sets its means and variances, so that they matter and the
    logits are of the size that a trained network's have.
    """
    network: nn.Module = get_model(
        name, weights=None, weights_backbone=None, num_classes=21, aux_loss=auxiliary
    )
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    # MobileNetV3 at an output stride of 16 needs more positions for a fair mean and variance.
    size = (4, 3, 193, 193) if "mobilenet" in name else (2, 3, 97, 97)
    with torch.no_grad():
        network.train()(torch.randn(size))
    return network.eval()


@pytest.mark.parametrize("name", NAMES)
def test_outputs_agree_at_513_and_at_an_odd_size(name: str) -> None:
    reference = torchvision_network(name, auxiliary=True)
    network = DeepLabV3(TORCHVISION_MODELS[name]).eval()
    network.load_state_dict(reference.state_dict(), strict=True)
    for height, width in ((513, 513), (321, 497)):
        images = torch.randn(1, 3, height, width)
        with torch.inference_mode():
            expected = reference(images)
            logits, auxiliary = network.forward_with_auxiliary(images)
        assert auxiliary is not None
        assert expected["out"].std() > 0.05, "the comparison would prove nothing"
        torch.testing.assert_close(logits, expected["out"], rtol=0, atol=1e-4)
        torch.testing.assert_close(auxiliary, expected["aux"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_weights_without_auxiliary_classifier_load_too(name: str) -> None:
    reference = torchvision_network(name, auxiliary=False)
    network = DeepLabV3(TORCHVISION_MODELS[name].replace(auxiliary=False)).eval()
    network.load_state_dict(reference.state_dict(), strict=True)
    images = torch.randn(1, 3, 65, 97)
    with torch.inference_mode():
        torch.testing.assert_close(network(images), reference(images)["out"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_as_many_as_torchvision_states(name: str) -> None:
    network = empty_network(TORCHVISION_MODELS[name])
    count = sum(parameter.numel() for parameter in network.parameters())
    assert count == STATED_PARAMETERS[name]
    assert count == get_model_weights(name)["DEFAULT"].meta["num_params"]


@pytest.mark.parametrize("name", NAMES)
def test_classes_are_torchvisions(name: str) -> None:
    stated = get_model_weights(name)["DEFAULT"].meta["categories"]
    assert TORCHVISION_MODELS[name].classes == tuple(c.strip("_") for c in stated)
