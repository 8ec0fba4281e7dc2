"""Reading YOLO's segmentation labels, as ultralytics, Roboflow, CVAT and Label Studio write them.

What is smaller lies on top, as ultralytics has it where objects overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NoReturn

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import Incoming, IncomingImage, Labels, Size
from segmenter.formats.listed_color import listed_color
from segmenter.formats.lists import SIDE_OF, read_lines
from segmenter.formats.objects import UNCOVERED_NOTE, drawn
from segmenter.formats.patches import NOTHING, Patch
from segmenter.formats.plain_yaml import load_plain_yaml
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.value_classes import numbered_classes
from segmenter.project.classes import MAX_CLASS_ID, LabelClass, default_color
from segmenter.project.state import Side

DATA_FILE = "data.yaml"
IMAGES, LABELS = "images", "labels"
IDS_KEY, COLORS_KEY = "maskwright_ids", "maskwright_colors"

_NAME_FILES = ("classes.txt", "obj.names", "labels.txt")
_OTHER_PARTS = ("test", "obj_train_data")
_SLACK = 0.01
"""How far a coordinate may lie beyond 0 and 1 by rounding."""
_BEGINNING = 4096
_MOST_TOLD = 40
"""Characters of a value that is wrong, in a sentence."""

Points = NDArray[np.float64]


class YoloReader:
    def looks_like(self, source: Source) -> bool:
        files = _label_files(source)
        data_file = _data_file(source)
        try:
            return any(_starts_with_an_object(source, name) for name in files[:20]) or (
                bool(files and data_file) and b"names" in source.read_start(data_file, _BEGINNING)
            )
        except MaskwrightError:
            return False

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        data_file = _data_file(source)
        data = _data(source, data_file) if data_file else {}
        numbered = _classes(source, data_file, data)
        classes = tuple(sorted(numbered.values(), key=lambda each: each.id))
        ids = {number: each.id for number, each in numbered.items()}
        listed = _listed_folders(data_file, data)
        images = []
        for file in _label_files(source):
            name, side, longer = _listed_image_of(file, listed) or _image_of(file)
            read = partial(_read, source, file, ids)
            images.append(IncomingImage(name, read, side=side, aliases=longer))
        return Incoming(
            classes,
            tuple(images),
            has_named_classes=bool(data_file or _name_file(source)),
            notes=(UNCOVERED_NOTE,),
        )


def _starts_with_an_object(source: Source, file: str) -> bool:
    lines = words_of(source.read_start(file, _BEGINNING).decode("utf-8", "replace"))
    return bool(lines) and len(lines[0]) > 4 and all(map(_is_number, lines[0][:5]))


def _label_files(source: Source) -> list[str]:
    """In folders ``labels``, or where there are none, all text files but the known lists."""
    texts = [name for name in source.names if name.lower().endswith(".txt")]
    inside = [name for name in texts if LABELS in name.split("/")[:-1]]
    if not inside:
        lists = (*_NAME_FILES, "train.txt", "val.txt", "test.txt", "notes.txt")
        plain = (name.rsplit("/", 1)[-1].lower() for name in texts)
        inside = [
            name
            for name, last in zip(texts, plain, strict=True)
            if last not in lists and not last.startswith("readme")
        ]
    return inside


_Named = tuple[str, Side | None, tuple[str, ...]]
"""Of a label file: the name of its image without suffix, its list, and other names."""


def _listed_folders(data_file: str, data: Mapping[str, Any]) -> dict[str, Side | None]:
    """Folder of label files → its list, as the data file names folders of images; None for one
    that stands for several lists. What it names otherwise is left to the folders' names."""
    base = [part for part in data_file.split("/")[:-1] if part]
    found: dict[str, set[Side | None]] = {}
    for key in ("train", "val", "test"):
        named = data.get(key)
        for place in named if isinstance(named, list) else [named]:
            # Roboflow writes ../train/images for train/images.
            parts = str(place or "").replace("\\", "/").split("/")
            parts = [*base, *(part for part in parts if part not in ("", ".", ".."))]
            if IMAGES in parts:
                parts[len(parts) - 1 - parts[::-1].index(IMAGES)] = LABELS
                found.setdefault("/".join(parts), set()).add(SIDE_OF.get(key))
    return {folder: next(iter(s)) if len(s) == 1 else None for folder, s in found.items()}


def _listed_image_of(file: str, listed: Mapping[str, Side | None]) -> _Named | None:
    """None for a file that lies in none of these folders."""
    for folder in sorted(listed, key=len, reverse=True):
        if file.startswith(f"{folder}/"):
            return file[len(folder) + 1 : -len(".txt")], listed[folder], ()
    return None


def _image_of(file: str) -> _Named:
    """``train/labels/a.txt`` and ``labels/train/a.txt`` are the image ``a``, for training; the
    latter may be ``train/a`` too, where folders of the images are called so."""
    parts = file[: -len(".txt")].split("/")
    side = next((SIDE_OF[part.lower()] for part in parts[:-1] if part.lower() in SIDE_OF), None)
    if LABELS in parts[:-1]:
        parts = parts[parts.index(LABELS) + 1 :]
    whole = "/".join(parts)
    if len(parts) > 1 and (parts[0].lower() in SIDE_OF or parts[0].lower() in _OTHER_PARTS):
        return "/".join(parts[1:]), side, (whole,)
    return whole, side, ()


def _data_file(source: Source) -> str:
    """The YAML file with the names; empty where there is none."""
    found = [name for name in source.names if name.lower().endswith((".yaml", ".yml"))]
    return min(found, key=lambda name: (name.count("/"), name != DATA_FILE, name), default="")


def _name_file(source: Source) -> str:
    found = [name for name in source.names if name.rsplit("/", 1)[-1].lower() in _NAME_FILES]
    return min(found, key=lambda name: name.count("/"), default="")


def _classes(source: Source, data_file: str, data: Mapping[str, Any]) -> dict[int, LabelClass]:
    """Number → class."""
    name_file = _name_file(source)
    if data_file:
        return _described(source.shown(data_file), data)
    if name_file:
        where = source.shown(name_file)
        return _named(dict(enumerate(read_lines(source, name_file))), {}, where)
    return {each.id: each for each in numbered_classes()}


def _data(source: Source, file: str) -> Mapping[str, Any]:
    where = source.shown(file)
    try:
        data = load_plain_yaml(source.read_text(file))
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f", line {error.problem_mark.line + 1}"
        raise MaskwrightError(f"{where}{line}: this is no YAML ({error.problem}).") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise MaskwrightError(f"{where} is no YAML file.") from error
    return data if isinstance(data, dict) else {}


def _described(where: str, data: Mapping[str, Any]) -> dict[int, LabelClass]:
    names = data.get("names")
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not all(isinstance(each, int) for each in names):
        raise MaskwrightError(f"{where} does not name the classes under “names”.")
    ids, colors = data.get(IDS_KEY), data.get(COLORS_KEY)
    if not isinstance(ids, list) or len(ids) != len(names):
        return _named(names, {}, where)
    described = {}
    for index, (number, id) in enumerate(zip(names, ids, strict=True)):
        if not isinstance(id, int) or not 0 <= id <= MAX_CLASS_ID or ids.count(id) > 1:
            told = str(id)[:_MOST_TOLD]
            raise MaskwrightError(f"{where}, {IDS_KEY}: {told} is no class id, or comes twice.")
        color = colors[index] if isinstance(colors, list) and index < len(colors) else None
        described[number] = id, color
    return _named(names, described, where)


def _named(
    names: Mapping[int, Any], described: Mapping[int, tuple[int, Any]], where: str
) -> dict[int, LabelClass]:
    """Classes with these names; ``described``: their ids and colours, where they are known."""
    found, seen = {}, set()
    for number, value in names.items():
        name = "" if isinstance(value, list | dict | set) else str(value).strip()
        id, color = described.get(number, (number, None))
        # A number or a date for a name is one; half of a character is not.
        if not name or name in seen or not _is_unicode(name):
            raise MaskwrightError(
                f"{where}: the name of class {number} can't be used, or comes twice."
            )
        if not 0 <= id <= MAX_CLASS_ID:
            raise MaskwrightError(
                f"{where} has a class {number}; there can be classes 0 to {MAX_CLASS_ID}."
            )
        seen.add(name)
        found[number] = LabelClass(id, name, listed_color(color) or default_color(id, name))
    return found


def _is_unicode(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _read(source: Source, file: str, ids: Mapping[int, int], size: Size) -> Labels:
    objects = []
    text = source.read_text(file)
    for number, words in enumerate(words_of(text), start=1):
        if words:
            where = f"{source.shown(file)}, line {number}"
            class_number, points = outline_of(words, where)
            if class_number not in ids:
                raise MaskwrightError(f"{where}: there is no class {words[0]}.")
            objects.append((ids[int(class_number)], filled(points, size)))
    _check_whole(text, source.shown(file))
    objects.sort(key=lambda found: -found[1].area)
    return drawn(objects, size)


def _check_whole(text: str, file: str) -> None:
    """Predictions have a confidence at the end of each line, labels at the end of none: one line
    that differs was cut off.

    Raises:
        MaskwrightError: there is such a line.
    """
    with_confidence: list[int] = []
    without: list[int] = []
    for number, words in enumerate(words_of(text), start=1):
        if words:
            (without if len(words) % 2 else with_confidence).append(number)
    is_one = len(with_confidence) == 1 and not without
    if (with_confidence and without) or (is_one and not text.endswith("\n")):
        fewer = min(with_confidence, without or with_confidence, key=len)
        raise MaskwrightError(
            f"{file}, line {fewer[-1]}: this line is cut off, or it alone has a confidence or none "
            "at its end; write the outline x1 y1 x2 y2 x3 y3 … to its end."
        )


def outline_of(words: list[str], where: str) -> tuple[float, Points]:
    """The number of the class and the corners, N×2 (x, y) relative to width and height, of what
    stands in a line.

    Raises:
        MaskwrightError: it is no outline, or one that leads out of the image.
    """

    def fail(why: str) -> NoReturn:
        raise MaskwrightError(f"{where}: {why}.")

    if not all(map(_is_number, words)):
        fail("this is no object; it needs the number of a class and an outline x1 y1 x2 y2 x3 y3 …")
    if len(words) == 5:
        fail("this is a box, which says nothing about single pixels; outlines are needed")
    if len(words) == 6:
        fail("this is an outline that was cut off, or a box with a confidence; outlines are needed")
    # Of predictions, the confidence stands at the end.
    coordinates = words[1:] if len(words) % 2 else words[1:-1]
    points = np.array(coordinates, np.float64).reshape(-1, 2)
    if len(points) < 3:
        fail("an outline needs at least three points")
    beyond = ~((points >= -_SLACK) & (points <= 1 + _SLACK)).all(axis=1)
    if beyond.any():
        x, y = points[int(np.argmax(beyond))]
        fail(f"the point {x:g} {y:g} lies outside of the image; coordinates go from 0 to 1")
    return float(words[0]), points


def filled(points: Points, size: Size) -> Patch:
    """By ultralytics' rule: whole pixels, rounded down; the line belongs to the object."""
    height, width = size
    corners = np.trunc(points * (width, height)).astype(np.int32)
    left, top = np.maximum(corners.min(axis=0), 0).tolist()
    right, bottom = np.minimum(corners.max(axis=0) + 1, (width, height)).tolist()
    if right <= left or bottom <= top:
        return NOTHING
    canvas = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillPoly(canvas, [corners - np.array((left, top), np.int32)], 1)
    return Patch(left, top, canvas == 1)


def words_of(text: str) -> list[list[str]]:
    """Line by line."""
    return [line.split() for line in text.splitlines()]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return "_" not in word
