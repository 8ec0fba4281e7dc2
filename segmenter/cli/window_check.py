"""Whether the window works: hidden, and started by the self-test in the window's own program.

What it finds goes into a file: a windowed program has no terminal on every system.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def window_check(
    folder: Annotated[Path, typer.Argument()],
    out: Annotated[Path, typer.Option("--out")],
) -> None:
    """Open FOLDER in a window, segment an image, write to OUT as JSON what was found."""
    from segmenter.cli.window import try_window

    out.write_text(json.dumps(try_window(folder)), encoding="utf-8")
    raise typer.Exit
