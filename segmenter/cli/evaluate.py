"""``maskwright evaluate``: how well a model does on images whose masks are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.options import DeviceOption, JsonOption, ModelOption, split_names
from segmenter.cli.output import Output, table
from segmenter.wording import percent

if TYPE_CHECKING:
    from segmenter.training.evaluate import Scores


def evaluate(
    *,
    images: Annotated[Path, typer.Option("--images", metavar="DIR", help="The images.")],
    masks: Annotated[
        Path,
        typer.Option(
            "--masks",
            metavar="DIR",
            help="Their masks: 8-bit PNGs of the same names; the value is the class, 255 does "
            "not count.",
        ),
    ],
    model: ModelOption = "starter",
    classes: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="The names of the mask values 0, 1, 2, ... Default: the model's classes.",
        ),
    ] = None,
    validation_count: Annotated[
        int, typer.Option(min=0, help="Only the images that `train` holds out with this option.")
    ] = 0,
    validation_fraction: Annotated[
        float,
        typer.Option(min=0.0, max=0.9, help="Only the images that `train` holds out with it."),
    ] = 0.0,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Score a model: IoU of each class, mean IoU, pixel accuracy, boundary F-score."""
    if validation_count and validation_fraction:
        raise typer.BadParameter("Name --validation-count or --validation-fraction, not both.")
    class_names = split_names(classes)
    output = Output(as_json)
    with cancel_on_interrupt() as cancel, output.progress("Evaluating") as progress:
        from segmenter.nn.zoo import load_model
        from segmenter.project.split import split
        from segmenter.training.data import FolderExamples
        from segmenter.training.evaluate import evaluate as score

        network = load_model(model, cancel=cancel)
        names = None
        if validation_count or validation_fraction:
            examples = FolderExamples(images, masks, class_names or network.config.classes)
            names = split(
                examples.names, count=validation_count, fraction=validation_fraction
            ).validation
        scores = score(
            network,
            images=images,
            masks=masks,
            classes=class_names,
            names=names,
            device=device,
            progress=progress,
            cancel=cancel,
        )
    output.event("scores", model=model, **scores.to_dict())
    output.say(scores_table(scores))


def scores_table(scores: Scores) -> str:
    """Per class and over all, in percent."""
    rows = [
        (name, percent(scores.iou.get(name)), percent(scores.boundary_f_per_class.get(name)))
        for name in scores.classes
    ]
    rows.append(("mean", percent(scores.mean_iou), percent(scores.boundary_f)))
    per_class = table(rows, header=("CLASS", "IOU", "BOUNDARY F"))
    return f"{per_class}\npixel accuracy {percent(scores.pixel_accuracy)}, {scores.images} images"
