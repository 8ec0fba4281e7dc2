"""Whether the installed app learns: the steps that break where nobody trained before shipping."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path

from segmenter.cli.self_test.child import told_by_child
from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import PHOTOS, Workplace
from segmenter.nn.catalogue import STARTER
from segmenter.wording import counted, percent

EPOCHS = 2
CROP = 128
QUICK_SECONDS = 3.0


def fine_tune_in_a_child(place: Workplace) -> str:
    """``standard``, started with the words and the pipes that the window starts it with."""
    folder = _labelled(place)
    model = _trained_model(folder)
    done = told_by_child(
        ["train", str(folder), "--recipe", "standard", "--set", f"epochs={EPOCHS}",
         "--set", f"crop={CROP}", "--set", "steps_per_epoch=2", "--model", STARTER,
         "--name", "Selbsttest ✓", "--out", str(model), "--run", str(model.with_suffix("")),
         "--threads", str(max(1, _cores() - 1)), "--json", "--control"]
    )  # fmt: skip
    told = [event["event"] for event in done]
    losses = [event["loss"] for event in done if event["event"] == "epoch" and event["epoch"]]
    if told[-1] != "done" or len(losses) != EPOCHS or not model.is_file():
        raise StepFailed(
            f"The training ended with {told[-1]} after {len(losses)} of {EPOCHS} epochs."
        )
    if not all(map(math.isfinite, losses)):
        raise StepFailed(f"The training went astray: the loss is {losses[-1]}.")
    return f"{EPOCHS} epochs on {len(PHOTOS)} photos, loss {losses[-1]:.3f}."


def learn_now(place: Workplace) -> str:
    """``quick``, in our own process as the window does it, and a prediction with what it made."""
    from segmenter.nn.model_file import save_model
    from segmenter.nn.zoo import load_model
    from segmenter.prediction.predictor import Predictor
    from segmenter.project.images import load_image
    from segmenter.project.project import Project
    from segmenter.training.data import ProjectExamples
    from segmenter.training.quick import learn_quick
    from segmenter.training.quick_recipe import QUICK

    folder = _labelled(place)
    recipe = QUICK.replace(seconds=QUICK_SECONDS, seconds_per_image=0.0, least_steps=10)
    with Project.open(folder, read_only=True) as project:
        project.scan()
        learnt = learn_quick(
            load_model(STARTER, download=False), ProjectExamples(project), recipe=recipe
        )
        path = _trained_model(folder).with_name("quick.safetensors")
        save_model(learnt, path)
        photo = load_image(project.path_of(PHOTOS[0]))
    found = Predictor(load_model(path), "cpu").predict(photo)
    if found.labels.shape != photo.shape[:2]:
        raise StepFailed(f"What it learnt predicts {found.labels.shape}, not {photo.shape[:2]}.")
    return f"Learnt from {counted(int(learnt.card.training['training_images']), 'photo')}."


def compare_in_a_child(place: Workplace) -> str:
    """The starter with the fine-tuned model, as the window does before that takes its place."""
    folder = _labelled(place)
    model = _trained_model(folder)
    if not model.is_file():
        raise StepFailed("There is nothing to compare, since the fine-tuning made no model.")
    with tempfile.TemporaryDirectory(dir=place.folder) as out:
        done = told_by_child(
            ["compare", str(folder), "--old", STARTER, "--new", str(model), "--out", out, "--json"]
        )
    if done[-1]["event"] != "done" or not done[-1]["images"]:
        raise StepFailed(f"The comparison ended with {done[-1]['event']}.")
    old, new = (done[-1][side]["mean_iou"] for side in ("old", "new"))
    return f"Mean IoU {percent(old)} before, {percent(new)} after."


def _labelled(place: Workplace) -> Path:
    """A folder whose photos all have a mask: what the starter says of them."""
    from segmenter.nn.zoo import load_model
    from segmenter.prediction.predictor import Predictor
    from segmenter.project.project import Project

    folder = place.photos("lernen – обучение")
    if (folder / "maskwright").exists():
        return folder
    network = load_model(STARTER, download=False)
    predictor = Predictor(network, "cpu")
    with Project.open(folder) as project:
        project.scan()
        ids = project.class_ids_for(network.config.classes)
        for name in PHOTOS:
            labels = predictor.predict(project.load_image(name)).labels
            project.save_mask(name, ids[labels], approved=True)
    return folder


def _trained_model(folder: Path) -> Path:
    return folder / "maskwright" / "models" / "fine-tuned.safetensors"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
