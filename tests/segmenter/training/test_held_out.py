"""What a model has seen doesn't judge it."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_task import QUICK as RECIPE
from training_task import SMALL, Task

from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model, read_model_header
from segmenter.nn.zoo import network_from_imagenet
from segmenter.training import events
from segmenter.training.fine_tune import fine_tune
from segmenter.training.held_out import LEARNT_FROM, judges_of, learnt_from
from segmenter.training.quick_recipe import QUICK


def test_a_model_that_knows_the_held_out_images_sets_no_mark(task: Task, tmp_path: Path) -> None:
    """Learning at once learns from all images; its score on some of them would never be beaten."""
    torch.manual_seed(1)
    at_once = fine_tune(
        tmp_path / "at once.safetensors",
        images=task.images,
        masks=task.masks,
        model=network_from_imagenet(SMALL),
        recipe=QUICK.replace(steps=3, batch_size=2, views=1),
        device="cpu",
        threads=1,
    )
    start = read_model(at_once.path)
    names = {path.name for path in task.images.glob("*.png")}
    assert learnt_from(start.card) >= names

    told: list[events.Event] = []
    result = fine_tune(
        tmp_path / "trained.safetensors",
        images=task.images,
        masks=task.masks,
        model=start,
        recipe=RECIPE.replace(epochs=1, steps_per_epoch=1, rate=1e-9),
        device="cpu",
        threads=1,
        on_event=told.append,
    )
    assert result.best_epoch == 1, "an epoch that changes nothing is kept: nothing is to be beaten"
    notes = [event.text for event in told if isinstance(event, events.Note)]
    assert any("counts for nothing" in note for note in notes)
    _, card = read_model_header(result.path)
    assert learnt_from(card) >= names, "what its start has learnt from it has learnt from too"


def test_a_model_that_has_not_seen_them_has_to_be_beaten(task: Task, tmp_path: Path) -> None:
    torch.manual_seed(1)
    start = network_from_imagenet(SMALL)
    start.card = ModelCard(training={LEARNT_FROM: ["elsewhere.jpg"]})
    told: list[events.Event] = []
    fine_tune(
        tmp_path / "trained.safetensors",
        images=task.images,
        masks=task.masks,
        model=start,
        recipe=RECIPE.replace(epochs=1, steps_per_epoch=1),
        device="cpu",
        threads=1,
        on_event=told.append,
    )
    epochs = [event.epoch for event in told if isinstance(event, events.Epoch)]
    assert epochs == [0, 1]
    assert not any("counts for nothing" in getattr(event, "text", "") for event in told)


@pytest.mark.parametrize("names", [None, 3, "a.jpg", [1, 2]])
def test_a_card_that_says_nothing_sensible_says_nothing(names: object) -> None:
    assert not learnt_from(ModelCard(training={LEARNT_FROM: names}))


def test_the_old_model_is_asked_what_it_learnt_from() -> None:
    new = ModelCard(training={"validation": ["a", "b"], "training_images": 5})
    old = ModelCard(training={LEARNT_FROM: ["b", "c"]})
    assert judges_of(["a", "b", "c"], old=old, new=new).note == (
        "The old model may have learnt from 1 of the 2 images, which flatters it."
    )
    innocent = replace(old, training={LEARNT_FROM: ["c"]})
    assert judges_of(["a", "b", "c"], old=innocent, new=new).note == ""
