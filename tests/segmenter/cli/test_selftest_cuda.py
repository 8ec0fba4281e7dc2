"""`maskwright selftest` finds what CUDA would miss on a graphics card, also without one."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from segmenter.cli.self_test import cuda_libraries
from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import Workplace, workplace

on_linux_with_cuda = pytest.mark.skipif(
    sys.platform != "linux" or torch.version.cuda is None, reason="this torch is without CUDA"
)


@pytest.fixture
def place() -> Iterator[Workplace]:
    with workplace() as made:
        yield made


@on_linux_with_cuda
def test_a_kernel_is_compiled_and_all_of_cudnn_opened(place: Workplace) -> None:
    told = cuda_libraries.open_cuda_libraries(place)
    assert "compiles a kernel" in told
    assert f"CUDA {torch.version.cuda}" in told


@on_linux_with_cuda
def test_what_the_compiler_says_is_told(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda_libraries, "_KERNEL", b"this is no CUDA")
    with pytest.raises(StepFailed, match=r"compiler failed .*twice\.cu\(1\)"):
        cuda_libraries.open_cuda_libraries(place)


@on_linux_with_cuda
def test_a_part_of_cudnn_that_cannot_be_opened_is_found(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a package has left out what the part is linked to."""
    (tmp_path / "libcudnn_broken.so.9").write_bytes(b"\x7fELF")
    (real,) = cuda_libraries.opened_libraries("libcudnn.so")
    linked = tmp_path / real.name
    linked.symlink_to(real)
    monkeypatch.setattr(cuda_libraries, "opened_libraries", lambda _: [linked])
    with pytest.raises(OSError, match=r"libcudnn_broken\.so\.9"):
        cuda_libraries.open_cuda_libraries(place)


def test_the_flavour_for_the_processor_has_nothing_to_open(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(ctypes, "CDLL", None)  # not even tried
    assert "for the processor" in cuda_libraries.open_cuda_libraries(place)
