"""An import says what it will do, guesses nothing, and overwrites nothing unasked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from format_trips import classes_of, write
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.formats.dataset import ExportOptions
from segmenter.formats.exporting import export, plan_export
from segmenter.formats.importing import Conflicts, Import, ImportReport
from segmenter.formats.index_png import FORMAT
from segmenter.formats.matching import match
from segmenter.project.project import Project
from segmenter.project.state import State

SHAPE = (6, 9)


@pytest.fixture
def source(project: Project, tmp_path: Path) -> Path:
    """What the project exported."""
    out = tmp_path / "out"
    export(project, plan_export(project, FORMAT, out, ExportOptions()))
    return out


@pytest.fixture
def empty(folder: Path, tmp_path: Path) -> Iterator[Project]:
    """The same images, with nothing known about them."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("maskwright"))
    with Project.open(copy) as project:
        project.scan()
        yield project


def imported(
    project: Project, source: Path, conflicts: Conflicts = Conflicts.KEEP, **plan: object
) -> ImportReport:
    with Import.open(source) as opened:
        planned = opened.plan(project, **plan)  # type: ignore[arg-type]
        return opened.apply(project, planned, conflicts)


def assert_same_masks(one: Project, other: Project, names: tuple[str, ...]) -> None:
    for name in names:
        before, after = one.load_mask(name), other.load_mask(name)
        assert before is not None
        assert after is not None
        np.testing.assert_array_equal(before, after)


def test_what_went_out_comes_in_with_the_same_ids(
    project: Project, source: Path, empty: Project
) -> None:
    report = imported(empty, source)
    assert report.imported == ("a.png", "b.jpg", "more/c.jpg")
    assert empty.classes == project.classes
    assert report.new_classes == tuple(project.classes)
    assert_same_masks(project, empty, report.imported)
    assert empty.image("a.png").state is State.CORRECTED


def test_the_plan_says_what_will_be_done_and_does_nothing(
    project: Project, source: Path, empty: Project
) -> None:
    # Which of the two images more/c is meant, nothing tells any more.
    (source / "masks" / "more" / "c.jpg.png").rename(source / "masks" / "more" / "c.png")
    with Import.open(source) as opened:
        assert opened.format is FORMAT
        plan = opened.plan(empty)
    assert [each.name for each in plan.matches] == ["a.png", "b.jpg"]
    assert [each.reason for each in plan.unmatched] == [
        "“more/c” may mean “more/c.jpg” or “more/c.png”; give its full path in the folder."
    ]
    assert [(each.incoming.id, each.name, each.existing) for each in plan.classes] == [
        (0, "background", None),
        (3, "cat", None),
        (7, "dog", None),
    ]
    cats = sum(
        int((mask == 3).sum())
        for name in ("a.png", "b.jpg")
        if (mask := project.load_mask(name)) is not None
    )
    assert plan.pixels_of(3) == cats
    assert plan.without_entry == 2
    assert empty.classes == []
    assert {each.state for each in empty.images()} == {State.NEW}


def test_masks_that_are_there_are_kept_unless_asked_otherwise(source: Path, empty: Project) -> None:
    mine = np.zeros(SHAPE, np.uint8)
    empty.add_class("sky")
    empty.save_mask("a.png", mine)
    with Import.open(source) as opened:
        assert [each.name for each in opened.plan(empty).conflicts] == ["a.png"]
    report = imported(empty, source)
    assert (report.kept, report.imported) == (1, ("b.jpg", "more/c.jpg"))
    np.testing.assert_array_equal(empty.load_mask("a.png"), mine)
    report = imported(empty, source, Conflicts.REPLACE)
    assert (report.same, report.imported) == (2, ("a.png",))


def test_an_id_that_is_taken_leads_to_a_new_one(
    project: Project, source: Path, empty: Project
) -> None:
    empty.add_class("sky")  # has id 0, which the incoming background has too
    report = imported(empty, source)
    ids = {each.name: each.id for each in empty.classes}
    assert ids == {"sky": 0, "background": 1, "cat": 3, "dog": 7}
    before, after = project.load_mask("a.png"), empty.load_mask("a.png")
    assert before is not None
    np.testing.assert_array_equal(after, np.where(before == 0, 1, before))
    assert [each.name for each in report.new_classes] == ["background", "cat", "dog"]


def test_classes_are_found_by_name_renamed_and_left_out(source: Path, empty: Project) -> None:
    katze = empty.add_class("Katze")
    renamed = {"cat": "Katze", "dog": "", "background": "ground"}
    report = imported(empty, source, renamed=renamed)
    assert [(each.id, each.name) for each in empty.classes] == [(0, "Katze"), (1, "ground")]
    assert katze.id == 0
    assert report.imported
    assert set(np.unique(np.asarray(empty.load_mask("a.png")))) <= {0, 1, 255}


def test_a_class_that_was_renamed_is_found_by_its_former_name(source: Path, empty: Project) -> None:
    cat = empty.add_class("cat")
    empty.change_class(cat.id, name="feline")
    imported(empty, source)
    assert "cat" not in {each.name for each in empty.classes}


def test_pixels_without_a_label_can_become_a_class(
    project: Project, source: Path, empty: Project
) -> None:
    imported(empty, source, fill="ground")
    ground = next(each.id for each in empty.classes if each.name == "ground")
    before, after = project.load_mask("a.png"), empty.load_mask("a.png")
    assert before is not None
    np.testing.assert_array_equal(after, np.where(before == 255, ground, before))


def test_bare_numbers_become_only_the_classes_that_occur(empty: Project, tmp_path: Path) -> None:
    labels = np.full(SHAPE, 5, np.uint8)
    labels[0] = 9
    masks = tmp_path / "masks"
    masks.mkdir()
    Image.fromarray(labels).save(masks / "a.png")
    imported(empty, masks, renamed={"class 9": "cat"})
    assert [(each.id, each.name) for each in empty.classes] == [(5, "class 5"), (9, "cat")]


def test_what_is_damaged_is_known_before_anything_is_changed(source: Path, empty: Project) -> None:
    mask = source / "masks" / "b.png"
    mask.write_bytes(mask.read_bytes()[:60])
    with Import.open(source) as opened:
        plan = opened.plan(empty)
    assert [each.name for each in plan.unreadable] == ["b.jpg"]
    assert "is damaged or cut off" in plan.unreadable[0].reason
    assert empty.classes == []


def test_an_image_without_any_label_gets_no_mask(empty: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(FORMAT, out, {"a.png": np.full(SHAPE, 255, np.uint8)}, classes_of([0, 1]))
    report = imported(empty, out)
    assert (report.empty, report.imported) == (1, ())
    assert empty.image("a.png").state is State.NEW


def test_cancel_leaves_whole_masks(source: Path, empty: Project) -> None:
    cancel = CancelToken()
    with Import.open(source) as opened:
        plan = opened.plan(empty)

        def stop(done: int, total: int) -> None:
            if done == 1:
                cancel.cancel()

        with pytest.raises(Cancelled):
            opened.apply(empty, plan, Conflicts.KEEP, progress=stop, cancel=cancel)
    assert empty.image("a.png").state is State.CORRECTED
    assert empty.image("b.jpg").state is State.NEW
    assert len(empty.classes) == 3


def test_a_project_that_is_open_elsewhere_is_not_changed(source: Path, empty: Project) -> None:
    with (
        Project.open(empty.folder) as second,
        Import.open(source) as opened,
    ):
        plan = opened.plan(second)
        with pytest.raises(MaskwrightError, match="open"):
            opened.apply(second, plan, Conflicts.REPLACE)


def test_more_classes_than_fit_are_told_before_one_is_made(source: Path, empty: Project) -> None:
    for number in range(253):
        empty.add_class(f"class {number}")
    with pytest.raises(MaskwrightError, match=r"3 classes that the project has not.*room for 2"):
        imported(empty, source)
    assert len(empty.classes) == 253
    assert imported(empty, source, renamed={"dog": ""}).imported


def test_a_mapping_of_a_class_that_is_not_there_is_told(source: Path, empty: Project) -> None:
    with pytest.raises(MaskwrightError, match="no incoming class “horse”; there are: background"):
        imported(empty, source, renamed={"horse": "cat"})


def test_something_that_is_no_data_set_is_told(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    with pytest.raises(MaskwrightError, match="looks like none of the formats"):
        Import.open(tmp_path)
    with pytest.raises(MaskwrightError, match="no file or folder"):
        Import.open(tmp_path / "nowhere")
    with pytest.raises(MaskwrightError, match="looks like none"):
        Import.open(tmp_path / "letter.txt")


IMAGES = [
    "a.jpg",
    "dogs/rex.jpg",
    "dogs/rex.png",
    "cats/tom.jpg",
    "more/a.jpg",
    "e\u0301.png",
    "x.jpg.jpg",
]


@pytest.mark.parametrize(
    ("incoming", "meant"),
    [
        ("dogs/rex.png", "dogs/rex.png"),
        ("dogs\\rex.png", "dogs/rex.png"),
        ("a", "a.jpg"),
        ("more/a.png", "more/a.jpg"),
        ("tom", "cats/tom.jpg"),
        ("x.jpg", "x.jpg.jpg"),
        ("images/dogs/rex.png.png", "dogs/rex.png"),
        ("images/dogs/rex.png", "dogs/rex.png"),
        ("images/more/a", "more/a.jpg"),
        ("\u00e9.png", "e\u0301.png"),
        ("dogs/rex", None),
        ("rex", None),
        ("other/a", None),
        ("nobody", None),
        ("", None),
    ],
)
def test_images_are_matched_by_path_or_by_what_one_alone_is_nearest_to(
    incoming: str, meant: str | None
) -> None:
    found = match([(incoming,)], IMAGES)
    assert found.pairs == (((0, meant),) if meant else ())
    assert found.by_name == ()
    assert bool(found.unmatched) == (meant is None)


def test_two_entries_for_one_image_are_both_told() -> None:
    found = match([("tom.jpg",), ("tom",), ("a.jpg",)], IMAGES)
    assert found.pairs == ((2, "a.jpg"),)
    assert [index for index, _ in found.unmatched] == [0, 1]
    assert all("one of 2 entries" in why for _, why in found.unmatched)


def test_an_entry_may_go_by_several_names() -> None:
    found = match([("x/tom_left", "nobody", "tom"), ("rex", "dogs/rex.png")], IMAGES)
    assert found.pairs == ((0, "cats/tom.jpg"), (1, "dogs/rex.png"))


@pytest.mark.parametrize("names", [["a/c.jpg", "b/c.jpg"], ["c.jpg", "b/c"], ["x/b/c", "b/c.png"]])
def test_who_names_an_image_best_gets_it(names: list[str]) -> None:
    for order in (names, names[::-1]):
        found = match([(name,) for name in order], ["b/c.jpg"])
        best = order.index(names[1])
        assert (found.pairs, found.by_name) == (((best, "b/c.jpg"),), ())
        ((other, why),) = found.unmatched
        assert other == 1 - best
        assert "another entry names" in why


def test_a_namesake_in_another_folder_is_told_apart() -> None:
    found = match([("video1/1.png",), ("video2/2.png",)], ["video2/1.jpg", "video2/2.jpg"])
    assert found.pairs == ((1, "video2/2.jpg"),)
    assert found.by_name == ((0, "video2/1.jpg"),)
    assert found.unmatched == ()


def test_masks_of_namesakes_in_another_folder_are_taken_only_when_asked(
    source: Path, empty: Project
) -> None:
    (source / "masks" / "more").rename(source / "masks" / "other")
    with Import.open(source) as opened:
        plan = opened.plan(empty)
        assert [each.name for each in plan.matches] == ["a.png", "b.jpg"]
        (left,) = plan.by_name
        assert left.name == "other/c.jpg"
        assert left.reason.startswith("“other/c.jpg” has but its name in common with “more/c.jpg”")
        report = opened.apply(empty, plan, Conflicts.KEEP)
        assert report.imported == ("a.png", "b.jpg")
        assert left in report.skipped
        plan = opened.plan(empty, by_name=True)
        assert [each.name for each in plan.matches if each.by_name] == ["more/c.jpg"]
        assert opened.apply(empty, plan, Conflicts.KEEP).imported == ("more/c.jpg",)
