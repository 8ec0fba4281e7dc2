"""``maskwright segment``: masks of folders and files, without a screen."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segmenter.cancel import CancelToken
from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.options import (
    DeviceOption,
    JsonOption,
    ModelOption,
    ThreadsOption,
    parse_scales,
    parse_tile,
)
from segmenter.cli.output import Output
from segmenter.cli.segment_job import Job, Settings
from segmenter.cli.sources import Sources
from segmenter.errors import Cancelled, MaskwrightError

if TYPE_CHECKING:
    from segmenter.prediction.pipeline import Outcome
    from segmenter.prediction.predictor import Predictor

MASKS_OF_FILES = Path("masks")
"""Where the masks of single files go when ``--out`` does not say."""


def segment(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FOLDER|FILES...", help="What to segment.")
    ],
    *,
    model: ModelOption = "starter",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Write DIR/<path in the folder>.png. Default: a folder's predictions go into its "
            "project (FOLDER/maskwright), the masks of single files into ./masks.",
        ),
    ] = None,
    device: DeviceOption = "auto",
    tile: Annotated[
        str,
        typer.Option(
            metavar="auto|off|N",
            help="Cut large images into overlapping tiles of N pixels; off shrinks them instead.",
        ),
    ] = "auto",
    scales: Annotated[
        str, typer.Option(metavar="A,B,...", help="Average over these sizes, e.g. 0.75,1,1.25.")
    ] = "1",
    flip: Annotated[bool, typer.Option("--flip", help="Average with the mirrored image.")] = False,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Also write the image with its mask over it, as JPEG.")
    ] = False,
    recursive: Annotated[bool, typer.Option(help="Search subfolders too.")] = True,
    only_new: Annotated[
        bool,
        typer.Option("--only-new", help="Leave out what has been segmented: go on after a stop."),
    ] = False,
    threads: ThreadsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Segment folders of images, or single files.

    Masks are 8-bit indexed PNGs: the value is the class, the palette its colour. An image that
    can't be read is reported, the others go on, and the exit code is 1. Ctrl+C stops after the
    image at hand and leaves whole files only.
    """
    settings = Settings(
        model, device, parse_tile(tile), parse_scales(scales), flip, threads, overlay, only_new
    )
    output = Output(as_json)
    summary = segment_paths(paths, settings, output, out=out, recursive=recursive)
    if not summary.total:
        what = "nothing new to segment" if only_new else "no image"
        raise MaskwrightError(f"There is {what} in {', '.join(map(str, paths))}.")
    if summary.failed or summary.stopped:
        raise typer.Exit(1)


@dataclass
class Summary:
    """How it went."""

    total: int = 0
    segmented: int = 0
    failed: int = 0
    stopped: bool = False


def segment_paths(
    paths: list[Path],
    settings: Settings,
    output: Output,
    *,
    out: Path | None = None,
    recursive: bool = True,
) -> Summary:
    """Segment folders and files, reporting to ``output``; Ctrl+C ends it early.

    Raises:
        MaskwrightError: it could not begin (a path, a project, the model or the device). What
            goes wrong with single images is in the summary instead.
    """
    sources = Sources.of(paths)
    with cancel_on_interrupt() as cancel:
        jobs = _jobs(sources, out, recursive, settings, cancel)
        with _closing(jobs):
            for note in (note for job in jobs for note in job.notes):
                output.warn(note)
            summary = Summary(sum(len(job.names) for job in jobs))
            if summary.total:
                predictor = _predictor(settings, output, cancel)
                output.event(
                    "start",
                    images=summary.total,
                    model=settings.model,
                    device=predictor.device,
                    classes=list(predictor.config.classes),
                )
                _run(jobs, predictor, summary, output, cancel)
            return summary


def _predictor(settings: Settings, output: Output, cancel: CancelToken) -> Predictor:
    from segmenter.nn.zoo import load_model
    from segmenter.prediction.predictor import Predictor

    with output.progress(f"Downloading {settings.model}", as_bytes=True) as progress:
        network = load_model(settings.model, progress=progress, cancel=cancel)
    return Predictor(
        network,
        settings.device,
        tile=settings.tile,
        scales=settings.scales,
        flip=settings.flip,
        threads=settings.threads,
        on_note=output.warn,
    )


def _jobs(
    sources: Sources, out: Path | None, recursive: bool, settings: Settings, cancel: CancelToken
) -> list[Job]:
    from segmenter.cli.segment_to_folder import folder_job
    from segmenter.cli.segment_to_project import project_job

    if out is not None:
        images = sources.images(recursive=recursive, leave_out=out, cancel=cancel)
        return [folder_job(images, out, settings)]
    jobs = [
        project_job(folder, settings, recursive=recursive, cancel=cancel)
        for folder in sources.folders
    ]
    if sources.files:
        images = Sources(files=sources.files).images(recursive=False)
        jobs.append(folder_job(images, MASKS_OF_FILES, settings))
    return jobs


def _run(
    jobs: list[Job], predictor: Predictor, summary: Summary, output: Output, cancel: CancelToken
) -> None:
    started = time.perf_counter()
    with output.progress("Segmenting") as show:
        show(0, summary.total)
        for job in jobs:
            for outcome in _until_cancelled(job.run(predictor, cancel)):
                if outcome.error is None:
                    summary.segmented += 1
                    _report(output, outcome, job.written(outcome.name))
                else:
                    summary.failed += 1
                    output.event("image", name=outcome.name, state="failed", reason=outcome.error)
                    output.warn(outcome.error)
                show(summary.segmented + summary.failed, summary.total)
    seconds = time.perf_counter() - started
    summary.stopped = summary.segmented + summary.failed < summary.total
    output.event(
        "end",
        segmented=summary.segmented,
        failed=summary.failed,
        stopped=summary.stopped,
        seconds=round(seconds, 3),
    )
    output.say(
        f"{summary.segmented} of {summary.total} images segmented in {seconds:.1f} s on "
        f"{predictor.device}; the masks are in {', '.join(str(job.where) for job in jobs)}"
    )
    if summary.stopped:
        output.warn("Stopped; the same command with --only-new does the rest.")


def _report(output: Output, outcome: Outcome, files: dict[str, str]) -> None:
    prediction = outcome.prediction
    assert prediction is not None
    output.event(
        "image",
        name=outcome.name,
        state="predicted",
        uncertainty=round(prediction.uncertainty, 4),
        seconds=round(outcome.seconds, 4),
        **files,
    )
    if prediction.note:
        output.warn(f"{outcome.name}: {prediction.note}")


def _until_cancelled(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    try:
        yield from outcomes
    except Cancelled:
        return


@contextmanager
def _closing(jobs: list[Job]) -> Iterator[None]:
    try:
        yield
    finally:
        for job in jobs:
            job.close()
