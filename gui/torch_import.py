"""Importing torch beside a living window, without the window standing still.

Measured here (2 cores, PySide6 6.11.3, torch 2.15 with CUDA), longest gap of a 5 ms timer on
the GUI thread while another thread runs ``import torch``:

* plainly: 290 to 840 ms. The import system dlopens torch's libraries, hundreds of megabytes to
  relocate, without letting go of the interpreter lock.
* with the libraries opened first through a foreign call, which does let go of it: 100 ms. What
  is left are full passes of the garbage collector over the many new objects.
* and with the collector paused: 27 ms (63 ms where no bytecode is cached, because the largest
  modules are then compiled in one go each).

Once torch is there, a full pass of the collector over its objects takes 100 ms on whichever thread
sets it off. They live as long as the process: freezing them keeps later passes short.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import logging
import os
import sys
from pathlib import Path
from time import perf_counter

log = logging.getLogger(__name__)


def import_torch_gently() -> None:
    """Import torch on the calling thread. Does nothing where it is there already."""
    if "torch" in sys.modules:
        return
    started = perf_counter()
    collecting = gc.isenabled()
    gc.disable()
    try:
        _open_libraries()
        importlib.import_module("torch")
        gc.freeze()
    finally:
        if collecting:
            gc.enable()
    log.info("torch imported in %.1f s", perf_counter() - started)


def _open_libraries() -> None:
    """Open what ``import torch`` would open, in its order and with its flags (torch/__init__.py:
    ``libtorch_global_deps`` for everyone, the rest as they come). Windows and macOS need
    nothing: there torch itself, or the linker's cache, takes care."""
    if not sys.platform.startswith("linux"):
        return
    found = importlib.util.find_spec("torch")
    if found is None or not found.submodule_search_locations:
        return
    folder = Path(found.submodule_search_locations[0]) / "lib"
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype = ctypes.c_void_p
    dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    for name, scope in (
        ("libtorch_global_deps.so", os.RTLD_GLOBAL),
        ("libtorch_python.so", os.RTLD_LOCAL),
    ):
        path = folder / name
        # Where one won't open, the import itself tells why.
        if path.exists() and not dlopen(os.fsencode(path), os.RTLD_NOW | scope):
            return
