"""All commands put together, and what happens when one of them is typed wrongly."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import segmenter
from segmenter.cli.compare import compare
from segmenter.cli.demo import demo
from segmenter.cli.doctor import doctor
from segmenter.cli.evaluate import evaluate
from segmenter.cli.export import export
from segmenter.cli.export_model import export_model
from segmenter.cli.formats import formats
from segmenter.cli.import_labels import import_labels
from segmenter.cli.models import models
from segmenter.cli.screen_check import screen_check
from segmenter.cli.segment import segment
from segmenter.cli.selftest import selftest
from segmenter.cli.stats import stats
from segmenter.cli.train import train
from segmenter.cli.window_check import window_check

# typer has no public name for what it raises about a wrong command line.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    name="maskwright",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    subcommand_metavar="[FOLDER] | COMMAND [ARGS]...",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(segment)
app.command()(train)
app.command()(evaluate)
app.command()(compare)
app.add_typer(models, name="models")
app.command()(stats)
app.command()(export)
app.command("import")(import_labels)
app.command("export-model")(export_model)
app.command()(formats)
app.command()(demo)
app.command()(doctor)
app.command()(selftest)
app.command("screen-check", hidden=True)(screen_check)
app.command("window-check", hidden=True)(window_check)


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns the exit code."""
    try:
        code = app(list(arguments), prog_name="maskwright", standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _UsageError as error:
        return _usage_error(error)
    return code if isinstance(code, int) else 0


def _usage_error(error: Exception) -> int:
    message = error.format_message()  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    if "\n" in message:  # `maskwright models` alone: the help itself
        print(message, file=sys.stderr)
    else:
        path = context.command_path if context else "maskwright"
        print(f"maskwright: {message} (see {path} --help)", file=sys.stderr)
    return 2


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"maskwright {segmenter.__version__}")
        raise typer.Exit


@app.callback()
def maskwright(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Turn a folder of images into segmentation masks.

    maskwright [FOLDER] opens the app; the commands below work without a screen.
    A folder that is named like a command opens with ./ before its name.
    """
