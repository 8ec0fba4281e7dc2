"""Where a run begins, or goes on: all that is known before the images are read."""

from __future__ import annotations

from dataclasses import dataclass

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import network_from_imagenet
from segmenter.project.split import Split
from segmenter.training.checkpoint import Facts
from segmenter.training.data import Examples, ProjectExamples
from segmenter.training.evaluate import examples_from
from segmenter.training.held_out import flattered_start
from segmenter.training.model_writer import card_of
from segmenter.training.preparation import start_model
from segmenter.training.recipes import Recipe
from segmenter.training.run_settings import RunSettings, recipe_from_dict
from segmenter.training.transfer import with_classes


@dataclass(frozen=True)
class Outset:
    """Where a run begins or goes on: everything that is known before the images are read."""

    network: DeepLabV3
    examples: Examples
    parts: Split
    recipe: Recipe
    card: ModelCard
    """Of the model to be."""
    has_to_improve: bool
    """It starts from a model that segments already, and has to become better than that: unless that
    one has learnt from the images that are held out now."""
    facts: Facts
    """For the run's checkpoints."""
    notes: tuple[str, ...] = ()
    """Sentences for a person."""


def begun(settings: RunSettings, run: str, cancel: CancelToken) -> Outset:
    """From a model, or a new network.

    Args:
        settings: with a :class:`Recipe`.
        run: the name of the run's folder, for the model's card; may be empty.

    Raises:
        MaskwrightError: there is nothing to learn from, or no such model.
        Cancelled: while it was downloaded.
    """
    start, config = None, settings.config
    if config is None:
        start = start_model(settings.model, cancel)
        config = start.config
    examples = examples_from(
        settings.images, settings.masks, settings.project, settings.classes or config.classes
    )
    if start is not None:
        network = with_classes(start, examples.classes, examples.former_names)
    else:
        network = network_from_imagenet(config.replace(classes=examples.classes), cancel=cancel)
    assert isinstance(settings.recipe, Recipe)
    recipe = settings.recipe.fitted(config.input_size)
    parts = settings.split(examples.names, examples.pinned)
    flattered = ""
    if start is not None:
        flattered = flattered_start(start.card, parts.validation, examples.images_of)
    notes = (flattered,) if flattered else ()
    if len(examples.names) == 1:
        notes = ("There is one image only: the scores are of what it learned from.",)
    card = card_of(
        settings.card,
        recipe,
        parts,
        command=settings.command,
        start=start,
        run=run,
        images_of=examples.images_of,
    )
    facts = Facts(
        config=network.config.to_dict(),
        recipe=recipe.to_dict(),
        classes=examples.classes,
        class_ids=examples.class_ids,
        training=parts.training,
        validation=parts.validation,
        card=card.to_dict(),
    )
    has_to_improve = start is not None and not flattered
    return Outset(network, examples, parts, recipe, card, has_to_improve, facts, notes)


def taken_up(settings: RunSettings, facts: Facts) -> Outset:
    """With the images, sides and classes of the beginning, as far as they are still there.

    Raises :class:`MaskwrightError` where none of the images to learn from is.
    """
    classes = dict(zip(facts.class_ids, facts.classes, strict=True))
    examples = (
        ProjectExamples(settings.project, classes)
        if settings.project is not None
        else examples_from(settings.images, settings.masks, None, facts.classes)
    )
    there = set(examples.names)
    parts = Split(
        *(tuple(n for n in side if n in there) for side in (facts.training, facts.validation))
    )
    gone = sorted({*facts.training, *facts.validation} - there)
    if not parts.training:
        raise MaskwrightError(
            "None of the images that this run learns from has a mask any more, for example "
            f"{gone[0]}: start a new run."
        )
    recipe = recipe_from_dict(facts.recipe)
    assert isinstance(recipe, Recipe)
    return Outset(
        DeepLabV3(ModelConfig.from_dict(facts.config)),
        examples,
        parts,
        recipe,
        ModelCard.from_dict(facts.card),
        has_to_improve=False,
        facts=facts,
        notes=(f"{_gone_words(gone)} not there any more, and passed over.",) if gone else (),
    )


def _gone_words(names: list[str]) -> str:
    """Such as ``a.jpg is`` or ``a.jpg and 3 more images are``."""
    if len(names) == 1:
        return f"{names[0]} is"
    more = len(names) - 1
    return f"{names[0]} and {more} more image{'s' if more > 1 else ''} are"
