"""``maskwright export-model``: a model for programs that know nothing of Maskwright."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import segmenter
from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output
from segmenter.errors import MaskwrightError
from segmenter.wording import shown

if TYPE_CHECKING:
    from segmenter.nn.model_out.kinds import Kind


def export_model(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A name, or a model file.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The new file: .onnx or .pt.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="onnx|torch", help="Default: by the end of FILE's name."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a model as ONNX or TorchScript, for other programs.

    Input: float32 N×3×H×W, RGB from 0 to 255, of any size; the normalisation is inside.
    Output: logits N×C×H×W. docs/model-out.md has ten lines of Python that use it.
    """
    output = Output(as_json)
    kind = _kind(format, out)
    _may_be_written(out, force=force, asks=not as_json)

    from segmenter.nn import zoo
    from segmenter.nn.model_out.exporting import export_network, refuse_model_itself
    from segmenter.project.classes import default_color

    refuse_model_itself(out, Path(model))
    with cancel_on_interrupt() as cancel:
        with output.progress(model, as_bytes=True) as progress:
            network = zoo.load_model(model, progress=progress, cancel=cancel)
        with output.progress("Exporting", as_bytes=True) as progress:
            names = network.config.classes
            colors = [default_color(number, name) for number, name in enumerate(names)]
            export_network(
                network,
                out,
                kind,
                version=segmenter.__version__,
                colors=colors,
                progress=progress,
                cancel=cancel,
            )
    size = out.stat().st_size
    output.event(
        "exported", path=str(out), format=kind.value, bytes=size, classes=network.config.classes
    )
    output.say(f"{model} is in {out} ({size / 1e6:.1f} MB)")


def _kind(format: str | None, out: Path) -> Kind:
    from segmenter.nn.model_out.kinds import Kind, kind_of

    if format is None:
        return kind_of(out)
    try:
        return Kind(format)
    except ValueError:
        raise typer.BadParameter(f"--format is onnx or torch, not {format!r}.") from None


def _may_be_written(out: Path, *, force: bool, asks: bool) -> None:
    """Asks a person at a terminal; raises :class:`MaskwrightError` for what stays as it is."""
    if out.is_dir():
        raise MaskwrightError(f"{shown(out)} is a folder: name the file in it, too.")
    if force or not out.exists():
        return
    if asks and sys.stdin.isatty() and typer.confirm(f"{out} is there already. Replace it?"):
        return
    raise MaskwrightError(
        f"{shown(out)} is there already: choose another name, or replace it with --force."
    )
