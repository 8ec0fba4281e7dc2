"""Names and ids that classes had once, and where they lead now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segmenter.errors import MaskwrightError
from segmenter.project.class_table import ClassTable
from segmenter.project.classes import UNLABELLED
from segmenter.project.project import Project

BACKGROUND, CAT = 0, 1  # of the fixture


def ids(project: Project, *names: str) -> list[int]:
    return [int(id) for id in project.class_ids_for(names)]


def names(project: Project) -> list[str]:
    return [each.name for each in project.classes]


class TestRenamed:
    def test_a_model_that_knows_the_old_name_predicts_the_class(self, project: Project) -> None:
        project.change_class(CAT, name="tiger")
        assert ids(project, "cat", "tiger", "background") == [CAT, CAT, BACKGROUND]
        project.change_class(CAT, name="lion")
        assert ids(project, "cat", "tiger", "lion") == [CAT, CAT, CAT]
        assert names(project) == ["background", "lion"]

    def test_it_is_known_the_next_time_too(self, project: Project, folder: Path) -> None:
        project.change_class(CAT, name="tiger")
        project.close()
        with Project.open(folder) as again:
            assert ids(again, "cat") == [CAT]

    def test_two_classes_that_swap_their_names(self, project: Project) -> None:
        project.change_class(CAT, name="x")
        project.change_class(BACKGROUND, name="cat")
        project.change_class(CAT, name="background")
        assert ids(project, "cat", "background", "x") == [BACKGROUND, CAT, CAT]

    def test_a_new_class_may_have_the_old_name(self, project: Project) -> None:
        project.change_class(CAT, name="tiger")
        added = project.add_class("cat")
        assert ids(project, "cat", "tiger") == [added.id, CAT]
        project.change_class(added.id, name="kitten")
        assert ids(project, "cat") == [added.id]

    def test_and_back(self, project: Project) -> None:
        project.change_class(CAT, name="tiger")
        project.change_class(CAT, name="cat")
        assert ids(project, "cat", "tiger") == [CAT, CAT]


class TestMerged:
    def test_a_model_that_knows_it_predicts_the_target(self, project: Project) -> None:
        kitty = project.add_class("kitty")
        project.merges.merge([kitty.id], CAT)
        assert ids(project, "kitty", "cat") == [CAT, CAT]
        assert names(project) == ["background", "cat"]

    def test_also_by_the_names_it_had_before(self, project: Project) -> None:
        kitty = project.add_class("kitty")
        project.change_class(kitty.id, name="puss")
        project.merges.merge([kitty.id], CAT)
        assert ids(project, "kitty", "puss") == [CAT, CAT]

    def test_and_after_the_target_was_merged_itself(self, project: Project, folder: Path) -> None:
        kitty = project.add_class("kitty")
        animal = project.add_class("animal")
        project.merges.merge([kitty.id], CAT)
        project.merges.merge([CAT], animal.id)
        assert ids(project, "kitty", "cat") == [animal.id, animal.id]
        project.close()
        with Project.open(folder) as again:
            assert ids(again, "kitty", "cat") == [animal.id, animal.id]
            held = np.array([[kitty.id, CAT, BACKGROUND]], np.uint8)
            again.save_mask("img2.png", held)
            found = again.load_mask("img2.png")
            assert found is not None
            assert found.tolist() == [[animal.id, animal.id, BACKGROUND]]

    def test_undone_it_is_a_class_again(self, project: Project) -> None:
        kitty = project.add_class("kitty")
        project.merges.merge([kitty.id], CAT)
        project.merges.undo()
        assert ids(project, "kitty") == [kitty.id]


class WatchedTable(ClassTable):
    """Looks, as another thread may at any moment, where a label goes that somebody holds."""

    held = -1
    seen: tuple[int, ...] = ()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if self.held >= 0:
            now = self.current(np.array([[self.held]], np.uint8))
            super().__setattr__("seen", (*self.seen, int(now[0, 0])))


def test_no_thread_ever_sees_a_table_in_which_a_merge_is_missing(project: Project) -> None:
    kitty = project.add_class("kitty")
    project.merges.merge([kitty.id], CAT)
    table = WatchedTable(project._database)
    table.held = kitty.id
    table.reload()
    table.add("bird")
    assert len(table.seen) > 4
    assert set(table.seen) == {CAT}


def test_only_names_that_lead_to_another_class_are_former(project: Project) -> None:
    kitty, dog = project.add_class("kitty"), project.add_class("dog")
    project.change_class(CAT, name="tiger")
    project.merges.merge([kitty.id], CAT)
    project.remove_class(dog.id)
    assert project.former_class_names == {"cat": "tiger", "kitty": "tiger"}
    project.add_class("kitty")
    assert project.former_class_names == {"cat": "tiger"}


class TestDeleted:
    def test_it_does_not_come_back_with_the_next_prediction(self, project: Project) -> None:
        project.remove_class(CAT)
        assert ids(project, "cat", "background") == [UNLABELLED, BACKGROUND]
        assert names(project) == ["background"]

    def test_added_by_hand_it_is_a_class_with_another_id(self, project: Project) -> None:
        project.remove_class(CAT)
        assert project.add_class("cat").id == 2
        assert ids(project, "cat") == [2]

    def test_pixels_that_somebody_still_holds_are_saved_as_unlabelled(
        self, project: Project
    ) -> None:
        project.remove_class(CAT)
        project.save_mask("img2.png", np.array([[CAT, BACKGROUND]], np.uint8))
        found = project.load_mask("img2.png")
        assert found is not None
        assert found.tolist() == [[UNLABELLED, BACKGROUND]]

    def test_brought_back_it_is_what_it_was(self, project: Project) -> None:
        before = project.classes
        project.remove_class(CAT)
        assert project.bring_back_class(CAT) == before[1]
        assert project.classes == before
        assert ids(project, "cat") == [CAT]

    def test_only_what_was_a_class_can_be_brought_back(self, project: Project) -> None:
        with pytest.raises(MaskwrightError, match="no class"):
            project.bring_back_class(7)


def test_a_read_only_project_knows_former_names_and_adds_none(
    project: Project, folder: Path
) -> None:
    project.change_class(CAT, name="tiger")
    project.close()
    with Project.open(folder, read_only=True) as again:
        assert ids(again, "cat") == [CAT]
        with pytest.raises(MaskwrightError, match="look at only"):
            again.class_ids_for(["bird"])


def test_texts_are_found_again_the_next_time(project: Project, folder: Path) -> None:
    assert project.recall("chosen") == ""
    project.remember("chosen", "3")
    project.remember("chosen", "4")
    project.close()
    with Project.open(folder) as again:
        assert again.recall("chosen") == "4"
