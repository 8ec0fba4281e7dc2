"""What runs that are over leave on the disk, hundreds of megabytes each. Imports no torch."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from segmenter.atomic import is_leftover
from segmenter.training.run_folder import RunFolder


def sweep(run: RunFolder) -> None:
    """Delete what a killed process was writing, perhaps most of a checkpoint. For who holds the
    run's lock. What can't be deleted stays."""
    for folder in (run.path, run.previews):
        with suppress(OSError):
            for path in folder.iterdir():
                if is_leftover(path.name):
                    with suppress(OSError):
                        path.unlink()


def drop_older_checkpoints(run: RunFolder, runs: Path) -> None:
    """Once ``run`` has a checkpoint of its own: delete those of the runs before it in the folder
    ``runs``, since the newest is the one that is gone on with. Their curves and models stay.

    One that a process trains in is left alone, and so is all where no locks tell. Nothing happens
    where ``run`` lies elsewhere. What can't be deleted stays.
    """
    if run.path.parent != runs.absolute():
        return
    with suppress(OSError):
        for path in runs.iterdir():
            # They are called by the time they began.
            if path.name < run.path.name and (path / "settings.json").is_file():
                _drop(RunFolder(path))


def _drop(run: RunFolder) -> None:
    lock = FileLock(run.lock_file, timeout=0, thread_local=False)
    with suppress(Timeout, OSError, NotImplementedError), lock:
        sweep(run)
        run.checkpoint.unlink(missing_ok=True)
