"""Batch normalisation folded into the convolutions before it: the same outputs, less to compute."""

from __future__ import annotations

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fuse_batch_norm(network: nn.Module) -> None:
    """Fold, in place, every batch normalisation that directly follows a convolution.

    "Follows" is read from the order in which a module declares its children, which in this
    network is the order it uses them in (a test compares the outputs of every backbone and head).
    The network must be in eval mode and can't be trained afterwards.
    """
    previous: tuple[str, nn.Module] | None = None
    for name, child in list(network.named_children()):
        if (
            isinstance(child, nn.BatchNorm2d)
            and previous is not None
            and isinstance(previous[1], nn.Conv2d)
        ):
            setattr(network, previous[0], fuse_conv_bn_eval(previous[1], child))
            setattr(network, name, nn.Identity())
        else:
            fuse_batch_norm(child)
        previous = (name, child)
