"""The step of `maskwright selftest` that writes a model for other programs."""

from __future__ import annotations

import pytest

from segmenter.cli.self_test import model_out
from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import workplace


def test_the_starter_says_the_same_in_other_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    with workplace() as place:
        assert "TorchScript and ONNX computed" in model_out.export_the_starter(place)
        monkeypatch.setattr(model_out, "LARGEST_DIFFERENCE", 0.0)
        with pytest.raises(StepFailed, match="TorchScript"):
            model_out.export_the_starter(place)
