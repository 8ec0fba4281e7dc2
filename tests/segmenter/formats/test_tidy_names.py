"""Names of classes that break a table do not come in as they are."""

from __future__ import annotations

import json
from pathlib import Path

from segmenter.formats.importing import Import
from segmenter.formats.tidy_names import LONGEST, tidy


def opened(path: Path, *names: str) -> tuple[list[str], tuple[str, ...]]:
    """Names and notes of a COCO file with such categories."""
    document = {
        "images": [{"id": 1, "file_name": "a.png", "width": 4, "height": 3}],
        "categories": [{"id": id, "name": name} for id, name in enumerate(names, start=1)],
        "annotations": [],
    }
    path.write_text(json.dumps(document), "utf-8")
    with Import.open(path) as opened:
        return [each.name for each in opened.incoming.classes], opened.incoming.notes


def test_control_characters_become_spaces_with_a_note(tmp_path: Path) -> None:
    names, notes = opened(tmp_path / "c.json", "a\nb", "\x1b[31mred", "été\u2028x", " cat ")
    assert names == ["a b", "[31mred", "été\u2028x", "cat"]
    told = [note for note in notes if "control characters" in note]
    assert [note.split(" holds")[0] for note in told] == [
        "The name of the class 1",
        "The name of the class 2",
    ]
    assert told[0].endswith("it was read as “a b”.")


def test_a_name_without_end_is_cut_with_a_note(tmp_path: Path) -> None:
    names, notes = opened(tmp_path / "c.json", "x" * 3000 + "1", "x" * 3000 + "2", "y" * LONGEST)
    assert [len(name) for name in names] == [LONGEST] * 3
    assert len(set(names)) == 3
    assert sum("longer than 200 characters" in note for note in notes) == 2


def test_classes_of_one_name_are_told(tmp_path: Path) -> None:
    names, notes = opened(tmp_path / "c.json", "cat", "dog", "cat")
    assert names == ["cat", "dog", "cat"]
    assert notes[-1] == "The classes 1 and 3 have one name, “cat”, and become one."


def test_what_is_tidy_stays() -> None:
    assert tidy("été: a  b") == "été: a  b"
