"""``quick`` for the command line: learn at once, and leave a model file behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import rewrite_card, save_model
from segmenter.nn.zoo import network_from_imagenet
from segmenter.paths import cache_folder
from segmenter.prediction.device import choose_device
from segmenter.training import events
from segmenter.training.evaluate import examples_from
from segmenter.training.events import OnEvent
from segmenter.training.feature_store import FeatureStore
from segmenter.training.fine_tuned import FineTuned
from segmenter.training.preparation import start_model
from segmenter.training.quick import learn_quick
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.run_settings import RunSettings
from segmenter.training.scores import Scores
from segmenter.training.validation import Validation
from segmenter.training.writable import check_still_here, check_writable


def learn_quick_to_file(settings: RunSettings, tell: OnEvent, cancel: CancelToken) -> FineTuned:
    """:func:`segmenter.training.quick.learn_quick` by settings with a :class:`QuickRecipe`, with
    the result in a file.

    All images are learnt from, also where reading them takes long, unless the recipe or a person
    holds some out: those are scored when the file is there, and then its card is written again.
    Features are kept in the user's cache for the next time.

    Raises :class:`MaskwrightError` and Cancelled.
    """
    out, recipe = settings.out, settings.recipe
    device, threads = settings.device, settings.threads
    assert isinstance(recipe, QuickRecipe)
    network = _start(settings, cancel)
    examples = examples_from(
        settings.images,
        settings.masks,
        settings.project,
        settings.classes or network.config.classes,
    )
    check_writable(out)
    parts = settings.split(examples.names, examples.pinned)
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
        reads_all=True,
    )
    given = settings.card
    card = replace(
        learnt.card,
        name=given.name,
        origin=given.origin or learnt.card.origin,
        license=given.license,
        scores={},
        training={
            "command": settings.command,
            "validation": list(parts.validation),
            **learnt.card.training,
            **given.training,
        },
        note=given.note,
    )
    check_still_here(out.parent)
    save_model(learnt, out, card, half=settings.half)
    tell(events.Saved(str(out), 1, None))
    scores = None
    if parts.validation:
        validation = Validation(
            examples,
            parts.validation,
            device=choose_device(device),
            threads=threads or max(1, torch.get_num_threads() - 1),
            previews=None,
            tell=tell,
            cancel=cancel,
        )
        scores = _scored(validation, learnt, out, card, tell)
    mean_iou = scores.mean_iou if scores is not None else None
    ending = last[-1]
    tell(
        replace(
            ending,
            path=str(out),
            mean_iou=mean_iou,
            scores=scores.to_dict() if scores is not None else {},
        )
    )
    return FineTuned(out, scores, 1, 1, isinstance(ending, events.Stopped), ending.reason)


def _scored(
    validation: Validation, learnt: DeepLabV3, out: Path, card: ModelCard, tell: OnEvent
) -> Scores | None:
    """On the held-out images that can be read, and in the card of the file; None where there is
    none of them, or somebody stopped it. Nothing that fails here takes back what was learnt."""
    try:
        scores = validation.score(learnt, 1)
        if not scores.images:
            return None
        rewrite_card(out, replace(card, scores=scores.to_dict()))
    except Cancelled:
        return None
    except MaskwrightError as error:
        tell(events.Note(f"The model is saved, but without its scores: {error}"))
        return None
    tell(events.Saved(str(out), 1, scores.mean_iou))
    return scores


def _start(settings: RunSettings, cancel: CancelToken) -> DeepLabV3:
    if settings.config is not None:
        return network_from_imagenet(settings.config, cancel=cancel)
    return start_model(settings.model, cancel)
