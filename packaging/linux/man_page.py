"""The manual page, made from the command line's own help.

click-man knows click alone, and typer brings a click of its own; help2man makes a page of every
command from text it has to guess the structure of. Here the commands themselves are asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import typer

from segmenter.cli.app import app

_EXIT_STATUS = (
    ("0", "All is done."),
    ("1", "Something went wrong, was stopped, or failed for some of the images."),
    ("2", "What was typed makes no sense."),
)
_ENVIRONMENT = (
    ("MASKWRIGHT_CACHE", "Where downloaded models and thumbnails are kept."),
    ("MASKWRIGHT_CONFIG", "Where the settings are kept."),
    (
        "MASKWRIGHT_DATA",
        "Where projects of folders that can't be written to are kept, and the sample photos.",
    ),
    ("MASKWRIGHT_LOG", "Where the log files are kept."),
)
_FILES = (
    (
        "FOLDER/maskwright/",
        "The project: classes, masks, predictions, models and runs of the folder.",
    ),
)


def man_page(version: str, date: datetime) -> str:
    """``maskwright(1)`` with every command, as roff."""
    root: Any = typer.main.get_command(app)
    context = root.make_context("maskwright", [], resilient_parsing=True)
    purpose, *rest = _paragraphs(root.help)
    lines = [
        f'.TH MASKWRIGHT 1 "{date:%Y-%m-%d}" "Maskwright {version}" "User Commands"',
        ".SH NAME",
        f"maskwright, maskwright\\-cli \\- {_roff(purpose[0].lower() + purpose[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        ".nf",
        r"\fBmaskwright\fR [\fIFOLDER\fR | \fIIMAGE\fR...]",
        *_synopses(root, context),
        ".fi",
        ".SH DESCRIPTION",
        *_prose(rest),
        ".PP",
        r"\fBmaskwright\-cli\fR does the same; it is the one to call from scripts.",
        ".SH OPTIONS",
        *_records(root.get_params(context), context, options=True),
        ".SH COMMANDS",
        *_commands(root, context),
        ".SH EXIT STATUS",
        *_items(_EXIT_STATUS),
        ".SH ENVIRONMENT",
        *_items(_ENVIRONMENT),
        ".SH FILES",
        *_items(_FILES),
    ]
    return "\n".join(lines) + "\n"


def _visible(group: Any) -> list[Any]:
    return [command for command in getattr(group, "commands", {}).values() if not command.hidden]


def _of(command: Any, parent: Any) -> Any:
    """The context of ``command``: its parsers and its full name."""
    return type(parent)(command, info_name=command.name, parent=parent)


def _synopses(group: Any, context: Any) -> list[str]:
    lines = []
    for command in _visible(group):
        inner = _of(command, context)
        if _visible(command):
            lines += _synopses(command, inner)
        else:
            usage = " ".join(command.collect_usage_pieces(inner))
            lines.append(rf"\fB{_roff(inner.command_path)}\fR {_roff(usage)}")
    return lines


def _commands(group: Any, context: Any) -> list[str]:
    lines: list[str] = []
    for command in _visible(group):
        inner = _of(command, context)
        usage = " ".join(command.collect_usage_pieces(inner))
        lines += [
            f".SS {_quoted(f'{inner.command_path} {usage}')}",
            *_prose(_paragraphs(command.help)),
        ]
        lines += _records(command.get_params(inner), inner, options=False)
        lines += _records(command.get_params(inner), inner, options=True)
        lines += _commands(command, inner)
    return lines


def _records(parameters: list[Any], context: Any, *, options: bool) -> list[str]:
    """The table of options, or of arguments, as the help shows it; ``--help`` itself is left out
    below the commands."""
    records = []
    for parameter in parameters:
        if (parameter.param_type_name == "option") is not options:
            continue
        if parameter.name == "help" and context.parent is not None:
            continue
        record = parameter.get_help_record(context)
        if record is not None:
            records.append(record)
    return _items(records)


def _items(records: Any) -> list[str]:
    lines = []
    for term, text in records:
        lines += [".TP", rf"\fB{_roff(' '.join(term.split()))}\fR", _roff(" ".join(text.split()))]
    return lines


def _paragraphs(text: str | None) -> list[str]:
    return [
        " ".join(one.split()) for one in (text or "").replace("\b", "").split("\n\n") if one.strip()
    ]


def _prose(paragraphs: list[str]) -> list[str]:
    return [line for paragraph in paragraphs for line in (".PP", _roff(paragraph))]


def _quoted(text: str) -> str:
    return '"' + _roff(text).replace('"', r"\(dq") + '"'


def _roff(text: str) -> str:
    """Text that roff prints as it is: every hyphen may be typed again, no line is a request."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("…", "...")
    return rf"\&{text}" if text.startswith((".", "'")) else text
