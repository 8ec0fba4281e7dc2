"""The starter next to two plain baselines, on the photos it was never trained on.

    python tests/benchmarks/starter_baselines.py IMAGES MASKS

docs/starter.md says how MASKS is made and quotes the table.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.nn.zoo import load_model
from segmenter.prediction.predictor import Predictor
from segmenter.project.split import split
from segmenter.training.data import FolderExamples
from segmenter.training.evaluate import score_labels

CLASSES = ("background", "object")
BORDER = 0.02
"""Of the shorter side: what GrabCut is told is background."""

Labels = NDArray[np.uint8]


def all_background(rgb: NDArray[np.uint8]) -> Labels:
    """0 everywhere."""
    return np.zeros(rgb.shape[:2], np.uint8)


def grab_cut(rgb: NDArray[np.uint8]) -> Labels:
    """OpenCV's GrabCut, five rounds, told nothing but that the image's border is background."""
    height, width = rgb.shape[:2]
    border = max(1, round(BORDER * min(height, width)))
    inside = (border, border, width - 2 * border, height - 2 * border)
    mask = np.zeros((height, width), np.uint8)
    cv2.setRNGSeed(0)
    cv2.grabCut(
        np.ascontiguousarray(rgb[..., ::-1]),
        mask,
        inside,
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        5,
        cv2.GC_INIT_WITH_RECT,
    )
    return np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", type=Path)
    parser.add_argument("masks", type=Path)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--validation-count", type=int, default=28)
    arguments = parser.parse_args()
    examples = FolderExamples(arguments.images, arguments.masks, CLASSES)
    held_out = split(examples.names, count=arguments.validation_count).validation
    predictor = Predictor(load_model(arguments.model), "cpu")
    ways: dict[str, Callable[[NDArray[np.uint8]], Labels]] = {
        "all background": all_background,
        "GrabCut from the border": grab_cut,
        arguments.model: lambda rgb: predictor.predict(rgb).labels,
    }
    print("| | mean IoU | object | background | pixel accuracy | boundary F | s a photo |")
    print("|---|---|---|---|---|---|---|")
    for name, way in ways.items():
        began = time.perf_counter()
        scores = score_labels(way, examples, held_out)
        seconds = (time.perf_counter() - began) / len(held_out)
        figures = (
            scores.mean_iou,
            scores.iou["object"],
            scores.iou["background"],
            scores.pixel_accuracy,
            scores.boundary_f,
        )
        cells = " | ".join(f"{100 * (figure or 0):.1f}" for figure in figures)
        print(f"| {name} | {cells} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
