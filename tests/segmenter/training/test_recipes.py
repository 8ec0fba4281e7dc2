import dataclasses

import pytest

from segmenter.errors import MaskwrightError
from segmenter.training.any_recipe import AnyRecipe
from segmenter.training.quick_recipe import QUICK
from segmenter.training.recipes import PAPER, RECIPES, STANDARD, Recipe, find_recipe


def test_standard_trains_the_backbone_at_a_tenth_of_the_heads_rate() -> None:
    assert find_recipe("standard") is STANDARD
    assert STANDARD.backbone_factor == 0.1


def test_numbers_are_changed_as_a_person_types_them() -> None:
    recipe = STANDARD.with_text("epochs=5", "flip = 0", "mixed-precision=no", "schedule=cosine")
    assert (recipe.epochs, recipe.flip, recipe.mixed_precision, recipe.schedule) == (
        5,
        0.0,
        False,
        "cosine",
    )
    assert STANDARD.epochs != 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("epochs", "NAME=VALUE"),
        ("epocs=3", "no 'epocs'"),
        ("epochs=many", "'many'"),
        ("epochs=0", "from 1"),
        ("flip=2", "from 0 to 1"),
        ("rate=nan", "finite"),
        ("crop=20", "must be 0 or at least 33"),
        ("rate=0", "rate of a recipe must be above 0"),
        ("batch_size=1", "from 2"),
        ("schedule=linear", "poly, cosine"),
        ("optimiser=adam", "adamw, sgd"),
        ("output_stride=4", "8, 16, 32"),
        ("second_output_stride=12", "8, 16, 32"),
        ("scale_low=3", "scale_high"),
        ("mixed_precision=maybe", "'maybe'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(MaskwrightError, match=told):
        STANDARD.with_text(text)


def test_the_papers_numbers() -> None:
    recipe = find_recipe("paper")
    assert recipe is PAPER
    assert (PAPER.optimiser, PAPER.momentum, PAPER.rate, PAPER.batch_size) == ("sgd", 0.9, 7e-3, 16)
    assert (PAPER.schedule, PAPER.poly_power, PAPER.warmup_steps) == ("poly", 0.9, 0)
    assert (PAPER.crop, PAPER.scale_low, PAPER.scale_high, PAPER.flip) == (513, 0.5, 2.0, 0.5)
    assert (PAPER.brightness, PAPER.contrast, PAPER.saturation, PAPER.hue) == (0, 0, 0, 0)
    assert (PAPER.output_stride, PAPER.statistics_decay) == (16, 0.9997)
    assert not PAPER.freeze_backbone_statistics
    assert not PAPER.freeze_normalisation
    assert (PAPER.second_rate, PAPER.second_output_stride) == (1e-3, 8)
    assert PAPER.second_freeze_normalisation


def test_the_papers_epochs_are_its_iterations_on_its_images() -> None:
    for epochs in (PAPER.epochs, PAPER.second_epochs):
        assert epochs * 10_582 / PAPER.batch_size == pytest.approx(30_000, rel=0.02)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_each_number_is_told_in_one_short_line(recipe: AnyRecipe) -> None:
    names = {field.name for field in dataclasses.fields(recipe)} - {"name"}
    assert set(recipe.lines) == names
    for line in recipe.lines.values():
        assert 10 < len(line) < 90
        assert "\n" not in line


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_each_number_has_limits_or_choices(recipe: AnyRecipe) -> None:
    for field in dataclasses.fields(recipe):
        value = getattr(recipe, field.name)
        if isinstance(value, str) and field.name != "name":
            assert value in recipe.choices[field.name]
        elif not isinstance(value, bool | str):
            low, high = recipe.limits[field.name]
            assert low <= value <= high


def test_the_limits_of_what_recipes_share_hold_in_each() -> None:
    assert QUICK.limits["hue"] == STANDARD.limits["hue"] == (0, 0.5)
    assert "points" not in STANDARD.limits


def test_unknown_recipes_name_the_choices() -> None:
    with pytest.raises(MaskwrightError, match="standard"):
        find_recipe("slow")


def test_a_recipe_survives_its_own_dictionary() -> None:
    recipe = STANDARD.replace(epochs=7, flip=0.25)
    assert Recipe(**recipe.to_dict()) == recipe


def test_crops_are_as_large_as_the_images_the_model_works_on() -> None:
    assert STANDARD.fitted(384).crop == 384
    assert STANDARD.replace(crop=97).fitted(384).crop == 97
