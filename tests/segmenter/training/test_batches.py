import pytest
import torch

from segmenter.errors import MaskwrightError
from segmenter.training.batches import Batch, Batches, batches_per_epoch
from segmenter.training.cache import ExampleCache
from segmenter.training.data import FolderExamples
from segmenter.training.recipes import Recipe
from segmenter.training.team import Team


@pytest.fixture
def cache(task) -> ExampleCache:  # type: ignore[no-untyped-def]
    examples = FolderExamples(task.images, task.masks, ("background", "petal"))
    cache = ExampleCache(examples, short_side=192, max_bytes=10**9)
    cache.prepare(examples.names, (), lambda done, total: None)
    return cache


def same(one: list[Batch], two: list[Batch]) -> bool:
    return len(one) == len(two) and all(
        torch.equal(a[0], b[0]) and torch.equal(a[1], b[1]) for a, b in zip(one, two, strict=True)
    )


def test_batches_are_full_and_laid_out_channels_last(cache: ExampleCache, quick: Recipe) -> None:
    batches = Batches(cache, cache.labelled[:5], quick, input_size=96)
    epoch = list(batches.epoch(1))
    assert len(epoch) == batches.steps == batches_per_epoch(5, quick) == 6
    for images, labels in epoch:
        assert images.shape == (4, 3, 97, 97)
        assert images.is_contiguous(memory_format=torch.channels_last)
        assert images.dtype == labels.dtype == torch.uint8
        assert labels.shape == (4, 97, 97)


def test_an_epoch_depends_on_its_number_and_the_seed_alone(
    cache: ExampleCache, quick: Recipe
) -> None:
    one = Batches(cache, cache.labelled, quick, input_size=96)
    first = list(one.epoch(1))
    third = list(one.epoch(3))
    other = Batches(cache, cache.labelled, quick, input_size=96)
    assert same(third, list(other.epoch(3)))
    assert not same(first, third)
    seeded = Batches(cache, cache.labelled, quick.replace(seed=1), input_size=96)
    assert not same(first, list(seeded.epoch(1)))


@pytest.mark.parametrize("first_step", [1, 5, 6])
def test_an_epoch_is_taken_up_in_the_middle(
    cache: ExampleCache, quick: Recipe, first_step: int
) -> None:
    batches = Batches(cache, cache.labelled, quick, input_size=96)
    whole = list(batches.epoch(2))
    assert same(list(batches.epoch(2, first_step=first_step)), whole[first_step:])


def test_an_epoch_can_be_taken_up_at_any_step(cache: ExampleCache, quick: Recipe) -> None:
    batches = Batches(cache, cache.labelled, quick, input_size=96)
    whole = list(batches.epoch(2))
    for step in (1, len(whole) - 1, len(whole)):
        assert same(list(batches.epoch(2, first_step=step)), whole[step:])


def test_every_image_is_seen_in_every_epoch(cache: ExampleCache, quick: Recipe) -> None:
    batches = Batches(cache, cache.labelled, quick, input_size=96)
    assert set(batches._order(1)) == set(batches._order(2)) == set(cache.labelled)


def test_images_with_a_rare_class_come_more_often(cache: ExampleCache, quick: Recipe) -> None:
    # No image of the task lacks a class; here all but two lack the petal.
    names = cache.labelled
    rare = set(names[:2])
    cache.classes_of = {name: (0, 1) if name in rare else (0,) for name in names}

    def epoch(number: int, rare_below: float) -> list[str]:
        recipe = quick.replace(rare_below=rare_below, steps_per_epoch=1)
        return Batches(cache, names, recipe, input_size=96)._order(number)

    assert len(names) == 12
    assert len(epoch(1, 0.0)) == 12
    order = epoch(1, 1.0)  # factor √6 = 2.45 for two of them: 14.9 draws, in full batches
    assert len(order) == 16
    assert sum(name in rare for name in order) in (4, 5, 6)
    assert set(order) == set(names)
    assert order == epoch(1, 1.0)
    assert order != epoch(2, 1.0)


def test_any_number_of_threads_makes_the_same_batches(cache: ExampleCache, quick: Recipe) -> None:
    one, four = (
        list(Batches(cache, cache.labelled, quick, input_size=96, threads=threads).epoch(2))
        for threads in (1, 4)
    )
    assert same(one, four)


def test_a_team_shares_each_batch(cache: ExampleCache, quick: Recipe) -> None:
    recipe = quick.replace(batch_size=6)
    whole = Batches(cache, cache.labelled, recipe, input_size=96)
    shares = [
        Batches(cache, cache.labelled, recipe, input_size=96, team=Team(rank, 2)) for rank in (0, 1)
    ]
    together = [
        (torch.cat([one[0], two[0]]), torch.cat([one[1], two[1]]))
        for one, two in zip(shares[0].epoch(1), shares[1].epoch(1), strict=True)
    ]
    assert same(together, list(whole.epoch(1)))


@pytest.mark.parametrize(("batch_size", "size", "told"), [(5, 2, 6), (3, 2, 4), (4, 5, 10)])
def test_shares_are_alike_and_of_two_crops_at_least(
    cache: ExampleCache, quick: Recipe, batch_size: int, size: int, told: int
) -> None:
    recipe = quick.replace(batch_size=batch_size)
    with pytest.raises(MaskwrightError, match=f"--batch-size {told}"):
        Batches(cache, cache.labelled, recipe, input_size=96, team=Team(1, size))


def test_copy_paste_adds_things(cache: ExampleCache, quick: Recipe) -> None:
    def share(copy_paste: float, background: int | None) -> float:
        recipe = quick.replace(copy_paste=copy_paste)
        batches = Batches(cache, cache.labelled, recipe, input_size=96, background=background)
        return sum(float((labels == 1).float().mean()) for _, labels in batches.epoch(1))

    assert share(1.0, 0) > 1.2 * share(0.0, 0)
    assert share(1.0, None) == share(0.0, 0)


def test_leaving_an_epoch_early_leaves_no_thread(cache: ExampleCache, quick: Recipe) -> None:
    import threading

    before = threading.active_count()
    coming = Batches(cache, cache.labelled, quick, input_size=96).epoch(1)
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
