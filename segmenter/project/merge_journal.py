"""Which merges of classes are under way or can be taken back, in the project's database.

A merge changes thousands of files, and the process may be killed between any two of them. The
journal says what was meant, so that the next one who opens the project brings it to its end.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from segmenter.project.class_table import ClassTable, delete_classes, undelete_classes
from segmenter.project.database import Database


class Phase(StrEnum):
    """How far a merge has come."""

    MERGING = "merging"
    """Files are being changed; the sources are still classes."""
    MERGED = "merged"
    """Done; the sources are no classes any more. It can be taken back."""
    UNDOING = "undoing"
    """The sources are classes again; files are being changed back."""


@dataclass(frozen=True)
class Merge:
    """One merge."""

    id: int
    """Never given out twice in a project."""
    sources: tuple[int, ...]
    """Ids of the classes that were given up."""
    target: int
    """The class that has their pixels now; 255 where they were made unlabelled."""
    phase: Phase


class MergeJournal:
    """Each step is one transaction; the classes in memory follow it."""

    def __init__(self, database: Database, classes: ClassTable) -> None:
        self._database = database
        self._classes = classes

    def all(self) -> list[Merge]:
        """Oldest first."""
        rows = self._database.rows(
            "SELECT id, sources, target, phase FROM class_merges ORDER BY id"
        )
        return [
            Merge(id, tuple(json.loads(sources)), target, Phase(phase))
            for id, sources, target, phase in rows
        ]

    def begin(self, sources: Sequence[int], target: int) -> Merge:
        """From now on, whatever is saved with a source gets the target instead."""
        with self._database.writing(durable=True) as connection:
            cursor = connection.execute(
                "INSERT INTO class_merges (sources, target, phase) VALUES (?, ?, ?)",
                (json.dumps(list(sources)), target, Phase.MERGING),
            )
            id = cursor.lastrowid
        assert id is not None
        self._classes.reload()
        return Merge(id, tuple(sources), target, Phase.MERGING)

    def finish(self, merge: Merge) -> Merge:
        """Every file is changed: give the sources up."""
        with self._database.writing() as connection:
            delete_classes(connection, merge.sources, merge.target)
            _set_phase(connection, merge, Phase.MERGED)
        self._classes.reload()
        return replace(merge, phase=Phase.MERGED)

    def begin_undo(self, merge: Merge) -> Merge:
        """The sources are classes again, before the first file is changed back."""
        with self._database.writing(durable=True) as connection:
            undelete_classes(connection, merge.sources)
            _set_phase(connection, merge, Phase.UNDOING)
        self._classes.reload()
        return replace(merge, phase=Phase.UNDOING)

    def forget(self, merge: Merge) -> None:
        """It has been taken back, or can't be any more."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM class_merges WHERE id = ?", (merge.id,))


def _set_phase(connection: sqlite3.Connection, merge: Merge, phase: Phase) -> None:
    connection.execute("UPDATE class_merges SET phase = ? WHERE id = ?", (phase, merge.id))
