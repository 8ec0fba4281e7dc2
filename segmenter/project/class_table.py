"""The classes of a project, in its database."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED, LabelClass, default_color
from segmenter.project.database import Database
from segmenter.wording import shown

Color = tuple[int, int, int]


class ClassTable:
    """Reads come from memory, writes go through to the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing = threading.RLock()
        # Replaced as a whole by writers, so that readers need no lock.
        self._classes: dict[int, LabelClass] = {}
        self._former: dict[str, int] = {}
        self._now: NDArray[np.uint8] | None = None
        self.reload()

    def reload(self) -> None:
        """Read everything again, after somebody else has written to the tables."""
        with self._writing:
            rows = self._database.rows(
                "SELECT id, name, color, visible, deleted, merged_into FROM classes ORDER BY id"
            )
            self._classes = {
                id: LabelClass(id, name, _unpacked(color), bool(visible))
                for id, name, color, visible, deleted, _ in rows
                if not deleted
            }
            moved = {row[0]: row[5] for row in rows if row[5] is not None}
            for sources, target in self._database.rows(
                "SELECT sources, target FROM class_merges WHERE phase = 'merging'"
            ):
                moved.update(dict.fromkeys(json.loads(sources), target))
            now = {id: self._end_of(moved, id) for id in moved}
            table = None
            if now:
                table = np.arange(256, dtype=np.uint8)
                table[list(now)] = list(now.values())
            self._now = table
            # A deleted class first: who has been renamed since bore the name later.
            former = {row[1]: now[row[0]] for row in rows if row[4] and row[0] in now}
            for name, id in self._database.rows("SELECT name, class_id FROM class_aliases"):
                if id in self._classes or id in now:
                    former[name] = now.get(id, id)
            self._former = former

    def _end_of(self, moved: dict[int, int], id: int) -> int:
        """Where pixels of a class are now that went from one class to the next."""
        for _ in range(len(moved)):
            id = moved.get(id, id)
        return id if id in self._classes else UNLABELLED

    def all(self) -> list[LabelClass]:
        return [label_class for _, label_class in sorted(self._classes.items())]

    def get(self, class_id: int) -> LabelClass:
        """
        Raises:
            MaskwrightError: there is no such class.
        """
        if class_id not in self._classes:
            raise MaskwrightError(f"The project has no class with the id {class_id}.")
        return self._classes[class_id]

    def add(
        self, name: str, color: Color | None = None, wanted_id: int | None = None
    ) -> LabelClass:
        """A new class with the next id, or with ``wanted_id`` where no class ever had it. Ids of
        removed classes don't come back.

        Raises:
            MaskwrightError: the name is empty or taken, or there are 255 classes already.
        """
        with self._writing:
            with self._database.writing() as connection:
                name = self._free_name(name)
                taken = {row[0] for row in connection.execute("SELECT id FROM classes")}
                id = _free_id(taken, wanted_id)
                if id is None:
                    raise MaskwrightError(
                        f"{shown(name)} can't be added: a project has {MAX_CLASS_ID + 1} classes "
                        "at most, removed ones included."
                    )
                added = LabelClass(id, name, color or default_color(id, name))
                connection.execute(
                    "INSERT INTO classes (id, name, color) VALUES (?, ?, ?)",
                    (added.id, added.name, _packed(added.color)),
                )
                connection.execute("DELETE FROM class_aliases WHERE name = ?", (name,))
            self.reload()
        return added

    def ids_left(self) -> int:
        """How many classes can still be added; ids of removed ones are taken for ever."""
        return MAX_CLASS_ID + 1 - self._database.rows("SELECT count(*) FROM classes")[0][0]

    def restore(self, classes: Iterable[LabelClass]) -> None:
        """Put classes back under the ids they had."""
        with self._writing:
            with self._database.writing() as connection:
                connection.executemany(
                    "INSERT INTO classes (id, name, color, visible) VALUES (?, ?, ?, ?)",
                    [(each.id, each.name, _packed(each.color), each.visible) for each in classes],
                )
            self.reload()

    def change(
        self,
        class_id: int,
        *,
        name: str | None = None,
        color: Color | None = None,
        visible: bool | None = None,
    ) -> LabelClass:
        """Rename, recolour, show or hide a class. Its old name still leads to it.

        Raises:
            MaskwrightError: there is no such class, or its new name is empty or taken.
        """
        with self._writing:
            with self._database.writing() as connection:
                before = after = self.get(class_id)
                if name is not None and name.strip() != before.name:
                    after = replace(after, name=self._free_name(name))
                    _note_renamed(connection, before, after.name)
                if color is not None:
                    after = replace(after, color=color)
                if visible is not None:
                    after = replace(after, visible=visible)
                connection.execute(
                    "UPDATE classes SET name = ?, color = ?, visible = ? WHERE id = ?",
                    (after.name, _packed(after.color), after.visible, class_id),
                )
            self.reload()
        return after

    def show(self, visible: Mapping[int, bool]) -> None:
        """Show or hide classes, several at once.

        Raises:
            MaskwrightError: there is no such class.
        """
        with self._writing:
            for class_id in visible:
                self.get(class_id)
            with self._database.writing() as connection:
                connection.executemany(
                    "UPDATE classes SET visible = ? WHERE id = ?",
                    [(is_visible, class_id) for class_id, is_visible in visible.items()],
                )
            self.reload()

    def remove(self, class_id: int) -> None:
        """Take a class from the list; its id stays taken for ever, its pixels count as
        unlabelled, and its name does not come back with the next prediction.

        Raises:
            MaskwrightError: there is no such class.
        """
        with self._writing:
            self.get(class_id)
            with self._database.writing() as connection:
                delete_classes(connection, [class_id], UNLABELLED)
            self.reload()

    def bring_back(self, class_id: int) -> LabelClass:
        """Undo :meth:`remove`. Where another class has its name by now, a number tells them apart.

        Raises:
            MaskwrightError: no class had this id.
        """
        with self._writing:
            with self._database.writing() as connection:
                undelete_classes(connection, [class_id])
            self.reload()
            return self.get(class_id)

    def ids_for(self, names: Sequence[str]) -> NDArray[np.uint8]:
        """The id of each name, as a table to look labels up in: uint8, as long as ``names``.

        A former name leads to the class it was renamed to or merged into, the name of a deleted
        class to 255. Other names without a class get one.

        Raises:
            MaskwrightError: they are more than a project can have.
        """
        with self._writing:
            known = self._known()
            for name in map(str.strip, names):
                if name not in known:
                    known[name] = self.add(name).id
        return np.array([known[name.strip()] for name in names], np.uint8)

    def knows(self, names: Iterable[str]) -> bool:
        """Whether :meth:`ids_for` has to add none."""
        return self._known().keys() >= {name.strip() for name in names}

    def former_names(self) -> dict[str, str]:
        """Names of classes that were renamed or merged: what each is called now."""
        classes = self._classes
        names = {each.name for each in classes.values()}
        return {
            name: classes[id].name
            for name, id in self._former.items()
            if id in classes and name not in names
        }

    def current(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Labels as they are to be stored: pixels of a class that was merged or deleted while
        somebody still held them go where its pixels went. uint8; the same array where there is
        nothing to change, never changed in place."""
        now = self._now
        return labels if now is None else np.asarray(cv2.LUT(labels, now), np.uint8)

    def _known(self) -> dict[str, int]:
        return self._former | {each.name: each.id for each in self._classes.values()}

    def _free_name(self, name: str) -> str:
        name = name.strip()
        if not name:
            raise MaskwrightError("A class needs a name.")
        if any(label_class.name == name for label_class in self._classes.values()):
            raise MaskwrightError(f"There is a class named {shown(name)} already.")
        return name


def delete_classes(connection: sqlite3.Connection, ids: Sequence[int], into: int) -> None:
    """In a transaction: these are no classes any more; their pixels went ``into``."""
    connection.executemany(
        "UPDATE classes SET deleted = 1, merged_into = ? WHERE id = ?", [(into, id) for id in ids]
    )


def undelete_classes(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    """In a transaction: these are classes again, under distinct names."""
    for id in ids:
        row = connection.execute("SELECT name, deleted FROM classes WHERE id = ?", (id,)).fetchone()
        if row is None or not row[1]:
            continue
        name = row[0]
        while connection.execute(
            "SELECT 1 FROM classes WHERE name = ? AND NOT deleted", (name,)
        ).fetchone():
            name = f"{name} ({id})"
        connection.execute(
            "UPDATE classes SET deleted = 0, merged_into = NULL, name = ? WHERE id = ?", (name, id)
        )
        connection.execute("DELETE FROM class_aliases WHERE name = ?", (name,))


def _free_id(taken: set[int], wanted: int | None) -> int | None:
    """The wanted id, or the one after the highest, or a gap that an import left; None where all
    have been given out."""
    if wanted is not None and 0 <= wanted <= MAX_CLASS_ID and wanted not in taken:
        return wanted
    following = max(taken, default=-1) + 1
    if following <= MAX_CLASS_ID:
        return following
    return next((id for id in range(MAX_CLASS_ID + 1) if id not in taken), None)


def _note_renamed(connection: sqlite3.Connection, before: LabelClass, name: str) -> None:
    connection.execute("DELETE FROM class_aliases WHERE name = ?", (name,))
    connection.execute(
        "INSERT OR REPLACE INTO class_aliases (name, class_id) VALUES (?, ?)",
        (before.name, before.id),
    )


def _packed(color: Color) -> int:
    red, green, blue = color
    return red << 16 | green << 8 | blue


def _unpacked(color: int) -> Color:
    return color >> 16, color >> 8 & 255, color & 255
