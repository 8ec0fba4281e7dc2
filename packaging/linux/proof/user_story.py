"""What a person does with an installed app: here with keys and the mouse, on a virtual screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from linux.bundle_folder import ROOT
from linux.proof.screen import DISPLAY, HEIGHT, WIDTH, Screen, wait_until
from linux.proof.steps import ProofError, show, step
from linux.proof.system import HOME, USER_ID, System

SAMPLES = f"{HOME}/.local/share/maskwright/sample"
_IMAGES = 10


def self_test(system: System, program: str) -> None:
    """Everything that works without a screen, as the app checks it itself."""
    with step(f"{program} selftest, as a user, in /tmp, with nothing in the environment"):
        show(system.as_user(program, "selftest", folder="/tmp"))


def use_the_window(system: System, screen: Screen, program: Sequence[str], picture: Path) -> None:
    """Start ``program``, open the sample photos, segment them, paint, quit.

    The screen as it was with the masks on it goes to ``picture``.
    """
    project = system.path(SAMPLES) / "maskwright"
    with running(system, program) as app:
        with step(f"{' '.join(program)} opens its window, with Qt's xcb plugin"):
            screen.wait_for_window("Maskwright")
            screen.wait_until_still()
        with step("Ctrl+Alt+O opens the sample photos"):
            screen.press("ctrl+alt+o")
            app.wait_for((project / "project.sqlite3").exists, "the project", 60)
            screen.wait_until_still()
        with step("Ctrl+Shift+R segments all of them"):
            screen.press("ctrl+shift+r")
            _wait_for_predictions(app, project, _IMAGES)
            screen.wait_until_still()
            screen.look().save(picture)
            show(f"a picture of the screen: {picture}")
        with step("the brush paints on the mask, and Ctrl+Q saves it"):
            screen.press("b")
            x, y = WIDTH // 2, HEIGHT // 2
            screen.drag((x, y), (x + 60, y + 20), (x + 90, y + 50))
            screen.wait_until_still()
            _quit(screen, app)
            if not _labels(project / "masks"):
                raise ProofError("no mask was saved after painting.")


def open_an_image(
    system: System, screen: Screen, command: Callable[[str], list[str]], picture: Path
) -> None:
    """What a file manager's “Open with” does: the app opens the image's folder, and segments it.

    ``command``: the image's path → what the desktop starts.
    """
    folder = f"{HOME}/Fotos äöü"
    samples = ROOT / "resources/sample"
    system.path(folder).mkdir()
    for name in ("cat.jpg", "dogs.jpg"):
        shutil.copy(samples / name, system.path(folder) / name)
    for path in (system.path(folder), *system.path(folder).iterdir()):
        os.chown(path, USER_ID, USER_ID)
    project = system.path(folder) / "maskwright"
    with running(system, command(f"{folder}/dogs.jpg")) as app:
        with step("the entry in the menus opens an image"):
            screen.wait_for_window("Maskwright")
            app.wait_for((project / "project.sqlite3").exists, "the project", 60)
            screen.wait_until_still()
        with step("Ctrl+R segments it"):
            screen.press("ctrl+r")
            _wait_for_predictions(app, project, 1)
            screen.wait_until_still()
            screen.look().save(picture)
            show(f"a picture of the screen: {picture}")
            _quit(screen, app)


def _wait_for_predictions(app: RunningApp, project: Path, count: int) -> None:
    app.wait_for(lambda: len(_labels(project / "predictions")) >= count, "all predictions", 240)


def _quit(screen: Screen, app: RunningApp) -> None:
    screen.press("ctrl+q")
    wait_until(lambda: app.code() is not None, "the app's end", 60)
    if app.code() != 0:
        raise ProofError(f"the app ended with {app.code()}.")


def _labels(folder: Path) -> list[Path]:
    found = folder.glob("*.png")
    return [path for path in found if not path.name.endswith(".confidence.png")]


class RunningApp:
    """A process of the app, and what it prints."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def code(self) -> int | None:
        return self._process.poll()

    def wait_for(self, holds: Callable[[], bool], what: str, timeout: float) -> None:
        """Raises :class:`ProofError` where it takes too long, or the app has ended before."""

        def done() -> bool:
            if holds():
                return True
            if self.code() is not None:
                raise ProofError(f"the app ended with {self.code()} before there was {what}.")
            return False

        wait_until(done, what, timeout)

    def printed(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def end(self) -> None:
        if self.code() is None:
            self._process.kill()
            self._process.wait()


@contextmanager
def running(system: System, program: Sequence[str]) -> Iterator[RunningApp]:
    """``program``, started by the ordinary user on the virtual screen."""
    variables = [f"DISPLAY={DISPLAY}", "QT_QPA_PLATFORM=xcb"]
    log = system.home.with_name("window.log")
    with log.open("wb") as printed:
        process = subprocess.Popen(
            system.user_command(*program, variables=variables),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
    app = RunningApp(process, log)
    try:
        yield app
    except BaseException:
        show(app.printed())
        raise
    finally:
        app.end()
