"""The last run of a folder: whether it can go on, and whether it ended unseen.

A window that is killed takes nobody's leave: its run still counts as running in the project. The
child notices, finishes its step and saves; one that was killed too leaves its newest checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gui.training.past_runs import can_go_on, read_record
from gui.training.run_record import RunRecord
from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.run_table import RunStatus
from segmenter.training.events import Done, Stopped
from segmenter.training.run_folder import RunFolder

if TYPE_CHECKING:
    from segmenter.project.project import Project

_WAIT_SECONDS = 0.5
"""For the child of a killed window, before looking whether anybody still wants to know."""


@dataclass(frozen=True)
class LastRun:
    """Of the folder that is open; not under way."""

    id: int
    name: str
    title: str
    """What its model is called."""
    model: str
    """The model's file, inside the project's models."""
    status: RunStatus
    can_go_on: bool
    was_cut_short: bool
    """Nobody has seen it end."""
    record: RunRecord


def look_at_last_run(project: Project, cancel: CancelToken) -> LastRun | None:
    """None where nothing was trained yet. A run that ended unseen is noted as what it is, so that
    it is found but once. Waits for the child of a window that was killed. For a pool thread.

    Raises:
        MaskwrightError: the project can't be read or written.
        Cancelled: nobody waits for the answer any more.
    """
    runs = project.runs.all(curves=False)
    if not runs or project.read_only:
        return None
    newest = runs[0]
    folder = project.runs.folder / newest.folder
    was_running = newest.status is RunStatus.RUNNING
    while was_running and folder.is_dir() and not _has_ended(folder):
        cancel.check()
    record = read_record(folder)
    status = newest.status
    if was_running:
        status = _status_of(record)
        cancel.check()
        project.runs.end(newest.id, status, curves=record.curves())
    return LastRun(
        id=newest.id,
        name=newest.folder,
        title=str(newest.settings.get("title", newest.folder)),
        model=newest.model or "",
        status=status,
        can_go_on=status is not RunStatus.FINISHED and can_go_on(folder),
        was_cut_short=was_running,
        record=record,
    )


def _has_ended(folder: Path) -> bool:
    """Waits a moment for it."""
    try:
        with RunFolder(folder).locked(_WAIT_SECONDS):
            return True
    except MaskwrightError:
        return False


def _status_of(record: RunRecord) -> RunStatus:
    if isinstance(record.end, Stopped):
        return RunStatus.STOPPED
    return RunStatus.FINISHED if isinstance(record.end, Done) else RunStatus.FAILED
