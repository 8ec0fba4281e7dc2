"""``quick`` for the command line: learn at once, and leave a model file behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import save_model
from segmenter.nn.zoo import load_model, network_from_imagenet
from segmenter.paths import cache_folder
from segmenter.prediction.predictor import Predictor
from segmenter.project.project import Project
from segmenter.training import events
from segmenter.training.evaluate import examples_from, score_predictor
from segmenter.training.events import OnEvent
from segmenter.training.feature_store import FeatureStore
from segmenter.training.fine_tune import FineTuned, check_writable
from segmenter.training.lesson import split_by
from segmenter.training.quick import learn_quick
from segmenter.training.quick_recipe import QUICK, QuickRecipe


def learn_quick_to_file(
    out: str | Path,
    *,
    project: Project | None = None,
    images: str | Path | None = None,
    masks: str | Path | None = None,
    classes: Sequence[str] | None = None,
    model: str | Path | DeepLabV3 | None = "starter",
    config: ModelConfig | None = None,
    recipe: QuickRecipe = QUICK,
    device: str = "auto",
    half: bool = False,
    threads: int | None = None,
    card: ModelCard | None = None,
    command: str = "",
    on_event: OnEvent | None = None,
    cancel: CancelToken | None = None,
) -> FineTuned:
    """:func:`segmenter.training.quick.learn_quick`, called as
    :func:`segmenter.training.fine_tune.fine_tune` is, with the same arguments.

    All images are learnt from, unless the recipe or a person holds some out: those are scored
    afterwards.
    Features are kept in the user's cache for the next time.
    """
    tell: OnEvent = on_event if on_event is not None else lambda event: None
    cancel = cancel if cancel is not None else CancelToken()
    out = Path(out)
    network = _start(model, config, cancel)
    examples = examples_from(images, masks, project, classes or network.config.classes)
    check_writable(out)
    parts = split_by(recipe, examples.names, examples.pinned)
    last: list[events.Done] = []

    def pass_on(event: events.Event) -> None:
        if isinstance(event, events.Done):
            last.append(event)  # told when the file is there
        elif isinstance(event, events.Start):
            held_out = parts.validation
            tell(replace(event, validation=held_out, validation_images=len(held_out)))
        else:
            tell(event)

    learnt = learn_quick(
        network,
        examples,
        names=parts.training,
        recipe=recipe,
        device=device,
        threads=threads,
        store=FeatureStore(
            recipe.memory_megabytes * 1_000_000,
            cache_folder() / "features",
            recipe.disk_megabytes * 1_000_000,
        ),
        on_event=pass_on,
        cancel=cancel,
    )
    scores = None
    ending = last[-1]
    if parts.validation and not cancel.is_cancelled:
        predictor = Predictor(learnt, device, tile="off", threads=threads)
        scores = score_predictor(predictor, examples, parts.validation)
    mean_iou = scores.mean_iou if scores is not None else None
    given = card if card is not None else ModelCard()
    save_model(
        learnt,
        out,
        replace(
            learnt.card,
            name=given.name,
            origin=given.origin or learnt.card.origin,
            license=given.license,
            scores=scores.to_dict() if scores is not None else {},
            training={"command": command, **learnt.card.training, **given.training},
            note=given.note,
        ),
        half=half,
    )
    tell(events.Saved(str(out), 1, mean_iou))
    tell(
        replace(
            ending,
            path=str(out),
            mean_iou=mean_iou,
            scores=scores.to_dict() if scores is not None else {},
        )
    )
    return FineTuned(out, scores, 1, 1, isinstance(ending, events.Stopped), ending.reason)


def _start(
    model: str | Path | DeepLabV3 | None, config: ModelConfig | None, cancel: CancelToken
) -> DeepLabV3:
    if config is not None:
        return network_from_imagenet(config, cancel=cancel)
    if isinstance(model, DeepLabV3):
        return model
    if model is None:
        raise MaskwrightError("Name a model to start from, or describe a new network.")
    return load_model(model, cancel=cancel)
