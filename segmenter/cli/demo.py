"""``maskwright demo``: the sample photos, segmented, in the window or without one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segmenter.cli.options import DeviceOption, ModelOption
from segmenter.cli.output import Output
from segmenter.project.samples import copy_samples, default_folder


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="Where the copy goes. Default: the user's data folder."
        ),
    ] = None,
    model: ModelOption = "starter",
    device: DeviceOption = "auto",
    window: Annotated[
        bool | None,
        typer.Option(help="Open the app at the end. Default: where there is a screen."),
    ] = None,
) -> None:
    """Segment a copy of the sample photos and open the app on it.

    Where there is no screen, it says where the masks are. The copy is kept with all that is
    painted on it; the next demo goes on from there.
    """
    from segmenter.cli.screen_check import screen_works
    from segmenter.cli.segment import segment_paths
    from segmenter.cli.segment_job import Settings
    from segmenter.cli.window import open_window

    folder = folder or default_folder()
    copied = copy_samples(folder)
    output = Output(as_json=False)
    output.say(f"The sample photos are in {folder}{'' if copied else ' (from the last time)'}.")
    summary = segment_paths(
        [folder], Settings(model=model, device=device, overlay=True, only_new=True), output
    )
    if summary.stopped:
        raise typer.Exit(1)
    opens = screen_works() if window is None else window
    if opens:
        output.say("Opening the app ...")
        raise typer.Exit(open_window(folder))
    output.say(
        "The app is not opened here. To look at the result, see the images in\n"
        f"{folder / 'maskwright' / 'overlays'}"
    )
