"""Images a second on a GPU: Maskwright beside torchvision's network, eager, float32.

    python tests/benchmarks/gpu.py [--device cuda] [--batch 8] [--seconds 5] [--json]

ResNet-50 at output stride 8, 513×513, 21 classes, images in the GPU's memory to uint8 labels of
513×513 in the GPU's memory, and from photo to mask with everything in between. Where there is no
GPU it says so and measures nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from measure import ROOT, machine, print_table
from torch import Tensor

SIDE = 513
MODEL = "deeplabv3_resnet50"
PHOTO = ROOT / "resources" / "sample" / "dogs.jpg"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--device", default="cuda")
    options.add_argument("--batch", type=int, nargs="+", default=[1, 8])
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    print(machine())
    if chosen.device.startswith("cuda") and not torch.cuda.is_available():
        print("There is no GPU here that PyTorch can use: nothing was measured.")
        return
    if chosen.device.startswith("cuda"):
        print(torch.cuda.get_device_name(chosen.device))
    rows = []
    for batch in chosen.batch:
        theirs, ours, equal = _networks(chosen.device, batch, chosen.seconds)
        rows.append(
            [
                f"network to labels, batch {batch}",
                f"{theirs:.1f} images/s",
                f"{ours:.1f} images/s",
                f"{ours / theirs:.1f}×",
                f"{equal:.3%}",
            ]
        )
    theirs, ours, equal = _photos(chosen.device, chosen.seconds)
    rows.append(
        [
            "photo of 6 MP to full-resolution labels",
            f"{theirs:.1f} images/s",
            f"{ours:.1f} images/s",
            f"{ours / theirs:.1f}×",
            f"{equal:.3%}",
        ]
    )
    if chosen.json:
        print(json.dumps(rows))
    print_table(
        f"{MODEL}, output stride 8, {SIDE}×{SIDE}, on {chosen.device}",
        ["", "torchvision, eager float32", "Maskwright", "faster by", "equal labels"],
        rows,
    )


def _pair(device: str) -> tuple[Any, Any]:
    """torchvision's network and ours with the same lively weights."""
    from voc_shaped import empty_network

    from segmenter.nn.deeplabv3 import DeepLabV3
    from segmenter.nn.torchvision_models import TORCHVISION_MODELS

    torch.manual_seed(0)
    theirs = empty_network(MODEL)
    for module in theirs.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    theirs.to(device).train()
    with torch.no_grad():
        theirs(torch.randn(4, 3, 257, 257, device=device).cumsum(2).cumsum(3) / 100)
    theirs.eval()
    ours = DeepLabV3(TORCHVISION_MODELS[MODEL])
    ours.load_state_dict({name: value.cpu() for name, value in theirs.state_dict().items()})
    return theirs, ours.eval()


def _networks(device: str, batch: int, seconds: float) -> tuple[float, float, float]:
    from segmenter.prediction.inference_network import InferenceNetwork

    theirs, original = _pair(device)
    ours = InferenceNetwork(original, device)
    images = (torch.randn(batch, 3, SIDE, SIDE).cumsum(2).cumsum(3) / 100).to(device)

    @torch.inference_mode()
    def their_labels() -> Tensor:
        return theirs(images)["out"].argmax(1).to(torch.uint8)

    @torch.inference_mode()
    def our_labels() -> Tensor:
        return ours(images).argmax(1).to(torch.uint8)

    equal = float((their_labels() == our_labels()).float().mean())
    return (
        batch * _per_second(their_labels, device, seconds),
        batch * _per_second(our_labels, device, seconds),
        equal,
    )


def _photos(device: str, seconds: float) -> tuple[float, float, float]:
    from PIL import Image
    from torch.nn.functional import interpolate
    from voc_shaped import transforms

    from segmenter.prediction.predictor import Predictor

    theirs, original = _pair(device)
    photo = Image.open(PHOTO).convert("RGB")
    pixels = np.asarray(photo)
    preprocess = transforms()
    predictor = Predictor(original, device)

    @torch.inference_mode()
    def their_labels() -> Any:
        logits = theirs(preprocess(photo)[None].to(device))["out"]
        size = (photo.height, photo.width)
        return interpolate(logits, size=size, mode="bilinear").argmax(1)[0].cpu().numpy()

    def our_labels() -> Any:
        return predictor.predict(pixels).labels

    equal = float((their_labels() == our_labels()).mean())
    return (
        _per_second(their_labels, device, seconds),
        _per_second(our_labels, device, seconds),
        equal,
    )


def _per_second(work: Callable[[], object], device: str, seconds: float) -> float:
    for _ in range(3):
        work()
    _wait(device)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        for _ in range(4):
            work()
        _wait(device)
        count += 4
    return count / (time.perf_counter() - started)


def _wait(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
