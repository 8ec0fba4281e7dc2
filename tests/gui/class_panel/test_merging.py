"""Merging and deleting classes in the window, through their dialogs."""

from __future__ import annotations

import numpy as np
import pytest
from class_rows import click
from five_classes import BIRD, CAT, DOG, FIRST, KITTY, SECOND, names, project_of
from merging import Refusing
from numpy.typing import NDArray
from painting import Painter, is_stored
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, trigger, wait_idle

from gui.class_dialogs.class_choice import ClassBox, ClassTicks
from gui.class_dialogs.merge_dialog import MergeDialog
from gui.class_dialogs.wait_dialog import WaitDialog
from gui.main_window import MainWindow
from segmenter.errors import MaskwrightError
from segmenter.project.stored_files import mask_file

Labels = NDArray[np.uint8]


def dialog_of(qtbot: QtBot, window: MainWindow, name: str) -> QDialog:
    """The dialog of this name, once it is there."""

    def shown() -> list[QDialog]:
        return [each for each in window.findChildren(QDialog, name) if each.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=WAIT_MS)
    return shown()[0]


def press(dialog: QDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words(dialog: QDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def tick(dialog: QDialog, class_id: int) -> None:
    rows = dialog.findChild(ClassTicks)
    assert rows is not None
    place = rows.visualRect(rows.model().index(class_id, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)


def into(dialog: QDialog, class_id: int) -> None:
    box = dialog.findChild(ClassBox)
    assert box is not None
    box.choose(class_id)


def choose(window: MainWindow, class_id: int) -> None:
    window.workspace.class_panel.select(class_id)


def shown_labels(window: MainWindow) -> Labels:
    mask = window.canvas.mask
    assert mask is not None
    return mask


def merge_kitty_into_cat(qtbot: QtBot, window: MainWindow) -> None:
    choose(window, KITTY)
    trigger(window, "class.merge")
    dialog = dialog_of(qtbot, window, "merge_dialog")
    into(dialog, CAT)
    press(dialog, "merge_do")
    wait_idle(qtbot, window)


class TestMergeDialog:
    def test_it_says_what_would_change_for_every_choice(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        choose(labelled, KITTY)
        trigger(labelled, "class.merge")
        dialog = dialog_of(qtbot, labelled, "merge_dialog")
        merge = dialog.findChild(QPushButton, "merge_do")
        assert merge is not None
        assert not merge.isEnabled()
        both = "Changes 2 images (2 masks and 1 prediction)."
        qtbot.waitUntil(lambda: words(dialog, "merge_preview") == both, timeout=WAIT_MS)
        tick(dialog, KITTY)
        assert words(dialog, "merge_preview") == "Choose at least one class."
        tick(dialog, BIRD)
        assert words(dialog, "merge_preview") == "No image uses them; only the list changes."
        tick(dialog, DOG)
        into(dialog, CAT)
        assert merge.isEnabled()
        into(dialog, DOG)  # ticked: it can be chosen by nobody
        dialog.reject()
        assert names(labelled) == ["background", "cat", "kitty", "dog", "bird"]

    def test_masks_predictions_and_the_canvas_follow(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        project = project_of(labelled)
        before = shown_labels(labelled).copy()
        merge_kitty_into_cat(qtbot, labelled)
        assert names(labelled) == ["background", "cat", "dog", "bird"]
        expected = np.where(before == KITTY, CAT, before)
        np.testing.assert_array_equal(shown_labels(labelled), expected)
        np.testing.assert_array_equal(project.load_mask(FIRST), expected)
        stored = project.load_prediction(FIRST)
        assert stored is not None
        assert not (stored.labels == KITTY).any()
        current = labelled.workspace.class_panel.current_class
        assert current is not None
        assert current.name == "cat"
        assert labelled.messages.text == "Merged “kitty” into “cat”: 2 images changed."

    def test_undo_from_the_message_and_from_the_menu(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        before = shown_labels(labelled).copy()
        undo = labelled.actions_by_name["class.undo_merge"]
        assert not undo.isEnabled()
        for by_message in (True, False):
            merge_kitty_into_cat(qtbot, labelled)
            assert undo.isEnabled()
            if by_message:
                button = labelled.messages.findChild(QPushButton, "message_action")
                assert button is not None
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            else:
                undo.trigger()
            wait_idle(qtbot, labelled)
            assert names(labelled) == ["background", "cat", "kitty", "dog", "bird"]
            np.testing.assert_array_equal(shown_labels(labelled), before)
            assert not undo.isEnabled()

    def test_what_is_not_saved_yet_is_merged_too(self, labelled: MainWindow, qtbot: QtBot) -> None:
        from segmenter.editing.rect import Rect
        from segmenter.editing.stencil import Stencil

        editor = labelled.desk.correcting.editor  # type: ignore[union-attr]

        def paint(left: int, class_id: int) -> None:
            editor.begin("stroke")
            editor.paint(Stencil(Rect(left, 3, 20, 10), np.ones((10, 20), np.uint8)), class_id)
            editor.commit()

        paint(5, KITTY)
        before = shown_labels(labelled).copy()
        merge_kitty_into_cat(qtbot, labelled)
        expected = np.where(before == KITTY, CAT, before)
        np.testing.assert_array_equal(shown_labels(labelled), expected)
        assert editor.undo_name == ""
        # And what is painted afterwards is kept, also by undoing the merge.
        paint(30, DOG)
        trigger(labelled, "class.undo_merge")
        wait_idle(qtbot, labelled)
        before[3:13, 30:50] = DOG
        np.testing.assert_array_equal(shown_labels(labelled), before)
        np.testing.assert_array_equal(project_of(labelled).load_mask(FIRST), before)

    def test_another_image_shows_the_merge_when_it_is_chosen(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        go_to(qtbot, labelled, SECOND)
        before = shown_labels(labelled).copy()
        go_to(qtbot, labelled, FIRST)
        merge_kitty_into_cat(qtbot, labelled)
        go_to(qtbot, labelled, SECOND)
        expected = np.where(before == KITTY, CAT, before)
        np.testing.assert_array_equal(shown_labels(labelled), expected)

    def test_cancel_leaves_the_masks_and_the_choice(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        project = project_of(labelled)
        before = [project.load_mask(FIRST), project.load_mask(SECOND)]
        choose(labelled, KITTY)
        trigger(labelled, "class.merge")
        dialog = dialog_of(qtbot, labelled, "merge_dialog")
        into(dialog, CAT)
        with project._locks.hold(mask_file(project.data_folder, FIRST)):  # the merge waits
            press(dialog, "merge_do")
            press(dialog, "merge_cancel")
        wait_idle(qtbot, labelled)
        qtbot.waitUntil(
            lambda: not dialog.isVisible() or dialog.findChild(QPushButton, "merge_do").isEnabled()  # type: ignore[union-attr]
        )
        assert names(labelled) == ["background", "cat", "kitty", "dog", "bird"]
        for name, mask in zip((FIRST, SECOND), before, strict=True):
            np.testing.assert_array_equal(project.load_mask(name), mask)
        assert dialog.isVisible()
        dialog.reject()
        assert not labelled.actions_by_name["class.undo_merge"].isEnabled()

    def test_it_can_be_closed_while_it_is_still_counting(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        for _ in range(5):
            trigger(labelled, "class.merge")
            dialog_of(qtbot, labelled, "merge_dialog").reject()
        wait_idle(qtbot, labelled)
        qtbot.waitUntil(lambda: labelled.findChild(MergeDialog) is None)
        assert labelled.messages.text == ""

    def test_escape_while_merging_is_cancel(self, labelled: MainWindow, qtbot: QtBot) -> None:
        choose(labelled, KITTY)
        trigger(labelled, "class.merge")
        dialog = dialog_of(qtbot, labelled, "merge_dialog")
        assert isinstance(dialog, MergeDialog)
        dialog.begin()
        with qtbot.waitSignal(dialog.cancel_wanted):
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        dialog.end()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    def test_a_mask_that_can_not_be_read_is_told(self, labelled: MainWindow, qtbot: QtBot) -> None:
        path = mask_file(project_of(labelled).data_folder, SECOND)
        path.write_bytes(b"no mask")
        merge_kitty_into_cat(qtbot, labelled)
        assert SECOND in labelled.messages.text
        assert labelled.messages.kind == "warning"

    def test_a_full_disk_is_told_and_the_classes_stay(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        data = project_of(labelled).data_folder
        (data / "merges").write_bytes(b"a file where a folder has to be made")
        merge_kitty_into_cat(qtbot, labelled)
        assert "could not be saved" in labelled.messages.text
        assert labelled.messages.kind == "error"
        assert names(labelled) == ["background", "cat", "kitty", "dog", "bird"]
        dialog_of(qtbot, labelled, "merge_dialog").reject()


class TestUsageUnknown:
    """Looking where classes are used goes wrong."""

    SENTENCE = "The masks can't be read; connect the disk again."

    @pytest.fixture(autouse=True)
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise MaskwrightError(self.SENTENCE)

        monkeypatch.setattr("segmenter.project.class_merge.count_usage", fail)

    def test_the_dialog_says_so_and_merges_all_the_same(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        choose(labelled, KITTY)
        trigger(labelled, "class.merge")
        dialog = dialog_of(qtbot, labelled, "merge_dialog")
        wait_idle(qtbot, labelled)
        assert words(dialog, "merge_preview") == self.SENTENCE
        assert not dialog.findChildren(QProgressBar)[0].isVisible()
        into(dialog, CAT)
        press(dialog, "merge_do")
        wait_idle(qtbot, labelled)
        assert names(labelled) == ["background", "cat", "dog", "bird"]

    def test_a_class_is_not_deleted_and_nothing_waits(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        choose(labelled, BIRD)
        trigger(labelled, "class.delete")
        wait_idle(qtbot, labelled)
        assert "bird" in names(labelled)
        assert labelled.messages.text == self.SENTENCE
        qtbot.waitUntil(lambda: labelled.findChild(WaitDialog) is None)


class TestStuckMerge:
    """Nothing more can be written, so that it can neither be finished nor taken back."""

    @pytest.fixture
    def before(self, labelled: MainWindow) -> dict[str, Labels | None]:
        return {name: project_of(labelled).load_mask(name) for name in (FIRST, SECOND)}

    @pytest.fixture
    def refusing(self, labelled: MainWindow, before: object, qtbot: QtBot) -> Refusing:
        refusing = Refusing(project_of(labelled), 2)
        merge_kitty_into_cat(qtbot, labelled)
        dialog_of(qtbot, labelled, "merge_dialog").reject()
        return refusing

    @pytest.mark.usefixtures("refusing")
    def test_the_window_shows_what_is_on_the_disk(
        self, labelled: MainWindow, before: dict[str, Labels | None], qtbot: QtBot
    ) -> None:
        for name in (FIRST, SECOND):
            go_to(qtbot, labelled, name)
            now = project_of(labelled).load_mask(name)
            assert not np.array_equal(now, before[name])  # type: ignore[arg-type]
            np.testing.assert_array_equal(shown_labels(labelled), now)

    def test_nobody_paints_before_it_is_settled(
        self,
        labelled: MainWindow,
        before: dict[str, Labels | None],
        refusing: Refusing,
        qtbot: QtBot,
    ) -> None:
        button = labelled.messages.findChild(QPushButton, "message_action")
        assert button is not None
        assert "half done" in labelled.messages.text
        assert button.text() == "Try again"
        go_to(qtbot, labelled, FIRST)
        between = shown_labels(labelled).copy()
        painter = Painter(labelled)
        painter.choose_brush(KITTY)
        refusing.once_more()
        painter.stroke((50, 50), (200, 80))  # which tries to settle it, too
        wait_idle(qtbot, labelled)
        assert "half done" in labelled.messages.text
        np.testing.assert_array_equal(shown_labels(labelled), between)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        wait_idle(qtbot, labelled)
        assert labelled.messages.text == "The merge of classes has been taken back."
        np.testing.assert_array_equal(shown_labels(labelled), before[FIRST])
        painter.stroke((50, 50), (200, 80))
        wait_idle(qtbot, labelled)
        painted = shown_labels(labelled)
        assert painted[50, 50] == painted[80, 200] == KITTY
        assert is_stored(labelled, FIRST, painted)
        go_to(qtbot, labelled, SECOND)
        np.testing.assert_array_equal(shown_labels(labelled), before[SECOND])


def test_a_name_that_is_taken_offers_to_merge(labelled: MainWindow, qtbot: QtBot) -> None:
    choose(labelled, KITTY)
    qtbot.keyClick(labelled.canvas, Qt.Key.Key_F2)
    field = labelled.findChild(QLineEdit, "class_panel.name")
    assert field is not None
    qtbot.keyClicks(field, "cat")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "already" in labelled.messages.text)
    assert names(labelled)[KITTY] == "kitty"
    button = labelled.messages.findChild(QPushButton, "message_action")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(qtbot, labelled, "merge_dialog")
    press(dialog, "merge_do")
    wait_idle(qtbot, labelled)
    assert names(labelled) == ["background", "cat", "dog", "bird"]


class TestDelete:
    def test_a_class_that_nothing_uses_goes_at_once_and_can_be_had_back(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        choose(labelled, BIRD)
        trigger(labelled, "class.delete")
        wait_idle(qtbot, labelled)
        assert names(labelled) == ["background", "cat", "kitty", "dog"]
        assert "Deleted “bird”" in labelled.messages.text
        assert not any(each.isVisible() for each in labelled.findChildren(QDialog))
        button = labelled.messages.findChild(QPushButton, "message_action")
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert names(labelled)[-1] == "bird"

    def test_no_step_brings_back_pixels_of_a_class_that_is_gone(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        painter = Painter(labelled)
        painter.choose_brush(BIRD)
        painter.stroke((20, 20), (60, 20))
        painter.choose_brush(CAT)  # over it, and beyond: no pixel of it is left
        painter.stroke((10, 20), (70, 20))
        painter.stroke((10, 22), (70, 22))
        painter.stroke((10, 18), (70, 18))
        painter.choose_brush(BIRD)
        painter.stroke((20, 90), (60, 90))
        trigger(labelled, "edit.undo")
        wait_idle(qtbot, labelled)
        before = painter.mask.copy()
        assert BIRD not in before
        trigger(labelled, "class.delete")
        wait_idle(qtbot, labelled)
        assert "Deleted “bird”" in labelled.messages.text
        for step in ("edit.redo", "edit.undo", "edit.undo", "edit.undo"):
            trigger(labelled, step)
        assert BIRD not in painter.mask
        np.testing.assert_array_equal(painter.mask, before)
        button = labelled.messages.findChild(QPushButton, "message_action")
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        painter.choose_brush(BIRD)
        painter.stroke((20, 90), (60, 90))
        wait_idle(qtbot, labelled)
        assert BIRD in painter.mask
        assert is_stored(labelled, FIRST, painter.mask)

    def test_a_class_that_is_used_is_asked_about(self, labelled: MainWindow, qtbot: QtBot) -> None:
        before = shown_labels(labelled).copy()
        choose(labelled, DOG)
        trigger(labelled, "class.delete")
        dialog = dialog_of(qtbot, labelled, "delete_class_dialog")
        assert "2 images (2 masks and 1 prediction)" in words(dialog, "delete_words")
        press(dialog, "delete_cancel")
        wait_idle(qtbot, labelled)
        assert "dog" in names(labelled)
        trigger(labelled, "class.delete")
        press(dialog_of(qtbot, labelled, "delete_class_dialog"), "delete_unlabel")
        wait_idle(qtbot, labelled)
        assert "dog" not in names(labelled)
        current = labelled.workspace.class_panel.current_class
        assert current is not None
        assert current.name == "bird"  # what came after it
        np.testing.assert_array_equal(shown_labels(labelled), np.where(before == DOG, 255, before))
        trigger(labelled, "class.undo_merge")
        wait_idle(qtbot, labelled)
        np.testing.assert_array_equal(shown_labels(labelled), before)

    def test_twice_in_a_row_leaves_no_dialog_that_waits(
        self, labelled: MainWindow, qtbot: QtBot
    ) -> None:
        choose(labelled, BIRD)
        trigger(labelled, "class.delete")
        trigger(labelled, "class.delete")
        wait_idle(qtbot, labelled)
        assert names(labelled) == ["background", "cat", "kitty", "dog"]
        assert "Deleted “bird”" in labelled.messages.text
        qtbot.waitUntil(lambda: labelled.findChild(WaitDialog) is None)

    def test_its_pixels_can_be_given_to_another(self, labelled: MainWindow, qtbot: QtBot) -> None:
        choose(labelled, DOG)
        trigger(labelled, "class.delete")
        press(dialog_of(qtbot, labelled, "delete_class_dialog"), "delete_merge")
        dialog = dialog_of(qtbot, labelled, "merge_dialog")
        into(dialog, CAT)
        press(dialog, "merge_do")
        wait_idle(qtbot, labelled)
        assert names(labelled) == ["background", "cat", "kitty", "bird"]


def test_the_chosen_class_is_chosen_again_the_next_time(labelled: MainWindow, qtbot: QtBot) -> None:
    folder = project_of(labelled).folder
    click(labelled.workspace.class_panel, DOG, "name")
    trigger(labelled, "file.close")
    labelled.open_folder(folder)
    wait_idle(qtbot, labelled)
    current = labelled.workspace.class_panel.current_class
    assert current is not None
    assert current.name == "dog"
