"""Whole runs: real networks from real ImageNet weights, on photos and masks made of photos."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from training_task import CLASSES, GROWING_WEIGHTS, QUICK, SMALL, Task, learn_task

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import read_model, read_model_header
from segmenter.nn.zoo import network_from_imagenet
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.training import events
from segmenter.training.evaluate import evaluate
from segmenter.training.fine_tune import FineTuned, fine_tune


@dataclass(frozen=True)
class Run:
    """A run that went to its end, and the network it started from."""

    start: DeepLabV3
    result: FineTuned
    told: list[events.Event]


@pytest.fixture(scope="module")
def run(task: Task, tmp_path_factory: pytest.TempPathFactory) -> Run:
    torch.manual_seed(1)
    start = network_from_imagenet(SMALL).eval()
    told: list[events.Event] = []
    result = learn_task(
        task,
        tmp_path_factory.mktemp("run") / "models" / "petals.safetensors",
        model=start,
        recipe=QUICK,
        card=ModelCard(name="Petals", license="CC0"),
        command="maskwright train …",
        on_event=told.append,
    )
    return Run(start, result, told)


def of_kind(told: list[events.Event], kind: type) -> list:
    return [event for event in told if type(event) is kind]


def test_the_model_gets_better_on_images_it_never_saw(run: Run) -> None:
    before, *after = of_kind(run.told, events.Epoch)
    assert before.epoch == 0
    assert run.result.scores is not None
    assert run.result.scores.mean_iou is not None
    assert run.result.scores.mean_iou > before.mean_iou + 0.2
    assert run.result.scores.mean_iou == max(event.mean_iou for event in after)
    assert after[-1].loss < after[0].loss


def test_the_file_holds_the_best_epoch_as_it_was_scored(run: Run, task: Task) -> None:
    start = of_kind(run.told, events.Start)[0]
    again = evaluate(
        run.result.path,
        images=task.images,
        masks=task.masks,
        names=start.validation,
        device="cpu",
    )
    assert run.result.scores is not None
    assert again.mean_iou == pytest.approx(run.result.scores.mean_iou, abs=1e-3)


def test_the_card_tells_how_the_model_came_about(run: Run) -> None:
    config, card = read_model_header(run.result.path)
    assert config.classes == CLASSES
    assert (card.name, card.license) == ("Petals", "CC0")
    assert card.training["command"] == "maskwright train …"
    assert card.training["recipe"] == QUICK.to_dict()
    assert card.training["epoch"] == run.result.best_epoch
    assert run.result.scores is not None
    assert card.scores == run.result.scores.to_dict()


def test_the_events_tell_the_run_in_its_order_as_json(run: Run) -> None:
    kinds = [json.loads(json.dumps(event.to_dict()))["event"] for event in run.told]
    assert kinds[0] == "start"
    assert kinds[-1] == "done"
    assert kinds.index("prepare") < kinds.index("epoch") < kinds.index("batch")
    assert kinds.count("epoch") == QUICK.epochs + 1
    for event in of_kind(run.told, events.Epoch)[1:]:
        assert set(event.iou) == set(CLASSES)
        assert event.images_per_s > 0
        assert event.eta_s >= 0
        saved = [e.epoch for e in of_kind(run.told, events.Saved)]
        assert event.is_best == (event.epoch in saved)
    done = run.told[-1]
    assert isinstance(done, events.Done)
    assert done.best_epoch == run.result.best_epoch
    assert len(of_kind(run.told, events.Start)[0].validation) == 4


def test_the_network_it_started_from_stays_as_it_was(run: Run) -> None:
    torch.manual_seed(1)
    untouched = network_from_imagenet(SMALL).eval().state_dict()
    assert all(torch.equal(t, untouched[name]) for name, t in run.start.state_dict().items())
    assert not run.start.training


@pytest.fixture
def train(run: Run, task: Task, tmp_path: Path) -> Callable[..., tuple[FineTuned, list]]:
    """Two steps an epoch from the model that has learnt already; arguments change that."""

    def go(**arguments: object) -> tuple[FineTuned, list[events.Event]]:
        told: list[events.Event] = []
        wanted: dict[str, object] = {
            "out": tmp_path / "model.safetensors",
            "images": task.images,
            "masks": task.masks,
            "model": run.result.path,
            "recipe": QUICK.replace(epochs=2, steps_per_epoch=1),
            "device": "cpu",
            "threads": 1,
            "on_event": told.append,
        }
        return fine_tune(**{**wanted, **arguments}), told  # type: ignore[arg-type]

    return go


def test_the_same_seed_gives_the_same_weights(train: Callable, tmp_path: Path) -> None:
    recipe = QUICK.replace(epochs=1, steps_per_epoch=2, copy_paste=0.5)
    files = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        torch.manual_seed(ord(name))  # what others drew before makes no difference
        out = tmp_path / f"{name}.safetensors"
        train(out=out, recipe=recipe.replace(seed=seed), model=None, config=SMALL)
        files.append(read_model(out).state_dict())
    one, two, other = files
    assert all(torch.equal(tensor, two[name]) for name, tensor in one.items())
    assert not all(torch.equal(tensor, other[name]) for name, tensor in one.items())


def test_early_stopping_keeps_the_model_that_nothing_beat(
    train: Callable,
    run: Run,
) -> None:
    ruinous = QUICK.replace(epochs=9, steps_per_epoch=2, rate=1.0, patience=1, weight_average=0.0)
    result, told = train(recipe=ruinous)
    assert result.epochs == 1
    assert not result.stopped
    assert "No better score" in result.reason
    assert result.best_epoch == 0
    kept, best = read_model(result.path).state_dict(), read_model(run.result.path).state_dict()
    assert all(torch.equal(tensor, best[name]) for name, tensor in kept.items())
    assert [event.epoch for event in of_kind(told, events.Saved)] == [0]


def test_a_loss_that_is_no_number_ends_the_run_with_the_best_kept(train: Callable) -> None:
    result, told = train(recipe=QUICK.replace(epochs=1, **GROWING_WEIGHTS))
    assert result.stopped
    assert "lower rate" in result.reason
    assert result.best_epoch == 0
    assert all(torch.isfinite(t).all() for t in read_model(result.path).state_dict().values())
    assert isinstance(told[-1], events.Stopped)


def test_cancel_finishes_the_batch_and_saves_the_best_so_far(train: Callable) -> None:
    cancel = CancelToken()
    told: list[events.Event] = []

    def stop_in_the_second_epoch(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Epoch) and event.epoch == 1:
            cancel.cancel()

    result, _ = train(
        on_event=stop_in_the_second_epoch,
        cancel=cancel,
        recipe=QUICK.replace(epochs=500),
        model=None,
        config=SMALL,
    )
    assert result.stopped
    assert result.epochs == result.best_epoch == 1
    assert read_model_header(result.path)[1].training["epoch"] == 1
    assert "epoch 2" in result.reason
    assert isinstance(told[-1], events.Stopped)


def test_cancel_in_the_first_epoch_of_a_new_network_saves_what_there_is(train: Callable) -> None:
    cancel = CancelToken()

    def stop(event: events.Event) -> None:
        if isinstance(event, events.Prepare) and event.done == event.total:
            cancel.cancel()

    result, _ = train(on_event=stop, cancel=cancel, model=None, config=SMALL)
    assert result.stopped
    assert result.scores is None
    assert read_model(result.path).config.classes == CLASSES


def test_cancel_before_there_is_anything_to_save_saves_nothing(
    train: Callable,
    tmp_path: Path,
) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        train(cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_projects_corrections_are_learnt_and_a_new_class_gets_an_output(
    train: Callable,
    task: Task,
    tmp_path: Path,
    run: Run,
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    names = [f"{i:02}.png" for i in (1, 2, 4)]
    for name in names:
        (folder / name).write_bytes((task.images / name).read_bytes())
    with Project.open(folder) as project:
        project.scan()
        ids = project.class_ids_for([*CLASSES, "stem"])
        for name in names[:2]:
            labels = read_label_png(task.masks / name)
            mask = ids[np.minimum(labels, 1)]
            mask[:5] = ids[2]
            project.save_mask(name, mask)
        result, told = train(images=None, masks=None, project=project)
    config, _ = read_model_header(result.path)
    assert config.classes == (*CLASSES, "stem")
    start = of_kind(told, events.Start)[0]
    assert (start.training_images, start.validation_images) == (1, 1)


def test_one_image_alone_is_learnt_and_said_to_be_scored_on_itself(
    train: Callable,
    task: Task,
    tmp_path: Path,
) -> None:
    for source, name in ((task.images, "images"), (task.masks, "masks")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "01.png").write_bytes((source / "01.png").read_bytes())
    _, told = train(images=tmp_path / "images", masks=tmp_path / "masks")
    assert any("one image only" in event.text for event in of_kind(told, events.Note))


def test_the_auxiliary_classifier_and_balanced_weights_train_too(train: Callable) -> None:
    recipe = QUICK.replace(epochs=1, steps_per_epoch=1, class_weights="balanced")
    result, told = train(recipe=recipe, model=None, config=SMALL.replace(auxiliary=True))
    assert math.isfinite(of_kind(told, events.Epoch)[-1].loss)
    assert read_model(result.path).aux_classifier is not None


def test_what_cannot_work_is_one_sentence_before_any_training(
    train: Callable,
    task: Task,
    tmp_path: Path,
) -> None:
    from segmenter.project.label_png import write_label_png

    unlabelled = tmp_path / "masks"
    unlabelled.mkdir()
    write_label_png(unlabelled / "01.png", np.full((96, 128), 255, np.uint8), [])
    for arguments, sentence in (
        ({"masks": unlabelled}, "Nothing is labelled"),
        ({"out": tmp_path}, "is a folder"),
        ({"model": None}, "Name a model"),
        ({"images": None}, "Name a project"),
        ({"classes": ("background",)}, "value 1"),
        ({"model": tmp_path / "none.safetensors"}, "none"),
        ({"device": "abacus"}, "abacus"),
    ):
        with pytest.raises(MaskwrightError, match=sentence):
            train(**arguments)
    assert not (tmp_path / "model.safetensors").exists()
