"""Whether there is a screen, without asking Qt, which ends the process where there is none."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import closing

_X_PORT = 6000


def why_no_screen() -> str:
    """What stops a window from opening, as part of a sentence; empty where nothing is known to.

    Looks at Linux alone: there a screen is named by DISPLAY or WAYLAND_DISPLAY, and a name that
    was left over (in a container, after a log-out) leads nowhere.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY")
    if not display:
        return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    if not _x_server_answers(display):
        return f"nothing answers at DISPLAY={display}"
    return ""


def _x_server_answers(display: str) -> bool:
    """Only servers on this computer are asked; others are taken at their word."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isascii() or not number.isdigit():
        return False
    path = f"/tmp/.X11-unix/X{number}"
    if host in ("", "unix"):
        return any(_connects(socket.AF_UNIX, address) for address in (path, f"\0{path}"))
    if host in ("localhost", "127.0.0.1"):
        return _connects(socket.AF_INET, ("127.0.0.1", _X_PORT + int(number)))
    return True


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with closing(socket.socket(family, socket.SOCK_STREAM)) as connection:
        connection.settimeout(2)
        try:
            connection.connect(address)
        except (OSError, OverflowError):
            return False
    return True
