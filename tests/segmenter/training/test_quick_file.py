"""`quick` as the command line calls it: from folders or a project to a model file."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from training_task import CLASSES, SMALL, Task, learn_task

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import read_model_header
from segmenter.nn.zoo import network_from_imagenet
from segmenter.paths import cache_folder
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.project.state import Side
from segmenter.training import events
from segmenter.training.fine_tune import FineTuned, fine_tune
from segmenter.training.quick_recipe import QUICK

STEPS = QUICK.replace(steps=3, batch_size=2, views=1)


@pytest.fixture(scope="module")
def start() -> DeepLabV3:
    torch.manual_seed(1)
    return network_from_imagenet(SMALL).eval()


def test_the_file_says_what_it_learnt_from_and_how_well(
    start: DeepLabV3, task: Task, tmp_path: Path
) -> None:
    told: list[events.Event] = []
    result = learn_task(
        task,
        tmp_path / "models" / "quick.safetensors",
        model=start,
        recipe=STEPS.replace(validation_count=2),
        card=ModelCard(name="Petals", license="CC0"),
        command="maskwright train …",
        on_event=told.append,
    )
    config, card = read_model_header(result.path)
    assert config.classes == CLASSES
    assert (card.name, card.license) == ("Petals", "CC0")
    assert card.training["command"] == "maskwright train …"
    assert card.training["training_images"] == 10
    assert card.scores["images"] == 2
    assert isinstance(told[0], events.Start)
    assert len(told[0].validation) == 2
    assert isinstance(told[-1], events.Done)
    assert told[-1].path == str(result.path)
    assert told[-1].mean_iou == card.scores["mean_iou"]
    assert list((cache_folder() / "features").iterdir()), "for the next time"


def test_a_project_s_corrections_are_learnt_all_of_them(
    start: DeepLabV3, task: Task, tmp_path: Path
) -> None:
    for name in ("01.png", "02.png"):
        (tmp_path / name).write_bytes((task.images / name).read_bytes())
    with Project.open(tmp_path) as project:
        project.scan()
        ids = project.class_ids_for(["background", "stem"])
        project.save_mask("01.png", ids[np.minimum(read_label_png(task.masks / "01.png"), 1)])
        result = fine_tune(
            project.models_folder / "quick.safetensors",
            project=project,
            model=start,
            recipe=STEPS,
            device="cpu",
            threads=1,
        )
    config, card = read_model_header(result.path)
    assert config.classes == ("background", "stem")
    assert card.training["training_images"] == 1
    assert result.scores is None
    assert not result.stopped


def test_an_image_pinned_to_validation_is_scored_and_not_learnt(
    start: DeepLabV3, task: Task, tmp_path: Path
) -> None:
    with Project.open(tmp_path) as project:
        for name in ("01.png", "02.png", "04.png"):
            (tmp_path / name).write_bytes((task.images / name).read_bytes())
        project.scan()
        ids = project.class_ids_for(CLASSES)
        for name in ("01.png", "02.png", "04.png"):
            project.save_mask(name, ids[read_label_png(task.masks / name)])
        project.pin("02.png", Side.VALIDATION)
        told: list[events.Event] = []
        result = fine_tune(
            project.models_folder / "quick.safetensors",
            project=project,
            model=start,
            recipe=STEPS,
            device="cpu",
            threads=1,
            on_event=told.append,
        )
    assert isinstance(told[0], events.Start)
    assert (told[0].training_images, told[0].validation) == (2, ("02.png",))
    assert result.scores is not None
    assert result.scores.images == 1


def test_what_was_learnt_is_saved_before_it_is_scored(
    start: DeepLabV3, task: Task, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    shutil.copytree(task.images, images)
    told: list[events.Event] = []
    cancel = CancelToken()

    def go(stop: bool) -> FineTuned:
        def listen(event: events.Event) -> None:
            told.append(event)
            if isinstance(event, events.Start):
                (images / event.validation[0]).write_bytes(b"no image any more")
            if stop and isinstance(event, events.Saved):
                cancel.cancel()

        return learn_task(
            task,
            tmp_path / f"{stop}.safetensors", images=images, model=start,
            recipe=STEPS.replace(validation_count=2), on_event=listen,
            cancel=cancel,
        )  # fmt: skip

    result = go(stop=False)
    assert result.scores is not None
    assert result.scores.images == 1, "the one that can be read"
    assert read_model_header(result.path)[1].scores == result.scores.to_dict()
    saved = [event.mean_iou for event in told if isinstance(event, events.Saved)]
    assert saved == [None, result.scores.mean_iou]
    assert any(
        "is scored no more" in event.text for event in told if isinstance(event, events.Note)
    )

    stopped = go(stop=True)
    assert stopped.scores is None
    assert read_model_header(stopped.path)[1].scores == {}


def test_a_described_head_is_the_one_that_learns(task: Task, tmp_path: Path) -> None:
    result = learn_task(
        task,
        tmp_path / "quick.safetensors",
        config=SMALL.replace(head_channels=24),
        recipe=STEPS,
    )
    assert read_model_header(result.path)[0].head_channels == 24


def test_what_cannot_work_is_one_sentence_and_leaves_no_file(
    start: DeepLabV3, task: Task, tmp_path: Path
) -> None:
    def go(out: Path, model: DeepLabV3 | None, cancel: CancelToken | None = None) -> None:
        learn_task(
            task,
            out, classes=CLASSES, model=model,
            recipe=STEPS, cancel=cancel,
        )  # fmt: skip

    with pytest.raises(MaskwrightError, match="Name a model"):
        go(tmp_path / "a.safetensors", None)
    with pytest.raises(MaskwrightError, match="is a folder"):
        go(tmp_path, start)
    cancelled = CancelToken()
    cancelled.cancel()
    with pytest.raises(Cancelled):
        go(tmp_path / "a.safetensors", start, cancelled)
    assert list(tmp_path.iterdir()) == []
