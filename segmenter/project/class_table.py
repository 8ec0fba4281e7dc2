"""The classes of a project, in its database."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.classes import MAX_CLASS_ID, LabelClass, default_color
from segmenter.project.database import Database
from segmenter.wording import shown

Color = tuple[int, int, int]


class ClassTable:
    """Reads come from memory, writes go through to the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing = threading.RLock()
        rows = database.rows("SELECT id, name, color, visible, deleted FROM classes ORDER BY id")
        self._next_id = rows[-1][0] + 1 if rows else 0
        # Replaced as a whole by writers, so that readers need no lock.
        self._classes: dict[int, LabelClass] = {
            id: LabelClass(id, name, _unpacked(color), bool(visible))
            for id, name, color, visible, deleted in rows
            if not deleted
        }

    def all(self) -> list[LabelClass]:
        return [label_class for _, label_class in sorted(self._classes.items())]

    def add(self, name: str, color: Color | None = None) -> LabelClass:
        """A new class with the next id. Ids of removed classes don't come back.

        Raises:
            MaskwrightError: the name is empty or taken, or there are 255 classes already.
        """
        with self._writing, self._database.writing() as connection:
            name = self._free_name(name)
            if self._next_id > MAX_CLASS_ID:
                raise MaskwrightError(
                    f"{shown(name)} can't be added: a project has {MAX_CLASS_ID + 1} classes at "
                    "most, removed ones included."
                )
            added = LabelClass(self._next_id, name, color or default_color(self._next_id, name))
            connection.execute(
                "INSERT INTO classes (id, name, color) VALUES (?, ?, ?)",
                (added.id, added.name, _packed(added.color)),
            )
            self._next_id += 1
            self._classes = {**self._classes, added.id: added}
        return added

    def restore(self, classes: Iterable[LabelClass]) -> None:
        """Put classes back under the ids they had."""
        with self._writing, self._database.writing() as connection:
            for label_class in classes:
                connection.execute(
                    "INSERT INTO classes (id, name, color, visible) VALUES (?, ?, ?, ?)",
                    (
                        label_class.id,
                        label_class.name,
                        _packed(label_class.color),
                        label_class.visible,
                    ),
                )
                self._classes = {**self._classes, label_class.id: label_class}
                self._next_id = max(self._next_id, label_class.id + 1)

    def change(
        self,
        class_id: int,
        *,
        name: str | None = None,
        color: Color | None = None,
        visible: bool | None = None,
    ) -> LabelClass:
        """Rename, recolour, show or hide a class.

        Raises:
            MaskwrightError: there is no such class, or its new name is empty or taken.
        """
        with self._writing, self._database.writing() as connection:
            before = after = self._get(class_id)
            if name is not None and name.strip() != before.name:
                after = replace(after, name=self._free_name(name))
            if color is not None:
                after = replace(after, color=color)
            if visible is not None:
                after = replace(after, visible=visible)
            connection.execute(
                "UPDATE classes SET name = ?, color = ?, visible = ? WHERE id = ?",
                (after.name, _packed(after.color), after.visible, class_id),
            )
            self._classes = {**self._classes, class_id: after}
        return after

    def remove(self, class_id: int) -> None:
        """Take a class from the list; its id stays taken for ever.

        Raises:
            MaskwrightError: there is no such class.
        """
        with self._writing, self._database.writing() as connection:
            self._get(class_id)
            connection.execute("UPDATE classes SET deleted = 1 WHERE id = ?", (class_id,))
            self._classes = {id: c for id, c in self._classes.items() if id != class_id}

    def ids_for(self, names: Sequence[str]) -> NDArray[np.uint8]:
        """The id of each name, as a table to look labels up in: uint8, as long as ``names``.
        Names without a class get one.

        Raises:
            MaskwrightError: they are more than a project can have.
        """
        with self._writing:
            known = {label_class.name: label_class.id for label_class in self._classes.values()}
            for name in map(str.strip, names):
                if name not in known:
                    known[name] = self.add(name).id
        return np.array([known[name.strip()] for name in names], np.uint8)

    def _get(self, class_id: int) -> LabelClass:
        if class_id not in self._classes:
            raise MaskwrightError(f"The project has no class with the id {class_id}.")
        return self._classes[class_id]

    def _free_name(self, name: str) -> str:
        name = name.strip()
        if not name:
            raise MaskwrightError("A class needs a name.")
        if any(label_class.name == name for label_class in self._classes.values()):
            raise MaskwrightError(f"There is a class named {shown(name)} already.")
        return name


def _packed(color: Color) -> int:
    red, green, blue = color
    return red << 16 | green << 8 | blue


def _unpacked(color: int) -> Color:
    return color >> 16, color >> 8 & 255, color & 255
