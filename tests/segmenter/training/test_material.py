"""What is missing is said before anything is learnt."""

from __future__ import annotations

from collections import Counter

import pytest

from segmenter.project.classes import LabelClass
from segmenter.project.split import split
from segmenter.project.state import Side, State
from segmenter.training.labelled_images import LabelledImage, LabelledImages
from segmenter.training.material import Material, material, split_by
from segmenter.training.quick_recipe import QUICK
from segmenter.training.recipes import STANDARD

CLASSES = tuple(LabelClass(i, name, (0, 0, 0)) for i, name in enumerate(("ground", "cat", "dog")))
NAMES = tuple(f"{i:02}.png" for i in range(20))
BOTH = split(NAMES, fraction=0.2)
RECIPE = STANDARD.replace(validation_fraction=0.2)


def image(
    name: str, *classes: int, side: Side | None = None, unlabelled: int = 0, problem: str = ""
) -> LabelledImage:
    """100 pixels of each of the classes."""
    pixels = Counter(dict.fromkeys(classes, 100))
    return LabelledImage(
        name, State.CORRECTED, side, pixels, unlabelled, (0, 0) if problem else (10, 10), problem
    )


def made(*images: LabelledImage, classes: tuple[LabelClass, ...] = CLASSES) -> Material:
    return material(LabelledImages(classes, images), RECIPE)


def test_nothing_is_wrong_where_every_class_is_on_both_sides() -> None:
    found = made(*(image(name, 0, 1, 2) for name in NAMES))
    assert tuple(each.name for each in found.training) == BOTH.training
    assert tuple(each.name for each in found.held_out) == BOTH.validation
    assert found.warnings == ()
    assert found.obstacle == ""
    cat = found.classes[1]
    assert (cat.training_images, cat.training_pixels) == (
        len(BOTH.training),
        100 * len(BOTH.training),
    )
    assert cat.held_out_images == len(BOTH.validation)


def test_a_class_that_no_image_has() -> None:
    found = made(*(image(name, 0, 1) for name in NAMES))
    assert found.warnings == ("“dog” can't be learnt: no labelled image has a pixel of it.",)


def test_a_class_that_only_held_out_images_have() -> None:
    found = made(*(image(n, 0, 1, *([2] if n in BOTH.validation else [])) for n in NAMES))
    assert len(found.warnings) == 1
    assert "“dog” can't be learnt: only held-out images have it" in found.warnings[0]


def test_a_class_that_no_held_out_image_has() -> None:
    found = made(*(image(n, 0, 1, *([2] if n in BOTH.training else [])) for n in NAMES))
    assert found.warnings == ("“dog” can't be scored: no held-out image has a pixel of it.",)


def test_several_classes_are_named_in_one_sentence() -> None:
    classes = tuple(LabelClass(i, f"c{i}", (0, 0, 0)) for i in range(7))
    found = made(*(image(name, 0, 1) for name in NAMES), classes=classes)
    assert found.warnings == (
        "“c2”, “c3”, “c4” and 2 more can't be learnt: no labelled image has a pixel of them.",
    )


def test_a_single_image() -> None:
    found = made(image("one.png", 0, 1, 2))
    assert found.training == found.held_out
    assert found.warnings[0].startswith("There is one image only")


def test_a_single_held_out_image() -> None:
    found = made(image("a.png", 0, 1, 2, side=Side.VALIDATION), image("b.png", 0, 1, 2))
    assert found.warnings[0].startswith("One image alone is held out")


def test_mostly_unlabelled() -> None:
    found = made(*(image(name, 0, 1, 2, unlabelled=2700) for name in NAMES))
    assert found.unlabelled_share == pytest.approx(0.9)
    assert found.warnings[0].startswith("90% of the pixels to learn from are unlabelled")


def test_one_class_alone_is_not_enough() -> None:
    found = made(*(image(name, 1) for name in NAMES), classes=CLASSES[:2])
    assert "All that is labelled is “cat”" in found.warnings[0]


def test_masks_that_cannot_be_read() -> None:
    broken = [image(f"x{i}.png", problem=f"Mask {i} is damaged.") for i in range(5)]
    found = made(*(image(name, 0, 1, 2) for name in NAMES), *broken)
    assert found.warnings == (
        *(f"Mask {i} is damaged." for i in range(3)),
        "2 more images can't be learnt from.",
    )


def test_images_without_a_label_are_no_images_to_learn_from() -> None:
    found = made(*(image(name, 0, 1, 2) for name in NAMES), image("empty.png", unlabelled=100))
    assert "empty.png" not in [each.name for each in found.training]


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ((), "No image is corrected or approved yet"),
        ((image("a.png"),), "Nothing is labelled"),
        (
            tuple(image(name, 0, side=Side.VALIDATION) for name in NAMES),
            "All 20 labelled images are pinned to validation",
        ),
    ],
)
def test_obstacles_are_told_alone(images: tuple[LabelledImage, ...], words: str) -> None:
    found = made(*images)
    assert found.obstacle.startswith(words)
    assert found.warnings == ()


def test_no_class_at_all() -> None:
    assert made(image("a.png"), classes=()).obstacle.startswith("There is no class")


def test_learning_at_once_uses_every_image_but_those_pinned_to_validation() -> None:
    assert split_by(QUICK, NAMES).validation == ()
    assert split_by(QUICK, NAMES, {"03.png": Side.VALIDATION}).validation == ("03.png",)
    assert len(split_by(QUICK.replace(validation_count=4), NAMES).validation) == 4
    assert split_by(STANDARD.replace(validation_fraction=0), NAMES).validation
