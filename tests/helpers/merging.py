"""A project full of labels of four classes, and what a merge of them should leave."""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from segmenter.project.project import Project
from segmenter.project.state import State

BACKGROUND, CAT, KITTY, DOG = range(4)
UNLABELLED = 255
SHAPE = (40, 61)

Labels = NDArray[np.uint8]


def noise(seed: int, values: tuple[int, ...] = (0, 1, 2, 3, 255)) -> Labels:
    rng = np.random.default_rng(seed)
    return rng.choice(np.array(values, np.uint8), SHAPE)


def fill(project: Project) -> None:
    project.class_ids_for(("background", "cat", "kitty", "dog"))
    for seed, record in enumerate(project.images()):
        project.save_prediction(record.name, noise(seed), np.full(SHAPE, 200, np.uint8), 0.3)
    project.save_mask("img2.png", noise(10))
    project.save_mask("more/img1.png", noise(11))
    project.set_state("more/img1.png", State.APPROVED)


def everything(project: Project) -> dict[str, Labels | None]:
    """All labels of the project."""
    found: dict[str, Labels | None] = {}
    for record in project.images():
        stored = project.load_prediction(record.name)
        found[f"{record.name} prediction"] = stored.labels if stored is not None else None
        found[f"{record.name} mask"] = project.load_mask(record.name)
    return found


def assert_same(found: dict[str, Labels | None], expected: dict[str, Labels | None]) -> None:
    assert found.keys() == expected.keys()
    for key, labels in expected.items():
        np.testing.assert_array_equal(found[key], labels, err_msg=key)


def merged(
    before: dict[str, Labels | None], sources: set[int], into: int
) -> dict[str, Labels | None]:
    def one(labels: Labels | None) -> Labels | None:
        if labels is None:
            return None
        return np.where(np.isin(labels, list(sources)), np.uint8(into), labels)

    return {key: one(labels) for key, labels in before.items()}


def names(project: Project) -> list[str]:
    return [each.name for each in project.classes]


class Refusing:
    """SQLite refuses the journal's next steps, as it does on a disk that can't be written to."""

    def __init__(self, project: Project, times: int) -> None:
        self._left = times
        self._connection = project._database._connection
        self._connection.set_authorizer(self._may)

    def _may(self, action: int, table: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_UPDATE and table == "class_merges" and self._left:
            self._left -= 1
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    def once_more(self) -> None:
        self._left = 1

    def end(self) -> None:
        self._connection.set_authorizer(None)
