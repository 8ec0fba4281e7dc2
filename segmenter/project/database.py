"""The SQLite file of a project: opened, checked, brought up to date, and shared by threads."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from segmenter.errors import MaskwrightError
from segmenter.project.migrations import SCHEMA_VERSION, migrate, version_of
from segmenter.wording import shown

_COMPANIONS = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; they belong together."""


class DamagedDatabaseError(Exception):
    """The file is no database of ours, or a broken one."""


class Database:
    """One connection, used by one thread at a time.

    Every write is a transaction in the write-ahead log: a process that is killed, at any
    moment, leaves a database that opens with every transaction that was finished.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._closed = False

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open for writing; make it where there is none; bring an older one up to date (a copy
        of it stays beside it).

        Raises:
            DamagedDatabaseError: see there. The file is as it was.
            MaskwrightError: it comes from a newer version, or may not be written.
        """
        try:
            connection = _connected(path)
        except sqlite3.OperationalError as error:
            raise MaskwrightError(_sentence(error, path)) from error
        try:
            version = _checked_version(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            # Safe against a killed process; a power cut may take the last transactions.
            connection.execute("PRAGMA synchronous = NORMAL")
            if version < SCHEMA_VERSION:
                if version > 0:
                    _keep_copy(connection, path.with_name(f"project.version-{version}.sqlite3"))
                migrate(connection)
        except (sqlite3.OperationalError, sqlite3.IntegrityError) as error:
            connection.close()
            raise MaskwrightError(_sentence(error, path)) from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise DamagedDatabaseError(str(error)) from error
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @classmethod
    def snapshot(cls, path: Path) -> Database:
        """What the file says now, in memory: changes to it are never written.

        Raises:
            DamagedDatabaseError: see there.
            MaskwrightError: it comes from a newer version, or can't be read.
        """
        memory = _connected(":memory:")
        try:
            if path.exists():
                _read_into(memory, path)
            _checked_version(memory, path)
            migrate(memory)
        except sqlite3.OperationalError as error:
            memory.close()
            raise MaskwrightError(_sentence(error, path)) from error
        except sqlite3.DatabaseError as error:
            memory.close()
            raise DamagedDatabaseError(str(error)) from error
        except BaseException:
            memory.close()
            raise
        return cls(memory)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Everything a SELECT gives."""
        with self._lock, self._told():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction: kept when the block ends, undone when it raises. Other threads wait.

        ``durable``: a power cut that follows at once does not take it either.
        """
        with self._lock, self._told():
            if durable:
                self._connection.execute("PRAGMA synchronous = FULL")
            try:
                with self._transaction() as connection:
                    yield connection
            finally:
                if durable:
                    self._connection.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # some errors have rolled back already
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        with self._lock:
            self._closed = True
            with suppress(sqlite3.Error):
                self._connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's complaints about the disk become a sentence; mistakes of ours stay."""
        if self._closed:
            raise MaskwrightError("The project was closed in the meantime; open the folder again.")
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
            raise
        except sqlite3.DatabaseError as error:
            raise MaskwrightError(_sentence(error)) from error


def move_aside(path: Path, to: Path) -> None:
    """Rename a database with all that belongs to it.

    Raises:
        OSError: it could not be renamed.
    """
    for companion in _COMPANIONS:
        source = Path(f"{path}{companion}")
        if source.exists():
            source.replace(f"{to}{companion}")


def _connected(path: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    version = version_of(connection)
    if version > SCHEMA_VERSION:
        raise MaskwrightError(
            f"The project in {shown(path.parent)} was made by a newer version of Maskwright; "
            "update Maskwright to open it."
        )
    if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise DamagedDatabaseError("another program's database")
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DamagedDatabaseError(found)
    return version


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        connection.backup(copy)


def _read_into(memory: sqlite3.Connection, path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            file.backup(memory)
    except sqlite3.OperationalError:
        # In a folder that may not be written to, SQLite can't read a database that was not
        # closed properly; beside a copy of it, it can.
        with tempfile.TemporaryDirectory() as folder:
            for companion in _COMPANIONS:
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{path}{companion}", f"{folder}/{path.name}{companion}")
            with closing(_connected(Path(folder, path.name))) as copied:
                copied.backup(memory)


def _sentence(error: sqlite3.Error, path: Path | None = None) -> str:
    where = f" in {shown(path.parent)}" if path else ""
    told = str(error)
    if "full" in told:
        return f"The project{where} could not be saved: the disk is full; free some space."
    if "malformed" in told or "not a database" in told:
        return f"The project file{where} is damaged; open the folder again to rebuild it."
    if "locked" in told:
        return f"The project{where} is being used by another program; try again in a moment."
    if "readonly" in told or "unable to open" in told:
        return f"The project{where} may not be written to; change the folder's permissions."
    return f"The project{where} could not be read or saved ({told})."
