"""The network as it learns: alone, or with those of the other processes."""

from __future__ import annotations

import copy
from contextlib import AbstractContextManager, nullcontext

from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.normalisation import keep_statistics, train_mode
from segmenter.training.recipes import Recipe
from segmenter.training.team import Team

Logits = tuple[Tensor, Tensor | None]


class Learner:
    """Runs a network forward so that its gradients become those of the whole team."""

    def __init__(self, network: DeepLabV3, device: str, team: Team) -> None:
        """What of ``network`` has gradients stays so from now on."""
        self._network = network
        self._together: DistributedDataParallel | None = None
        if team.size > 1:
            if device.startswith("cuda"):
                self._network = _with_shared_statistics(network)
            devices = [device] if device.startswith("cuda") else None
            self._together = DistributedDataParallel(_Forward(self._network), device_ids=devices)

    def forward(self, images: Tensor) -> Logits:
        """As :meth:`DeepLabV3.forward_with_auxiliary`."""
        if self._together is None:
            return self._network.forward_with_auxiliary(images)
        logits: Logits = self._together(images)
        return logits

    def part(self, *, is_last: bool) -> AbstractContextManager[None]:
        """While one part of a batch goes forward and back: gradients are added up, and shared with
        those of the last part."""
        if self._together is None or is_last:
            return nullcontext()
        return self._together.no_sync()

    def train_mode(self, recipe: Recipe) -> None:
        """Training behaviour, but for the batch normalisation that the recipe freezes."""
        train_mode(self._network, recipe)

    def keep_statistics(self, decay: float, steps: int, parts: int) -> None:
        """See :func:`segmenter.training.normalisation.keep_statistics`."""
        keep_statistics(self._network, decay, steps, parts)


class _Forward(nn.Module):
    """What DistributedDataParallel wraps is called, and has no other methods."""

    def __init__(self, network: DeepLabV3) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Logits:
        return self.network.forward_with_auxiliary(images)


def _with_shared_statistics(network: DeepLabV3) -> DeepLabV3:
    """The same tensors in modules of their own, whose batch normalisation sees all crops of a step.

    ``network`` keeps the ordinary kind, which prediction knows how to fuse.
    """
    tensors = [*network.parameters(), *network.buffers()]
    twin = copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})
    converted: DeepLabV3 = nn.SyncBatchNorm.convert_sync_batchnorm(twin)
    return converted
