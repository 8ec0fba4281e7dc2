"""Whether there is memory for what a JSON text says, asked before it is parsed.

A few bytes of text can be a hundred of objects: 80 million times ``{},`` is a file of 240 MB that
becomes 6 GB, and a system that runs out of memory ends the program, or others.
"""

from __future__ import annotations

import sys
from pathlib import Path

from segmenter.errors import MaskwrightError

_BYTES = {"{": 100, "[": 80, ",": 36, ":": 70, '"': 25}
"""Of a Python object, for each character that tells of one, rounded up; as CPython has them."""
_SMALL = 2**24
"""Characters; of fewer nothing large can come."""


def check_memory(text: str, where: str) -> None:
    """
    Args:
        where: the file, as a sentence names it.

    Raises:
        MaskwrightError: parsing the text would need more memory than is free.
    """
    if len(text) < _SMALL:
        return
    needed, free = memory_needed(text), free_memory()
    if free is not None and needed > free:
        raise MaskwrightError(
            f"{where} needs about {needed / 2**30:.1f} GB of memory, but {free / 2**30:.1f} GB are "
            "free; close other programs, or split the file."
        )


def memory_needed(text: str) -> int:
    """Bytes that the parsed text takes at most, estimated."""
    return len(text) + sum(size * text.count(sign) for sign, size in _BYTES.items())


def free_memory() -> int | None:
    """Bytes that this process may still take, the system's swap space included; None where the
    system does not tell: only Linux is asked."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        sizes = {
            name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)
        }
        free = 1024 * (sizes["MemAvailable"] + sizes["SwapFree"])
    except (OSError, ValueError, KeyError, IndexError):
        return None
    if sys.platform != "win32":
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            free = min(free, limit - used * resource.getpagesize())
    return max(free, 0)
