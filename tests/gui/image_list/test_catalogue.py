from __future__ import annotations

import pytest

from gui.image_list.catalogue import Catalogue, Order
from segmenter.project.state import ImageRecord, State

RECORDS = [
    ImageRecord("a/One.jpg", State.PREDICTED, 0.3),
    ImageRecord("a/two.jpg", State.NEW),
    ImageRecord("b/one.jpg", State.APPROVED, 0.9),
    ImageRecord("b/Onetwo.jpg", State.PREDICTED, 0.6),
    ImageRecord("zero.jpg", State.FAILED, None, "It is cut off."),
]


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(RECORDS)


def names(catalogue: Catalogue, **wishes: object) -> list[str]:
    return [catalogue[index].name for index in catalogue.arranged(**wishes)]  # type: ignore[arg-type]


def test_by_name_is_the_projects_own_order(catalogue: Catalogue) -> None:
    assert names(catalogue) == [each.name for each in RECORDS]


def test_by_state_is_the_order_an_image_goes_through_them(catalogue: Catalogue) -> None:
    assert [catalogue[index].state for index in catalogue.arranged(Order.STATE)] == [
        State.NEW, State.PREDICTED, State.PREDICTED, State.APPROVED, State.FAILED,
    ]  # fmt: skip


def test_the_least_certain_come_first_and_those_without_a_figure_last(
    catalogue: Catalogue,
) -> None:
    assert names(catalogue, order=Order.UNCERTAINTY) == [
        "b/one.jpg", "b/Onetwo.jpg", "a/One.jpg", "a/two.jpg", "zero.jpg",
    ]  # fmt: skip


def test_every_word_of_the_filter_must_be_in_the_name_regardless_of_case(
    catalogue: Catalogue,
) -> None:
    assert names(catalogue, text="ONE") == ["a/One.jpg", "b/one.jpg", "b/Onetwo.jpg"]
    assert names(catalogue, text=" two  one ") == ["b/Onetwo.jpg"]
    assert names(catalogue, text="b/ jpg") == ["b/one.jpg", "b/Onetwo.jpg"]
    assert names(catalogue, text="three") == []


def test_states_are_filtered(catalogue: Catalogue) -> None:
    assert names(catalogue, state=State.PREDICTED) == ["a/One.jpg", "b/Onetwo.jpg"]
    assert names(catalogue, state=State.CORRECTED) == []


def test_an_image_can_be_kept_whatever_the_filter_says(catalogue: Catalogue) -> None:
    assert names(catalogue, state=State.PREDICTED, keep=2) == [
        "a/One.jpg", "b/one.jpg", "b/Onetwo.jpg",
    ]  # fmt: skip


def test_an_update_changes_order_filter_and_counts(catalogue: Catalogue) -> None:
    assert catalogue.update(ImageRecord("a/two.jpg", State.PREDICTED, 0.95)) == 1
    assert names(catalogue, order=Order.UNCERTAINTY)[0] == "a/two.jpg"
    assert (catalogue.count(State.NEW), catalogue.count(State.PREDICTED)) == (0, 3)
    assert catalogue.update(ImageRecord("unknown.jpg")) is None


def test_the_next_uncertain_goes_through_predicted_images_alone(catalogue: Catalogue) -> None:
    assert catalogue.next_uncertain(None) == 3
    assert catalogue.next_uncertain(2) == 3  # an approved one: from the start
    assert catalogue.next_uncertain(3) == 0
    assert catalogue.next_uncertain(0) == 3  # round and round
    assert Catalogue([ImageRecord("a.jpg")]).next_uncertain(0) is None


def test_file_names_are_found_by_their_beginning(catalogue: Catalogue) -> None:
    assert catalogue.starting_with("one").tolist() == [0, 2, 3]
    assert catalogue.starting_with("ZER").tolist() == [4]
    assert catalogue.starting_with("a").tolist() == []


def test_an_empty_catalogue_can_be_asked_anything() -> None:
    empty = Catalogue()
    for order in Order:
        assert len(empty.arranged(order, "x", State.NEW)) == 0
    assert empty.starting_with("x").tolist() == []
    assert "x" not in empty
