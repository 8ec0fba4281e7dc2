"""The processes that train together, as ``torchrun`` starts them; usually there is one alone.

What they share of the learning itself, gradients and statistics, is the business of PyTorch's
DistributedDataParallel (segmenter.training.learner); here is what the loop around it agrees on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, distributed

from segmenter.errors import MaskwrightError

Value = TypeVar("Value")

_PATIENCE = timedelta(days=30)
"""The others wait while one scores, or while a person has paused it."""


class Team:
    """This process among those that train together."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        """``rank``: from 0 to ``size`` − 1."""
        self.rank = rank
        self.size = size

    @property
    def is_leader(self) -> bool:
        """Whether this process is the one that scores, tells and saves."""
        return self.rank == 0

    def share(self, count: int) -> range:
        """Which of ``count`` crops, a multiple of ``size``, are this process's."""
        each = count // self.size
        return range(each * self.rank, each * (self.rank + 1))

    def summed(self, values: Tensor) -> Tensor:
        """The sum of all processes' values, on the same device."""
        if self.size == 1:
            return values
        total = values.clone()
        distributed.all_reduce(total)
        return total

    def any(self, flag: bool) -> bool:
        """Whether one of the processes says so: all get the same answer."""
        return flag if self.size == 1 else bool(self.summed(torch.tensor(int(flag))))

    def from_leader(self, value: Value) -> Value:
        """The leader's value, in every process."""
        if self.size == 1:
            return value
        box = [value]
        distributed.broadcast_object_list(box, src=0, device=torch.device("cpu"))
        return box[0]


ALONE = Team()


@contextmanager
def joined() -> Iterator[Team]:
    """The team that ``torchrun`` made this process one of, until the block ends.

    Raises :class:`MaskwrightError` where it can't be joined.
    """
    if distributed.is_available() and distributed.is_initialized():  # by whoever called us
        yield Team(distributed.get_rank(), distributed.get_world_size())
        return
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield ALONE
        return
    # Flags and scores go between CPUs, gradients between GPUs where there are some.
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    try:
        distributed.init_process_group(backend, timeout=_PATIENCE)
    except (ValueError, RuntimeError) as error:
        raise MaskwrightError(
            f"The {size} processes of this training don't find each other: start them with "
            f"torchrun, or one alone without WORLD_SIZE ({error})."
        ) from error
    try:
        yield Team(distributed.get_rank(), size)
    finally:
        distributed.destroy_process_group()


def device_of(team: Team, device: str) -> str:
    """Each process of a computer has a GPU of its own, if it was not told otherwise.

    Raises :class:`MaskwrightError` where there are not enough.
    """
    if team.size == 1 or not device.startswith("cuda"):
        return device
    number, there = int(os.environ.get("LOCAL_RANK", team.rank)), torch.cuda.device_count()
    if number >= there:
        raise MaskwrightError(
            f"This computer has {there} GPUs: start so many processes at most, or add --device cpu."
        )
    torch.cuda.set_device(number)
    return f"cuda:{number}"
