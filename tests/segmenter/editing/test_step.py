"""Steps: small once packed, and usable at any moment."""

from __future__ import annotations

from threading import Barrier, Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from segmenter.editing.rect import Rect
from segmenter.editing.step import LARGE, MANY, TILE, Step, step_between

HEIGHT, WIDTH = 300, 420
WHOLE = Rect(0, 0, WIDTH, HEIGHT)

Labels = NDArray[np.uint8]


def patchy(seed: int) -> Labels:
    """Labels in patches of several pixels, as masks have them."""
    small = np.random.default_rng(seed).integers(0, 5, (HEIGHT // 10, WIDTH // 10), np.uint8)
    return np.kron(small, np.ones((10, 10), np.uint8))


def noise(seed: int) -> Labels:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH), np.uint8)


def made(before: Labels, after: Labels, *parts: Rect) -> Step:
    step = step_between(
        "edit", [(part, before[part.slices].copy()) for part in parts or (WHOLE,)], after, WHOLE
    )
    assert step is not None
    return step


def constant(value: int) -> Labels:
    return np.full((HEIGHT, WIDTH), value, np.uint8)


PAIRS = [
    (patchy(1), patchy(2)),
    (noise(1), noise(2)),
    (constant(255), constant(3)),
    (patchy(1), constant(255)),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_step_leads_back_and_forth(before: Labels, after: Labels, packed: bool) -> None:
    step = made(before, after)
    if packed:
        step.pack()
    labels = after.copy()
    step.toggle(labels)
    np.testing.assert_array_equal(labels, before)
    step.toggle(labels)
    np.testing.assert_array_equal(labels, after)


def test_labels_that_are_alike_make_no_step() -> None:
    labels = patchy(1)
    assert step_between("edit", [(WHOLE, labels.copy())], labels, WHOLE) is None
    assert step_between("edit", [], labels, WHOLE) is None


@pytest.mark.parametrize(("before", "after"), [PAIRS[0], PAIRS[2], PAIRS[3]])
def test_packing_makes_a_step_small_and_says_so(before: Labels, after: Labels) -> None:
    step = made(before, after)
    assert not step.is_packed
    assert step.nbytes >= WIDTH * HEIGHT
    step.pack()
    assert step.is_packed
    assert step.nbytes < WIDTH * HEIGHT / 10


def test_what_cannot_be_made_smaller_costs_little_more_than_its_pixels() -> None:
    step = made(*PAIRS[1])
    step.pack()
    assert WIDTH * HEIGHT < step.nbytes < 1.05 * WIDTH * HEIGHT


def test_packing_drops_tiles_that_did_not_change() -> None:
    before, after = constant(1), constant(1)
    after[5, 7] = 2
    step = made(before, after)
    step.pack()
    assert step.nbytes < 500
    labels = after.copy()
    step.toggle(labels)
    np.testing.assert_array_equal(labels, before)


def test_the_same_change_packs_to_the_same_bytes() -> None:
    """However it was cut: by strips of a stroke, or whole."""
    strips = [Rect(0, top, WIDTH, TILE).clipped(WIDTH, HEIGHT) for top in range(0, HEIGHT, TILE)]
    steps = [made(*PAIRS[0]), made(*PAIRS[0], *strips)]
    for step in steps:
        step.pack()
    assert steps[0].nbytes == steps[1].nbytes


def test_packing_twice_changes_nothing() -> None:
    step = made(*PAIRS[0])
    step.pack()
    once = step.nbytes
    step.pack()
    assert step.nbytes == once


def test_a_step_of_many_tiles_is_large() -> None:
    assert not made(*PAIRS[0]).is_large
    before = np.zeros((2048, 2048), np.uint8)
    after = before + np.uint8(1)
    whole = Rect(0, 0, 2048, 2048)
    step = step_between("edit", [(whole, before)], after, whole)
    assert step is not None
    assert step.nbytes > LARGE
    assert step.is_large


def test_a_step_of_many_changes_leads_back_and_forth() -> None:
    """Enough of them that several threads unpack it."""
    before, after = (np.tile(labels, (8, 6)) for labels in PAIRS[0])
    whole = Rect(0, 0, before.shape[1], before.shape[0])
    assert whole.width * whole.height > MANY * TILE**2
    step = step_between("edit", [(whole, before.copy())], after, whole)
    assert step is not None
    step.pack()
    labels = after.copy()
    step.toggle(labels)
    np.testing.assert_array_equal(labels, before)
    step.toggle(labels)
    np.testing.assert_array_equal(labels, after)


def test_a_step_may_be_used_while_it_is_packed() -> None:
    before, after = (np.tile(labels, (8, 6)) for labels in PAIRS[0])
    whole = Rect(0, 0, before.shape[1], before.shape[0])
    step = step_between("edit", [(whole, before.copy())], after, whole)
    assert step is not None
    together = Barrier(2)

    def pack() -> None:
        together.wait()
        step.pack()

    packing = Thread(target=pack)
    packing.start()
    together.wait()
    labels = after.copy()
    back = True
    while packing.is_alive() or back is False:
        step.toggle(labels)
        np.testing.assert_array_equal(labels, before if back else after)
        back = not back
    packing.join()
    assert step.is_packed
    step.toggle(labels)
    np.testing.assert_array_equal(labels, before if back else after)
