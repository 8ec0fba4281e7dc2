"""The backbone of a network, for features alone."""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.nn.backbone import Backbone
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.fuse import fuse_batch_norm
from segmenter.nn.onednn import optimise_for_cpu
from segmenter.prediction.network_input import normalised
from segmenter.training.feature_store import HeadInput

VIEWS_BEFORE_FUSING = 24
"""Making the fast copy takes as long as it saves in so many views."""


class FrozenBackbone:
    """uint8 image → :class:`HeadInput`.

    The network given is not changed, and has to stay as it is for as long as this is used.
    """

    def __init__(self, network: DeepLabV3, device: str) -> None:
        self._network = network
        self._device = device
        self._views = 0
        self._backbone: Backbone | None = None
        self.name = backbone_name(network)
        """The same for networks whose features are the same."""

    def __call__(self, rgb: NDArray[np.uint8]) -> HeadInput:
        """``rgb``: uint8 H×W×3 in the size that the network is to see it in."""
        if self._backbone is None:
            self._backbone = self._plain()
        elif self._views == VIEWS_BEFORE_FUSING:
            self._backbone = self._fused()
        self._views += 1
        with torch.no_grad():
            features = self._backbone(normalised(rgb, self._network.config).to(self._device))
        return HeadInput(_kept(features.out), _kept(features.low))

    def _plain(self) -> Backbone:
        """A copy without the time that copying a module tree takes."""
        copied = DeepLabV3(self._network.config).backbone
        copied.load_state_dict(self._network.backbone.state_dict())
        return copied.eval().to(self._device).to(memory_format=torch.channels_last)

    def _fused(self) -> Backbone:
        """A third faster on a CPU."""
        fused = fuse_batch_norm(self._network).requires_grad_(False).to(self._device)
        fused.to(memory_format=torch.channels_last)
        return (optimise_for_cpu(fused) if self._device == "cpu" else fused).backbone


def _kept(features: Tensor) -> Tensor:
    # Beyond float16's range only where a network is broken; clamped, so that the loss is a number.
    limit = torch.finfo(torch.float16).max
    half = features.clamp(-limit, limit).to("cpu", torch.float16)
    return half.contiguous(memory_format=torch.channels_last)


def backbone_name(network: DeepLabV3) -> str:
    """A digest of the backbone's weights and of how it is run; some 20 ms."""
    config = network.config
    run = (
        config.backbone,
        config.output_stride,
        config.multi_grid,
        config.first_unit_keeps_rate,
        config.mean,
        config.std,
    )
    digest = hashlib.blake2b(repr(run).encode(), digest_size=16)
    for name, tensor in network.backbone.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
