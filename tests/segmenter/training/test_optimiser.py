import pytest
import torch
from torch import Tensor, nn

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.normalisation import freeze_scales
from segmenter.training.optimiser import WeightAverage, make_optimiser, set_rate
from segmenter.training.recipes import PAPER, STANDARD


def to_classes(network: DeepLabV3) -> tuple[Tensor, Tensor]:
    """Weight and bias of the last convolution."""
    layer = network.classifier[-1]
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    return layer.weight, layer.bias


@pytest.fixture
def network(small: ModelConfig) -> DeepLabV3:
    torch.manual_seed(0)
    return DeepLabV3(small)


def test_the_backbone_learns_at_a_tenth_of_the_rate_and_norms_do_not_decay(
    network: DeepLabV3,
) -> None:
    optimiser = make_optimiser(network, STANDARD)
    set_rate(optimiser, 0.5)
    settings = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in optimiser.param_groups
        for parameter in group["params"]
    }
    for name, parameter in network.named_parameters():
        rate, decay = settings[id(parameter)]
        assert rate == pytest.approx(0.05 if name.startswith("backbone.") else 0.5)
        assert decay == (STANDARD.weight_decay if parameter.ndim > 1 else 0)


def test_the_papers_optimiser_is_sgd_with_momentum(network: DeepLabV3) -> None:
    optimiser = make_optimiser(network, PAPER)
    assert isinstance(optimiser, torch.optim.SGD)
    set_rate(optimiser, 0.007)
    assert {(group["lr"], group["momentum"]) for group in optimiser.param_groups} == {(0.007, 0.9)}
    assert {group["weight_decay"] for group in optimiser.param_groups} == {0.0, 4e-5}
    assert isinstance(make_optimiser(network, STANDARD), torch.optim.AdamW)


def test_what_has_no_gradient_is_not_moved(network: DeepLabV3) -> None:
    freeze_scales(network, True)
    optimiser = make_optimiser(network, PAPER)
    moved = {id(p) for group in optimiser.param_groups for p in group["params"]}
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert id(module.weight) not in moved
        if isinstance(module, nn.Conv2d):
            assert id(module.weight) in moved


def test_the_average_of_weights_that_stand_still_is_those_weights(network: DeepLabV3) -> None:
    average = WeightAverage(network, 0.9)
    with torch.no_grad():
        for tensor in network.state_dict().values():
            tensor.add_(1)
    for _ in range(200):
        average.update(network)
    for name, tensor in network.state_dict().items():
        assert torch.allclose(average.network.state_dict()[name].float(), tensor.float(), atol=1e-4)


def test_the_average_moves_slowly(network: DeepLabV3) -> None:
    average = WeightAverage(network, 0.9)
    for _ in range(200):
        average.update(network)
    weight = to_classes(network)[1]
    before = weight.detach().clone()
    with torch.no_grad():
        weight.add_(1)
    average.update(network)
    assert torch.allclose(to_classes(average.network)[1], before + 0.1, atol=1e-5)
