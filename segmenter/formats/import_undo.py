"""Taking an import back: what it is about to replace is kept until nobody may want it any more."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.links import link_or_copy
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.project.state import State
from segmenter.project.stored_files import mask_file
from segmenter.wording import cause

_PREFIX = ".import-undo-"

_Stamp = tuple[int, int, int] | None
"""What tells one file from the next at the same path; None where there is none."""


@dataclass(frozen=True)
class TakenBack:
    """What taking an import back did."""

    names: tuple[str, ...]
    """Images that have again what they had."""
    left: tuple[str, ...]
    """Images whose mask was changed since, or can't be brought back: they stay as they are."""


class ImportUndo:
    """Made before an import, told when that has ended, however it ended. Masks that would be
    replaced get a second name in a folder of the project's data, which goes with this object: a
    mask is never written in place, so the file of before stays, and takes no room of its own."""

    def __init__(
        self,
        project: Project,
        names: Sequence[str],
        progress: Progress = lambda done, total: None,
        cancel: CancelToken | None = None,
    ) -> None:
        """
        Args:
            names: of the images that may get a mask.

        Raises:
            MaskwrightError: a mask that is there can't be set aside.
            Cancelled: ``cancel`` was set; nothing is left behind.
        """
        cancel = cancel or CancelToken()
        self._project = project
        own = f"{_PREFIX}{os.getpid()}-"
        for left in project.data_folder.glob(f"{_PREFIX}*"):
            if not left.name.startswith(own):  # nobody else may write: its process was killed
                shutil.rmtree(left, ignore_errors=True)
        try:
            self._folder = tempfile.TemporaryDirectory(prefix=own, dir=project.data_folder)
        except OSError as error:
            raise _not_set_aside(error) from error
        self._approved: set[str] = set()
        self._before: dict[str, _Stamp] = {}
        self._after: dict[str, _Stamp] = {}
        for number, name in enumerate(names):
            if cancel.is_cancelled:
                self._folder.cleanup()
            cancel.check()
            file = mask_file(project.data_folder, name)
            self._before[name] = _stamp(file)
            if self._before[name] is not None:
                self._keep(number, name, file)
            progress(number + 1, len(names))

    @property
    def names(self) -> tuple[str, ...]:
        """Images whose mask the import has written."""
        return tuple(self._after)

    def note_end(self) -> None:
        """The import has ended, been cancelled or gone wrong."""
        for name, before in self._before.items():
            stamp = _stamp(mask_file(self._project.data_folder, name))
            if stamp != before:
                self._after[name] = stamp

    def take_back(self, progress: Progress = lambda done, total: None) -> TakenBack:
        """Give all images that were written the mask and the state that they had, but those that
        somebody has worked on since. Classes that came with the import stay: they may be in use
        by now. Meant for a thread of its own.

        Raises:
            MaskwrightError: a mask can't be written; the others before it are back.
        """
        back: list[str] = []
        left: list[str] = []
        numbers = {name: number for number, name in enumerate(self._before)}
        for done, (name, stamp) in enumerate(self._after.items(), start=1):
            is_same = _stamp(mask_file(self._project.data_folder, name)) == stamp
            is_back = is_same and self._restore(numbers[name], name)
            (back if is_back else left).append(name)
            progress(done, len(self._after))
        return TakenBack(tuple(back), tuple(left))

    def _keep(self, number: int, name: str, file: Path) -> None:
        try:
            link_or_copy(file, self._copy(number))
        except OSError as error:
            raise _not_set_aside(error) from error
        if self._project.image(name).state is State.APPROVED:
            self._approved.add(name)

    def _restore(self, number: int, name: str) -> bool:
        if self._before[name] is None:
            self._project.remove_mask(name)
            return True
        try:
            labels = read_label_png(self._copy(number))
        except MaskwrightError:  # it was damaged before; saving has kept it beside the mask
            return False
        self._project.save_mask(name, labels, approved=name in self._approved)
        return True

    def _copy(self, number: int) -> Path:
        return Path(self._folder.name, f"{number}.png")


def _not_set_aside(error: OSError) -> MaskwrightError:
    return MaskwrightError(
        "The masks that are there could not be set aside before the import, so nothing was "
        f"imported ({cause(error)})."
    )


def _stamp(file: Path) -> _Stamp:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
