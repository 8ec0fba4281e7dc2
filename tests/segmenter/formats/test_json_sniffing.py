"""What a JSON file is, by its name and its beginning."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmenter.formats.json_sniffing import begins_with, json_files, side_by_name
from segmenter.formats.source import Source
from segmenter.project.state import Side


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("annotations/instances_train2017.json", Side.TRAINING),
        ("annotations/instances_val.json", Side.VALIDATION),
        ("val/labels.json", Side.VALIDATION),
        ("train/VAL.json", Side.VALIDATION),
        ("interval.json", None),
        ("constraints.json", None),
        ("trains/evaluation.json", None),
    ],
)
def test_a_list_is_a_whole_word_of_the_name(name: str, side: Side | None) -> None:
    assert side_by_name(name) is side


def test_a_file_is_told_by_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('\ufeff \n{"shapes": []}', "utf-8")
    (tmp_path / "b.JSON").write_text('[{"data": {}}]')
    (tmp_path / "c.txt").write_text('{"shapes": []}')
    with Source(tmp_path) as source:
        assert json_files(source) == ["a.json", "b.JSON"]
        assert begins_with(source, "a.json", "{", ("imagePath", "shapes"))
        assert not begins_with(source, "a.json", "[", ("shapes",))
        assert not begins_with(source, "a.json", "{", ("data",))
        assert begins_with(source, "b.JSON", "[", ("data",))
        assert not begins_with(source, "missing.json", "{", ("data",))
