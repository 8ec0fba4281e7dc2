"""What an image's state says of it."""

from __future__ import annotations

import pytest

from segmenter.project.state import ImageRecord, State


@pytest.mark.parametrize(
    ("state", "lacks_prediction", "has_mask"),
    [
        (State.NEW, True, False),
        (State.FAILED, True, False),
        (State.PREDICTED, False, False),
        (State.CORRECTED, False, True),
        (State.APPROVED, False, True),
    ],
)
def test_each_state_says_what_there_is(
    state: State, lacks_prediction: bool, has_mask: bool
) -> None:
    record = ImageRecord("a.png", state)
    assert (record.lacks_prediction, record.has_mask) == (lacks_prediction, has_mask)
