"""What the benchmarks share: child processes, peaks of memory, medians, tables.

Whatever is compared runs in processes of its own, one after the other and in turns, so that
neither inherits the other's memory, caches or threads, and a slow minute of the machine meets both.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20


def peak_memory() -> int:
    """The most memory that this process has had so far, in bytes.

    On Linux from its status: ``ru_maxrss`` would be the parent's where that had more.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    if sys.platform == "win32":
        raise SystemExit("Peak memory is measured on Linux and macOS only.")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def run_child(script: str, *arguments: str) -> dict[str, Any]:
    """Run ``script --child arguments…``; the JSON object on its last line of output."""
    child = subprocess.run(
        [sys.executable, script, "--child", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    result: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return result


def in_turns(script: str, runs: int, variants: Sequence[Sequence[str]]) -> list[list[dict]]:
    """Each variant's arguments as a child, ``runs`` times, taking turns; results per variant."""
    results: list[list[dict]] = [[] for _ in variants]
    for _ in range(runs):
        for variant, into in zip(variants, results, strict=True):
            into.append(run_child(script, *variant))
    return results


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def machine() -> str:
    """Processor, cores, PyTorch and what else was running: no figure is worth much without."""
    import torch

    name = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    capability = torch.backends.cpu.get_cpu_capability()
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{name}, {os.cpu_count()} cores, {capability}, PyTorch {torch.__version__}{load}"


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A Markdown table that also reads well in a terminal."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}\n")
    for index, row in enumerate([head, *rows]):
        print("| " + " | ".join(str(v).ljust(w) for v, w in zip(row, widths, strict=True)) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    sys.stdout.flush()
