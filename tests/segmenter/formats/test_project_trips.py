"""From one project through each format into another one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from segmenter.formats.dataset import ExportOptions, Lists
from segmenter.formats.exporting import export, plan_export
from segmenter.formats.format import Format
from segmenter.formats.importing import Conflicts, Import
from segmenter.formats.registry import FORMATS
from segmenter.project.project import Project

BOTH_WAYS = [each for each in FORMATS if each.writer is not None and each.reader is not None]


@pytest.fixture
def fresh(folder: Path, tmp_path: Path) -> Iterator[Project]:
    """The same images, with nothing known about them."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("maskwright"))
    with Project.open(copy) as project:
        project.scan()
        yield project


@pytest.mark.parametrize("target", ["out", "out.zip"])
@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
def test_ids_names_and_masks_arrive(
    format: Format, target: str, project: Project, fresh: Project, tmp_path: Path
) -> None:
    plan = plan_export(project, format, tmp_path / target, ExportOptions(lists=Lists.SHARE))
    report = export(project, plan)
    assert (report.exported, report.skipped) == (3, ())
    # Nobody says which format it is.
    with Import.open(report.target) as opened:
        assert type(opened.format.reader) is type(format.reader)
        planned = opened.plan(fresh)
        assert (planned.unmatched, planned.unreadable) == ((), ())
        done = opened.apply(fresh, planned, Conflicts.KEEP)
    assert set(done.imported) == {"a.png", "b.jpg", "more/c.jpg"}
    ids = {each.name: each.id for each in project.classes}
    assert {each.name: each.id for each in fresh.classes} == ids
    if format.is_exact:
        for name in done.imported:
            mask, back = project.load_mask(name), fresh.load_mask(name)
            assert mask is not None
            assert back is not None
            np.testing.assert_array_equal(back, mask)
