import math

import pytest
import torch
from torch import Tensor, nn

from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.batches import Batch
from segmenter.training.normalisation import normalisations
from segmenter.training.recipes import Recipe
from segmenter.training.step import Stepper


class SmallMemory(DeepLabV3):
    """Raises the allocator's own error for more than ``fits`` crops at once."""

    fits = 2
    seen: tuple[int, ...] = ()

    def forward_with_auxiliary(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        if len(images) > self.fits:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        self.seen += (len(images),)
        return super().forward_with_auxiliary(images)


@pytest.fixture
def batch() -> Batch:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (6, 3, 64, 64), generator=generator).to(torch.uint8)
    images[:, :, 16:48, 16:48] //= 4
    labels = torch.zeros(6, 64, 64, dtype=torch.uint8)
    labels[:, 16:48, 16:48] = 1
    labels[0] = 255
    return images, labels


def to_classes(network: DeepLabV3) -> tuple[Tensor, Tensor]:
    """Weight and bias of the last convolution."""
    layer = network.classifier[-1]
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    return layer.weight, layer.bias


def stepper(network: DeepLabV3, recipe: Recipe, notes: list[str] | None = None) -> Stepper:
    made = Stepper(
        network,
        recipe,
        "cpu",
        class_weights=None,
        on_note=(notes if notes is not None else []).append,
    )
    made.train_mode()
    return made


def test_a_batch_is_learnt(small: ModelConfig, quick: Recipe, batch: Batch) -> None:
    torch.manual_seed(0)
    learning = stepper(DeepLabV3(small), quick)
    losses = [learning.step(batch, 3e-3, (0, step)) for step in range(8)]
    assert losses[-1] < 0.8 * losses[0]


def test_micro_batches_give_the_gradients_of_the_whole_batch(
    small: ModelConfig, quick: Recipe, batch: Batch
) -> None:
    torch.manual_seed(0)
    network = DeepLabV3(small)
    gradients = []
    for micro_batch in (0, 2):
        learning = stepper(network, quick.replace(micro_batch=micro_batch, batch_size=6))
        network.eval()  # what a crop teaches then does not depend on its neighbours
        learning.gradients(batch)
        gradients.append(
            torch.cat([p.grad.ravel() for p in network.parameters() if p.grad is not None])
        )
    error = (gradients[0] - gradients[1]).norm() / gradients[0].norm()
    assert float(error) < 1e-3


def test_micro_batches_let_statistics_fade_as_fast_as_the_whole_batch_does(
    small: ModelConfig, quick: Recipe, batch: Batch
) -> None:
    recipe = quick.replace(batch_size=6, freeze_backbone_statistics=False)
    alike = (batch[0][:1].repeat(6, 1, 1, 1), batch[1][1:2].repeat(6, 1, 1))
    means = []
    for micro_batch in (0, 2):
        torch.manual_seed(0)
        network = DeepLabV3(small)
        first = next(normalisations(network.backbone))
        assert first.running_mean is not None
        first.running_mean.fill_(7.0)
        stepper(network, recipe.replace(micro_batch=micro_batch)).step(alike, 1e-9, (0,))
        means.append(first.running_mean)
    torch.testing.assert_close(means[1], means[0], rtol=1e-4, atol=1e-4)


def test_the_backbones_statistics_stay_and_the_heads_move(
    small: ModelConfig, quick: Recipe, batch: Batch
) -> None:
    torch.manual_seed(0)
    network = DeepLabV3(small)
    before = {name: tensor.clone() for name, tensor in network.named_buffers()}
    stepper(network, quick).step(batch, 1e-3, (0,))
    moved = {
        name
        for name, tensor in network.named_buffers()
        if name.endswith("running_mean") and not torch.equal(tensor, before[name])
    }
    assert moved
    assert not any(name.startswith("backbone.") for name in moved)


def test_where_memory_runs_out_smaller_parts_go_through(
    small: ModelConfig, quick: Recipe, batch: Batch
) -> None:
    notes: list[str] = []
    network = SmallMemory(small)
    learning = stepper(network, quick.replace(batch_size=6), notes)
    learning.step(batch, 1e-3, (0,))
    assert len(notes) == 2
    assert "2 crops" in notes[-1]
    assert network.seen == (2, 2, 2)
    learning.step(batch, 1e-3, (0,))
    assert len(notes) == 2


def test_no_crop_goes_through_alone(small: ModelConfig, quick: Recipe, batch: Batch) -> None:
    network = SmallMemory(small)
    network.fits = 3
    images, labels = batch
    learning = stepper(network, quick.replace(batch_size=5, micro_batch=2))
    learning.step((images[:5], labels[:5]), 1e-3, (0,))
    assert network.seen == (2, 3)


def test_memory_for_less_than_two_crops_is_a_sentence(
    small: ModelConfig, quick: Recipe, batch: Batch
) -> None:
    network = SmallMemory(small)
    network.fits = 1
    with pytest.raises(MaskwrightError, match="smaller crop"):
        stepper(network, quick).step(batch, 1e-3, (0,))


def test_a_loss_that_is_no_number_leaves_the_weights(
    small: ModelConfig, quick: Recipe, batch: Batch
) -> None:
    network = DeepLabV3(small)
    with torch.no_grad():
        to_classes(network)[1].fill_(float("nan"))
    before = to_classes(network)[0].detach().clone()
    assert math.isnan(stepper(network, quick).step(batch, 1e-3, (0,)))
    assert torch.equal(to_classes(network)[0], before)
