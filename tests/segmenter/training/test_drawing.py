import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.training.drawing import drawn, draws_of, repeat_factors

Classes = list[tuple[int, ...]]
SKY, ROAD, CYCLIST = 0, 1, 2
STREETS: Classes = [(SKY, ROAD)] * 15 + [(ROAD,)] * 4 + [(SKY, ROAD, CYCLIST)]


def times(classes_of: Classes, rare_below: float, count: int, seed: int = 0) -> np.ndarray:
    factors = repeat_factors(classes_of, rare_below)
    indices = drawn(factors, count, np.random.default_rng(seed))
    return np.bincount(indices, minlength=len(classes_of))


def test_the_rarest_class_of_an_image_counts() -> None:
    factors = repeat_factors(STREETS, 0.45)
    assert factors.tolist() == pytest.approx([1.0] * 19 + [3.0])  # √(0.45 / (1/20))


def test_with_0_all_are_alike() -> None:
    assert repeat_factors(STREETS, 0.0).tolist() == [1.0] * 20


def test_an_image_without_a_class_is_drawn_once() -> None:
    assert repeat_factors([(), (SKY,)], 0.9).tolist() == pytest.approx([1.0, 1.8**0.5])


def test_images_with_a_rare_class_come_more_often_and_no_image_is_left_out() -> None:
    assert draws_of(repeat_factors(STREETS, 0.45)) == 22
    assert times(STREETS, 0.45, 22).tolist() == [1] * 19 + [3]
    assert times(STREETS, 0.45, 220).tolist() == [10] * 19 + [30]


def test_alike_images_come_alike_often() -> None:
    counts = times([(SKY,)] * 7, 0.25, 24)
    assert counts.sum() == 24
    assert set(counts) == {3, 4}


def test_the_same_numbers_drawn_give_the_same_order() -> None:
    factors = repeat_factors(STREETS, 0.45)
    one, two, other = (drawn(factors, 40, np.random.default_rng((0, epoch))) for epoch in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_copies_are_spread_over_the_epoch() -> None:
    order = drawn(np.ones(10), 40, np.random.default_rng(3))
    for part in order.reshape(4, 10):
        assert len(set(part.tolist())) == 10


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 5), max_size=4).map(tuple), min_size=1, max_size=40),
    st.floats(0, 1),
    st.integers(0, 100),
    st.integers(0, 1000),
)
def test_every_image_is_drawn_in_every_epoch(
    classes_of: Classes, rare_below: float, more: int, seed: int
) -> None:
    count = draws_of(repeat_factors(classes_of, rare_below)) + more
    counts = times(classes_of, rare_below, count, seed)
    assert counts.sum() == count
    assert counts.min() >= 1
