import dataclasses
import json

import pytest

from segmenter.training import events


def test_every_event_is_a_json_object_that_names_its_kind() -> None:
    kinds: dict[str, type[events.Event]] = {
        "start": events.Start,
        "prepare": events.Prepare,
        "batch": events.Batch,
        "epoch": events.Epoch,
        "saved": events.Saved,
        "preview": events.Preview,
        "note": events.Note,
        "done": events.Done,
        "stopped": events.Stopped,
    }
    for kind, event in kinds.items():
        assert event.event == kind
        assert "event" not in {field.name for field in dataclasses.fields(event)}
    told = events.Saved(path="été.safetensors", epoch=2, mean_iou=None).to_dict()
    assert json.loads(json.dumps(told)) == {
        "event": "saved",
        "path": "été.safetensors",
        "epoch": 2,
        "mean_iou": None,
    }


def test_events_come_back_from_json() -> None:
    told = events.Preview(epoch=3, name="a/b.jpg", path="1.png")
    again = json.loads(json.dumps(told.to_dict()))
    assert events.event_from_dict({**again, "unheard of": 1}) == told
    start = events.Start(
        classes=("sky", "road"),
        training_images=2,
        validation_images=1,
        epochs=3,
        batches=4,
        device="cpu",
        threads=1,
        seed=0,
        recipe={"rate": 0.1},
        validation=("a.jpg",),
    )
    assert events.event_from_dict(json.loads(json.dumps(start.to_dict()))) == start
    assert events.event_from_dict({"event": "unheard of"}) is None
    with pytest.raises(ValueError, match="incomplete 'saved'"):
        events.event_from_dict({"event": "saved", "epoch": 1})
