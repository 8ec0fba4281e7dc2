"""What a prediction imports: of torchvision nothing, it alone would take seconds."""

from __future__ import annotations

import subprocess
import sys

CHILD = """
import numpy as np
from segmenter import DeepLabV3, ModelConfig, Predictor, Project
import segmenter.prediction.segment_project

config = ModelConfig(backbone="mobilenet_v3_large", head_channels=8, input_size=64)
for options in ({}, {"tile": 128, "flip": True, "scales": (0.5, 1.0)}):
    prediction = Predictor(DeepLabV3(config), "cpu", **options).predict(
        np.zeros((200, 200, 3), np.uint8)
    )
    assert prediction.labels.shape == (200, 200)
"""


def test_no_prediction_imports_torchvision_or_dynamo() -> None:
    child = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", CHILD],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in child.stderr.splitlines()}
    assert "torch" in imported
    assert "torch.nn.utils.fusion" in imported
    assert not [name for name in imported if name.split(".")[0] in ("torchvision", "PySide6")]
    assert "torch._dynamo" not in imported
