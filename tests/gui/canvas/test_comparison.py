"""Prediction and mask on one canvas: what each pixel shows, the line between them, the words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.canvas.canvas import Canvas
from gui.canvas.content import LabelKind, prepare
from gui.canvas.corner_label import CornerLabel
from gui.canvas.pointer import Pointer
from gui.canvas.view_transform import ViewTransform

RATIOS = [1.0, 1.5, 2.0]
GREY = (90, 91, 92)
COLOR_OF = {0: GREY, 1: (230, 57, 70), 2: (42, 157, 244), 7: (0, 200, 0), 255: GREY}
Picture = Callable[..., NDArray[np.uint8]]
Expected = Callable[..., NDArray[np.int_]]


@pytest.fixture
def prediction(speckled: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(speckled[::-1, ::-1])


@pytest.fixture
def compared(
    canvas: Canvas, speckled: NDArray[np.uint8], prediction: NDArray[np.uint8], qtbot: QtBot
) -> Canvas:
    """A grey photo with a mask, and a prediction that differs from it in most pixels."""
    with qtbot.waitExposed(canvas):
        canvas.show_content(prepare(np.full((*speckled.shape, 3), GREY, np.uint8), speckled))
    canvas.comparison.set_prediction(prediction)
    return canvas


def label(canvas: Canvas, name: str) -> str:
    """What it says; empty while it is hidden."""
    found = canvas.findChild(CornerLabel, name)
    assert isinstance(found, CornerLabel)
    return found.text if found.isVisible() else ""


def words(canvas: Canvas) -> tuple[str, str]:
    return label(canvas, "canvas.left_label"), label(canvas, "canvas.right_label")


def divider(canvas: Canvas) -> QWidget:
    found = canvas.findChild(QWidget, "canvas.divider")
    assert isinstance(found, QWidget)
    return found


def in_colors(canvas: Canvas, ids: NDArray[np.int_]) -> NDArray[np.uint8]:
    ground = canvas.backgroundBrush().color()
    result = np.empty((*ids.shape, 3), np.uint8)
    beside = (ground.red(), ground.green(), ground.blue())
    for value, color in (COLOR_OF | {-1: beside}).items():
        result[ids == value] = color
    return result


@pytest.mark.parametrize("zoom", [(s, r) for s in (0.5, 1.0, 3.6137, 9.0) for r in RATIOS])
def test_left_of_the_line_is_the_prediction_right_of_it_the_mask(
    compared: Canvas,
    picture: Picture,
    speckled: NDArray[np.uint8],
    expected_labels: Expected,
    zoom: tuple[float, float],
) -> None:
    scale, ratio = zoom
    prediction = compared.comparison.prediction
    assert prediction is not None
    compared._move_to(ViewTransform(scale, 186, -14))
    compared.comparison.set_split(True)
    seen = picture(ratio)
    offset = (int(186 * ratio + 0.5), -int(14 * ratio))
    both = [
        in_colors(compared, expected_labels(each, scale * ratio, offset, seen.shape[:2]))
        for each in (prediction, speckled)
    ]
    middle = round(200 * ratio)  # of a view of 400
    np.testing.assert_array_equal(seen[:, : middle - 1], both[0][:, : middle - 1])
    np.testing.assert_array_equal(seen[:, middle + 1 :], both[1][:, middle + 1 :])


@pytest.mark.parametrize("ratio", RATIOS)
def test_in_the_masks_place_the_prediction_looks_as_if_it_were_shown_alone(
    compared: Canvas, picture: Picture, prediction: NDArray[np.uint8], ratio: float
) -> None:
    compared.comparison.set_shows_prediction(True)
    seen = picture(ratio)
    compared.comparison.set_shows_prediction(False)
    assert not np.array_equal(picture(ratio), seen)
    compared.set_labels(prediction, LabelKind.PREDICTION)
    np.testing.assert_array_equal(picture(ratio), seen)


@pytest.mark.parametrize("ratio", RATIOS)
def test_every_changed_pixel_is_marked_and_unchanged_ones_only_step_back(
    canvas: Canvas, picture: Picture, qtbot: QtBot, expected_labels: Expected, ratio: float
) -> None:
    mask = np.zeros((40, 60), np.uint8)
    mask[10:30, 10:50] = 1
    predicted = mask.copy()
    predicted[10:30, 30:50] = 0
    with qtbot.waitExposed(canvas):
        canvas.show_content(prepare(np.full((40, 60, 3), GREY, np.uint8), mask))
    canvas.comparison.set_prediction(predicted)
    canvas._move_to(ViewTransform(5.0, 20, 10))
    canvas.comparison.set_marks_changes(True)
    seen = picture(ratio).astype(int)
    offset = (int(20 * ratio + 0.5), int(10 * ratio + 0.5))
    at = {
        name: expected_labels(each, 5.0 * ratio, offset, seen.shape[:2])
        for name, each in (("mask", mask), ("prediction", predicted))
    }
    differs = at["mask"] != at["prediction"]
    # Between sky blue and the class's own red: more blue than either grey or red alone has.
    assert np.all(seen[differs][:, 2] > seen[differs][:, 2].min() - 1)
    edge = (86, 180, 233)
    assert np.mean(np.all(seen[differs] == edge, axis=1)) > 0.1  # edges and hatching
    unchanged = (at["mask"] == 1) & ~differs
    far = unchanged & (np.arange(seen.shape[1]) < offset[0] + 140 * ratio)
    faded = np.unique(seen[far].reshape(-1, 3), axis=0)
    assert len(faded) == 1
    assert 90 < faded[0, 0] < 230  # between the photo's grey and the class's red


def test_marks_are_drawn_on_the_masks_side_alone(compared: Canvas, picture: Picture) -> None:
    compared.comparison.set_split(True)
    without = picture()
    compared.comparison.set_marks_changes(True)
    with_marks = picture()
    np.testing.assert_array_equal(without[:, :199], with_marks[:, :199])
    assert not np.array_equal(without[:, 202:], with_marks[:, 202:])


def test_the_line_is_dragged_and_the_tool_does_not_notice(compared: Canvas, qtbot: QtBot) -> None:
    target = Noticing()
    compared.set_pointer_target(target)
    compared.comparison.set_split(True)
    line = divider(compared)
    assert line.isVisible()
    middle = QPoint(line.width() // 2, 60)
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(line, middle + QPoint(-100, 0))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=middle)
    assert compared.comparison.fraction == pytest.approx(0.25, abs=0.01)
    assert target.pressed == []
    # Beside it the pointer is the tool's.
    QTest.mousePress(compared.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(250, 60))
    assert len(target.pressed) == 1


def test_the_line_can_be_taken_near_it_and_lets_the_rest_through(compared: Canvas) -> None:
    compared.comparison.set_split(True)
    for x, takes in ((200, True), (195, True), (205, True), (190, False), (210, False)):
        found = compared.childAt(QPoint(x, 60))
        assert (found is divider(compared)) is takes, x
    assert compared.childAt(QPoint(188, 150)) is divider(compared)  # the knob is larger


def test_the_line_stays_in_the_view_however_far_it_is_dragged(compared: Canvas) -> None:
    compared.comparison.set_split(True)
    line = divider(compared)
    middle = QPoint(line.width() // 2, 60)
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(line, middle + QPoint(-1000, 0))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=middle)
    assert compared.childAt(QPoint(8, 150)) is line


def test_the_line_keeps_its_place_in_the_view_while_the_image_moves(
    compared: Canvas, picture: Picture, prediction: NDArray[np.uint8], speckled: NDArray[np.uint8]
) -> None:
    compared.comparison.set_split(True)
    compared.zoom_by(3)
    compared.pan_by(37, 11)
    assert divider(compared).geometry().center().x() == 200
    seen = picture()
    for x, labels in ((190, prediction), (210, speckled)):
        column, row = compared.view_to_image(QPoint(x, 150))
        assert tuple(seen[150, x]) == COLOR_OF[int(labels[row, column])]


def test_the_wheel_zooms_over_the_line_too(compared: Canvas) -> None:
    compared.comparison.set_split(True)
    before, line = compared.zoom, divider(compared)
    at = QPointF(line.width() // 2, 60)
    QApplication.sendEvent(line, QWheelEvent(
        at, line.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    ))  # fmt: skip
    assert compared.zoom > before


def test_words_say_which_side_is_which(compared: Canvas) -> None:
    assert words(compared) == ("", "")
    compared.comparison.set_split(True)
    assert words(compared) == ("Prediction", "Your mask")
    compared.comparison.set_fraction(0.02)
    assert words(compared) == ("", "Your mask")
    compared.comparison.set_split(False)
    assert words(compared) == ("", "")


def test_words_say_what_flickers(compared: Canvas, qtbot: QtBot) -> None:
    compared.comparison.set_shows_prediction(True)
    assert words(compared) == ("Prediction", "")
    compared.comparison.set_shows_prediction(False)
    assert words(compared) == ("Your mask", "")
    qtbot.waitUntil(lambda: words(compared) == ("", ""), timeout=5000)


def test_where_there_is_nothing_to_compare_a_word_says_so(
    compared: Canvas, speckled: NDArray[np.uint8], picture: Picture
) -> None:
    compared.comparison.set_split(True)
    compared.comparison.set_marks_changes(True)
    compared.set_labels(speckled, LabelKind.PREDICTION)
    compared.comparison.set_prediction(speckled)
    assert words(compared) == ("Prediction, unchanged", "")
    assert not divider(compared).isVisible()
    compared.set_labels(speckled, LabelKind.MASK)
    compared.comparison.set_prediction(None)
    assert words(compared) == ("No prediction to compare", "")
    with_nothing = picture()
    compared.comparison.set_split(False)
    compared.comparison.set_marks_changes(False)
    np.testing.assert_array_equal(picture(), with_nothing)


def test_the_key_is_there_with_the_marks_and_clear_of_the_other(compared: Canvas) -> None:
    legend = compared.findChild(QWidget, "canvas.changes_legend")
    assert isinstance(legend, QWidget)
    assert not legend.isVisible()
    compared.comparison.set_marks_changes(True)
    assert legend.isVisible()
    height, width = compared.mask.shape
    compared.set_confidence(np.zeros((height, width), np.uint8))
    compared.set_confidence_visible(True)
    assert not legend.geometry().intersects(compared._legend.geometry())
    assert compared.rect().contains(legend.geometry())
    compared.set_compare(True)
    assert not legend.isVisible()


def test_with_masks_hidden_nothing_is_left_of_it(compared: Canvas) -> None:
    compared.comparison.set_split(True)
    compared.set_overlay_visible(False)
    assert words(compared) == ("", "")
    assert not divider(compared).isVisible()
    compared.set_overlay_visible(True)
    assert divider(compared).isVisible()


class Noticing:
    """A target that takes every press and remembers it."""

    def __init__(self) -> None:
        self.pressed: list[Pointer] = []

    def press(self, pointer: Pointer) -> bool:
        self.pressed.append(pointer)
        return True

    def double_click(self, pointer: Pointer) -> bool:
        return self.press(pointer)

    def wheel(self, notches: float, pointer: Pointer) -> bool:
        return False

    def key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        return False

    def move(self, pointer: Pointer) -> None: ...
    def release(self, pointer: Pointer) -> None: ...
    def leave(self) -> None: ...
    def finish(self) -> None: ...
