import pytest
import torch

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.transfer import with_classes

CLASSES = ("background", "cat", "dog")


@pytest.fixture(params=["decoder", "auxiliary"])
def network(request: pytest.FixtureRequest, small: ModelConfig) -> DeepLabV3:
    torch.manual_seed(0)
    return DeepLabV3(
        small.replace(
            classes=CLASSES,
            decoder=request.param == "decoder",
            auxiliary=request.param == "auxiliary",
        )
    ).eval()


def test_known_classes_keep_their_output_and_new_ones_get_one(network: DeepLabV3) -> None:
    new = with_classes(network, ("Dog", "background", "bird")).eval()
    assert new.config.classes == ("Dog", "background", "bird")
    images = torch.randn(1, 3, 64, 80)
    with torch.inference_mode():
        before, before_auxiliary = network.forward_with_auxiliary(images)
        after, after_auxiliary = new.forward_with_auxiliary(images)
    assert torch.equal(after[:, :2], before[:, [2, 0]])
    assert not torch.allclose(after[:, 2], before[:, 1])
    if before_auxiliary is not None and after_auxiliary is not None:
        assert torch.equal(after_auxiliary[:, :2], before_auxiliary[:, [2, 0]])


def test_as_many_classes_in_another_order_are_told_by_name(network: DeepLabV3) -> None:
    new = with_classes(network, ("dog", "cat", "background")).eval()
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(new(images), network(images)[:, [2, 1, 0]])


def test_a_class_that_was_renamed_keeps_what_the_model_knows(network: DeepLabV3) -> None:
    new = with_classes(network, ("background", "tiger"), {"Cat": "tiger"}).eval()
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(new(images), network(images)[:, :2])


@pytest.mark.parametrize("merged", [{"cat": "dog"}, {"cat": "dog", "dog": "dog"}])
def test_of_merged_classes_the_one_that_bears_the_name_counts(
    network: DeepLabV3, merged: dict[str, str]
) -> None:
    new = with_classes(network, ("background", "dog"), merged).eval()
    images = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(new(images), network(images)[:, [0, 2]])


def test_the_network_it_starts_from_stays_as_it_is(network: DeepLabV3) -> None:
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    new = with_classes(network, CLASSES)
    with torch.no_grad():
        for tensor in new.state_dict().values():
            tensor.zero_()
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
