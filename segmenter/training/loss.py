"""What training makes small: cross-entropy over the labelled pixels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from segmenter.project.classes import UNLABELLED


def segmentation_loss(
    logits: Tensor,
    auxiliary: Tensor | None,
    labels: Tensor,
    *,
    class_weights: Tensor | None = None,
    auxiliary_weight: float = 0.4,
) -> Tensor:
    """The summed cross-entropy of all labelled pixels: a float32 scalar, 0 where none is labelled.

    A sum, so that micro-batches can be added up; divide by :func:`total_weight` of the whole batch
    for the mean.

    Args:
        logits, auxiliary: N×C×H×W, any float type.
        labels: uint8 N×H×W; 255 does not count.
        class_weights: float32 C.
    """
    target = labels.long()
    loss = functional.cross_entropy(
        logits.float(), target, class_weights, ignore_index=UNLABELLED, reduction="sum"
    )
    if auxiliary is not None and auxiliary_weight:
        loss = loss + auxiliary_weight * functional.cross_entropy(
            auxiliary.float(), target, class_weights, ignore_index=UNLABELLED, reduction="sum"
        )
    return loss


def total_weight(labels: Tensor, class_weights: Tensor | None = None) -> Tensor:
    """What to divide the summed loss by: the labelled pixels, each with its class's weight.

    At least 1, so that a batch without a labelled pixel has loss 0 and not nan.
    """
    counted = labels != UNLABELLED
    if class_weights is None:
        return counted.sum().clamp(min=1).float()
    return class_weights[labels[counted].long()].sum().clamp(min=1e-6)


def balanced_weights(pixels: Tensor) -> Tensor:
    """Class weights from pixel counts (float or int, C): by 1/√share, 1 on average a pixel.

    The square root, as full balancing makes rare classes spill over. A class without a pixel gets
    weight 1, which then meets no pixel.
    """
    shares = pixels.double() / pixels.sum().clamp(min=1)
    weights = torch.where(shares > 0, shares.clamp(min=1e-12).rsqrt(), torch.ones_like(shares))
    return (weights / (weights * shares).sum().clamp(min=1e-12)).float()
