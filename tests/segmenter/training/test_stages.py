import pytest

from segmenter.training.recipes import PAPER, STANDARD, Recipe
from segmenter.training.stages import rate_at, stage_at, stages


def test_poly_is_the_papers_at_the_start_half_way_and_at_the_end_of_either_stage() -> None:
    first, second = stages(PAPER)
    for stage, base in ((first, 0.007), (second, 0.001)):
        rates = [rate_at(step, 30_000, stage.recipe) for step in (0, 15_000, 29_999)]
        assert rates == pytest.approx([base, base * 0.5**0.9, base * (1 / 30_000) ** 0.9])


def test_the_papers_stages() -> None:
    first, second = stages(PAPER)
    assert (first.epochs_before, first.last_epoch, first.is_last) == (0, 46, False)
    assert (second.epochs_before, second.last_epoch, second.is_last) == (46, 92, True)
    assert (first.recipe.output_stride, second.recipe.output_stride) == (16, 8)
    assert (first.recipe.freeze_normalisation, second.recipe.freeze_normalisation) == (False, True)
    assert second.recipe.replace(
        epochs=46, rate=0.007, output_stride=16, freeze_normalisation=False
    ) == PAPER.replace(second_epochs=0)


def test_epochs_are_counted_through_both_stages() -> None:
    recipe = Recipe(epochs=2, second_epochs=3)
    assert recipe.all_epochs == 5
    seconds = [stage_at(epoch, recipe).is_last for epoch in range(1, 6)]
    assert seconds == [False, False, True, True, True]


def test_without_second_epochs_there_is_one_stage() -> None:
    (only,) = stages(STANDARD)
    assert only.recipe == STANDARD
    assert only.is_last
    assert stage_at(STANDARD.epochs, STANDARD) == only


def test_cosine_ends_at_nothing_and_constant_stays() -> None:
    cosine = STANDARD.replace(rate=1.0, warmup_steps=0, schedule="cosine")
    assert rate_at(0, 100, cosine) == 1
    assert rate_at(50, 100, cosine) == pytest.approx(0.5)
    assert rate_at(99, 100, cosine) < 0.001
    assert rate_at(99, 100, cosine.replace(schedule="constant")) == 1


def test_the_rate_rises_first() -> None:
    recipe = STANDARD.replace(warmup_steps=10, schedule="constant", rate=1.0)
    rates = [rate_at(step, 100, recipe) for step in range(12)]
    assert rates[0] == pytest.approx(1 / 11)
    assert rates == sorted(rates)
    assert rates[10] == 1
