"""The tables of ``project.sqlite3``, as the steps that lead to them.

A database's ``user_version`` says how many of the steps it has seen. A step that has been
released is never changed; what is to become different is another step at the end.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x4D5752  # "MWR": tells our databases from other SQLite files

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        # Rows of deleted classes stay, so that no id is ever given out twice.
        """CREATE TABLE classes (
            id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 254),
            name TEXT NOT NULL,
            color INTEGER NOT NULL CHECK (color BETWEEN 0 AND 0xFFFFFF),
            visible INTEGER NOT NULL DEFAULT 1,
            deleted INTEGER NOT NULL DEFAULT 0
        )""",
        "CREATE UNIQUE INDEX class_names ON classes (name) WHERE NOT deleted",
        # A name is text, or a blob where the file system's name is not UTF-8; so it has no type.
        # Rows of vanished images stay with present = 0, in case they come back.
        """CREATE TABLE images (
            name PRIMARY KEY NOT NULL,
            state TEXT NOT NULL
                CHECK (state IN ('new', 'predicted', 'corrected', 'approved', 'failed')),
            before_failure TEXT,
            uncertainty REAL,
            reason TEXT NOT NULL DEFAULT '',
            file_size INTEGER NOT NULL DEFAULT -1,
            modified_ns INTEGER NOT NULL DEFAULT 0,
            present INTEGER NOT NULL DEFAULT 1
        ) WITHOUT ROWID""",
    ),
    (
        # Fine-tunings. Settings, curves and scores are JSON; times are ISO 8601 in UTC; model
        # is a path inside models/.
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            started TEXT NOT NULL,
            finished TEXT,
            status TEXT NOT NULL DEFAULT 'running',
            recipe TEXT NOT NULL,
            settings TEXT NOT NULL DEFAULT '{}',
            curves TEXT NOT NULL DEFAULT '[]',
            scores TEXT,
            model TEXT
        )""",
        # The side of the validation split that a person has pinned an image to.
        """ALTER TABLE images ADD COLUMN split TEXT
            CHECK (split IN ('training', 'validation'))""",
    ),
    (
        # Where the pixels of a class went that was merged or deleted: to another class, or 255
        # for unlabelled.
        """ALTER TABLE classes ADD COLUMN merged_into INTEGER
            CHECK (merged_into BETWEEN 0 AND 255)""",
        # Names that classes had before they were renamed: models may still know them so.
        """CREATE TABLE class_aliases (
            name TEXT PRIMARY KEY NOT NULL,
            class_id INTEGER NOT NULL
        )""",
        # Merges that can be taken back, and one that was cut short. sources is a JSON list.
        """CREATE TABLE class_merges (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sources TEXT NOT NULL,
            target INTEGER NOT NULL,
            phase TEXT NOT NULL CHECK (phase IN ('merging', 'merged', 'undoing'))
        )""",
        # What the window finds again when the folder is opened the next time.
        """CREATE TABLE remembered (
            name TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        )""",
    ),
)

SCHEMA_VERSION = len(_STEPS)


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps the database has seen."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, to_version: int = SCHEMA_VERSION) -> None:
    """Take the steps that are left, all of them or none.

    The connection must be in autocommit mode (``isolation_level=None``).
    """
    # The version is read inside the transaction: another process may be doing the same.
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[version_of(connection) : to_version]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {to_version}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
