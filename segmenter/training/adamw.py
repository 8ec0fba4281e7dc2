"""AdamW for a few small tensors, ready at once.

``torch.optim``'s makes torch import its compiler at its first use: 900 modules, 1.4 s of processor
time, a fifth of what ``quick`` has for all of its learning.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn


class AdamW:
    """Loshchilov & Hutter, "Decoupled Weight Decay Regularization" (arXiv 1711.05101).

    Agrees with ``torch.optim.AdamW`` (betas 0.9 and 0.999, epsilon 1e-8) to rounding.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, weight_decay: float) -> None:
        """``weight_decay``: not for biases and batch normalisation, which have one dimension."""
        self._parameters = list(parameters)
        self._weight_decay = weight_decay
        self._means = [torch.zeros_like(p) for p in self._parameters]
        self._squares = [torch.zeros_like(p) for p in self._parameters]
        self._steps = 0

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every parameter that has a gradient."""
        self._steps += 1
        unbiased = rate / (1 - _KEPT**self._steps)
        scale = 1 / math.sqrt(1 - _KEPT_SQUARES**self._steps)
        for parameter, mean, squares in zip(
            self._parameters, self._means, self._squares, strict=True
        ):
            gradient = parameter.grad
            if gradient is None:
                continue
            if parameter.ndim > 1:
                parameter.mul_(1 - rate * self._weight_decay)
            mean.lerp_(gradient, 1 - _KEPT)
            squares.mul_(_KEPT_SQUARES).addcmul_(gradient, gradient, value=1 - _KEPT_SQUARES)
            parameter.addcdiv_(mean, _root(squares, scale), value=-unbiased)

    def clear(self) -> None:
        """Drop the gradients."""
        for parameter in self._parameters:
            parameter.grad = None


_KEPT, _KEPT_SQUARES = 0.9, 0.999


def _root(squares: Tensor, scale: float) -> Tensor:
    return squares.sqrt().mul_(scale).add_(1e-8)
