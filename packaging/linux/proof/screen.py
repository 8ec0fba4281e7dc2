"""A virtual screen, and a person in front of it: keys, the mouse, and a look at what is there."""

from __future__ import annotations

import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from linux.proof.steps import ProofError, run
from linux.proof.system import System, mount

DISPLAY = ":1"
"""Free for us: the sockets lie in our own namespaces."""
WIDTH, HEIGHT = 1280, 800
_SOCKETS = Path("/tmp/.X11-unix")
_XWD_FIELDS = 25


class Screen:
    """Xvfb, which has to be running; see :func:`screen`."""

    def __init__(self, frame: Path) -> None:
        self._frame = frame

    def look(self) -> Image.Image:
        """What is on it now, RGB."""
        xwd = self._frame.read_bytes()
        head = struct.unpack_from(f">{_XWD_FIELDS}I", xwd)
        header, width, height, stride, colours = head[0], head[4], head[5], head[12], head[19]
        start = header + 12 * colours
        pixels = xwd[start : start + stride * height]
        return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", stride, 1)

    def wait_until_still(self, seconds: float = 2, timeout: float = 60) -> Image.Image:
        """The picture, once nothing has moved for ``seconds``."""
        seen, since = self.look(), time.monotonic()
        until = since + timeout
        while time.monotonic() < until:
            time.sleep(0.25)
            now = self.look()
            if now.tobytes() != seen.tobytes():
                seen, since = now, time.monotonic()
            elif time.monotonic() - since >= seconds:
                return seen
        raise ProofError(f"the screen did not come to rest within {timeout:.0f} s.")

    def wait_for_window(self, title: str, timeout: float = 60) -> str:
        """Wait for a window with ``title`` in its name, give it the keyboard; returns its id."""
        found = ""

        def there() -> bool:
            nonlocal found
            told = _xdotool("search", "--onlyvisible", "--name", title, allow=(0, 1))
            found = next((line for line in told.splitlines() if line.isdigit()), "")
            return bool(found)

        wait_until(there, f"a window “{title}”", timeout)
        _xdotool("windowmove", found, "0", "0", "windowsize", found, str(WIDTH), str(HEIGHT))
        _xdotool("windowfocus", "--sync", found)
        return found

    def press(self, *keys: str) -> None:
        """Shortcuts as xdotool names them, such as ``ctrl+o``."""
        _xdotool("key", *keys)

    def drag(self, *points: tuple[int, int]) -> None:
        """Hold the left button down along ``points``, in pixels of the screen."""
        (x, y), *others = points
        _xdotool("mousemove", str(x), str(y), "mousedown", "1")
        for x, y in others:
            _xdotool("mousemove", str(x), str(y))
        _xdotool("mouseup", "1")


@contextmanager
def screen(system: System, folder: Path) -> Iterator[Screen]:
    """A running Xvfb of this machine that the system reaches; its picture lies in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    _SOCKETS.mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", _SOCKETS)
    inside = system.path(str(_SOCKETS))
    inside.mkdir(exist_ok=True)
    mount("--bind", _SOCKETS, inside)
    server = subprocess.Popen(
        ["Xvfb", DISPLAY, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder),
         "-ac", "-nolock", "-nolisten", "tcp"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        socket = _SOCKETS / f"X{DISPLAY[1:]}"
        wait_until(socket.exists, "Xvfb", 30)
        os.environ["DISPLAY"] = DISPLAY
        yield Screen(folder / "Xvfb_screen0")
    finally:
        os.environ.pop("DISPLAY", None)
        server.terminate()
        server.wait()


def wait_until(holds: Callable[[], bool], what: str, timeout: float) -> None:
    """Raises :class:`ProofError` where ``holds`` does not come true in time."""
    until = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > until:
            raise ProofError(f"waited {timeout:.0f} s for {what} in vain.")
        time.sleep(0.2)


def _xdotool(*arguments: str, allow: tuple[int, ...] = (0,)) -> str:
    return run(["xdotool", *arguments], allow=allow, timeout=30)
