"""JSON files of other programs: what is missing or of another kind is said with file and place."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from segmenter.errors import MaskwrightError
from segmenter.formats.json_memory import check_memory
from segmenter.formats.source import Source


class Node:
    """A value in a JSON file, and where it stands: ``annotations[3].segmentation``."""

    __slots__ = ("file", "place", "value")

    def __init__(self, value: Any, file: str, place: str = "") -> None:
        self.value = value
        self.file = file
        self.place = place

    def fail(self, why: str) -> NoReturn:
        """
        Raises:
            MaskwrightError: file, place: why.
        """
        where = f"{self.file}, {self.place}" if self.place else self.file
        raise MaskwrightError(f"{where}: {why}.")

    def has(self, key: str) -> bool:
        """Whether it is an object with this key, and not null there."""
        return isinstance(self.value, dict) and self.value.get(key) is not None

    def __getitem__(self, key: str) -> Node:
        """What an object has under a key, also null."""
        if not isinstance(self.value, dict):
            self.fail("is no object {…}")
        if key not in self.value:
            self.fail(f"“{key}” is missing")
        return Node(self.value[key], self.file, f"{self.place}.{key}" if self.place else key)

    def find(self, key: str) -> Node:
        """What an object has under a key; null where it has nothing there."""
        if self.has(key):
            return self[key]
        return Node(None, self.file, f"{self.place}.{key}" if self.place else key)

    def __iter__(self) -> Iterator[Node]:
        """The values of a list."""
        if not isinstance(self.value, list):
            self.fail("is no list […]")
        for index, value in enumerate(self.value):
            yield Node(value, self.file, f"{self.place}[{index}]")

    @property
    def text(self) -> str:
        """A text that can be written to a file again: JSON can hold halves of characters."""
        if not isinstance(self.value, str):
            self.fail("is no text")
        if any("\ud800" <= character <= "\udfff" for character in self.value):
            self.fail("is no proper text")
        return self.value

    @property
    def integer(self) -> int:
        """A whole number; also one written as 3.0."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail("is no whole number")
        return value

    @property
    def number(self) -> float:
        value = self.value
        # A number of hundreds of digits is no float.
        if not isinstance(value, int | float) or not math.isfinite(_as_float(value)):
            self.fail("is no number")
        return _as_float(value)

    @property
    def numbers(self) -> list[float]:
        """A list of numbers."""
        return [each.number for each in self]

    @property
    def integers(self) -> list[int]:
        """A list of whole numbers; quick, as there are many in a list of run lengths."""
        if isinstance(self.value, list) and all(type(each) is int for each in self.value):
            return self.value
        return [each.integer for each in self]


def read_json(source: Source, name: str) -> Node:
    """A JSON file as a whole.

    Raises:
        MaskwrightError: it can't be read, is no JSON, with line and column, or needs more memory
            than there is.
    """
    file = source.shown(name)
    try:
        text = source.read_text(name)
        check_memory(text, file)
        return Node(json.loads(text), file)
    except json.JSONDecodeError as error:
        raise MaskwrightError(
            f"{file}, line {error.lineno}, column {error.colno}: this is no JSON, or it is cut off "
            f"({error.msg})."
        ) from error
    except MemoryError as error:
        raise MaskwrightError(f"{file} needs more memory than is free.") from error
    except (RecursionError, ValueError) as error:
        raise MaskwrightError(f"{file} is nested too deeply, or has a number too long.") from error


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
