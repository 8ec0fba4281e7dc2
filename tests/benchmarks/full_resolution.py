"""12-megapixel JPEG → full-resolution mask PNG: Maskwright beside torchvision's own recipe.

    python tests/benchmarks/full_resolution.py [--runs 5] [--megapixels 12] [--threads N] [--json]
                                               [--models deeplabv3_mobilenet_v3_large …]

The recipe is that of torchvision's documentation: its transforms, its network, upsampling the
logits to the photo, argmax. Same weights (see voc_shaped.py), same input size, same file, a process
each, in turns. Times are of one photo with everything loaded, after one to warm up (processor time
tells more where the machine is busy with other things); memory is the peak of the whole process,
and what of that comes on top of the imported libraries and the loaded model.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from measure import MEGABYTE, ROOT, in_turns, machine, median, peak_memory, print_table
from PIL import Image

WHO = ("torchvision", "maskwright")
MODELS = ("deeplabv3_mobilenet_v3_large", "deeplabv3_resnet50")
PHOTO = ROOT / "resources" / "sample" / "dogs.jpg"
PREDICTIONS = 3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--megapixels", type=float, default=12)
    options.add_argument("--threads", type=int, default=0, help="of both; 0: PyTorch's own choice")
    options.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    options.add_argument("--json", action="store_true", help="one JSON object a model")
    options.add_argument("--child", nargs=5, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        who, model, weights, photo, threads = chosen.child
        print(json.dumps(_child(who, model, Path(weights), Path(photo), int(threads))))
        return
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        photo = _photo(Path(folder), chosen.megapixels)
        for model in chosen.models:
            result = _compare(model, photo, chosen.runs, chosen.threads, Path(folder))
            if chosen.json:
                print(json.dumps({"model": model, "megapixels": chosen.megapixels} | result))
            else:
                _show(model, chosen.megapixels, result)


def _photo(folder: Path, megapixels: float) -> Path:
    """The sample photo enlarged to so many pixels, landscape, as a JPEG like a camera's."""
    with Image.open(PHOTO) as image:
        height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
        landscape = image.convert("RGB").rotate(90, expand=True)
    path = folder / "photo.jpg"
    enlarged = landscape.resize((round(height * 4 / 3), height), Image.Resampling.LANCZOS)
    enlarged.save(path, quality=92)
    return path


def _compare(model: str, photo: Path, runs: int, threads: int, folder: Path) -> dict[str, Any]:
    from voc_shaped import make_weights

    weights = folder / f"{model}.pth"
    make_weights(model, np.asarray(Image.open(photo)), weights)
    variants = [
        [who, model, str(weights), str(photo), str(threads)]
        for who in ("torchvision", "maskwright")
    ]
    theirs, ours = in_turns(__file__, runs, variants)
    masks = [np.asarray(Image.open(photo.with_name(f"{who}.png"))) for who in WHO]
    return {
        "theirs_s": median(s for result in theirs for s in result["seconds"]),
        "ours_s": median(s for result in ours for s in result["seconds"]),
        "theirs_cpu_s": median(s for result in theirs for s in result["cpu_seconds"]),
        "ours_cpu_s": median(s for result in ours for s in result["cpu_seconds"]),
        "theirs_peak": median(result["peak"] for result in theirs),
        "ours_peak": median(result["peak"] for result in ours),
        "theirs_loaded": median(result["loaded"] for result in theirs),
        "ours_loaded": median(result["loaded"] for result in ours),
        "equal": float((masks[0] == masks[1]).mean()),
        "object": float((masks[1] != 0).mean()),
        "threads": ours[0]["threads"],
    }


def _show(model: str, megapixels: float, result: dict[str, Any]) -> None:
    def row(what: str, unit: str, theirs: float, ours: float) -> list[str]:
        return [what, f"{theirs:.2f} {unit}", f"{ours:.2f} {unit}", f"{theirs / ours:.1f}×"]

    gigabyte = 1024 * MEGABYTE
    above = (
        (result["theirs_peak"] - result["theirs_loaded"]) / gigabyte,
        (result["ours_peak"] - result["ours_loaded"]) / gigabyte,
    )
    print_table(
        f"{model}, {megapixels:g} MP JPEG → mask PNG, {result['threads']} threads, "
        f"{result['object']:.0%} of the photo is an object",
        ["", "torchvision's recipe", "Maskwright", "better by"],
        [
            row("time", "s", result["theirs_s"], result["ours_s"]),
            row("processor time", "s", result["theirs_cpu_s"], result["ours_cpu_s"]),
            row(
                "peak memory",
                "GB",
                result["theirs_peak"] / gigabyte,
                result["ours_peak"] / gigabyte,
            ),
            row("above libraries and model", "GB", *above),
            ["equal pixels", "", f"{result['equal']:.4%}", ""],
        ],
    )


def _child(who: str, model: str, weights: Path, photo: Path, threads: int) -> dict[str, Any]:
    import torch

    once = {"torchvision": _torchvision, "maskwright": _maskwright}[who](model, weights, threads)
    loaded = peak_memory()
    mask = photo.with_name(f"{who}.png")
    seconds, cpu_seconds = [], []
    for _ in range(1 + PREDICTIONS):
        started, cpu_started = time.perf_counter(), time.process_time()
        once(photo, mask)
        seconds.append(time.perf_counter() - started)
        cpu_seconds.append(time.process_time() - cpu_started)
    return {
        "seconds": seconds[1:],
        "cpu_seconds": cpu_seconds[1:],
        "peak": peak_memory(),
        "loaded": loaded,
        "threads": threads or torch.get_num_threads(),
    }


def _torchvision(model: str, weights: Path, threads: int) -> Any:
    import torch
    from torch.nn.functional import interpolate
    from voc_shaped import empty_network, transforms

    if threads:
        torch.set_num_threads(threads)
    network = empty_network(model)
    network.load_state_dict(torch.load(weights, weights_only=True))
    preprocess = transforms()

    @torch.inference_mode()
    def once(photo: Path, mask: Path) -> None:
        image = Image.open(photo).convert("RGB")
        batch = preprocess(image).unsqueeze(0)
        logits = network(batch)["out"]
        logits = interpolate(logits, size=(image.height, image.width), mode="bilinear")
        labels = logits.argmax(1)[0].to(torch.uint8).numpy()
        Image.fromarray(labels).save(mask)

    return once


def _maskwright(model: str, weights: Path, threads: int) -> Any:
    import torch

    from segmenter import DeepLabV3, Predictor
    from segmenter.nn.torchvision_models import TORCHVISION_MODELS
    from segmenter.project.classes import LabelClass, default_color
    from segmenter.project.images import load_image
    from segmenter.project.label_png import write_label_png

    network = DeepLabV3(TORCHVISION_MODELS[model])
    network.load_state_dict(torch.load(weights, weights_only=True))
    predictor = Predictor(network, "cpu", threads=threads or torch.get_num_threads())
    classes = [
        LabelClass(i, name, default_color(i, name)) for i, name in enumerate(network.config.classes)
    ]
    del network

    def once(photo: Path, mask: Path) -> None:
        prediction = predictor.predict(load_image(photo))
        write_label_png(mask, prediction.labels, classes, durable=False)

    return once


if __name__ == "__main__":
    main()
