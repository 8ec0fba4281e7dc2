"""``classes.csv``: the ids, names and colours that belong to label files which can't say them.

A header and one line a class: ``id,name,red,green,blue``; names are quoted as CSV does it. Where
unlabelled pixels have another value than 255, a last line without a colour says so:
``200,unlabelled``. A class of that name has a colour.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Classes
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED, LabelClass, default_color

CLASS_FILE = "classes.csv"
HEADER = ("id", "name", "red", "green", "blue")


_IGNORE_NAME = "unlabelled"


def as_csv(classes: Sequence[LabelClass], ignore: int = UNLABELLED) -> str:
    """The text of the file; ``ignore``: the value of unlabelled pixels."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for each in classes:
        writer.writerow((each.id, each.name, *each.color))
    if ignore != UNLABELLED:
        writer.writerow((ignore, _IGNORE_NAME))
    return text.getvalue()


def read_class_file(source: Source, name: str) -> Classes:
    """The classes, sorted by id; a class without a colour gets the one it would start with.

    Raises:
        MaskwrightError: with the line that is wrong.
    """
    return tuple(_rows(source, name, MAX_CLASS_ID)[0])


def read_value_file(source: Source, name: str, options: ReadOptions) -> tuple[Classes, int]:
    """As :func:`read_class_file`, and the value of unlabelled pixels: what a person says, else the
    file, else 255."""
    classes, ignore = _rows(source, name, MAX_CLASS_ID)
    return tuple(classes), ignore if options.ignore is None else options.ignore


def read_palette_file(source: Source, name: str) -> tuple[Classes, tuple[int, int, int] | None]:
    """As :func:`read_class_file`, and the colour of unlabelled pixels, which the line of the id
    255 has; None without one."""
    rows, _ = _rows(source, name, UNLABELLED)
    classes = tuple(each for each in rows if each.id != UNLABELLED)
    return classes, next((each.color for each in rows if each.id == UNLABELLED), None)


def _rows(source: Source, name: str, highest: int) -> tuple[list[LabelClass], int]:
    """The classes, and the value of unlabelled pixels."""
    where = source.shown(name)
    ignore = UNLABELLED
    has_colors = False
    found: dict[int, LabelClass] = {}
    names: set[str] = set()
    reader = csv.reader(io.StringIO(source.read_text(name)), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if reader.line_num == 1 and not cells[0].lstrip("-").isdigit():
                has_colors = tuple(cells) == HEADER
                continue
            if has_colors and cells[1:2] == [_IGNORE_NAME] and not any(cells[2:]):
                ignore = _number(cells[0], f"Line {reader.line_num} of {where}")
                continue
            each = _class_of(cells, highest, f"Line {reader.line_num} of {where}")
            # What stands for no class may have a class's name.
            is_again = each.id != UNLABELLED and each.name in names
            if each.id in found or is_again:
                raise MaskwrightError(
                    f"Line {reader.line_num} of {where} names the id {each.id} or the class "
                    f"“{each.name}” a second time."
                )
            found[each.id] = each
            if each.id != UNLABELLED:
                names.add(each.name)
    except csv.Error as error:
        raise MaskwrightError(f"Line {reader.line_num} of {where} is no CSV ({error}).") from error
    return [found[id] for id in sorted(found)], ignore


def _number(cell: str, where: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 3 and int(cell) <= UNLABELLED):
        raise MaskwrightError(f"{where} needs a value of 0 to {UNLABELLED}.")
    return int(cell)


def _class_of(cells: list[str], highest: int, where: str) -> LabelClass:
    try:
        id, name = int(cells[0]), cells[1]
        color = tuple(int(cell) for cell in cells[2:5]) if len(cells) > 2 else None
    except (ValueError, IndexError) as error:
        raise MaskwrightError(f"{where} is no class: id,name,red,green,blue.") from error
    if not name or not 0 <= id <= highest:
        raise MaskwrightError(f"{where} needs a name and an id of 0 to {highest}.")
    if color is None:
        return LabelClass(id, name, default_color(id, name))
    if len(color) != 3 or not all(0 <= part <= 255 for part in color):
        raise MaskwrightError(f"{where} needs three colour values of 0 to 255.")
    return LabelClass(id, name, (color[0], color[1], color[2]))
