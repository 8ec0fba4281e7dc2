"""``maskwright train``: fine-tune a model on corrected masks, or train a new one."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segmenter.cli.control import follow_stdin
from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.names_file import read_names
from segmenter.cli.opened_folder import opened_if_named
from segmenter.cli.options import (
    DeviceOption,
    ImagesOption,
    JsonOption,
    MasksOption,
    ModelOption,
    ThreadsOption,
    parse_rates,
    split_names,
)
from segmenter.cli.output import Output
from segmenter.cli.torchrun import is_leader
from segmenter.cli.training_report import TrainingReport
from segmenter.nn.config import ModelConfig

if TYPE_CHECKING:
    from segmenter.training.events import Event, OnEvent
    from segmenter.training.fine_tuned import FineTuned
    from segmenter.training.quick_recipe import QuickRecipe
    from segmenter.training.recipes import Recipe
    from segmenter.training.run_control import RunControl


def train(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder whose corrected and approved masks to train on."),
    ] = None,
    *,
    images: ImagesOption = None,
    masks: MasksOption = None,
    classes: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="The names of the mask values 0, 1, 2, ..."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="The model file to write. Default: in the project's models.",
        ),
    ] = None,
    model: ModelOption = "starter",
    recipe: Annotated[
        str, typer.Option(help="standard, quick (a new head within seconds) or paper.")
    ] = ("standard"),
    epochs: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=2, help="Images a step.")] = None,
    rate: Annotated[float | None, typer.Option(help="Learning rate of the head.")] = None,
    crop: Annotated[int | None, typer.Option(min=32, help="Side of the crops, pixels.")] = None,
    patience: Annotated[
        int | None, typer.Option(min=0, help="Stop after so many epochs without a better one.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed, the same training.")] = None,
    validation_count: Annotated[
        int | None, typer.Option(min=1, help="Hold out so many images.")
    ] = None,
    validation_fraction: Annotated[
        float | None, typer.Option(min=0.0, max=0.9, help="Hold out this share of the images.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any number of the recipe; repeatable."),
    ] = None,
    backbone: Annotated[
        str | None,
        typer.Option(
            help="A new network from ImageNet weights: resnet50, resnet101, "
            "mobilenet-v3-large or efficientnet-lite0 (then --model does not count)."
        ),
    ] = None,
    head: Annotated[str | None, typer.Option(help="New network: aspp or cascade.")] = None,
    output_stride: Annotated[int | None, typer.Option(help="New network: 8, 16 or 32.")] = None,
    decoder: Annotated[bool | None, typer.Option(help="New network: sharper outlines.")] = None,
    head_channels: Annotated[
        int | None, typer.Option(help="New network: filters of each branch of the head.")
    ] = None,
    separable: Annotated[
        bool | None, typer.Option(help="New network: a head with a ninth of the arithmetic.")
    ] = None,
    atrous_rates: Annotated[
        str | None,
        typer.Option(metavar="A,B,C", help="New network: rates of ASPP at output stride 16."),
    ] = None,
    input_size: Annotated[
        int | None, typer.Option(help="New network: short side of the images it works on.")
    ] = None,
    device: DeviceOption = "auto",
    threads: ThreadsOption = None,
    half: Annotated[
        bool, typer.Option("--half", help="Store 16-bit weights: half the size of file.")
    ] = False,
    name: Annotated[str, typer.Option(help="For the model card: its name.")] = "",
    origin: Annotated[str, typer.Option(help="For the model card: who, on what.")] = "",
    license_: Annotated[str, typer.Option("--license", help="For the model card.")] = "",
    note: Annotated[str, typer.Option(help="For the model card.")] = "",
    validation_list: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Hold out the images that it names, one a line."),
    ] = None,
    run: Annotated[
        Path | None,
        typer.Option(
            "--run",
            "--run-folder",  # torchrun has options that --run could be short for
            metavar="DIR",
            help="Keep the run there, to go on with it. Default: in the project's runs.",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Go on with this run; all else is as it was."),
    ] = None,
    control: Annotated[
        bool,
        typer.Option(
            "--control",
            help="Read pause, resume and stop from stdin, one a line; its end stops too.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Fine-tune a model on masks.

    Ctrl+C finishes the step at hand and keeps the best epoch so far; a second one stops at once.
    The exit code is 0 when a model was written. A run that was stopped, or killed, goes on with
    --resume.
    """
    output = Output(as_json)
    if resume is not None:
        _check_alone(context, "resume", "control", "as_json")
        _resume(resume, output, control)
        return
    _check_source(folder, images, masks, out)
    chosen = _recipe(
        recipe,
        {
            "epochs": epochs,
            "batch_size": batch_size,
            "rate": rate,
            "crop": crop,
            "patience": patience,
            "seed": seed,
            "validation_count": validation_count,
            "validation_fraction": validation_fraction,
        },
        set_ or [],
    )
    class_names = split_names(classes)
    config = _config(
        backbone,
        class_names,
        {
            "head": head,
            "output_stride": output_stride,
            "decoder": decoder,
            "head_channels": head_channels,
            "separable": separable,
            "atrous_rates": parse_rates(atrous_rates),
            "input_size": input_size,
        },
    )
    with opened_if_named(folder) as project:
        from segmenter.nn.card import ModelCard
        from segmenter.training.run_folder import RunFolder, new_run_name
        from segmenter.training.run_settings import RunSettings

        if project is not None:
            started = new_run_name()
            out = out or project.models_folder / f"{started}.safetensors"
            run = run or project.runs.folder / started
        assert out is not None, "_check_source asks for it where there is no project"
        settings = RunSettings(
            out,
            project=project,
            images=images,
            masks=masks,
            classes=class_names,
            model=None if config else model,
            config=config,
            recipe=chosen,
            validation=read_names(validation_list) if validation_list is not None else None,
            device=device,
            half=half,
            threads=threads,
            card=ModelCard(name=name, origin=origin, license=license_, note=note),
            command=shlex.join(["maskwright", *sys.argv[1:]]),
        )

        def begin(told: OnEvent, control: RunControl) -> FineTuned:
            from segmenter.training.fine_tune import start_run

            return start_run(
                settings, RunFolder(run) if run else None, on_event=told, control=control
            )

        _carry_out(begin, output, control)


def _resume(run: Path, output: Output, control: bool) -> None:
    from segmenter.training.run_folder import RunFolder

    kept = RunFolder(run)
    settings = kept.settings()
    folder, data_folder = (
        Path(settings[key]) if settings.get(key) else None for key in ("folder", "data_folder")
    )
    with opened_if_named(folder, data_folder=data_folder) as project:

        def go_on(told: OnEvent, control: RunControl) -> FineTuned:
            from segmenter.training.fine_tune import resume_run

            return resume_run(kept, project, on_event=told, control=control)

        _carry_out(go_on, output, control)


def _carry_out(
    run: Callable[[OnEvent, RunControl], FineTuned], output: Output, controlled: bool
) -> None:
    """Run it while Ctrl+C and, with ``controlled``, stdin are listened to."""
    from segmenter.training.run_control import RunControl

    with cancel_on_interrupt() as cancel, output.progress("Training") as progress:
        control = RunControl(cancel)
        if controlled and is_leader():
            follow_stdin(control)
        report = TrainingReport(output, progress)

        def told(event: Event) -> None:
            try:
                report(event)
            except BrokenPipeError:  # who listened is gone: save, and don't train unseen
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                control.stop()

        result = run(told, control)
    if is_leader():
        output.say(f"The model is {result.path}")


def _check_alone(context: typer.Context, *allowed: str) -> None:
    """Raises typer.BadParameter where anything else was typed."""
    for name in context.params.keys() - set(allowed):
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = name.strip("_").replace("_", "-")
            raise typer.BadParameter(
                f"--resume goes on as the run was told: leave {option} out, or start a new run."
            )


def _check_source(
    folder: Path | None, images: Path | None, masks: Path | None, out: Path | None
) -> None:
    if folder is not None and (images or masks):
        raise typer.BadParameter("Name either a FOLDER, or --images and --masks.")
    if folder is None and not (images and masks):
        raise typer.BadParameter("Name a FOLDER with corrected images, or --images and --masks.")
    if folder is None and out is None:
        raise typer.BadParameter("With --images, --out names the model file to write.")


def _recipe(name: str, numbers: dict[str, Any], assignments: list[str]) -> Recipe | QuickRecipe:
    from segmenter.training.recipes import find_recipe

    given = {key: value for key, value in numbers.items() if value is not None}
    return find_recipe(name).replace(**given).with_text(*assignments)


def _config(
    backbone: str | None, classes: tuple[str, ...] | None, options: dict[str, Any]
) -> ModelConfig | None:
    """The new network that the options describe; None without ``--backbone``."""
    given = {key: value for key, value in options.items() if value is not None}
    if backbone is None:
        if given:
            option = "--" + next(iter(given)).replace("_", "-")
            raise typer.BadParameter(f"{option} describes a new network: it needs --backbone too.")
        return None
    config = ModelConfig(backbone=backbone.replace("-", "_"), **given)
    return config.replace(classes=classes) if classes else config
