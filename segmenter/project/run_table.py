"""Fine-tunings that were begun in the window, in the project's database: what for, how they ended.

The run itself lies in its folder (``runs/<name>/``); what is told here stays when somebody deletes
that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from segmenter.project.database import Database


class RunStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    """Or cut short: a window that was killed could not write anything else."""
    FINISHED = "finished"
    STOPPED = "stopped"
    """By a person."""
    FAILED = "failed"
    """It could not go on, or its process was killed."""


@dataclass(frozen=True)
class Run:
    """One fine-tuning."""

    id: int
    started: str
    """ISO 8601, UTC."""
    finished: str | None
    status: RunStatus
    recipe: str
    settings: Mapping[str, Any]
    """Key ``folder``: the name of its folder under ``runs/``; the others say what was asked for."""
    curves: Sequence[Mapping[str, Any]]
    """One entry an epoch."""
    scores: Mapping[str, Any] | None
    model: str | None
    """The resulting file, inside ``models/``."""

    @property
    def folder(self) -> str:
        return str(self.settings.get("folder", ""))


class RunTable:
    """The table ``runs``. Each change is one transaction."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.folder = folder
        """Where each run has a folder of its own; may not exist yet."""

    def all(self, *, curves: bool = True) -> list[Run]:
        """Newest first; those of many long runs are read faster without their ``curves``."""
        # Not even taken from the disk: they can be a megabyte each.
        kept = "curves" if curves else "'[]'"
        rows = self._database.rows(
            f"SELECT id, started, finished, status, recipe, settings, {kept}, scores, model "
            "FROM runs ORDER BY id DESC"
        )
        return [
            Run(
                id, started, finished, RunStatus(status), recipe,
                json.loads(settings), json.loads(kept),
                json.loads(scores) if scores is not None else None, model,
            )
            for id, started, finished, status, recipe, settings, kept, scores, model in rows
        ]  # fmt: skip

    def begin(self, recipe: str, settings: Mapping[str, Any], model: str) -> int:
        """Note that a run begins now; returns its id.

        Raises:
            MaskwrightError: it can't be written.
        """
        with self._database.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO runs (started, recipe, settings, model) VALUES (?, ?, ?, ?)",
                (_now(), recipe, json.dumps(dict(settings)), model),
            )
            id = cursor.lastrowid
        assert id is not None
        return id

    def resume(self, id: int) -> None:
        """It runs again.

        Raises:
            MaskwrightError: it can't be written.
        """
        self._note_running(id)

    def leave(self, id: int) -> None:
        """Nobody has seen how it ended: whoever opens the folder next finds it as one that was cut
        short, looks how it ended, and is told.

        Raises:
            MaskwrightError: it can't be written.
        """
        self._note_running(id)

    def end(
        self,
        id: int,
        status: RunStatus,
        *,
        curves: Sequence[Mapping[str, Any]] = (),
        scores: Mapping[str, Any] | None = None,
    ) -> None:
        """Note how it ended; ``curves`` that are empty leave those that are there.

        Raises:
            MaskwrightError: it can't be written.
        """
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, finished = ? WHERE id = ?", (status, _now(), id)
            )
            if curves:
                connection.execute(
                    "UPDATE runs SET curves = ? WHERE id = ?",
                    (json.dumps([dict(each) for each in curves]), id),
                )
            if scores is not None:
                connection.execute(
                    "UPDATE runs SET scores = ? WHERE id = ?", (json.dumps(dict(scores)), id)
                )

    def _note_running(self, id: int) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE runs SET status = ?, finished = NULL WHERE id = ?", (RunStatus.RUNNING, id)
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
