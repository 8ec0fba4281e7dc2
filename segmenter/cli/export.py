"""``maskwright export``: a folder's labels in the format of another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.mapping import class_ids, parse_map
from segmenter.cli.opened_folder import opened
from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output

STATES = ("corrected", "approved", "predicted")
LISTS = ("none", "share", "project")
IMAGES = ("copy", "hardlink", "symlink", "none")


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of images.")],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A new folder, or a new file ending in .zip.")
    ],
    *,
    format: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help="One of `maskwright formats`.")
    ],
    states: Annotated[
        str,
        typer.Option(metavar="A,B,...", help="Of corrected, approved and predicted images."),
    ] = "corrected,approved",
    lists: Annotated[
        str | None,
        typer.Option(
            metavar="none|share|project",
            help="Lists of training and validation images: none, by chance, or as `train` splits.",
        ),
    ] = None,
    val_share: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Validation images with --lists share (0.2)."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another chance with --lists share.")] = 0,
    ignore: Annotated[
        int, typer.Option(min=0, max=255, help="The value of unlabelled pixels, if there is one.")
    ] = 255,
    images: Annotated[
        str,
        typer.Option(metavar="|".join(IMAGES), help="What is done with the images themselves."),
    ] = "copy",
    class_map: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="CLASS=ID",
            help="Give a class another id in the export; an empty one leaves it out. Repeat it.",
        ),
    ] = None,
    whole_classes: Annotated[
        bool,
        typer.Option(
            "--whole-classes",
            help="In formats of objects: all pixels of a class in an image are one object.",
        ),
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an earlier export in the same place.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Export the masks of a folder.

    Class ids stay as they are. The export is complete or absent, whatever stops it. An image whose
    mask can't be read is left out and reported, and the exit code is 1. Works while the app has
    the folder open.
    """
    from segmenter.formats import registry
    from segmenter.formats.dataset import ExportOptions, ImageFiles, Lists
    from segmenter.formats.exporting import export as run_export
    from segmenter.formats.exporting import plan_export
    from segmenter.project.state import State

    if lists is None:
        lists = "none" if val_share is None else "share"
    elif val_share is not None and lists != "share":
        raise typer.BadParameter("--val-share goes with --lists share.")
    mapping = parse_map(class_map or ())
    chosen = registry.by_key(format)
    chosen_states = frozenset(State(name) for name in _words(states, STATES, "--states"))
    chosen_lists = Lists(_word(lists, LISTS, "--lists"))
    chosen_images = ImageFiles(_word(images, IMAGES, "--images"))
    output = Output(as_json)
    with (
        cancel_on_interrupt() as cancel,
        output.progress("Exporting") as progress,
        opened(folder, cancel) as project,
    ):
        options = ExportOptions(
            states=chosen_states,
            lists=chosen_lists,
            validation_share=0.2 if val_share is None else val_share,
            seed=seed,
            class_map=class_ids(mapping, project.classes),
            ignore=ignore,
            images=chosen_images,
            separate=not whole_classes,
        )
        plan = plan_export(project, chosen, out, options, replace=replace)
        report = run_export(project, plan, progress=progress, cancel=cancel)
    for skipped in report.skipped:
        output.event("skipped", name=skipped.name, reason=skipped.reason)
    output.warn_each([f"{each.name} was left out: {each.reason}" for each in report.skipped])
    for note in report.notes:
        output.event("note", text=note)
        output.warn(note)
    output.event(
        "end",
        format=chosen.key,
        target=str(report.target),
        exported=report.exported,
        skipped=len(report.skipped),
        classes=[{"id": each.id, "name": each.name} for each in plan.classes],
    )
    output.say(f"{report.exported} of {len(plan.images)} images exported to {report.target}")
    if report.skipped:
        raise typer.Exit(1)


def _words(text: str, known: tuple[str, ...], option: str) -> list[str]:
    return [_word(part.strip(), known, option) for part in text.split(",")]


def _word(text: str, known: tuple[str, ...], option: str) -> str:
    if text not in known:
        raise typer.BadParameter(f"{option} is one of {', '.join(known)}, not {text!r}.")
    return text
