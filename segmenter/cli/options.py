"""Options that several commands share, so that each means the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

ModelOption = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME|FILE",
        help="A name from `maskwright models list`, or a file.",
    ),
]
DeviceOption = Annotated[
    str, typer.Option("--device", metavar="auto|cpu|cuda", help="Where to compute.")
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="CPU threads (default: all but one).")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object a line instead of text.")
]
ImagesOption = Annotated[
    Path | None, typer.Option("--images", metavar="DIR", help="Or: a folder of images ...")
]
MasksOption = Annotated[
    Path | None,
    typer.Option(
        "--masks",
        metavar="DIR",
        help="... and one of masks: 8-bit PNGs of the same names; the value is the class, "
        "255 does not count.",
    ),
]


def parse_tile(text: str) -> Literal["auto", "off"] | int:
    """``auto``, ``off`` or a number of pixels. Raises typer.BadParameter for anything else."""
    if text == "auto":
        return "auto"
    if text == "off":
        return "off"
    if text.isascii() and text.isdigit() and 128 <= int(text) <= 8192:
        return int(text)
    raise typer.BadParameter(f"--tile is auto, off, or a side of 128 to 8192 pixels, not {text!r}.")


def split_names(text: str | None) -> tuple[str, ...] | None:
    """``"sky, road"`` → ``("sky", "road")``; None stays None."""
    return tuple(part.strip() for part in text.split(",")) if text is not None else None


def parse_rates(text: str | None) -> tuple[int, ...] | None:
    """``"6,12,18"`` → ``(6, 12, 18)``; None stays None. Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(
            f"--atrous-rates takes whole numbers with commas between them, not {text!r}."
        ) from None


def parse_scales(text: str) -> tuple[float, ...]:
    """``0.75,1,1.25`` → (0.75, 1.0, 1.25). Raises typer.BadParameter for anything else."""
    try:
        scales = tuple(float(part) for part in text.split(","))
    except ValueError:
        scales = ()
    if not scales or not all(0.1 <= scale <= 4 for scale in scales):
        raise typer.BadParameter(
            f"--scales takes numbers from 0.1 to 4 with commas between them, not {text!r}."
        )
    return scales
