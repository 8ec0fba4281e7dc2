"""What a model has seen doesn't judge it."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_task import QUICK as RECIPE
from training_task import SMALL, Task, learn_task

from segmenter.cancel import CancelToken
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model, read_model_header
from segmenter.nn.zoo import network_from_imagenet
from segmenter.project.split import Split
from segmenter.training import events
from segmenter.training.held_out import (
    IMAGES_OF,
    LEARNT_FROM,
    chosen,
    digest_of,
    held_out_by,
    judges_of,
    learnt_from,
)
from segmenter.training.model_writer import card_of
from segmenter.training.outset import begun
from segmenter.training.quick_recipe import QUICK
from segmenter.training.run_settings import RunSettings


def test_a_model_that_knows_the_held_out_images_sets_no_mark(task: Task, tmp_path: Path) -> None:
    """Learning at once learns from all images; its score on some of them would never be beaten."""
    torch.manual_seed(1)
    at_once = learn_task(
        task,
        tmp_path / "at once.safetensors",
        model=network_from_imagenet(SMALL),
        recipe=QUICK.replace(steps=3, batch_size=2, views=1),
    )
    start = read_model(at_once.path)
    names = {path.name for path in task.images.glob("*.png")}
    assert learnt_from(start.card) >= names
    assert start.card.training[IMAGES_OF] == digest_of(task.images)

    told: list[events.Event] = []
    result = learn_task(
        task,
        tmp_path / "trained.safetensors",
        model=start,
        recipe=RECIPE.replace(epochs=1, steps_per_epoch=1, rate=1e-9),
        on_event=told.append,
    )
    assert result.best_epoch == 1, "an epoch that changes nothing is kept: nothing is to be beaten"
    notes = [event.text for event in told if isinstance(event, events.Note)]
    assert any("counts for nothing" in note for note in notes)
    _, card = read_model_header(result.path)
    assert card.training[IMAGES_OF] == digest_of(task.images)
    assert learnt_from(card) >= names, "what its start has learnt from it has learnt from too"


def test_a_model_that_has_not_seen_them_has_to_be_beaten(task: Task, tmp_path: Path) -> None:
    torch.manual_seed(1)
    start = network_from_imagenet(SMALL)
    start.card = ModelCard(training={LEARNT_FROM: ["elsewhere.jpg"]})
    told: list[events.Event] = []
    learn_task(
        task,
        tmp_path / "trained.safetensors",
        model=start,
        recipe=RECIPE.replace(epochs=1, steps_per_epoch=1),
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


NAMES = ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]
"""As a camera calls them, in every folder."""


def card_from(folder: str) -> ModelCard:
    """Of a model that has learnt from all of them, in this folder."""
    return ModelCard(training={LEARNT_FROM: NAMES, IMAGES_OF: folder})


def test_images_of_the_same_name_in_another_folder_are_others(tmp_path: Path) -> None:
    start = network_from_imagenet(SMALL)
    start.card = card_from("A")
    cards = {
        folder: card_of(
            ModelCard(), RECIPE, Split(("IMG_1.jpg",), ("IMG_2.jpg", "IMG_3.jpg")),
            command="", start=start, run="", images_of=folder,
        )
        for folder in ("A", "B")
    }  # fmt: skip
    assert learnt_from(cards["A"]) == set(NAMES), "what its start has learnt from, it has, too"
    assert held_out_by(cards["A"], "A") == ()
    assert learnt_from(cards["B"]) == {"IMG_1.jpg"}
    assert held_out_by(cards["B"], "B") == ("IMG_2.jpg", "IMG_3.jpg")
    assert held_out_by(cards["B"], "A") == ()
    found = judges_of(NAMES, old=card_from("A"), new=cards["B"], images_of="B")
    assert (found.names, found.held_out, found.note) == (("IMG_2.jpg", "IMG_3.jpg"), True, "")
    assert (
        "those of another folder"
        in judges_of(NAMES, old=card_from("A"), new=cards["B"], images_of="A").note
    )
    assert chosen(["IMG_2.jpg"], cards["B"], "B").held_out
    assert not chosen(["IMG_2.jpg"], cards["B"], "A").held_out


def test_a_model_from_a_folder_with_the_same_names_has_to_be_beaten(
    task: Task, tmp_path: Path
) -> None:
    names = [path.relative_to(task.images).as_posix() for path in task.images.rglob("*.png")]
    beaten = {}
    for folder in (str(tmp_path), str(task.images), ""):
        start = network_from_imagenet(SMALL)
        start.card = ModelCard(training={LEARNT_FROM: names})
        if folder:
            start.card.training[IMAGES_OF] = digest_of(folder)
        settings = RunSettings(
            tmp_path / "m.safetensors", images=task.images, masks=task.masks, model=start,
            recipe=RECIPE,
        )  # fmt: skip
        beaten[folder] = begun(settings, "", CancelToken()).has_to_improve
    assert beaten == {str(tmp_path): True, str(task.images): False, "": False}


def test_a_folder_is_the_same_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert digest_of("photos") == digest_of(tmp_path / "photos") != digest_of(tmp_path)
    assert len(digest_of("photos")) == 16


def test_what_an_earlier_model_learnt_is_told_from_what_nobody_named() -> None:
    new = ModelCard(training={"validation": ["a", "b"], LEARNT_FROM: ["a", "c"]})
    note = judges_of(["a", "c"], old=ModelCard(), new=new).note
    assert note.startswith("What the new model held out was learnt from before")
    assert judges_of(["c"], old=ModelCard(), new=new).note.startswith("None of the images")
