"""``maskwright stats``: what is in a folder's project, and how good predictions were."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.opened_folder import opened
from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output


def stats(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of images.")],
    *,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print one comma-separated line a class.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Count states, classes and pixels, and compare masks with predictions.

    Changes nothing, and works while the app has the folder open.
    """
    if as_csv and as_json:
        raise typer.BadParameter("Name --csv or --json, not both.")
    from segmenter.project import statistics_report as report
    from segmenter.project.statistics import StatisticsReader

    output = Output(as_json)
    with (
        cancel_on_interrupt() as cancel,
        output.progress("Counting") as progress,
        opened(folder, cancel) as project,
    ):
        found = StatisticsReader(project).read(progress=progress, cancel=cancel)
    output.event("statistics", **report.as_dict(found))
    output.say(report.as_csv(found).rstrip() if as_csv else report.as_text(found))
