"""The paper's two stages, in training: what they change, and what stands still."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from training_task import SMALL, Task, learn_task

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_model
from segmenter.training import events
from segmenter.training.batches import Batch
from segmenter.training.fine_tune import resume_run
from segmenter.training.normalisation import keep_statistics, normalisations
from segmenter.training.recipes import PAPER, Recipe
from segmenter.training.run_folder import RunFolder
from segmenter.training.stages import rate_at, stages
from segmenter.training.state import TrainingState
from segmenter.training.step import Stepper

LITTLE = PAPER.replace(
    epochs=2, second_epochs=2, batch_size=4, crop=65, steps_per_epoch=3, validation_count=4
)


@pytest.fixture
def network(small: ModelConfig) -> DeepLabV3:
    torch.manual_seed(0)
    return DeepLabV3(small.replace(output_stride=32))


@pytest.fixture
def batch() -> Batch:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (4, 3, 65, 65), generator=generator).to(torch.uint8)
    labels = torch.randint(0, 2, (4, 65, 65), generator=generator).to(torch.uint8)
    return images, labels


def stepper_of(network: DeepLabV3, recipe: Recipe) -> Stepper:
    return Stepper(network, recipe, "cpu", class_weights=None, on_note=lambda text: None)


def statistics(network: DeepLabV3) -> dict[str, Tensor]:
    return {
        name: tensor.clone()
        for name, tensor in network.named_buffers()
        if "running" in name or "tracked" in name
    }


def scales(network: DeepLabV3) -> dict[str, Tensor]:
    return {
        f"{number} {name}": parameter.detach().clone()
        for number, layer in enumerate(normalisations(network))
        for name, parameter in layer.named_parameters()
    }


def convolutions(network: DeepLabV3) -> dict[str, Tensor]:
    return {
        name: module.weight.detach().clone()
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d)
    }


def same(one: dict[str, Tensor], two: dict[str, Tensor]) -> list[bool]:
    return [torch.equal(one[name], two[name]) for name in one]


def test_the_first_stage_trains_all_batch_normalisation(network: DeepLabV3, batch: Batch) -> None:
    stepper = stepper_of(network, LITTLE)
    before = statistics(network), scales(network), convolutions(network)
    stepper.train_mode()
    stepper.step(batch, 0.007, (0, 1, 0))
    assert not any(same(before[0], statistics(network)))
    # Scales start at 1 and shifts at 0; a few have no gradient in one step.
    assert sum(same(before[1], scales(network))) < 0.1 * len(before[1])
    assert not any(same(before[2], convolutions(network)))


def test_the_second_stage_trains_weights_alone(network: DeepLabV3, batch: Batch) -> None:
    first, second = stages(LITTLE)
    stepper = stepper_of(network, first.recipe)
    stepper.train_mode()
    stepper.step(batch, 0.007, (0, 1, 0))
    stepper.begin_stage(second.recipe)
    stepper.train_mode()
    before = statistics(network), scales(network), convolutions(network)
    for number in range(3):
        stepper.step(batch, 0.001, (0, 3, number))
    assert all(same(before[0], statistics(network)))
    assert all(same(before[1], scales(network)))
    assert not any(same(before[2], convolutions(network)))


def test_the_output_stride_changes_between_the_stages(network: DeepLabV3) -> None:
    images = torch.zeros(2, 3, 64, 64)
    state = TrainingState(network, stepper_of(network, LITTLE), LITTLE.replace(weight_average=0.9))
    assert state.average is not None
    for epoch, stride in ((1, 16), (2, 16), (3, 8), (4, 8)):
        state.begin_epoch()
        assert state.epoch == epoch
        for trained in (network, state.average.network):
            assert trained.config.output_stride == stride
            assert trained.backbone(images).out.shape[-1] == 64 // stride
        state.end_epoch(None)


def test_0_leaves_the_models_own_output_stride(network: DeepLabV3) -> None:
    stepper_of(network, LITTLE.replace(output_stride=0))
    assert network.config.output_stride == 32


def test_the_second_stages_scales_learn_again_in_another_run(
    network: DeepLabV3, batch: Batch
) -> None:
    stepper_of(network, stages(LITTLE)[1].recipe)
    again = stepper_of(network, LITTLE)
    again.train_mode()
    before = scales(network)
    again.step(batch, 0.007, (0, 1, 0))
    assert not all(same(before, scales(network)))


@pytest.mark.parametrize(
    ("steps", "kept"),
    [(0, 0.1), (9, 10 / 19), (299, 300 / 309), (29_990, 0.9997), (60_000, 0.9997)],
)
def test_statistics_are_kept_as_long_as_the_run_is(
    network: DeepLabV3, steps: int, kept: float
) -> None:
    keep_statistics(network, 0.9997, steps)
    for layer in normalisations(network):
        assert layer.momentum == pytest.approx(1 - kept, abs=1e-9)


def test_the_parts_of_a_step_keep_together_what_the_step_keeps(network: DeepLabV3) -> None:
    keep_statistics(network, 0.9997, 60_000, parts=4)
    for layer in normalisations(network):
        assert layer.momentum is not None
        assert (1 - layer.momentum) ** 4 == pytest.approx(0.9997, abs=1e-9)


def learn(task: Task, out: Path, on_event: events.OnEvent | None = None) -> None:
    """One epoch of two steps in either stage, kept in a folder beside the model."""
    learn_task(
        task,
        out,
        config=SMALL,
        recipe=LITTLE.replace(epochs=1, second_epochs=1, steps_per_epoch=2, weight_average=0.5),
        run=out.with_suffix(".run"),
        on_event=on_event,
    )


@pytest.fixture(scope="module")
def whole(task: Task, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of a run that nothing interrupted."""
    out = tmp_path_factory.mktemp("whole") / "model.safetensors"
    learn(task, out)
    return out


def epochs_of(model: Path) -> list[tuple[object, ...]]:
    told = RunFolder(model.with_suffix(".run")).events()
    return [(e.epoch, e.loss, e.mean_iou, e.rate) for e in told if isinstance(e, events.Epoch)]


@pytest.mark.usefixtures("_saved_and_told_each_step")
@pytest.mark.parametrize("killed_after", [2, 3], ids=["between the stages", "in the second stage"])
def test_a_killed_run_goes_on_in_its_stage(
    task: Task, whole: Path, tmp_path: Path, killed_after: int
) -> None:
    out = tmp_path / "model.safetensors"
    steps = 0

    class Killed(BaseException):
        pass

    def count(event: events.Event) -> None:
        nonlocal steps
        steps += isinstance(event, events.Batch)

    def kill(event: events.Event) -> None:
        count(event)
        if steps > killed_after:  # this step is told, but in no checkpoint yet
            raise Killed

    with pytest.raises(Killed):
        learn(task, out, kill)
    steps = 0
    result = resume_run(RunFolder(out.with_suffix(".run")), on_event=count)
    assert steps == 4 - killed_after
    assert epochs_of(out) == epochs_of(whole)
    one, two = load_model(whole), load_model(out)
    assert one.config == two.config
    assert two.config.output_stride == (16 if result.best_epoch == 1 else 8)
    assert all(same(dict(one.state_dict()), dict(two.state_dict())))


def test_a_run_goes_through_both_stages(task: Task, tmp_path: Path) -> None:
    told: list[events.Event] = []
    result = learn_task(
        task,
        tmp_path / "model.safetensors",
        config=SMALL,
        recipe=LITTLE,
        on_event=told.append,
    )
    assert result.epochs == 4
    epochs = [event for event in told if isinstance(event, events.Epoch)]
    assert [event.epoch for event in epochs] == [1, 2, 3, 4]
    assert {event.epochs for event in epochs} == {4}
    first, second = (stage.recipe for stage in stages(LITTLE))
    assert [event.rate for event in epochs] == pytest.approx(
        [rate_at(2, 6, first), rate_at(5, 6, first), rate_at(2, 6, second), rate_at(5, 6, second)]
    )
    saved = load_model(tmp_path / "model.safetensors").config.output_stride
    assert saved == (16 if result.best_epoch <= 2 else 8)
