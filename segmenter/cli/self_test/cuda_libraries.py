"""Whether CUDA's libraries find what they open only on a graphics card, where there is none too.

A package is checked where it is made, mostly without a card. Libraries that another is linked to
are missed at once; those that one opens by name while it computes (NVRTC its built-in functions,
cuDNN its parts) are missed by the first person with a card. Both can be had to open them without.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import Workplace

_KERNEL = b'extern "C" __global__ void twice(float* x) { x[threadIdx.x] *= 2.0f; }'


def open_cuda_libraries(_: Workplace) -> str:
    """Compile a kernel, and open all of cuDNN, where torch was built for CUDA."""
    import torch

    version = torch.version.cuda
    if version is None:
        return "This is the flavour for the processor, without CUDA."
    if sys.platform != "linux":
        return f"CUDA {version}; what it opens later is looked at on Linux alone."
    _compile(ctypes.CDLL(f"libnvrtc.so.{version.partition('.')[0]}"))  # which torch has opened
    opened = _open_cudnn()
    return (
        f"CUDA {version} compiles a kernel, cuDNN {torch.backends.cudnn.version()} finds its "
        f"{opened} parts."
    )


def _compile(nvrtc: ctypes.CDLL) -> None:
    """Raises :class:`StepFailed` with what the compiler says."""
    program = ctypes.c_void_p()
    made = nvrtc.nvrtcCreateProgram(ctypes.byref(program), _KERNEL, b"twice.cu", 0, None, None)
    if made:
        raise StepFailed(f"CUDA's compiler does not start (error {made}).")
    failed = nvrtc.nvrtcCompileProgram(program, 0, None)
    size = ctypes.c_size_t()
    nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
    log = ctypes.create_string_buffer(max(1, size.value))
    nvrtc.nvrtcGetProgramLog(program, log)
    nvrtc.nvrtcDestroyProgram(ctypes.byref(program))
    if failed:
        told = log.value.decode("utf-8", "replace")
        raise StepFailed(f"CUDA's compiler failed (error {failed}): {told}")


def _open_cudnn() -> int:
    """Open each of cuDNN's parts beside the one that torch has opened; returns how many."""
    found = opened_libraries("libcudnn.so")
    if not found:
        raise StepFailed("torch has not opened libcudnn.")
    cudnn = ctypes.CDLL(str(found[0]))
    parts = sorted(found[0].parent.glob("libcudnn_*.so.*"))
    for part in parts:
        ctypes.CDLL(str(part))  # an OSError names what is missing
    for name in ("Graph", "Ops", "Cnn"):
        if code := getattr(cudnn, f"cudnn{name}VersionCheck")():
            raise StepFailed(f"cuDNN's part for {name} is missing or of another version ({code}).")
    return len(parts)


def opened_libraries(name: str) -> list[Path]:
    """The files of this process whose names begin so, each once."""
    mapped = Path("/proc/self/maps").read_text("utf-8").splitlines()
    return [
        path
        for path in dict.fromkeys(Path(line[line.index("/") :]) for line in mapped if "/" in line)
        if path.name.startswith(name)
    ]
