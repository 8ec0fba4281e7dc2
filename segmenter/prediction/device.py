"""What this computer can compute on, and which of it a person's choice means."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from segmenter.errors import MaskwrightError


@dataclass(frozen=True)
class Device:
    """Something a network can run on."""

    name: str
    """What PyTorch and ``--device`` call it: ``cpu``, ``cuda:0``, ``mps``."""
    title: str
    """For people: ``NVIDIA H100 80GB HBM3``, ``CPU, 8 cores``."""
    memory: int | None
    """Bytes; None where the system does not tell."""

    def __str__(self) -> str:
        memory = "" if self.memory is None else f", {self.memory / 2**30:.0f} GB"
        return f"{self.title}{memory}"


def list_devices() -> list[Device]:
    """Every device of this computer, the fastest first; the CPU is always the last."""
    import torch

    devices = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            devices.append(Device(f"cuda:{index}", properties.name, properties.total_memory))
    if torch.backends.mps.is_available():
        devices.append(Device("mps", "Apple GPU", _main_memory()))
    cores = os.cpu_count() or 1
    plural = "" if cores == 1 else "s"
    devices.append(Device("cpu", f"CPU, {cores} core{plural}", _main_memory()))
    return devices


def choose_device(name: str = "auto") -> str:
    """The PyTorch name of a device: ``auto`` (the fastest that works), ``cpu``, ``cuda``,
    ``cuda:1``, ``mps``.

    Raises :class:`MaskwrightError` where there is no such device.
    """
    devices = list_devices()
    names = [device.name for device in devices]
    if name == "auto":
        return next(name for name in names if name == "cpu" or _works(name))
    if name == "cuda" and "cuda:0" in names:
        return "cuda:0"
    if name in names:
        return name
    choices = ", ".join(["auto", *sorted(names)])
    if name == "cuda" or name.startswith("cuda:"):
        what = "no NVIDIA GPU that PyTorch can use" if "cuda:0" not in names else f"no {name}"
        raise MaskwrightError(f"This computer has {what}; the choices are {choices}.")
    if name == "mps":
        raise MaskwrightError(f"This computer has no Apple GPU; the choices are {choices}.")
    raise MaskwrightError(f"There is no device {name!r}; the choices are {choices}.")


def _works(name: str) -> bool:
    """Whether the device computes: a GPU too old for this PyTorch is listed, but fails at once."""
    import torch

    try:
        return bool((torch.ones(2, device=name) + 1).sum().item() == 4)
    except RuntimeError:
        return False


def _main_memory() -> int | None:
    if sys.platform == "win32":
        return _main_memory_of_windows()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _main_memory_of_windows() -> int | None:
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    if not kernel.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
        return None
    return kilobytes.value * 1024
