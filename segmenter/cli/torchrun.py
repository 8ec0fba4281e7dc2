"""When ``torchrun`` starts a command in several processes, one of them speaks and listens."""

from __future__ import annotations

import os


def is_leader() -> bool:
    """Whether this process is the one; also where it is the only one."""
    return os.environ.get("RANK", "0") == "0"
