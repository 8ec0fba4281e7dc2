import hashlib

from hypothesis import given
from hypothesis import strategies as st

from segmenter.training.split import place, split

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


def test_a_count_holds_out_the_smallest_places() -> None:
    parts = split(NAMES, count=28)
    assert len(parts.validation) == 28
    assert max(map(place, parts.validation)) < min(map(place, parts.training))


def test_a_single_image_is_on_both_sides() -> None:
    assert split(["a.jpg"]).training == split(["a.jpg"]).validation == ("a.jpg",)


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
