"""Fine-tune a model on corrected masks, or train a new one: the whole run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_model, network_from_imagenet
from segmenter.prediction.device import choose_device
from segmenter.prediction.predictor import Predictor
from segmenter.project.project import Project
from segmenter.training import events
from segmenter.training.batches import Batches, batches_per_epoch
from segmenter.training.data import Examples
from segmenter.training.evaluate import examples_from, score_predictor
from segmenter.training.events import OnEvent
from segmenter.training.loop import Ending, train
from segmenter.training.model_writer import ModelWriter, card_of
from segmenter.training.preparation import background_of, class_weights_of, read_everything
from segmenter.training.recipes import STANDARD, Recipe
from segmenter.training.scores import Scores
from segmenter.training.split import Split, split
from segmenter.training.transfer import with_classes


@dataclass(frozen=True)
class FineTuned:
    """What a run left behind."""

    path: Path
    scores: Scores | None
    """On the held-out images; None where the run was stopped before they were scored."""
    epochs: int
    """Trained to their end."""
    best_epoch: int
    """The one in the file; 0 where no epoch was better than the model it started from."""
    stopped: bool
    reason: str
    """Why it ended, one sentence."""


def fine_tune(
    out: str | Path,
    *,
    project: Project | None = None,
    images: str | Path | None = None,
    masks: str | Path | None = None,
    classes: Sequence[str] | None = None,
    model: str | Path | DeepLabV3 | None = "starter",
    config: ModelConfig | None = None,
    recipe: Recipe = STANDARD,
    device: str = "auto",
    half: bool = False,
    threads: int | None = None,
    card: ModelCard | None = None,
    command: str = "",
    on_event: OnEvent | None = None,
    cancel: CancelToken | None = None,
) -> FineTuned:
    """Train on images and masks, keep the epoch that scores best on held-out images, save it.

    Args:
        out: the model file to write; from the first better epoch on it is always whole.
        project: learn from its corrected and approved images …
        images, masks: … or from two folders, see
            :class:`segmenter.training.data.FolderExamples`.
        classes: names of the mask values 0, 1, 2, … of the folders; not given, the starting
            model's or those of ``config``. A project has its own.
        model: where to start from, a name of the zoo, a file or a network (which stays as it is).
            Outputs of classes it knows by name are kept, the others start new.
        config: a new network with a backbone from ImageNet instead.
        recipe: every number.
        half: save float16 weights.
        threads: of the CPU; not given, one core is left for the rest of the computer.
        card: name, origin, license, note of the new model; scores and settings are filled in.
        command: what a person typed, for the card.
        on_event: told what happens, from this thread; see :mod:`segmenter.training.events`.
        cancel: finishes the batch at hand, saves the best so far and returns.

    Raises:
        MaskwrightError: one sentence: nothing to learn from, a mask that does not fit its image,
            no memory, the file can't be written, …
        Cancelled: before there was anything to save.
    """
    tell: OnEvent = on_event if on_event is not None else lambda event: None
    cancel = cancel if cancel is not None else CancelToken()
    began = time.monotonic()
    device = choose_device(device)
    threads = threads if threads is not None else max(1, torch.get_num_threads() - 1)
    start = None
    if config is None:
        start = model if isinstance(model, DeepLabV3) else load_model(_named(model), cancel=cancel)
    known = start.config if start is not None else config
    assert known is not None
    examples = examples_from(images, masks, project, classes or known.classes)
    check_writable(Path(out))
    with _torch_settings(recipe.seed, threads):
        network = _network(start, config, examples, cancel)
        recipe = recipe.fitted(network.config.input_size)
        parts = split(
            examples.names, fraction=recipe.validation_fraction, count=recipe.validation_count
        )
        tell(_start_event(examples, parts, recipe, device, threads))
        if len(examples.names) == 1:
            tell(events.Note("There is one image only: the scores are of what it learned from."))
        cache = read_everything(examples, parts, network.config, recipe, tell, cancel=cancel)
        batches = Batches(
            cache,
            cache.labelled,
            recipe,
            input_size=network.config.input_size,
            background=background_of(examples.classes),
        )
        first_scores = _first_scores(
            start,
            network,
            examples,
            parts,
            recipe=recipe,
            device=device,
            threads=threads,
            tell=tell,
            cancel=cancel,
        )
        writer = ModelWriter(Path(out), card_of(card, recipe, parts, command, start), half, tell)
        ending = train(
            network.to(device).to(memory_format=torch.channels_last),
            batches,
            examples,
            parts.validation,
            recipe,
            device=device,
            threads=threads,
            class_weights=class_weights_of(cache, examples.classes, recipe),
            first_scores=first_scores,
            save=writer.save,
            on_event=tell,
            cancel=cancel,
        )
    tell(_last_event(ending, Path(out), time.monotonic() - began))
    best = ending.best
    return FineTuned(
        Path(out), best.scores, ending.epochs, best.epoch, ending.stopped, ending.reason
    )


def _named(model: str | Path | None) -> str | Path:
    if model is None:
        raise MaskwrightError("Name a model to start from, or describe a new network.")
    return model


def check_writable(out: Path) -> None:
    """Before an hour of training, not after it."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MaskwrightError(
            f"The folder {out.parent} can't be made: {error.strerror or error}."
        ) from error
    if out.is_dir():
        raise MaskwrightError(
            f"{out} is a folder: name a file such as {out / 'model'}.safetensors."
        )
    if not os.access(out.parent, os.W_OK):
        raise MaskwrightError(f"The folder {out.parent} can't be written to: choose another.")


@contextmanager
def _torch_settings(seed: int, threads: int) -> Iterator[None]:
    """Seeded and with so many threads inside; as they were outside."""
    before = torch.get_num_threads()
    cuda_devices = range(torch.cuda.device_count())
    with torch.random.fork_rng(devices=list(cuda_devices)):
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _network(
    start: DeepLabV3 | None,
    config: ModelConfig | None,
    examples: Examples,
    cancel: CancelToken,
) -> DeepLabV3:
    if start is not None:
        return with_classes(start, examples.classes, examples.former_names)
    assert config is not None
    return network_from_imagenet(config.replace(classes=examples.classes), cancel=cancel)


def _start_event(
    examples: Examples, parts: Split, recipe: Recipe, device: str, threads: int
) -> events.Start:
    return events.Start(
        classes=examples.classes,
        training_images=len(parts.training),
        validation_images=len(parts.validation),
        epochs=recipe.epochs,
        batches=batches_per_epoch(len(parts.training), recipe),
        device=device,
        threads=threads,
        seed=recipe.seed,
        recipe=recipe.to_dict(),
        validation=parts.validation,
    )


def _first_scores(
    start: DeepLabV3 | None,
    network: DeepLabV3,
    examples: Examples,
    parts: Split,
    *,
    recipe: Recipe,
    device: str,
    threads: int,
    tell: OnEvent,
    cancel: CancelToken,
) -> Scores | None:
    """What the model that it starts from scores: an epoch has to be better than that. None for a
    new network."""
    if start is None:
        return None
    predictor = Predictor(network, device, tile="off", threads=threads)
    scores = score_predictor(predictor, examples, parts.validation, cancel=cancel)
    tell(
        events.Epoch(
            epoch=0,
            epochs=recipe.epochs,
            loss=None,
            mean_iou=scores.mean_iou,
            iou=scores.iou,
            pixel_accuracy=scores.pixel_accuracy,
            boundary_f=scores.boundary_f,
            rate=0.0,
            images_per_s=0.0,
            eta_s=0.0,
            is_best=True,
        )
    )
    return scores


def _last_event(ending: Ending, out: Path, seconds: float) -> events.Done:
    kind = events.Stopped if ending.stopped else events.Done
    best = ending.best
    return kind(
        path=str(out),
        epochs=ending.epochs,
        best_epoch=best.epoch,
        mean_iou=best.mean_iou,
        seconds=round(seconds, 3),
        reason=ending.reason,
        scores=best.scores.to_dict() if best.scores is not None else {},
    )
