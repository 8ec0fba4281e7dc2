"""The images of a project, in its database."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from segmenter.errors import MaskwrightError
from segmenter.project.database import Database
from segmenter.project.listing import in_order
from segmenter.project.state import ImageRecord, Side, State
from segmenter.wording import shown

_COLUMNS = (
    "name, state, before_failure, uncertainty, reason, file_size, modified_ns, split, present"
)
_STATES = {state.value: state for state in State}
_SIDES: dict[str | None, Side | None] = {None: None, **{side.value: side for side in Side}}


class ImageTable:
    """Reads come from memory and never wait for the disk; writes go through to the database.

    The records are read from the database on first use.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # Order: writing, then reading. Readers take the second alone, for moments.
        self._writing = threading.RLock()
        self._reading = threading.RLock()
        self._loaded = False
        self._present: dict[str, ImageRecord] = {}
        self._absent: dict[str, ImageRecord] = {}

    def all(self) -> list[ImageRecord]:
        """The images that are in the folder, in its order."""
        self._load()
        with self._reading:
            return list(self._present.values())

    def get(self, name: str) -> ImageRecord:
        """
        Raises:
            MaskwrightError: there is no such image.
        """
        record = self.find(name)
        if record is None:
            raise MaskwrightError(
                f"{shown(name)} is not an image of this project; look whether it is in the folder."
            )
        return record

    def find(self, name: str) -> ImageRecord | None:
        self._load()
        with self._reading:
            return self._present.get(name)

    def change(self, name: str, how: Callable[[ImageRecord], ImageRecord]) -> ImageRecord:
        """Replace one record by what ``how`` makes of it, with no change in between.

        Raises:
            MaskwrightError: there is no such image, or it can't be written down.
        """
        with self._writing:
            before = self.get(name)
            after = how(before)
            if after != before:
                self._put([after])
        return after

    def put_each(
        self, names: Iterable[str], how: Callable[[str, ImageRecord | None], ImageRecord]
    ) -> None:
        """For each name, write what ``how`` makes of it and of what is known (also of an absent
        image; None of an unknown one), with no change in between, in one transaction."""
        self._load()
        with self._writing:
            self._put([how(n, self._present.get(n) or self._absent.get(n)) for n in names])

    def _put(self, records: list[ImageRecord]) -> None:
        """While writing."""
        with self._database.writing() as connection:
            _write(connection, records, present=True)
        with self._reading:
            for record in records:
                self._present[record.name] = record
                self._absent.pop(record.name, None)

    def keep_only(self, names: list[str]) -> list[str]:
        """After a whole scan: remember the others as absent, take the scan's order, and return
        the names of those that went."""
        self._load()
        with self._writing:
            here = set(names)
            gone = [record for name, record in self._present.items() if name not in here]
            if gone:
                with self._database.writing() as connection:
                    _write(connection, gone, present=False)
            with self._reading:
                self._present = {n: self._present[n] for n in names if n in self._present}
                self._absent.update((record.name, record) for record in gone)
        return [record.name for record in gone]

    def _load(self) -> None:
        if self._loaded:
            return
        with self._writing:
            if self._loaded:
                return
            rows = self._database.rows(f"SELECT {_COLUMNS} FROM images")
            present: dict[str, ImageRecord] = {}
            absent: dict[str, ImageRecord] = {}
            for name, state, before, uncertainty, reason, size, modified, side, is_present in rows:
                record = ImageRecord(
                    _from_column(name),
                    _STATES[state],
                    uncertainty,
                    reason,
                    size,
                    modified,
                    _STATES[before] if before else None,
                    _SIDES[side],
                )
                (present if is_present else absent)[record.name] = record
            with self._reading:
                self._present = {name: present[name] for name in in_order(present)}
                self._absent = absent
                self._loaded = True


def failed(record: ImageRecord, reason: str) -> ImageRecord:
    """The record of an image that can't be used, which remembers its state before."""
    before = record.before_failure if record.state is State.FAILED else record.state
    return replace(record, state=State.FAILED, reason=reason, before_failure=before)


def mended(record: ImageRecord) -> ImageRecord:
    """The record of an image that can be used after all."""
    if record.state is not State.FAILED:
        return record
    state = record.before_failure or State.NEW
    return replace(record, state=state, reason="", before_failure=None)


def unpredicted(record: ImageRecord) -> ImageRecord:
    """The record of an image whose prediction is gone."""
    if record.state is not State.PREDICTED:
        return record
    return replace(record, state=State.NEW, uncertainty=None)


def _write(connection: sqlite3.Connection, records: list[ImageRecord], *, present: bool) -> None:
    connection.executemany(
        f"INSERT INTO images ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET state = excluded.state, "
        "before_failure = excluded.before_failure, uncertainty = excluded.uncertainty, "
        "reason = excluded.reason, file_size = excluded.file_size, "
        "modified_ns = excluded.modified_ns, split = excluded.split, present = excluded.present",
        [
            (
                _to_column(record.name),
                record.state.value,
                record.before_failure and record.before_failure.value,
                record.uncertainty,
                record.reason,
                record.file_size,
                record.modified_ns,
                record.side and record.side.value,
                present,
            )
            for record in records
        ],
    )


def _to_column(name: str) -> str | bytes:
    """Text, or the file system's own bytes where they are no UTF-8 (possible on Linux)."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def _from_column(value: str | bytes) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else value
