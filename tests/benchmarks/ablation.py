"""Which of the paper's parts help on CamVid: its tables 3 to 6 in small.

    python tests/benchmarks/ablation.py CAMVID [--steps 184] [--crop 257] [--only base decoder]

CAMVID holds train/images, train/masks, val/images and val/masks (11 classes, 480×360). Every
network starts from the same ImageNet weights and learns from the same crops in the same order for
the same number of steps, far fewer than a real training; all of val is scored once, at the end.
"s an image" and "ms a crop" (of training) are processor time of one thread.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from measure import machine, print_table

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import read_model
from segmenter.prediction.predictor import Predictor
from segmenter.training.data import FolderExamples
from segmenter.training.evaluate import score_predictor
from segmenter.training.fine_tune import fine_tune
from segmenter.training.recipes import STANDARD, Recipe

CLASSES = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip

BASE = ModelConfig(
    backbone="efficientnet_lite0",
    head="aspp",
    output_stride=16,
    multi_grid=(1, 1, 1),
    decoder=True,
    head_channels=128,
    input_size=360,
    classes=CLASSES,
)
NETWORKS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "base": ("ASPP, output stride 16, decoder", {}),
    "decoder": ("without the decoder", {"decoder": False}),
    "pooling": ("without image-level features", {"image_pooling": False}),
    "rates": ("without atrous branches: rates (1, 1, 1)", {"atrous_rates": (1, 1, 1)}),
    "multigrid": ("multi-grid (1, 2, 4)", {"multi_grid": (1, 2, 4)}),
    "cascade": ("cascade in place of ASPP", {"head": "cascade"}),
    "stride32": ("output stride 32", {"output_stride": 32}),
    "separable": ("separable convolutions in the head", {"separable": True}),
    "stride8": ("output stride 8", {"output_stride": 8}),
}
AT_TEST: Mapping[str, tuple[int, dict[str, Any]]] = {
    "at test: output stride 8": (8, {}),
    "at test: mirror image too": (16, {"flip": True}),
    "at test: scales 0.75, 1, 1.25 and mirror": (16, {"scales": (0.75, 1.0, 1.25), "flip": True}),
    "at test: output stride 8, scales and mirror": (
        8,
        {"scales": (0.75, 1.0, 1.25), "flip": True},
    ),
}


def trained(config: ModelConfig, camvid: Path, recipe: Recipe) -> tuple[DeepLabV3, float]:
    """The network after its steps, and the processor seconds they took."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "model.safetensors"
        began = time.process_time()
        fine_tune(
            out,
            images=camvid / "train" / "images",
            masks=camvid / "train" / "masks",
            classes=CLASSES,
            model=None,
            config=config,
            recipe=recipe,
            threads=1,
        )
        return read_model(out), time.process_time() - began


def scored(
    network: DeepLabV3, val: FolderExamples, predictor: Mapping[str, Any]
) -> tuple[str, str, str]:
    """Mean IoU and boundary F in percent, seconds an image."""
    began = time.process_time()
    scores = score_predictor(Predictor(network, "cpu", tile="off", threads=1, **predictor), val)
    seconds = (time.process_time() - began) / len(val.names)
    assert scores.mean_iou is not None
    assert scores.boundary_f is not None
    return f"{scores.mean_iou:.1%}", f"{scores.boundary_f:.1%}", f"{seconds:.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("camvid", type=Path)
    parser.add_argument("--steps", type=int, default=184)
    parser.add_argument("--crop", type=int, default=257)
    parser.add_argument("--only", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    chosen = parser.parse_args(arguments)
    recipe = STANDARD.replace(
        epochs=1,
        steps_per_epoch=chosen.steps,
        patience=0,
        crop=chosen.crop,
        batch_size=8,
        rate=2e-3,
        backbone_factor=0.25,
        class_weights="balanced",
        weight_average=0.97,
        validation_count=1,
    )
    val = FolderExamples(chosen.camvid / "val" / "images", chosen.camvid / "val" / "masks", CLASSES)
    rows: list[tuple[str, ...]] = []

    def add(*row: str) -> None:
        rows.append(row)
        print("  ".join(row), flush=True)

    print(machine(), f"{chosen.steps} steps of 8 crops of {chosen.crop}²", sep="\n")
    for key in chosen.only:
        title, changes = NETWORKS[key]
        network, seconds = trained(BASE.replace(**changes), chosen.camvid, recipe)
        weights = sum(parameter.numel() for parameter in network.parameters()) / 1e6
        cost = f"{seconds / chosen.steps / recipe.batch_size * 1000:.0f}"
        add(title, *scored(network, val, {}), f"{weights:.1f}", cost)
        if key == "base":
            for words, (stride, settings) in AT_TEST.items():
                network.set_output_stride(stride)
                add(words, *scored(network, val, settings), "", "")
    head = ("network", "mean IoU", "boundary F", "s an image", "million weights", "ms a crop")
    print_table("CamVid val", head, rows)


if __name__ == "__main__":
    main()
