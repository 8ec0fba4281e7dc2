import dataclasses
import json

from segmenter.training import events


def test_every_event_is_a_json_object_that_names_its_kind() -> None:
    kinds: dict[str, type[events.Event]] = {
        "start": events.Start,
        "prepare": events.Prepare,
        "batch": events.Batch,
        "epoch": events.Epoch,
        "saved": events.Saved,
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
