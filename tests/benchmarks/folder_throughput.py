"""A folder through the pipeline, beside the network alone: does it ever wait for the disk?

    python tests/benchmarks/folder_throughput.py [--images 16] [--megapixels 2 12] [--runs 3]
                                                 [--models starter deeplabv3_resnet50] [--json]

"Alone" is the network on images that are ready in memory, with the same threads and one core left
to the rest, as the app has it. "Folder" is everything: JPEGs read and resized, labels and
confidence at full resolution, PNGs and the project's database written. Both in one process, in
turns. Processor time an image is that of both again: what is beyond the network's has to find room
on the other cores.
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

from measure import ROOT, machine, median, print_table, run_child
from PIL import Image

PHOTOS = [ROOT / "resources" / "sample" / f"{name}.jpg" for name in ("dogs", "dandelion", "fig")]
MODELS = ("starter", "deeplabv3_mobilenet_v3_large", "deeplabv3_resnet50")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--images", type=int, default=16)
    options.add_argument("--megapixels", type=float, nargs="+", default=[2, 12])
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--threads", type=int, default=0, help="0: the predictor's own choice")
    options.add_argument(
        "--models", nargs="+", choices=MODELS, default=["starter", "deeplabv3_resnet50"]
    )
    options.add_argument("--json", action="store_true", help="one JSON object a row")
    options.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        model, folder, runs, threads = chosen.child
        print(json.dumps(_child(model, Path(folder), int(runs), int(threads))))
        return
    print(machine())
    rows = []
    for megapixels in chosen.megapixels:
        with tempfile.TemporaryDirectory() as folder:
            _make_photos(Path(folder), megapixels, chosen.images)
            for model in chosen.models:
                result = run_child(__file__, model, folder, str(chosen.runs), str(chosen.threads))
                alone, whole = result["alone"], result["folder"]
                if chosen.json:
                    print(json.dumps({"model": model, "megapixels": megapixels} | result))
                rows.append(
                    [
                        model,
                        f"{megapixels:g} MP",
                        f"{alone:.2f} images/s",
                        f"{whole:.2f} images/s",
                        f"{whole / alone:.2f}",
                        f"{result['alone_cpu_s']:.3f} / {result['folder_cpu_s']:.3f} s",
                    ]
                )
    print_table(
        f"{chosen.images} photos, median of {chosen.runs} runs",
        ["model", "photos", "network alone", "folder", "folder / alone", "processor time an image"],
        rows,
    )


def _make_photos(folder: Path, megapixels: float, count: int) -> None:
    for index in range(count):
        with Image.open(PHOTOS[index % len(PHOTOS)]) as image:
            scale = (megapixels * 1e6 / (image.width * image.height)) ** 0.5
            size = (round(image.width * scale), round(image.height * scale))
            photo = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        photo.save(folder / f"photo {index}.jpg", quality=92)


def _child(model: str, folder: Path, runs: int, threads: int) -> dict[str, Any]:
    from segmenter import DeepLabV3, Predictor, Project, load_model
    from segmenter.nn.torchvision_models import TORCHVISION_MODELS
    from segmenter.prediction.segment_project import segment_project

    network = (
        load_model("starter", download=False)
        if model == "starter"
        else DeepLabV3(TORCHVISION_MODELS[model])  # what it labels is not the question here
    )
    predictor = Predictor(network, "cpu", threads=threads or None)
    alone, whole, alone_cpu, whole_cpu = [], [], [], []
    with Project.open(folder) as project:
        project.scan()
        names = [record.name for record in project.images()]
        prepared = [predictor.prepare(project.load_image(name)) for name in names[:3]]
        for image in prepared:
            predictor.compute(image)
        for _ in range(runs):
            started, cpu_started = time.perf_counter(), time.process_time()
            for index in range(len(names)):
                predictor.compute(prepared[index % len(prepared)])
            alone.append(len(names) / (time.perf_counter() - started))
            alone_cpu.append((time.process_time() - cpu_started) / len(names))
            started, cpu_started = time.perf_counter(), time.process_time()
            for outcome in segment_project(project, predictor):
                if outcome.error is not None:
                    raise SystemExit(outcome.error)
            whole.append(len(names) / (time.perf_counter() - started))
            whole_cpu.append((time.process_time() - cpu_started) / len(names))
    return {
        "alone": median(alone),
        "folder": median(whole),
        "alone_cpu_s": median(alone_cpu),
        "folder_cpu_s": median(whole_cpu),
    }


if __name__ == "__main__":
    main()
