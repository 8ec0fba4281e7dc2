import pytest

from segmenter.errors import MaskwrightError
from segmenter.training.recipes import STANDARD, Recipe, find_recipe


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
        ("crop=20", "0 or from 33"),
        ("batch_size=1", "from 2"),
        ("schedule=linear", "poly, cosine"),
        ("scale_low=3", "scale_high"),
        ("mixed_precision=maybe", "'maybe'"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(text: str, told: str) -> None:
    with pytest.raises(MaskwrightError, match=told):
        STANDARD.with_text(text)


def test_unknown_recipes_name_the_choices() -> None:
    with pytest.raises(MaskwrightError, match="standard"):
        find_recipe("slow")


def test_a_recipe_survives_its_own_dictionary() -> None:
    recipe = STANDARD.replace(epochs=7, flip=0.25)
    assert Recipe(**recipe.to_dict()) == recipe


def test_crops_are_as_large_as_the_images_the_model_works_on() -> None:
    assert STANDARD.fitted(384).crop == 384
    assert STANDARD.replace(crop=97).fitted(384).crop == 97
