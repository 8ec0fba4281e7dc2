"""A colour that a file gives as a list of three numbers."""

from __future__ import annotations

from typing import Any


def listed_color(value: Any) -> tuple[int, int, int] | None:
    """``[red, green, blue]``, 0 to 255 each; None for anything else."""
    parts = value if isinstance(value, list) else []
    if len(parts) == 3 and all(isinstance(part, int) and 0 <= part <= 255 for part in parts):
        return parts[0], parts[1], parts[2]
    return None
