"""The dashboard: its figures, going to an image, copying, Cancel."""

from __future__ import annotations

import csv
import io

import pytest
from painting import Painter
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolTip
from pytestqt.qtbot import QtBot
from windows import trigger, wait_idle

from gui.main_window import MainWindow
from gui.review import copy_button
from gui.review.figure_table import Cell, FigureTable
from gui.review.histogram import BINS, Histogram
from gui.review.state_bar import StateBar
from gui.review.statistics_dialog import StatisticsDialog, short_number
from segmenter.project.state import State
from segmenter.project.statistics import StatisticsReader
from segmenter.project.statistics_report import as_text
from segmenter.wording import percent


@pytest.fixture
def reviewed(window: MainWindow) -> MainWindow:
    """cat.jpg corrected a little, coffee.jpg a lot, rocket.jpg approved as it was."""
    project = window.project
    assert project is not None
    for name, rows in (("cat.jpg", 10), ("coffee.jpg", 100)):
        stored = project.load_prediction(name)
        assert stored is not None
        mask = stored.labels.copy()
        mask[:rows] = 2
        project.save_mask(name, mask)
    project.set_approved("rocket.jpg", True)
    return window


@pytest.fixture
def opened(reviewed: MainWindow, qtbot: QtBot) -> StatisticsDialog:
    """Counted."""
    trigger(reviewed, "image.statistics")
    wait_idle(qtbot, reviewed)
    dialog = reviewed.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    return dialog


def words(dialog: StatisticsDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def table(dialog: StatisticsDialog, name: str) -> FigureTable:
    found = dialog.findChild(FigureTable, name)
    assert isinstance(found, FigureTable)
    return found


def button(dialog: StatisticsDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, name)
    assert found is not None
    return found


def test_the_states_are_shown_and_said(opened: StatisticsDialog) -> None:
    bar = opened.findChild(StateBar)
    assert bar is not None
    assert bar.accessibleName() == "1 approved, 2 corrected, 1 predicted"
    assert words(opened, "statistics.lead") == "4 images in photos"


def test_the_classes_have_the_figures_of_the_report(
    opened: StatisticsDialog, reviewed: MainWindow
) -> None:
    assert reviewed.project is not None
    found = StatisticsReader(reviewed.project).read()
    rows = {row[0]: row[1:] for row in table(opened, "statistics.classes").texts()}
    assert list(rows) == ["background", "cat", "dog", "bird"]
    assert rows["cat"][0] == "3"
    assert rows["dog"][0] == "2"
    assert rows["cat"][3] == "1"  # astronaut.jpg is predicted alone
    assert rows["dog"][4] == "0.0%"
    assert rows["bird"] == ["0", "0", "0.0%", "0", "–"]
    text = as_text(found)
    for cells in rows.values():
        assert cells[2] in text


def test_the_most_changed_image_comes_first(opened: StatisticsDialog) -> None:
    rows = table(opened, "statistics.most_changed").texts()
    assert [row[0] for row in rows] == ["coffee.jpg", "cat.jpg", "rocket.jpg"]
    assert rows[2][1:] == ["100.0%", "0.0%", "0.0%"]
    assert words(opened, "statistics.changed").startswith("In 3 images with a mask")


def test_a_click_on_a_column_sorts(opened: StatisticsDialog) -> None:
    classes = table(opened, "statistics.classes")
    header = classes.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(2) + 5, 5)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    ascending = [row[0] for row in classes.texts()]
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    descending = [row[0] for row in classes.texts()]
    assert {ascending[0], descending[0]} == {"bird", "background"}  # by number, not by word


def test_a_double_click_goes_there(
    opened: StatisticsDialog, reviewed: MainWindow, qtbot: QtBot
) -> None:
    rows = table(opened, "statistics.most_changed")
    at = rows.visualRect(rows.model().index(1, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    wait_idle(qtbot, reviewed)
    assert reviewed.shown_name == "cat.jpg"
    assert not [d for d in reviewed.findChildren(StatisticsDialog) if d.isVisible()]


def test_enter_goes_there_too_after_sorting(
    opened: StatisticsDialog, reviewed: MainWindow, qtbot: QtBot
) -> None:
    rows = table(opened, "statistics.most_changed")
    rows.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    rows.setFocus()
    rows.selectRow(0)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    wait_idle(qtbot, reviewed)
    assert reviewed.shown_name == "rocket.jpg"


def test_it_is_copied_as_text_and_as_csv(opened: StatisticsDialog, reviewed: MainWindow) -> None:
    assert reviewed.project is not None
    found = StatisticsReader(reviewed.project).read()
    button(opened, "statistics.copy_text").click()
    assert QGuiApplication.clipboard().text() == as_text(found)
    button(opened, "statistics.copy_csv").click()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [row["class"] for row in rows] == ["background", "cat", "dog", "bird"]


def test_the_buttons_say_for_a_moment_that_it_is_copied(
    opened: StatisticsDialog, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    text, csv_ = (button(opened, f"statistics.copy_{each}") for each in ("text", "csv"))
    before, place = text.text(), text.geometry()
    text.click()
    assert text.text() == "Copied"
    assert text.geometry() == place
    opened.count()
    wait_idle(qtbot, opened.parent())  # type: ignore[arg-type]
    assert text.text() == before  # other figures, maybe
    monkeypatch.setattr(copy_button, "SAID_MS", 1)
    csv_.click()
    qtbot.waitUntil(lambda: csv_.text() == "Copy as CS&V")


def test_pixels_that_were_erased_are_told_too(reviewed: MainWindow, qtbot: QtBot) -> None:
    assert reviewed.project is not None
    mask = reviewed.project.load_mask("rocket.jpg")
    assert mask is not None
    rows_erased = mask.shape[0] // 2
    mask[:rows_erased] = 255
    reviewed.project.save_mask("rocket.jpg", mask)
    trigger(reviewed, "image.statistics")
    wait_idle(qtbot, reviewed)
    dialog = reviewed.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    rows = {row[0]: row[1:] for row in table(dialog, "statistics.most_changed").texts()}
    assert rows["rocket.jpg"] == ["100.0%", "0.0%", percent(rows_erased / mask.shape[0])]
    assert rows["cat.jpg"][2] == "0.0%"
    found = StatisticsReader(reviewed.project).read().agreement
    assert f"and left {percent(found.unlabelled)} unlabelled" in words(dialog, "statistics.changed")


def test_counting_is_cancelled_and_begun_again(reviewed: MainWindow, qtbot: QtBot) -> None:
    trigger(reviewed, "image.statistics")
    dialog = reviewed.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    # What is counted off-thread is delivered by the event loop, which has not run since.
    stop = button(dialog, "statistics.stop")
    assert stop.text() == "Cancel"
    assert not button(dialog, "statistics.copy_text").isEnabled()
    stop.click()
    wait_idle(qtbot, reviewed)
    assert words(dialog, "statistics.progress_words") == "Stopped before all images were read."
    assert not table(dialog, "statistics.classes").isVisible()
    assert stop.text() == "Count again"
    stop.click()
    wait_idle(qtbot, reviewed)
    assert not stop.isVisible()
    assert table(dialog, "statistics.classes").isVisible()


def test_progress_is_told_while_it_counts(reviewed: MainWindow, qtbot: QtBot) -> None:
    trigger(reviewed, "image.statistics")
    dialog = reviewed.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    assert words(dialog, "statistics.progress_words") == "Reading masks and predictions …"
    wait_idle(qtbot, reviewed)
    assert words(dialog, "statistics.progress_words") == "4 of 4 images"


def test_closing_the_dialog_stops_counting(reviewed: MainWindow, qtbot: QtBot) -> None:
    trigger(reviewed, "image.statistics")
    dialog = reviewed.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    dialog.reject()
    wait_idle(qtbot, reviewed)
    trigger(reviewed, "image.statistics")
    wait_idle(qtbot, reviewed)
    (again,) = (d for d in reviewed.findChildren(StatisticsDialog) if d.isVisible())
    assert table(again, "statistics.classes").isVisible()


def test_a_folder_where_nobody_corrected_anything_says_what_to_do(
    window: MainWindow, qtbot: QtBot
) -> None:
    trigger(window, "image.statistics")
    wait_idle(qtbot, window)
    dialog = window.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    assert words(dialog, "statistics.changed").startswith("Nothing to compare yet.")
    assert not table(dialog, "statistics.most_changed").isVisible()


def test_a_damaged_mask_is_told(reviewed: MainWindow, qtbot: QtBot) -> None:
    assert reviewed.project is not None
    (reviewed.project.data_folder / "masks" / "cat.jpg.png").write_bytes(b"no picture")
    trigger(reviewed, "image.statistics")
    wait_idle(qtbot, reviewed)
    dialog = reviewed.findChild(StatisticsDialog)
    assert isinstance(dialog, StatisticsDialog)
    assert "cat.jpg.png" in words(dialog, "statistics.problems")


def test_what_was_painted_since_is_counted_the_next_time(
    window: MainWindow, painter: Painter, qtbot: QtBot
) -> None:
    for state in (None, "1 corrected, 3 predicted"):
        if state is not None:
            painter.stroke((50, 50), (200, 80))
            wait_idle(qtbot, window)
        trigger(window, "image.statistics")
        wait_idle(qtbot, window)
        (dialog,) = (d for d in window.findChildren(StatisticsDialog) if d.isVisible())
        bar = dialog.findChild(StateBar)
        assert bar is not None
        assert bar.accessibleName() == (state or "4 predicted")
        dialog.reject()


def test_images_fall_into_bins_of_their_score(qtbot: QtBot) -> None:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.show_scores([0.0, 0.04, 0.5, 0.99, 1.0])
    expected = [0] * BINS
    expected[0], expected[10], expected[19] = 2, 1, 2
    assert histogram.counts == expected
    histogram.resize(400, 130)
    at = QPoint(5, 60)
    event = QHelpEvent(QEvent.Type.ToolTip, at, histogram.mapToGlobal(at))
    QApplication.sendEvent(histogram, event)
    assert QToolTip.text() == "2 images with 0–5%"


@pytest.mark.parametrize("width", [560, 200])
def test_the_key_of_the_bar_breaks_its_line_where_there_is_no_room(
    qtbot: QtBot, width: int
) -> None:
    bar = StateBar()
    qtbot.addWidget(bar)
    bar.show_states(dict.fromkeys(State, 1234))
    assert bar.heightForWidth(200) > bar.heightForWidth(560)
    words_width = max(
        at.x() + 18 + bar.fontMetrics().horizontalAdvance(bar._words(state))
        for state, at in bar._places(width)
    )
    assert words_width <= width


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1.00 k"), (12_345, "12.3 k"), (999_999, "1.00 M"),
     (4_921_207, "4.92 M"), (99_960_000, "100 M"), (10**12, "1,000 G")],
)  # fmt: skip
def test_large_numbers_are_cut_to_the_digits_that_count(number: int, text: str) -> None:
    assert short_number(number) == text


def test_every_state_is_seen_in_the_bar_however_few_there_are(qtbot: QtBot) -> None:
    bar = StateBar()
    qtbot.addWidget(bar)
    bar.resize(500, 60)
    bar.show_states({State.PREDICTED: 100_000, State.CORRECTED: 1})
    image = bar.grab().toImage()
    row = {image.pixelColor(x, 7).name() for x in range(image.width())}
    assert len(row) >= 3  # two states and the gap


def test_no_figure_is_cut_off(qtbot: QtBot) -> None:
    table = FigureTable("figures", (("Name", ""), ("IoU", "")))
    qtbot.addWidget(table)
    table.resize(500, 200)
    table.show_rows([[Cell("an image"), Cell("100.0%")]])
    table.show()
    qtbot.waitExposed(table)
    assert table.columnWidth(1) >= table.fontMetrics().horizontalAdvance("100.0%") + 16
