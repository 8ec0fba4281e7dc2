"""From one project through each format into another one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.formats.dataset import ExportOptions, Lists
from segmenter.formats.exporting import ExportReport, export, plan_export
from segmenter.formats.format import Format
from segmenter.formats.importing import Conflicts, Import, ImportPlan
from segmenter.formats.registry import FORMATS
from segmenter.project.project import Project
from segmenter.project.state import Side

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


@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
def test_the_split_comes_along_where_it_is_wanted(
    format: Format, project: Project, fresh: Project, tmp_path: Path
) -> None:
    sides = {"a.png": Side.VALIDATION, "b.jpg": Side.TRAINING, "more/c.jpg": Side.TRAINING}
    for name, side in sides.items():
        project.pin(name, side)
    plan = plan_export(project, format, tmp_path / "out", ExportOptions(lists=Lists.PROJECT))
    with Import.open(export(project, plan).target) as opened:
        planned = opened.plan(fresh)
        assert not planned.keep_split
        opened.apply(fresh, planned, Conflicts.REPLACE)
        assert {fresh.image(name).side for name in sides} == {None}
        wanted = opened.plan(fresh, keep_split=True)
        assert wanted.has_split
        opened.apply(fresh, wanted, Conflicts.REPLACE)
    assert {name: fresh.image(name).side for name in sides} == sides


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
def test_a_letter_and_a_colon_are_a_name(format: Format, tmp_path: Path) -> None:
    report, planned = there_and_back(format, ("x:1.jpg", "b.jpg"), tmp_path)
    assert report.skipped == ()
    assert [each.name for each in planned.matches] == ["b.jpg", "x:1.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
@pytest.mark.parametrize("names", [("C.jpg", "c.jpg"), ("d/e\u0301.jpg", "d/\u00e9.jpg")])
def test_images_that_only_case_or_unicode_tells_apart_come_back(
    format: Format, names: tuple[str, ...], tmp_path: Path
) -> None:
    report, planned = there_and_back(format, names, tmp_path)
    assert report.skipped == planned.unmatched == planned.by_name == ()
    values = {each.name: {*each.pixels} for each in planned.matches}
    assert values == {name: {number} for number, name in enumerate(names)}


@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
@pytest.mark.parametrize(
    "names",
    [
        ("a/b/c.jpg", "a/d/c.jpg", "c.jpg"),
        ("seq_1/cam_2/c.jpg", "seq_1/cam_3/c.jpg"),
        ("train/c.jpg", "val/c.jpg"),
    ],
)
def test_equal_names_in_several_folders_come_back(
    format: Format, names: tuple[str, ...], tmp_path: Path
) -> None:
    for lists in (Lists.NONE, Lists.SHARE):
        report, planned = there_and_back(format, names, tmp_path / lists, lists)
        assert report.skipped == ()
        assert sorted(each.name for each in planned.matches) == sorted(names)


def there_and_back(
    format: Format, names: tuple[str, ...], tmp_path: Path, lists: Lists = Lists.SHARE
) -> tuple[ExportReport, ImportPlan]:
    """Images of these names, with a mask each, exported and looked at again."""
    folder = tmp_path / "photos"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((6, 9, 3), 128, np.uint8)).save(folder / name)
    with Project.open(folder) as project:
        project.scan()
        for number, name in enumerate(names):
            project.add_class(f"class {number}", wanted_id=number)
            project.save_mask(name, np.full((6, 9), number, np.uint8))
        options = ExportOptions(lists=lists, validation_share=0.5)
        report = export(project, plan_export(project, format, tmp_path / "out", options))
        with Import.open(report.target, format) as opened:
            return report, opened.plan(project)


@pytest.mark.parametrize("lists", [Lists.NONE, Lists.SHARE])
@pytest.mark.parametrize("format", BOTH_WAYS, ids=lambda each: each.key)
def test_images_in_folders_named_like_lists_are_told_apart(
    format: Format, lists: Lists, tmp_path: Path
) -> None:
    names = ("c.jpg", "train/c.jpg", "val/c.jpg", "labels/c.jpg", "images/train/c.jpg")
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for name in names:
        for folder in (ours, theirs):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (6, 5)).save(path)
    with Project.open(ours) as project, Project.open(theirs) as fresh:
        for each in (project, fresh):
            each.scan()
        for id, name in enumerate(("background", "one", "two", "three", "four", "five")):
            project.add_class(name, wanted_id=id)
        for number, name in enumerate(names, start=1):
            project.save_mask(name, np.full((5, 6), number, np.uint8))
        plan = plan_export(project, format, tmp_path / "out", ExportOptions(lists=lists))
        with Import.open(export(project, plan).target) as opened:
            planned = opened.plan(fresh)
            assert planned.unmatched == ()
            opened.apply(fresh, planned, Conflicts.KEEP)
        found = {name: fresh.load_mask(name) for name in names}
    values = {name: set(np.unique(each)) for name, each in found.items() if each is not None}
    assert values == {name: {number} for number, name in enumerate(names, start=1)}
