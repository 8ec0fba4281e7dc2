import math

import pytest
import torch
from torch.nn import functional

from segmenter.training.loss import balanced_weights, segmentation_loss, total_weight


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 3, 8, 8, generator=generator)
    labels = torch.randint(0, 3, (4, 8, 8), generator=generator).to(torch.uint8)
    labels[:, :3] = 255
    return logits, labels


def test_the_mean_is_that_of_the_labelled_pixels() -> None:
    logits, labels = batch()
    expected = functional.cross_entropy(logits, labels.long(), ignore_index=255)
    loss = segmentation_loss(logits, None, labels) / total_weight(labels)
    assert torch.allclose(loss, expected)


def test_unlabelled_pixels_have_no_gradient() -> None:
    logits, labels = batch()
    logits.requires_grad_()
    segmentation_loss(logits, None, labels).backward()
    assert logits.grad is not None
    assert not logits.grad[:, :, :3].any()
    assert logits.grad[:, :, 3:].abs().sum() > 1


def test_nothing_labelled_is_no_loss_and_not_nan() -> None:
    logits, labels = batch()
    nothing = torch.full_like(labels, 255)
    weights = torch.tensor([1.0, 2.0, 3.0])
    assert float(segmentation_loss(logits, None, nothing) / total_weight(nothing)) == 0
    assert (
        float(
            segmentation_loss(logits, None, nothing, class_weights=weights)
            / total_weight(nothing, weights)
        )
        == 0
    )


def test_parts_of_a_batch_add_up_to_the_whole() -> None:
    logits, labels = batch()
    weights = torch.tensor([1.0, 2.0, 3.0])
    whole = segmentation_loss(logits, None, labels, class_weights=weights)
    parts = [
        segmentation_loss(logits[i : i + 2], None, labels[i : i + 2], class_weights=weights)
        for i in (0, 2)
    ]
    assert torch.allclose(whole, parts[0] + parts[1])
    expected = functional.cross_entropy(logits, labels.long(), weights, ignore_index=255)
    assert torch.allclose(whole / total_weight(labels, weights), expected)


def test_the_auxiliary_classifier_counts_with_its_weight() -> None:
    logits, labels = batch()
    alone = segmentation_loss(logits, None, labels)
    both = segmentation_loss(logits, logits, labels, auxiliary_weight=0.4)
    assert torch.allclose(both, 1.4 * alone)


def test_rare_classes_weigh_more_and_the_average_pixel_1() -> None:
    weights = balanced_weights(torch.tensor([900, 100, 0]))
    assert float(weights[1] / weights[0]) == pytest.approx(3)
    assert float(0.9 * weights[0] + 0.1 * weights[1]) == pytest.approx(1)
    assert math.isfinite(float(weights[2]))
