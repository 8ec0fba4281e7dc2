"""The scores of a run are those that a person gets from its model."""

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from training_task import CLASSES, LABEL_CLASSES

from segmenter.cancel import CancelToken
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.project.label_png import write_label_png
from segmenter.training.data import FolderExamples
from segmenter.training.evaluate import evaluate
from segmenter.training.validation import Validation


class ByBrightness(DeepLabV3):
    """Says “petal” where it is bright, and is sure of it."""

    def forward(self, images: Tensor) -> Tensor:
        bright = images.mean(1, keepdim=True)
        return torch.cat([-bright, bright], 1) * 50


def test_an_image_full_of_detail_is_scored_as_it_is_segmented(tmp_path: Path) -> None:
    """Shrunk nine times, most of these dots are gone; a prediction looks closer."""
    random = np.random.default_rng(0)
    size = 32 * 9
    labels = random.integers(0, 2, (size // 8, size // 8)).astype(np.uint8)
    labels = labels.repeat(8, 0).repeat(8, 1)
    images, masks = tmp_path / "images", tmp_path / "masks"
    images.mkdir()
    masks.mkdir()
    cv2.imwrite(str(images / "dots.png"), cv2.cvtColor(labels * 255, cv2.COLOR_GRAY2BGR))
    write_label_png(masks / "dots.png", labels, LABEL_CLASSES)
    network = ByBrightness(
        ModelConfig(backbone="efficientnet_lite0", head_channels=1, classes=CLASSES, input_size=32)
    ).eval()
    told = Validation(
        FolderExamples(images, masks, CLASSES), ["dots.png"], device="cpu", threads=1,
        previews=None, tell=lambda event: None, cancel=CancelToken(),
    ).score(network, 1)  # fmt: skip
    assert told == evaluate(network, images=images, masks=masks, device="cpu")
    assert told.mean_iou is not None
    assert told.mean_iou > 0.9
