"""Fifty megapixels within a memory bound, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="Linux tells a process's peak there")

MEGABYTE = 1 << 20
IMAGE = 8660 * 5773

CHILD = """
import json, pathlib, sys
import numpy as np, torch
from torch.nn import functional
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.predictor import Predictor

class Shallow(DeepLabV3):
    # One convolution to 21 classes, at stride 4: tiles of 50 megapixels take seconds.
    def forward(self, images):
        weight = torch.linspace(-1, 1, 63).reshape(21, 3, 1, 1)
        coarse = functional.conv2d(images, weight, stride=4)
        return functional.interpolate(coarse, size=images.shape[-2:], mode="bilinear")

def peak():
    # Not ru_maxrss: a child process inherits that from its parent.
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024

network, options = json.loads(sys.argv[1])
classes = tuple(f"class {i}" for i in range(21))
config = ModelConfig(backbone="efficientnet_lite0", head_channels=8, classes=classes)
torch.manual_seed(0)
predictor = Predictor({"whole": DeepLabV3, "shallow": Shallow}[network](config), "cpu", **options)
predictor.predict(np.zeros((600, 800, 3), np.uint8))
rgb = np.zeros((5773, 8660, 3), np.uint8)
rgb[::2] = 200
before = peak()
prediction = predictor.predict(rgb)
assert prediction.labels.shape == prediction.confidence.shape == (5773, 8660)
print(json.dumps({"used": peak() - before}))
"""


@pytest.mark.parametrize(
    ("network", "options"),
    [("whole", {}), ("whole", {"flip": True}), ("shallow", {"tile": 512})],
)
def test_fifty_megapixels_take_little_more_than_the_result(
    network: str, options: dict[str, object]
) -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps([network, options])],
        capture_output=True,
        text=True,
        check=True,
    )
    used = json.loads(child.stdout)["used"]
    # Labels and confidence are 2 bytes a pixel, the logits of all pixels would be 84: 4 GB.
    assert used < 2 * IMAGE + 250 * MEGABYTE
