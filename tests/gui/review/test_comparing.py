"""Split, flicker and changed pixels in the window, with real keys and strokes."""

from __future__ import annotations

import numpy as np
import pytest
from painting import Painter
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from windows import go_to, picture, trigger, wait_idle

from gui.canvas.corner_label import CornerLabel
from gui.main_window import MainWindow
from gui.review import comparing


def word(window: MainWindow, name: str = "canvas.left_label") -> str:
    label = window.canvas.findChild(CornerLabel, name)
    assert isinstance(label, CornerLabel)
    return label.text if label.isVisible() else ""


@pytest.fixture
def corrected(painter: Painter) -> Painter:
    """After one stroke on the image that is shown."""
    painter.stroke((20, 20), (60, 60))
    return painter


def compare(qtbot: QtBot, window: MainWindow, *ways: str) -> None:
    """Switch these on, or off, and wait until that is to be seen."""
    for way in ways:
        trigger(window, f"view.{way}")
    wait_idle(qtbot, window)


def on_screen(widget: QWidget) -> QRect:
    assert widget.isVisible()
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


def prediction_of(window: MainWindow) -> np.ndarray:
    assert window.project is not None
    stored = window.project.load_prediction(window.shown_name)
    assert stored is not None
    return stored.labels


def test_the_split_shows_both_and_painting_goes_on(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "split")
    assert word(window) == "Prediction"
    assert word(window, "canvas.right_label") == "Your mask"
    height, width = window.canvas.mask.shape
    before = picture(window)
    corrected.stroke((width * 3 // 4, height // 8), (width * 3 // 4 + 40, height // 8))
    after = picture(window)
    middle = before.shape[1] // 2
    assert (after[:, middle + 8 :] != before[:, middle + 8 :]).any()
    assert window.canvas.comparison.fraction == 0.5


def test_the_line_gives_way_to_a_stroke_under_the_prediction(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "split")
    height, width = window.canvas.mask.shape
    corrected.press((width // 4, height // 2))
    at = window.canvas.image_to_view(width // 4, height // 2)
    line = window.canvas.comparison.fraction * window.canvas.viewport().width()
    assert at.x() - 60 < line < at.x()
    corrected.move((width // 8, height // 2))
    corrected.release((width // 8, height // 2))
    assert window.canvas.mask[height // 2, width // 8] == 2
    # One that crosses it is seen as it is.
    fraction = window.canvas.comparison.fraction
    corrected.stroke((width // 2, height // 2), (2, height // 2))
    assert window.canvas.comparison.fraction == fraction


def test_the_prediction_is_compared_as_it_was_before_the_first_stroke(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "changes")
    assert word(window) == "Prediction, unchanged"
    painter.stroke((20, 20), (60, 60))
    assert word(window) == ""
    compared = window.canvas.comparison.prediction
    assert compared is not None
    assert np.array_equal(compared, prediction_of(window))
    assert not np.array_equal(compared, window.canvas.mask)


def test_a_message_does_not_lie_on_the_key_of_the_changes(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "changes")
    legend = window.canvas.findChild(QWidget, "canvas.changes_legend")
    assert isinstance(legend, QWidget)
    at_rest = on_screen(legend)
    window.messages.say("A sentence that is as long as it takes to reach the key. " * 2)
    QApplication.processEvents()
    message = on_screen(window.messages)
    assert message.intersects(at_rest)
    assert not message.intersects(on_screen(legend))
    window.resize(window.width() - 130, window.height() - 60)
    QApplication.processEvents()
    assert not on_screen(window.messages).intersects(on_screen(legend))
    window.resize(window.width() + 130, window.height() + 60)
    QApplication.processEvents()
    window.messages.clear()
    assert on_screen(legend) == at_rest


def test_it_follows_from_image_to_image(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    go_to(qtbot, window, "cat.jpg")
    corrected.stroke((20, 20), (60, 60))
    trigger(window, "view.changes")
    for name in ("astronaut.jpg", "cat.jpg"):
        go_to(qtbot, window, name)
        compared = window.canvas.comparison.prediction
        assert compared is not None
        assert np.array_equal(compared, prediction_of(window))


def test_switched_off_it_costs_no_memory(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "split", "changes")
    assert window.canvas.comparison.prediction is not None
    compare(qtbot, window, "split", "changes")
    assert window.canvas.comparison.prediction is None


def test_without_a_prediction_a_word_says_so(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    assert window.project is not None
    wait_idle(qtbot, window)
    for path in (window.project.data_folder / "predictions").glob("astronaut*"):
        path.unlink()
    compare(qtbot, window, "changes")
    assert word(window) == "No prediction to compare"


def test_a_tap_flickers_and_another_goes_back(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    mask = picture(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_T)
    wait_idle(qtbot, window)
    assert window.actions_by_name["view.flicker"].isChecked()
    assert word(window) == "Prediction"
    assert not np.array_equal(picture(window), mask)
    QTest.keyClick(window.canvas, Qt.Key.Key_T)
    assert word(window) == "Your mask"
    np.testing.assert_array_equal(picture(window), mask)


def hold(window: MainWindow, qtbot: QtBot) -> None:
    """T for as long as a person holds it who wants to see the prediction for a moment."""
    QTest.keyPress(window.canvas, Qt.Key.Key_T)
    wait_idle(qtbot, window)
    for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress) * 3:
        QApplication.sendEvent(window.canvas, QKeyEvent(
            kind, Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier, "t", True
        ))  # fmt: skip


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key counts as held, however soon it is let go."""
    monkeypatch.setattr(comparing, "HELD", 0.0)


@pytest.mark.usefixtures("at_once")
def test_held_it_shows_the_prediction_until_it_is_let_go(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    action = window.actions_by_name["view.flicker"]
    hold(window, qtbot)
    assert action.isChecked()
    QTest.keyRelease(window.canvas, Qt.Key.Key_T)
    assert not action.isChecked()


@pytest.mark.usefixtures("at_once")
def test_letting_go_of_the_key_counts_wherever_the_focus_is(window: MainWindow) -> None:
    view = window.findChild(QWidget, "image_list.view")
    assert view is not None
    view.setFocus()
    QTest.keyPress(view, Qt.Key.Key_T)
    assert window.actions_by_name["view.flicker"].isChecked()
    QTest.keyRelease(view, Qt.Key.Key_T)
    assert not window.actions_by_name["view.flicker"].isChecked()


@pytest.mark.usefixtures("at_once")
def test_a_letter_typed_into_a_field_flickers_nothing(window: MainWindow) -> None:
    trigger(window, "view.flicker")
    field = window.findChild(QLineEdit, "image_list.filter")
    assert field is not None
    field.setFocus()
    QTest.keyClicks(field, "t")
    assert field.text() == "t"
    assert window.actions_by_name["view.flicker"].isChecked()


def test_painting_goes_back_to_the_mask_first(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "flicker")
    assert window.canvas.comparison.shows_prediction
    corrected.press((100, 100))
    assert not window.canvas.comparison.shows_prediction
    assert not window.actions_by_name["view.flicker"].isChecked()
    corrected.release((100, 100))


def test_the_divider_is_dragged_in_the_window(
    window: MainWindow, corrected: Painter, qtbot: QtBot
) -> None:
    compare(qtbot, window, "split")
    before = window.canvas.mask.copy()
    canvas = window.canvas
    line = canvas.childAt(QPoint(canvas.width() // 2, canvas.height() // 3))
    assert line is not None
    assert line.objectName() == "canvas.divider"
    at = line.mapFrom(canvas, QPoint(canvas.width() // 2, canvas.height() // 3))
    QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(line, at + QPoint(canvas.width() // 4, 0))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=at)
    assert abs(canvas.comparison.fraction - 0.75) < 0.02
    assert np.array_equal(canvas.mask, before)


def test_stepping_fast_never_compares_with_another_images_prediction(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    assert window.project is not None
    for record in window.project.images():
        go_to(qtbot, window, record.name)
        painter.stroke((20, 20), (60, 60))
    wait_idle(qtbot, window)
    stored = {r.name: window.project.load_prediction(r.name) for r in window.project.images()}
    trigger(window, "view.changes")
    rng = np.random.default_rng(6)
    compared = 0
    for step in range(120):
        trigger(window, "image.next" if rng.random() < 0.5 else "image.previous")
        for _ in range(int(rng.integers(0, 4))):
            QApplication.processEvents()
        if step % 20 == 19:
            wait_idle(qtbot, window)
        shown = window.canvas.comparison.prediction
        if shown is not None:
            compared += 1
            mine = stored[window.shown_name]
            assert mine is not None
            assert np.array_equal(shown, mine.labels)
    assert compared >= 6
