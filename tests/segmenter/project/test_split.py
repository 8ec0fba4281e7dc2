import hashlib

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segmenter.errors import MaskwrightError
from segmenter.project.split import Split, most_of, place, split
from segmenter.project.state import Side

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine may be busy."""

NAMES = [f"photos/{i:03}.jpg" for i in range(200)]


def test_the_rule_is_the_sha256_of_the_relative_path() -> None:
    digest = hashlib.sha256(b"photos/007.jpg").hexdigest()
    assert place("photos/007.jpg") == int(digest[:12], 16) / 16**12


def test_a_path_has_one_place_on_every_system() -> None:
    assert place("photos\\é.jpg") == place("photos/e\u0301.jpg")


def test_the_order_of_the_names_does_not_matter() -> None:
    assert set(split(NAMES, fraction=0.3).validation) == set(
        split(reversed(NAMES), fraction=0.3).validation
    )


def test_a_fraction_holds_out_about_that_share() -> None:
    assert 45 <= len(split(NAMES, fraction=0.3).validation) <= 75


def test_no_image_changes_sides_when_others_are_added() -> None:
    few, many = split(NAMES[:80], fraction=0.2), split(NAMES, fraction=0.2)
    assert set(few.validation) <= set(many.validation)
    assert set(few.training) <= set(many.training)


def test_chance_does_not_hold_out_half_of_a_few_images() -> None:
    low = sorted(NAMES, key=place)[:8]
    assert all(place(name) < 0.2 for name in low)
    assert split(low, fraction=0.2).validation == tuple(low[:2])
    assert [most_of(count, 0.2) for count in (2, 5, 10, 100)] == [1, 1, 3, 24]


def test_a_count_holds_out_the_smallest_places() -> None:
    parts = split(NAMES, count=28)
    assert len(parts.validation) == 28
    assert max(map(place, parts.validation)) < min(map(place, parts.training))


def test_a_single_image_is_on_both_sides() -> None:
    assert split(["a.jpg"]).training == split(["a.jpg"]).validation == ("a.jpg",)


@PATIENT
@given(
    st.lists(st.text(min_size=1), min_size=2, unique=True),
    st.floats(0, 0.9),
    st.integers(0, 20),
)
def test_both_sides_have_an_image_and_no_image_is_lost(
    names: list[str], fraction: float, count: int
) -> None:
    parts = split(names, fraction=fraction, count=count)
    assert parts.training
    assert parts.validation
    assert sorted(parts.training + parts.validation) == sorted(names)


def test_a_pinned_image_is_where_it_was_pinned_and_moves_no_other() -> None:
    free = split(NAMES, fraction=0.3)
    in_training, in_validation = free.training[3], free.validation[5]
    pinned = {in_training: Side.VALIDATION, in_validation: Side.TRAINING, "gone.jpg": Side.TRAINING}
    parts = split(NAMES, fraction=0.3, pinned=pinned)
    assert set(parts.validation) == {*free.validation, in_training} - {in_validation}


def test_pinned_images_count_among_a_count() -> None:
    smallest = split(NAMES, count=4).validation
    other = split(NAMES, count=4).training[0]
    parts = split(NAMES, count=4, pinned={other: Side.VALIDATION})
    assert other in parts.validation
    assert len(parts.validation) == 4
    assert len(set(parts.validation) & set(smallest)) == 3


def test_one_that_is_pinned_is_enough_for_its_side() -> None:
    assert split(["a", "b"], pinned={"a": Side.VALIDATION}) == Split(("b",), ("a",))
    assert split(["a", "b"], pinned={"b": Side.TRAINING}, fraction=0) == Split(("b",), ("a",))
    assert split(["a", "b"], pinned={"a": Side.TRAINING, "b": Side.VALIDATION}) == Split(
        ("a",), ("b",)
    )


def test_nothing_has_to_be_held_out_where_no_score_is_needed() -> None:
    assert split(NAMES, fraction=0, least=0).validation == ()
    assert split(["a"], fraction=0, least=0) == Split(("a",), ())
    pinned = {NAMES[7]: Side.VALIDATION}
    assert split(NAMES, fraction=0, least=0, pinned=pinned).validation == (NAMES[7],)


@pytest.mark.parametrize("side", Side)
def test_all_on_one_side_is_told(side: Side) -> None:
    with pytest.raises(MaskwrightError, match=f"All 200 .* pinned to {side}"):
        split(NAMES, pinned=dict.fromkeys(NAMES, side))


@PATIENT
@given(
    st.lists(st.text(min_size=1), min_size=2, max_size=12, unique=True),
    st.lists(st.sampled_from([None, *Side]), min_size=12, max_size=12),
    st.floats(0, 0.9),
    st.integers(0, 20),
)
def test_pins_hold_whatever_is_asked_for(
    names: list[str], sides: list[Side | None], fraction: float, count: int
) -> None:
    pinned = {name: side for name, side in zip(names, sides, strict=False) if side is not None}
    assume(len(pinned) < len(names) or len(set(pinned.values())) == 2)
    parts = split(names, fraction=fraction, count=count, pinned=pinned)
    assert parts.training
    assert parts.validation
    assert sorted(parts.training + parts.validation) == sorted(names)
    for name, side in pinned.items():
        assert name in (parts.training if side is Side.TRAINING else parts.validation)
