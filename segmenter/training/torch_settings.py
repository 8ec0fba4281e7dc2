"""PyTorch's settings, which belong to the whole process, while something learns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def torch_settings(seed: int, threads: int) -> Iterator[None]:
    """Seeded, with so many threads and gradients inside; as they were outside."""
    before = torch.get_num_threads()
    with (
        torch.random.fork_rng(devices=list(range(torch.cuda.device_count()))),
        torch.inference_mode(False),
        torch.enable_grad(),
    ):
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)
