"""``maskwright``: opens the window, or runs the command that was typed.

Opening the window imports neither torch nor typer: it is to stand on the screen at once.

Exit codes: 0 all is done; 1 something went wrong, was stopped with Ctrl+C, or failed for some
of the images; 2 what was typed makes no sense.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from segmenter.cli.window import open_window
from segmenter.errors import Cancelled, MaskwrightError

HIDDEN_COMMANDS = ("screen-check", "window-check")
"""Which only we ourselves start."""
COMMANDS = (
    "segment", "train", "evaluate", "compare", "models", "stats", "export", "import",
    "formats", "export-model", "demo", "doctor", "selftest", *HIDDEN_COMMANDS,
)  # fmt: skip
"""A folder of such a name is opened by ``maskwright ./segment``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own); returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    _print_any_name()
    try:
        if not arguments or arguments[0] == "--" or not _is_for_the_command_line(arguments[0]):
            return _open_folder([one for one in arguments if one != "--"])
        from segmenter.cli.app import run

        return run(arguments)
    except MaskwrightError as error:
        return _failed(str(error))
    except (KeyboardInterrupt, Cancelled):
        return _failed("Stopped.")
    except BrokenPipeError:
        # `maskwright … | head` is no error of ours; Python's own flush at exit would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _open_folder(arguments: list[str]) -> int:
    if not arguments:
        return open_window()
    path = Path(arguments[0])
    if len(arguments) > 1 and not _is_one_selection(arguments):
        wrong = (
            f"it opens one folder, not {len(arguments)}"
            if path.exists()
            else f"there is no command “{arguments[0]}”"
        )
        print(f"maskwright: {wrong} (see maskwright --help)", file=sys.stderr)
        return 2
    if not path.exists():
        raise MaskwrightError(
            f"There is neither a folder nor an image nor a command “{arguments[0]}”; "
            "`maskwright --help` lists the commands."
        )
    return open_window(path)


def _is_one_selection(arguments: list[str]) -> bool:
    """Whether a file manager's “Open with” gave the images that were selected in one folder."""
    paths = [Path(argument) for argument in arguments]
    return all(path.is_file() for path in paths) and len({path.parent for path in paths}) == 1


def _is_for_the_command_line(first: str) -> bool:
    return first in COMMANDS or (first.startswith("-") and first != "-")


def _failed(sentence: str) -> int:
    print(f"maskwright: {' '.join(sentence.split())}", file=sys.stderr)
    return 1


def _print_any_name() -> None:
    """A file name the terminal's encoding does not have is escaped, not an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def __getattr__(name: str) -> Any:
    """``app``, the typer application, imported when it is first asked for."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from segmenter.cli.app import app

    return app


if __name__ == "__main__":
    sys.exit(main())
