"""Telling "memory ran out" from every other error."""

from __future__ import annotations

import gc

_SIGNS = (
    "out of memory",
    "can't allocate memory",  # PyTorch's CPU allocator on Linux and macOS
    "not enough memory",  # the same on Windows
    "alloc_failed",  # CUBLAS_STATUS_ALLOC_FAILED, CUDNN_STATUS_ALLOC_FAILED
    "insufficient memory",  # OpenCV
    "failed to allocate",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an allocation failed: PyTorch's own error, a plain one of its CPU allocator,
    OpenCV's, or Python's."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, Exception) and any(sign in text for sign in _SIGNS)


def release_memory(device: str) -> None:
    """Give back what failed work left behind, so that a smaller attempt finds room."""
    import torch

    gc.collect()
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()
