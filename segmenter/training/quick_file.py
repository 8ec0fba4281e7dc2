"""``quick`` for the command line: learn at once, and leave a model file behind."""

from __future__ import annotations

from dataclasses import replace

from segmenter.cancel import CancelToken
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import save_model
from segmenter.nn.zoo import network_from_imagenet
from segmenter.paths import cache_folder
from segmenter.prediction.predictor import Predictor
from segmenter.training import events
from segmenter.training.evaluate import examples_from, score_predictor
from segmenter.training.events import OnEvent
from segmenter.training.feature_store import FeatureStore
from segmenter.training.fine_tuned import FineTuned
from segmenter.training.preparation import check_writable, start_model
from segmenter.training.quick import learn_quick
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.run_settings import RunSettings


def learn_quick_to_file(settings: RunSettings, tell: OnEvent, cancel: CancelToken) -> FineTuned:
    """:func:`segmenter.training.quick.learn_quick` by settings with a :class:`QuickRecipe`, with
    the result in a file.

    All images are learnt from, unless the recipe or a person holds some out: those are scored
    afterwards.
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
    )
    scores = None
    ending = last[-1]
    if parts.validation and not cancel.is_cancelled:
        predictor = Predictor(learnt, device, tile="off", threads=threads)
        scores = score_predictor(predictor, examples, parts.validation)
    mean_iou = scores.mean_iou if scores is not None else None
    given = settings.card
    save_model(
        learnt,
        out,
        replace(
            learnt.card,
            name=given.name,
            origin=given.origin or learnt.card.origin,
            license=given.license,
            scores=scores.to_dict() if scores is not None else {},
            training={
                "command": settings.command,
                "validation": list(parts.validation),
                **learnt.card.training,
                **given.training,
            },
            note=given.note,
        ),
        half=settings.half,
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


def _start(settings: RunSettings, cancel: CancelToken) -> DeepLabV3:
    if settings.config is not None:
        return network_from_imagenet(settings.config, cancel=cancel)
    return start_model(settings.model, cancel)
