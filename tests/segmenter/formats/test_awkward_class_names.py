"""Names of classes that a format could take for something else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.formats.dataset import ExportOptions
from segmenter.formats.exporting import export, plan_export
from segmenter.formats.format import Format
from segmenter.formats.importing import Conflicts, Import
from segmenter.formats.registry import FORMATS
from segmenter.project.project import Project

BOTH_WAYS = [each for each in FORMATS if each.writer is not None and each.reader is not None]
SHAPE = (6, 9)

NAMES = {
    "words for nothing": ("void", "ignored", "unlabelled", "unlabeled", "Void", "__ignore__"),
    "with the background": ("ignored", "background", "void", "void_"),
    "one after another": ("a:b", "a_b", "a b", "a  b"),
    "marks of comments": ("#cat", "_#cat", "%cat", "- cat", "//cat"),
    "case": ("cat", "Cat", "CAT"),
    "line separators": ("a\u2028b", "a\u2029b", "a\x85b", "a b"),
    "quotes": ('"', "'", "a,b", "a;b", "<b>&amp;", "null", "true", "0"),
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
def test_classes_come_back_whatever_their_names(
    format: Format, names: tuple[str, ...], tmp_path: Path
) -> None:
    folder, copy = tmp_path / "photos", tmp_path / "copy"
    folder.mkdir()
    Image.fromarray(np.zeros((*SHAPE, 3), np.uint8)).save(folder / "a.png")
    shutil.copytree(folder, copy)
    with Project.open(folder) as project, Project.open(copy) as fresh:
        project.scan()
        fresh.scan()
        for number, name in enumerate(names):
            project.add_class(name, wanted_id=2 * number + 1)
        ids = {each.name: each.id for each in project.classes}
        assert len(ids) == len(names)
        # Columns of each class, and unlabelled ones.
        values = np.array([*ids.values(), 255], np.uint8)
        mask = np.repeat(values[np.arange(SHAPE[1]) % len(values)][None], SHAPE[0], 0)
        project.save_mask("a.png", mask)
        target = export(
            project, plan_export(project, format, tmp_path / "out", ExportOptions())
        ).target
        with Import.open(target) as opened:
            assert type(opened.format.reader) is type(format.reader)
            planned = opened.plan(fresh)
            assert (planned.unmatched, planned.unreadable) == ((), ())
            opened.apply(fresh, planned, Conflicts.KEEP)
        assert {each.name: each.id for each in fresh.classes} == ids
        back = fresh.load_mask("a.png")
        assert back is not None
        if format.is_exact:
            np.testing.assert_array_equal(back, mask)
        else:
            assert set(np.unique(back)) >= set(ids.values())
