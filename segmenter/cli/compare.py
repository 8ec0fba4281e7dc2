"""``maskwright compare``: two models on the same images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.names_file import read_names
from segmenter.cli.opened_folder import opened_if_named
from segmenter.cli.options import (
    DeviceOption,
    ImagesOption,
    JsonOption,
    MasksOption,
    ThreadsOption,
    split_names,
)
from segmenter.cli.output import Output, table
from segmenter.wording import percent

if TYPE_CHECKING:
    from segmenter.training.comparison import Comparison, ImageChange


def compare(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder whose corrected and approved masks to compare with."),
    ] = None,
    *,
    old: Annotated[
        str, typer.Option("--old", metavar="NAME|FILE", help="The model to compare with.")
    ],
    new: Annotated[
        str, typer.Option("--new", metavar="NAME|FILE", help="The model that may take its place.")
    ],
    images: ImagesOption = None,
    masks: MasksOption = None,
    classes: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="The names of the mask values 0, 1, 2, ... Default: the new model's classes.",
        ),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names",
            metavar="FILE",
            help="Only the images named in this text file, one a line. Default: those that the "
            "new model never learnt from, as its card tells.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Write what each model says: old/N.png, new/N.png."
        ),
    ] = None,
    device: DeviceOption = "auto",
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score two models on the same images, and list what got better and worse.

    Changes nothing in the folder, and works while the app has it open.
    """
    if (folder is None) != bool(images and masks) or (folder is not None and (images or masks)):
        raise typer.BadParameter("Name either a FOLDER, or --images and --masks.")
    wanted = read_names(names) if names is not None else None
    output = Output(as_json)
    with (
        cancel_on_interrupt() as cancel,
        opened_if_named(folder, cancel) as project,
        output.progress("Comparing") as progress,
    ):
        from segmenter.training.compare import compare_models

        def tell_progress(done: int, total: int) -> None:
            progress(done, total)
            output.event("progress", done=done, total=total)

        def tell_image(image: ImageChange) -> None:
            output.event("image", **image.to_dict())

        found = compare_models(
            old,
            new,
            project=project,
            images=images,
            masks=masks,
            classes=split_names(classes),
            names=wanted,
            out=out.absolute() if out is not None else None,
            device=device,
            threads=threads,
            on_image=tell_image,
            progress=tell_progress,
            cancel=cancel,
        )
    output.event("done", **found.to_dict())
    output.say(comparison_table(found))


def comparison_table(found: Comparison) -> str:
    """Per class, over all and per image, in percent, with what changed."""
    lines = [
        (name, *_both(found.old.iou.get(name), found.new.iou.get(name))) for name in found.classes
    ]
    lines.append(("mean IoU", *_both(found.old.mean_iou, found.new.mean_iou)))
    lines.append(("pixel accuracy", *_both(found.old.pixel_accuracy, found.new.pixel_accuracy)))
    lines.append(("boundary F", *_both(found.old.boundary_f, found.new.boundary_f)))
    by_class = table(lines, header=("CLASS", "OLD", "NEW", "CHANGE"))
    rows = [(each.name, *_both(each.old, each.new)) for each in found.images]
    by_image = table(rows, header=("IMAGE", "OLD", "NEW", "CHANGE"))
    return "\n".join([by_class, "", by_image, *([found.note] if found.note else [])])


def _both(old: float | None, new: float | None) -> tuple[str, str, str]:
    """Old, new, and the change in points with its sign."""
    if old is None or new is None:
        return percent(old), percent(new), percent(None)
    return percent(old), percent(new), f"{100 * (new - old):+.1f}"
