"""Making a child give way: to the window for the processor, and to everything for memory."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

NICENESS = 10
FIRST_TO_GO = "600"
"""From 0 to 1000: whom Linux ends where memory runs out. A run can be resumed, so rather it than
the window."""


def make_gentle(pid: int) -> None:
    """Lower the priority of a process that has just been started. Where the system does not let
    us, all stays as it was."""
    if sys.platform == "win32":
        _lower_on_windows(pid)
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    with suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text(FIRST_TO_GO)


def _lower_on_windows(pid: int) -> None:
    if sys.platform == "win32":
        import ctypes

        set_information, below_normal = 0x0200, 0x4000
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(set_information, False, pid)
        if handle:
            kernel.SetPriorityClass(handle, below_normal)
            kernel.CloseHandle(handle)
