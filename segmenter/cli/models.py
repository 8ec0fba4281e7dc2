"""``maskwright models``: what is on this computer and what can be had."""

from __future__ import annotations

import dataclasses
import os
from typing import Annotated, Any

import typer

from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output, table

models = typer.Typer(
    help="Models: list, download, describe, check and delete them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A name from the list.")]


@models.command("list")
def list_models(as_json: JsonOption = False) -> None:
    """List the models that have a name."""
    from segmenter.nn import zoo

    output = Output(as_json)
    rows = []
    for model in zoo.MODELS:
        here = zoo.is_available(model.name)
        size = zoo.size_in_bytes(model.name)
        if as_json:
            output.json(
                {
                    "name": model.name,
                    "title": model.title,
                    "summary": model.summary,
                    "license": model.license,
                    "bundled": model.bundled,
                    "backbone_only": model.is_backbone,
                    "available": here,
                    "bytes": size,
                    "path": str(zoo.path_of(model.name)) if here else None,
                }
            )
        rows.append((model.name, _megabytes(size), _where(model.bundled, here), model.summary))
    output.say(table(rows, header=("NAME", "SIZE", "STATE", "WHAT")))


@models.command()
def download(name: NameArgument, as_json: JsonOption = False) -> None:
    """Download a model; one that broke off goes on where it was."""
    from segmenter.nn import zoo

    output = Output(as_json)
    with cancel_on_interrupt() as cancel, output.progress(name, as_bytes=True) as progress:
        path = zoo.download(name, progress, cancel)
    output.event("downloaded", name=name, path=str(path), bytes=path.stat().st_size)
    output.say(f"{name} is in {path}")


@models.command()
def info(
    model: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A name, or a model file.")],
    as_json: JsonOption = False,
) -> None:
    """Describe a model: its classes, configuration, origin and scores."""
    output = Output(as_json)
    facts = _facts(model)
    if as_json:
        output.json(facts)
        return
    for key, value in _flat(facts):
        output.say(f"{key:<24} {value}")


@models.command()
def verify(name: NameArgument, as_json: JsonOption = False) -> None:
    """Read a whole model and compare its checksum. Never deletes anything."""
    from segmenter.nn import zoo

    output = Output(as_json)
    checksum = zoo.verify(name)
    output.event("verified", name=name, sha256=checksum)
    output.say(f"{name} is whole (SHA-256 {checksum})")


@models.command()
def remove(name: NameArgument, as_json: JsonOption = False) -> None:
    """Delete a downloaded model."""
    from segmenter.nn import zoo

    output = Output(as_json)
    was_here = zoo.is_available(name)
    zoo.remove(name)
    output.event("removed", name=name, was_here=was_here)
    output.say(f"{name} is deleted" if was_here else f"{name} was not here")


def _facts(name_or_path: str) -> dict[str, Any]:
    from segmenter.nn import zoo
    from segmenter.nn.model_file import read_model_header

    facts: dict[str, Any] = {"model": name_or_path}
    path: str | os.PathLike[str] = name_or_path
    if name_or_path in {model.name for model in zoo.MODELS}:
        model = zoo.find(name_or_path)
        facts |= {"title": model.title, "summary": model.summary, "license": model.license}
        facts["available"] = zoo.is_available(name_or_path)
        facts["bytes"] = zoo.size_in_bytes(name_or_path)
        if model.is_backbone or not facts["available"]:
            facts["backbone"] = model.backbone
            return facts
        path = zoo.path_of(name_or_path)
    elif not os.path.exists(name_or_path) and os.sep not in name_or_path:  # noqa: PTH110
        zoo.find(name_or_path)  # raises with the choices
    config, card = read_model_header(path)
    facts["path"] = str(path)
    facts["config"] = config.to_dict()
    facts["card"] = dataclasses.asdict(card)
    return facts


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    lines = []
    for key, value in values.items():
        if isinstance(value, dict):
            lines += _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list | tuple):
            lines.append((prefix + key, ", ".join(str(item) for item in value)))
        elif value not in ("", None):
            lines.append((prefix + key, str(value)))
    return lines


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size else "?"


def _where(bundled: bool, here: bool) -> str:
    if not here:
        return "missing" if bundled else "can be downloaded"
    return "comes with Maskwright" if bundled else "downloaded"
