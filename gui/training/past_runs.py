"""Earlier runs, as their folders tell: for the list in the panel, and for their curves.

Reads the disk: meant for a pool thread.
"""

from __future__ import annotations

from pathlib import Path

from gui.training.run_record import RunRecord
from segmenter.training.run_folder import RunFolder


def run_names(runs: Path) -> list[str]:
    """Names of the runs in this folder, newest first: they are called after when they began."""
    try:
        found = [each.name for each in runs.iterdir() if (each / "settings.json").is_file()]
    except OSError:
        return []
    return sorted(found, reverse=True)


def can_go_on(run: Path) -> bool:
    """Whether this run can be resumed now: it has kept what that takes, and no process trains in
    it at this moment."""
    folder = RunFolder(run)
    return folder.checkpoint.is_file() and not folder.is_running


def read_record(run: Path) -> RunRecord:
    """Whatever it has told."""
    record, folder = RunRecord(), RunFolder(run)
    is_running = folder.is_running
    for event in folder.events():
        record.take(event)
    if not is_running:
        record.break_off()
    return record
