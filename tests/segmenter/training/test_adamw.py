"""Our AdamW against PyTorch's."""

import torch
from torch import nn

from segmenter.training.adamw import AdamW


def test_it_moves_as_pytorchs_does() -> None:
    random = torch.Generator().manual_seed(0)
    start = [torch.randn(size, generator=random) for size in ((4, 3, 3, 3), (4,), (2, 4, 1, 1))]
    ours, theirs = ([nn.Parameter(tensor.clone()) for tensor in start] for _ in range(2))
    one = AdamW(ours, weight_decay=0.1)
    two = torch.optim.AdamW(
        [
            {"params": [p for p in theirs if p.ndim > 1], "weight_decay": 0.1},
            {"params": [p for p in theirs if p.ndim <= 1], "weight_decay": 0.0},
        ]
    )
    for step in range(20):
        rate = 0.01 / (1 + step)
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.randn(a.shape, generator=random)
            b.grad = a.grad.clone()
        one.step(rate)
        for group in two.param_groups:
            group["lr"] = rate
        two.step()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


def test_a_parameter_without_a_gradient_stays() -> None:
    moved, still = nn.Parameter(torch.ones(2, 2)), nn.Parameter(torch.ones(2, 2))
    moved.grad = torch.ones(2, 2)
    optimiser = AdamW([moved, still], weight_decay=0.1)
    optimiser.step(0.1)
    assert torch.equal(still, torch.ones(2, 2))
    assert not torch.equal(moved, torch.ones(2, 2))
    optimiser.clear()
    assert moved.grad is None
