"""Edits of the whole mask, from the menu to the disk, with a person's events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from painting import Painter
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QPushButton, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, go_to, picture, run, trigger, wait_idle

from gui.editing.aid_dialog import AidDialog
from gui.editing.aid_session import AidSession
from gui.editing.editor import Editor
from gui.editing.mask_aids import MaskAids
from gui.main_window import MainWindow
from gui.settings import Settings
from segmenter.editing.cleanup import fill_holes, grow, remove_specks, shrink, smooth
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil

Labels = NDArray[np.uint8]


class Hand:
    """The window with a mask on cat.jpg that has specks, holes and ragged edges."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        go_to(qtbot, window, "cat.jpg")
        window.actions_by_name["view.fit"].trigger()
        self.put(ragged(window.canvas.mask.shape))
        self.editor.set_class(1)

    @property
    def editor(self) -> Editor:
        assert self.window.desk is not None
        return self.window.desk.correcting.editor

    @property
    def aids(self) -> MaskAids:
        assert self.window.desk is not None
        return self.window.desk.correcting.aids

    @property
    def mask(self) -> Labels:
        return self.window.canvas.mask

    @property
    def session(self) -> AidSession:
        session = self.aids.session
        assert session is not None
        return session

    @property
    def dialog(self) -> AidDialog:
        return self.session.dialog

    def put(self, labels: Labels) -> None:
        self.editor.replace_all("mask of the test", labels)

    def open(self, name: str) -> None:
        trigger(self.window, name)
        self.wait()

    def wait(self) -> None:
        """Until the dialog says what would change."""
        self.qtbot.waitUntil(lambda: not self.dialog.verdict.endswith("…"), timeout=WAIT_MS)

    def part(self, kind: type[QWidget], name: str) -> QWidget:
        part = self.dialog.findChild(kind, name)
        assert isinstance(part, kind)
        return part

    def type_number(self, number: int) -> None:
        """Over what stands there, which is selected when the dialog opens."""
        box = self.part(QSpinBox, "aid_number")
        assert isinstance(box, QSpinBox)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, str(number))
        self.wait()

    def tick_all_classes(self) -> None:
        box = self.part(QCheckBox, "aid_all_classes")
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
        self.wait()

    def press(self, key: Qt.Key) -> None:
        """In the number's box, where the focus is."""
        QTest.keyClick(self.part(QSpinBox, "aid_number"), key)

    def shown(self) -> Labels:
        """What the canvas draws."""
        item = self.window.canvas._item
        assert item.content is not None
        assert item.content.labels is not None
        return item.content.labels if item.proposed is None else item.proposed


def ragged(shape: tuple[int, ...]) -> Labels:
    """Background 0, an object 1 with holes, specks of 1 and 2, an object 2, unlabelled below."""
    generator = np.random.default_rng(7)
    labels = np.zeros(shape, np.uint8)
    height, width = shape
    labels[height // 5 : height // 2, width // 5 : width // 2] = 1
    labels[height // 3 : height // 2, width // 2 : width * 3 // 4] = 2
    labels[height * 4 // 5 :] = 255
    for value in (0, 1, 2):
        rows = generator.integers(0, height * 4 // 5 - 4, 40)
        columns = generator.integers(0, width - 4, 40)
        for row, column, side in zip(rows, columns, generator.integers(1, 5, 40), strict=True):
            labels[row : row + side, column : column + side] = value
    return labels


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> Hand:
    return Hand(window, qtbot)


AIDS: dict[str, tuple[str, int, Callable[[Labels, int], Labels]]] = {
    "edit.remove_specks": ("remove specks", 30, lambda m, n: remove_specks(m, n, 1).labels),
    "edit.fill_holes": ("fill holes", 12, lambda m, n: fill_holes(m, n, 1).labels),
    "edit.grow": ("grow class", 3, lambda m, n: grow(m, 1, n).labels),
    "edit.shrink": ("shrink class", 2, lambda m, n: shrink(m, 1, n).labels),
    "edit.smooth": ("smooth edges", 6, lambda m, n: smooth(m, 1, n).labels),
}


@pytest.mark.parametrize("name", AIDS)
def test_a_number_and_enter_edit_the_mask_in_one_step(hand: Hand, name: str) -> None:
    step, number, do = AIDS[name]
    before = hand.mask.copy()
    expected = do(before, number)
    assert (expected != before).any()
    hand.open(name)
    hand.type_number(number)
    np.testing.assert_array_equal(hand.mask, before)  # a preview, no more
    np.testing.assert_array_equal(hand.shown(), expected)
    hand.press(Qt.Key.Key_Return)
    np.testing.assert_array_equal(hand.mask, expected)
    assert hand.aids.session is None
    assert hand.window.actions_by_name["edit.undo"].text() == f"&Undo {step}"
    trigger(hand.window, "edit.undo")
    np.testing.assert_array_equal(hand.mask, before)
    trigger(hand.window, "edit.redo")
    np.testing.assert_array_equal(hand.mask, expected)
    wait_idle(hand.qtbot, hand.window)
    assert hand.window.project is not None
    saved = hand.window.project.load_mask("cat.jpg")
    assert saved is not None
    np.testing.assert_array_equal(saved, expected)


def test_all_classes_at_once(hand: Hand) -> None:
    before = hand.mask.copy()
    hand.open("edit.remove_specks")
    hand.type_number(30)
    hand.tick_all_classes()
    expected = remove_specks(before, 30)
    assert hand.dialog.verdict.startswith(f"{expected.regions} places")
    hand.press(Qt.Key.Key_Enter)
    np.testing.assert_array_equal(hand.mask, expected.labels)


def test_background_has_no_holes_when_all_classes_are_filled(hand: Hand) -> None:
    assert hand.window.canvas.classes[0].name == "background"
    before = hand.mask.copy()
    hand.open("edit.fill_holes")
    hand.type_number(1000)
    hand.tick_all_classes()
    hand.press(Qt.Key.Key_Return)
    np.testing.assert_array_equal(hand.mask, fill_holes(before, 1000, ground=0).labels)
    assert (hand.mask[before == 2] != 0).all()


def test_escape_leaves_no_trace(hand: Hand) -> None:
    before = hand.mask.copy()
    steps = hand.editor.undo_name
    looks = picture(hand.window)
    hand.open("edit.grow")
    hand.type_number(20)
    assert (picture(hand.window) != looks).any()
    hand.press(Qt.Key.Key_Escape)
    assert hand.aids.session is None
    np.testing.assert_array_equal(hand.mask, before)
    np.testing.assert_array_equal(picture(hand.window), looks)
    assert hand.editor.undo_name == steps


def test_the_preview_can_be_switched_off_and_on(hand: Hand) -> None:
    looks = picture(hand.window)
    hand.open("edit.fill_holes")
    previewed = picture(hand.window)
    assert (previewed != looks).any()
    box = hand.part(QCheckBox, "aid_preview")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    np.testing.assert_array_equal(picture(hand.window), looks)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    np.testing.assert_array_equal(picture(hand.window), previewed)


def test_the_slider_previews_too_and_the_number_follows(hand: Hand) -> None:
    hand.open("edit.grow")
    slider, box = hand.part(QSlider, "aid_slider"), hand.part(QSpinBox, "aid_number")
    assert isinstance(box, QSpinBox)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    hand.wait()
    assert box.value() > 2
    np.testing.assert_array_equal(hand.shown(), grow(hand.mask, 1, box.value()).labels)


def test_apply_before_the_preview_is_there_applies_what_was_asked_for(hand: Hand) -> None:
    before = hand.mask.copy()
    trigger(hand.window, "edit.grow")
    box = hand.part(QSpinBox, "aid_number")
    QTest.keyClicks(box, "7")
    QTest.keyClick(box, Qt.Key.Key_Return)  # at once: nothing has been computed
    np.testing.assert_array_equal(hand.mask, before)
    hand.qtbot.waitUntil(lambda: hand.aids.session is None, timeout=WAIT_MS)
    np.testing.assert_array_equal(hand.mask, grow(before, 1, 7).labels)


def test_a_stroke_while_the_dialog_is_open_is_part_of_what_is_applied(
    hand: Hand, painter: Painter
) -> None:
    painter.choose_brush(1)
    hand.put(ragged(hand.mask.shape))
    hand.open("edit.grow")
    stroke = np.zeros_like(hand.mask)
    hand.editor.begin("brush stroke")
    hand.editor.paint(Stencil(Rect(5, 5, 20, 20), np.ones((20, 20), np.uint8)), 1)
    hand.editor.commit()
    stroke[5:25, 5:25] = 1
    assert not hand.dialog.verdict[0].isdigit()  # the old number is gone at once
    hand.wait()
    with_stroke = hand.mask.copy()
    assert (with_stroke[stroke == 1] == 1).all()
    hand.press(Qt.Key.Key_Return)
    np.testing.assert_array_equal(hand.mask, grow(with_stroke, 1, 2).labels)


def test_the_dialog_follows_the_class_that_is_chosen(hand: Hand) -> None:
    hand.open("edit.grow")
    hand.editor.set_class(2)
    assert hand.dialog.verdict.endswith("…")
    hand.wait()
    np.testing.assert_array_equal(hand.shown(), grow(hand.mask, 2, 2).labels)


def test_what_is_protected_stays(hand: Hand) -> None:
    before = hand.mask.copy()
    hand.editor.set_protection(Protection(frozenset({2})))
    hand.open("edit.grow")
    hand.type_number(30)
    hand.press(Qt.Key.Key_Return)
    np.testing.assert_array_equal(hand.mask[before == 2], 2)
    assert (hand.mask != before).any()
    after = hand.mask.copy()
    trigger(hand.window, "edit.clear")
    np.testing.assert_array_equal(hand.mask, np.where(after == 2, 2, 255))


def test_another_image_gets_a_preview_of_its_own(hand: Hand) -> None:
    cat = hand.mask.copy()
    hand.open("edit.grow")
    go_to(hand.qtbot, hand.window, "coffee.jpg")
    hand.put(ragged(hand.mask.shape))
    hand.wait()
    coffee = hand.mask.copy()
    np.testing.assert_array_equal(hand.shown(), grow(coffee, 1, 2).labels)
    hand.press(Qt.Key.Key_Return)
    np.testing.assert_array_equal(hand.mask, grow(coffee, 1, 2).labels)
    go_to(hand.qtbot, hand.window, "cat.jpg")
    np.testing.assert_array_equal(hand.mask, cat)


def test_apply_that_waits_is_dropped_when_the_image_is_switched(hand: Hand) -> None:
    cat = hand.mask.copy()
    trigger(hand.window, "edit.grow")
    box = hand.part(QSpinBox, "aid_number")
    QTest.keyClicks(box, "9")
    QTest.keyClick(box, Qt.Key.Key_Return)
    go_to(hand.qtbot, hand.window, "coffee.jpg")
    assert hand.editor.undo_name == ""
    go_to(hand.qtbot, hand.window, "cat.jpg")
    np.testing.assert_array_equal(hand.mask, cat)


def test_closing_the_folder_closes_the_dialog(hand: Hand) -> None:
    hand.open("edit.smooth")
    run(hand.qtbot, hand.window, "file.close")
    assert hand.aids.session is None


def test_numbers_are_remembered(hand: Hand) -> None:
    hand.open("edit.remove_specks")
    hand.type_number(321)
    hand.tick_all_classes()
    hand.press(Qt.Key.Key_Escape)
    hand.open("edit.remove_specks")
    assert hand.dialog.number == 321
    assert hand.dialog.all_classes
    hand.press(Qt.Key.Key_Escape)
    hand.window.settings.save()
    assert Settings().number("aid.remove_specks", 0, 0, 1000) == 321


def test_one_dialog_at_a_time(hand: Hand) -> None:
    hand.open("edit.grow")
    first = hand.session
    trigger(hand.window, "edit.grow")
    assert hand.session is first
    hand.open("edit.shrink")
    assert hand.dialog.windowTitle() == "Shrink class"
    np.testing.assert_array_equal(hand.shown(), shrink(hand.mask, 1, 2).labels)


def test_where_nothing_would_change_there_is_nothing_to_apply(hand: Hand) -> None:
    hand.put(np.zeros_like(hand.mask))
    hand.open("edit.grow")
    assert hand.dialog.verdict == "Nothing would change."
    assert not hand.part(QPushButton, "aid_apply").isEnabled()


def test_a_protected_class_is_named_as_the_reason_why_nothing_would_change(hand: Hand) -> None:
    trigger(hand.window, "protect.class")
    hand.open("edit.remove_specks")
    name = next(each.name for each in hand.window.canvas.classes if each.id == 1)
    assert hand.dialog.verdict == f"Nothing would change: {name} is protected (L)."


def test_without_a_class_the_dialog_says_what_is_missing(hand: Hand) -> None:
    hand.editor.set_class(None)
    hand.open("edit.grow")
    assert "Choose a class" in hand.dialog.verdict
    assert not hand.part(QPushButton, "aid_apply").isEnabled()


def test_clear_makes_everything_unlabelled_and_can_be_undone(hand: Hand) -> None:
    before = hand.mask.copy()
    trigger(hand.window, "edit.clear")
    assert (hand.mask == 255).all()
    assert hand.window.actions_by_name["edit.undo"].text() == "&Undo clear mask"
    trigger(hand.window, "edit.undo")
    np.testing.assert_array_equal(hand.mask, before)


def test_the_prediction_can_be_used_where_there_is_one(hand: Hand) -> None:
    action = hand.window.actions_by_name["edit.use_prediction"]
    before = hand.mask.copy()
    assert not action.isEnabled()  # nobody has segmented it
    assert hand.window.project is not None
    predicted = np.full_like(before, 1)
    predicted[:40] = 2
    go_to(hand.qtbot, hand.window, "coffee.jpg")
    hand.window.project.save_prediction("cat.jpg", predicted, np.full_like(before, 200), 0.2)
    go_to(hand.qtbot, hand.window, "cat.jpg")
    assert action.isEnabled()
    trigger(hand.window, "edit.use_prediction")
    wait_idle(hand.qtbot, hand.window)
    np.testing.assert_array_equal(hand.mask, predicted)
    assert hand.window.actions_by_name["edit.undo"].text() == "&Undo use prediction"
    trigger(hand.window, "edit.undo")
    np.testing.assert_array_equal(hand.mask, before)
