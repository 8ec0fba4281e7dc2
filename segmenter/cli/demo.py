"""``maskwright demo``: the sample photos, segmented, in the window or without one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from segmenter.cli.options import DeviceOption, ModelOption
from segmenter.cli.output import Output
from segmenter.errors import MaskwrightError
from segmenter.paths import resource
from segmenter.project.listing import list_images
from segmenter.project.wording import cause, shown


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
    from segmenter.cli.main import open_window
    from segmenter.cli.screen_check import screen_works
    from segmenter.cli.segment import Settings, segment_paths

    folder = folder or default_folder()
    copied = copy_samples(folder)
    output = Output(as_json=False)
    output.say(f"The sample photos are in {folder}{'' if copied else ' (from the last time)'}.")
    segment_paths(
        [folder], Settings(model=model, device=device, overlay=True, only_new=True), output
    )
    opens = screen_works() if window is None else window
    if opens:
        output.say("Opening the app ...")
        raise typer.Exit(open_window(folder))
    output.say(
        "There is no screen to open the app on. To look at the result, see the images in\n"
        f"{folder / 'maskwright' / 'overlays'}"
    )


def default_folder() -> Path:
    """A place of the user's own that lasts; ``MASKWRIGHT_DATA`` moves it."""
    moved = os.environ.get("MASKWRIGHT_DATA")
    data = Path(moved) if moved else Path(platformdirs.user_data_dir("maskwright", False))
    return data / "sample"


def copy_samples(folder: Path) -> int:
    """Copy the sample photos that ``folder`` does not have yet; returns how many these were.

    Raises:
        MaskwrightError: they can't be written there.
    """
    copied = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in list_images(resource("sample"), recursive=False):
            if not (folder / name).exists():
                shutil.copyfile(resource("sample", name), folder / name)
                copied += 1
    except OSError as error:
        raise MaskwrightError(
            f"The sample photos can't be copied to {shown(folder)} ({cause(error)}); "
            "name another folder: `maskwright demo FOLDER`."
        ) from error
    return copied
