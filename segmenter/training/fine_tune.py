"""Fine-tune a model on corrected masks, or train a new one: the whole run."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import torch

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import save_model
from segmenter.nn.zoo import load_model, network_from_imagenet
from segmenter.prediction.device import choose_device
from segmenter.prediction.predictor import Predictor
from segmenter.project.classes import BACKGROUND
from segmenter.project.project import Project
from segmenter.training import events
from segmenter.training.batches import Batches, batches_per_epoch
from segmenter.training.cache import ExampleCache
from segmenter.training.data import Examples
from segmenter.training.evaluate import examples_from, score_predictor
from segmenter.training.loop import Best, Ending, train
from segmenter.training.loss import balanced_weights
from segmenter.training.recipes import STANDARD, Recipe
from segmenter.training.scores import Scores
from segmenter.training.split import Split, split
from segmenter.training.transfer import with_classes

OnEvent = Callable[[events.Event], None]


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
            model's. A project has its own.
        model: where to start from, a name of the zoo, a file or a network (which stays as it is).
            Outputs of classes it knows by name are kept, the others start new.
        config: a new network with a backbone from ImageNet instead; its classes are replaced.
        recipe: every number.
        half: save float16 weights.
        threads: of the CPU; not given, as PyTorch is set.
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
    threads = threads if threads is not None else torch.get_num_threads()
    start = None
    if config is None:
        start = model if isinstance(model, DeepLabV3) else load_model(_named(model), cancel=cancel)
    known = start.config.classes if start is not None else None
    examples = examples_from(images, masks, project, classes or known)
    _check_writable(Path(out))
    with _torch_settings(recipe.seed, threads):
        network = _network(start, config, examples.classes, cancel)
        parts = split(
            examples.names, fraction=recipe.validation_fraction, count=recipe.validation_count
        )
        tell(_start_event(examples, parts, recipe, device, threads))
        if len(examples.names) == 1:
            tell(events.Note("There is one image only: the scores are of what it learned from."))
        cache = _prepared(examples, parts, network.config, recipe, tell, cancel=cancel)
        batches = Batches(
            cache,
            cache.labelled,
            recipe,
            input_size=network.config.input_size,
            background=_background(examples.classes),
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
        writer = _Writer(Path(out), _card(card, recipe, parts, command, start), half, tell)
        ending = train(
            network.to(device).to(memory_format=torch.channels_last),
            batches,
            examples,
            parts.validation,
            recipe,
            device=device,
            threads=threads,
            class_weights=_class_weights(cache, examples.classes, recipe),
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


def _check_writable(out: Path) -> None:
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
    classes: tuple[str, ...],
    cancel: CancelToken,
) -> DeepLabV3:
    if start is not None:
        return with_classes(start, classes)
    assert config is not None
    return network_from_imagenet(config.replace(classes=classes), cancel=cancel)


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


def _prepared(
    examples: Examples,
    parts: Split,
    config: ModelConfig,
    recipe: Recipe,
    tell: OnEvent,
    *,
    cancel: CancelToken,
) -> ExampleCache:
    """Everything read and checked once. Raises :class:`MaskwrightError`."""
    cache = ExampleCache(
        examples,
        short_side=math.ceil(config.input_size * max(recipe.scale_high, 1.0)),
        max_bytes=recipe.cache_megabytes * 1_000_000,
    )
    cache.prepare(
        parts.training,
        parts.validation,
        lambda done, total: tell(events.Prepare(done, total)),
        cancel,
    )
    if not cache.labelled:
        raise MaskwrightError(
            "Nothing is labelled in the images to learn from: every pixel of their masks is 255."
        )
    left_out = len(set(parts.training)) - len(cache.labelled)
    if left_out:
        tell(events.Note(f"{left_out} images without a labelled pixel are left out."))
    unseen = [name for i, name in enumerate(examples.classes) if not cache.pixels[i]]
    if unseen:
        tell(events.Note(f"Not one pixel to learn from has the class {', '.join(unseen)}."))
    return cache


def _background(classes: tuple[str, ...]) -> int | None:
    folded = [name.casefold() for name in classes]
    return folded.index(BACKGROUND) if BACKGROUND in folded else None


def _class_weights(
    cache: ExampleCache, classes: tuple[str, ...], recipe: Recipe
) -> torch.Tensor | None:
    if recipe.class_weights == "equal":
        return None
    return balanced_weights(torch.from_numpy(cache.pixels[: len(classes)]))


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


def _card(
    card: ModelCard | None,
    recipe: Recipe,
    parts: Split,
    command: str,
    start: DeepLabV3 | None,
) -> ModelCard:
    card = card if card is not None else ModelCard()
    start_name = "ImageNet weights" if start is None else start.card.name or "a model"
    return replace(
        card,
        origin=card.origin or f"Trained from {start_name} on {len(parts.training)} images.",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        training={
            "command": command,
            "started_from": start_name,
            "recipe": recipe.to_dict(),
            "training_images": len(parts.training),
            "validation_images": len(parts.validation),
            "torch": torch.__version__,
            **card.training,
        },
    )


class _Writer:
    """Writes each better network over the one before, whole."""

    def __init__(self, path: Path, card: ModelCard, half: bool, tell: OnEvent) -> None:
        self._path, self._card, self._half, self._tell = path, card, half, tell

    def save(self, best: Best) -> None:
        """Raises :class:`MaskwrightError` where the file can't be written."""
        card = replace(
            self._card,
            scores=best.scores.to_dict() if best.scores is not None else {},
            training={**self._card.training, "epoch": best.epoch},
        )
        save_model(best.network, self._path, card, half=self._half)
        self._tell(events.Saved(str(self._path), best.epoch, best.mean_iou))


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
