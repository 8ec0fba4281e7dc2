"""The panel alone: what it shows of a record, in which layout, and what a click on it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.bench import LEAST_ABOVE, Bench
from gui.training.curves import Curves, round_step
from gui.training.gallery import Gallery
from gui.training.panel import RunEntry, TrainingPanel
from gui.training.run_record import RunRecord
from segmenter.training.events import Batch, Done, Epoch, Note, Start, Stopped


def made_record(epochs: int = 3) -> RunRecord:
    record = RunRecord()
    record.take(Start(("background", "cat"), 7, 3, 10, 4, "cpu", 1, 0, {}, ("a.jpg",)))
    for number in range(epochs + 1):
        for step in range(1, 5) if number else ():
            loss = 1 / (number + step / 4)
            record.take(Batch(number, step, 4, loss, 2.0, 90.0, 0.001 / number))
        iou: dict[str, float | None] = {"background": 0.5 + number / 10, "cat": 0.1 + number / 20}
        mean = 0.3 + 0.075 * number
        record.take(Epoch(number, 10, None, mean, iou, None, None, 0.001, 2.0, 9.0, True))
    return record


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[TrainingPanel]:
    """With curves, 1300 pixels wide, on the screen."""
    owner = QWidget()
    qtbot.addWidget(owner)
    made = TrainingPanel(Actions(owner), owner)
    curves = Curves()
    with qtbot.waitSignal(curves.ready):
        made.set_curves(curves)
    made.setGeometry(0, 0, 1300, 260)
    owner.resize(1300, 260)
    owner.show()
    qtbot.waitExposed(owner)
    yield made
    owner.close()


def curves_of(panel: TrainingPanel) -> Curves:
    found = panel.findChild(Curves)
    assert found is not None
    return found


def test_curves_tell_their_newest_values_and_those_under_the_pointer(
    panel: TrainingPanel, qtbot: QtBot
) -> None:
    record = made_record()
    panel.show_record(record)
    curves = curves_of(panel)
    curves.show_record(record)
    assert curves.score.value == "52.5%"
    assert curves.rate.value == "3.33e-4"
    box = curves.score.plot.getPlotItem().getViewBox()
    QApplication.processEvents()
    at = curves.score.plot.mapFromScene(box.mapViewToScene(QPointF(2.08, 40)))
    QTest.mouseMove(curves.score.plot.viewport(), at - QPoint(3, 0))
    QTest.mouseMove(curves.score.plot.viewport(), at)
    qtbot.waitUntil(lambda: curves.score.value == "epoch 2:  45%")
    # The others have points between the epochs: the one next to the pointer is read.
    assert curves.rate.value.startswith("epoch ")
    assert curves.rate.value.endswith(":  5e-4")
    assert curves.loss.value.startswith("epoch ")
    QTest.mouseMove(panel, QPoint(5, 5))
    QApplication.sendEvent(curves.score, QEvent(QEvent.Type.Leave))
    assert curves.score.value == "52.5%"


def test_the_ring_around_the_best_epoch_is_whole_at_either_end(
    panel: TrainingPanel, qtbot: QtBot
) -> None:
    record = made_record(2)
    record.take(Done("", 2, 2, 0.5, 9.0, "All 2 epochs are done."))
    curves = curves_of(panel)
    for width in (1300, 1700):
        panel.resize(width, 260)
        panel.show_record(record)
        curves.show_record(record)
        QApplication.processEvents()
        box = curves.score.plot.getPlotItem().getViewBox()
        ring = box.mapViewToScene(QPointF(2, 0)).x()
        assert ring + 5.5 <= box.sceneBoundingRect().right()
        first = box.mapViewToScene(QPointF(0, 0)).x()
        assert first - 5.5 >= box.sceneBoundingRect().left()


def test_the_button_of_a_pause_says_what_it_does(panel: TrainingPanel) -> None:
    button = panel.findChild(QToolButton, "training_pause")
    assert button is not None
    for is_paused, is_pausing, words in (
        (False, False, "Pause"),
        (False, True, "Pausing …"),
        (True, False, "Go on"),
        (False, False, "Pause"),
    ):
        panel.show_pause(is_paused, is_pausing)
        assert button.text() == button.accessibleName() == words


def test_a_run_that_was_asked_to_stop_says_so_until_it_has(panel: TrainingPanel) -> None:
    record = made_record()
    panel.show_stopping(True)
    panel.show_record(record)
    assert panel.words == "Epoch 3 of 10 · stopping …"
    record.take(Stopped("m", 3, 3, 0.5, 9.0, "Stopped."))
    panel.show_record(record)
    assert panel.words.startswith("Epoch 3 of 10 · Stopped after 9 s")


def test_curves_wear_the_colours_of_the_theme(panel: TrainingPanel) -> None:
    curves = curves_of(panel)
    curves.show_record(made_record())
    ground = Qt.GlobalColor.darkBlue
    palette = QPalette(panel.palette())
    palette.setColor(QPalette.ColorRole.Base, ground)
    curves.loss.setPalette(palette)
    picture = curves.loss.plot.grab().toImage()
    corner = picture.pixelColor(picture.width() - 2, 2)
    assert (corner.red(), corner.green(), corner.blue()) == (0, 0, 128)


def test_classes_are_listed_with_their_colours_their_best_and_what_they_gained(
    panel: TrainingPanel,
) -> None:
    panel.show_scores(made_record(), {"cat": (1, 2, 3)})
    assert panel.table.texts() == [
        ["background", "80.0%", "80.0%", "+30.0"],
        ["cat", "25.0%", "25.0%", "+15.0"],
    ]


def test_parts_stand_beside_each_other_where_there_is_room_and_take_turns_where_not(
    panel: TrainingPanel,
) -> None:
    panel.show_record(made_record())
    curves, table, gallery = curves_of(panel), panel.table, panel.gallery
    assert all(each.isVisible() for each in (curves, table, gallery))
    panel.resize(700, 260)
    assert [each.isVisible() for each in (curves, table, gallery)] == [True, False, False]
    tab = panel.findChild(QToolButton, "training_tab_2")
    assert tab is not None
    tab.click()
    assert [each.isVisible() for each in (curves, table, gallery)] == [False, False, True]
    panel.resize(1300, 260)
    assert all(each.isVisible() for each in (curves, table, gallery))
    assert not tab.isVisible()


def test_the_newest_note_stands_under_the_line_about_progress(panel: TrainingPanel) -> None:
    record = made_record()
    panel.show_record(record)
    assert panel.note == ""
    record.take(Note("Memory ran out: half the batch at a time from now on."))
    panel.show_record(record)
    assert panel.note.startswith("Memory ran out")


def test_where_nothing_was_trained_yet_it_says_how_to(panel: TrainingPanel) -> None:
    panel.show_record(None)
    told = [each.text() for each in panel.findChildren(QLabel) if each.isVisible()]
    assert any("Fine-tune" in each for each in told)
    panel.show_record(made_record())
    assert not any("Fine-tune" in e.text() for e in panel.findChildren(QLabel) if e.isVisible())


def test_an_earlier_run_is_chosen_from_the_list(panel: TrainingPanel, qtbot: QtBot) -> None:
    panel.show_runs([RunEntry("new", "today"), RunEntry("old", "yesterday")], "new")
    with qtbot.waitSignal(panel.run_chosen) as chosen:
        runs = panel._runs
        runs.setFocus()
        QTest.keyClick(runs, Qt.Key.Key_Down)
    assert chosen.args == ["old"]


def test_a_picture_is_opened_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(600, 150)
    image = QImage(QSize(40, 30), QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    gallery.show_picture(0, "cats/a.jpg", image, 4)
    gallery.show_picture(7, "cats/z.jpg", image, 4)  # there is no such place
    gallery.show()
    qtbot.waitExposed(gallery)
    first, second, _ = gallery.pictures
    seen = first.grab().toImage()
    assert seen.pixelColor(seen.width() // 2, seen.height() // 3).red() > 200
    assert (gallery.epoch_at(0), gallery.epoch_at(1), gallery.epoch_at(7)) == (4, -1, -1)
    opened: list[str] = []
    gallery.chosen.connect(opened.append)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert opened == ["cats/a.jpg", "cats/a.jpg"]
    assert "epoch 4" in first.toolTip()
    gallery.clear()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert len(opened) == 2


def test_pictures_of_any_shape_stand_on_one_line(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(600, 240)
    gallery.show()
    qtbot.waitExposed(gallery)
    for place, size in enumerate((QSize(40, 40), QSize(60, 20), QSize(30, 50))):
        image = QImage(size, QImage.Format.Format_RGB888)
        image.fill(Qt.GlobalColor.red)
        gallery.show_picture(place, f"{place}.jpg", image, 1)
    for height in (240, 120):
        gallery.resize(600, height)
        feet = []
        for picture in gallery.pictures:
            seen = picture.grab().toImage()
            column = [seen.pixelColor(seen.width() // 2, y) for y in range(seen.height())]
            red = [y for y, color in enumerate(column) if color.red() - color.green() > 150]
            feet.append(red[-1])
        assert max(feet) - min(feet) <= 1


def test_without_a_score_no_numbers_stand_beside_the_empty_plot(panel: TrainingPanel) -> None:
    record = made_record(epochs=0)
    curves = curves_of(panel)
    axis = curves.score.plot.getPlotItem().getAxis("left")
    curves.show_record(RunRecord())
    assert not axis.style["showValues"]
    curves.show_record(record)
    assert axis.style["showValues"]


def test_a_panel_below_is_as_high_as_it_was_made_and_leaves_room_above(qtbot: QtBot) -> None:
    above, below = QWidget(), QWidget()
    below.setMinimumHeight(50)
    bench = Bench(above)
    qtbot.addWidget(bench)
    bench.set_panel(lambda: below, 300)
    bench.resize(600, 800)
    bench.show()
    qtbot.waitExposed(bench)
    assert bench.foot == 0
    bench.show_panel(True)
    assert bench.foot == below.height() == 300
    bench.resize(600, 400)
    assert above.height() >= LEAST_ABOVE
    assert bench.foot == below.height() < 300
    bench.resize(600, 800)
    assert bench.foot == 300
    bench.show_panel(False)
    assert bench.foot == 0
    chosen: list[int] = []
    bench.height_chosen.connect(chosen.append)
    bench.show_panel(True)
    bench.moveSplitter(500, 1)
    assert chosen == [below.height()]
    bench.show_panel(False)
    bench.show_panel(True)
    assert bench.foot == chosen[0]


@pytest.mark.parametrize(
    ("least", "step"), [(0.9, 1), (1, 1), (1.1, 2), (2.2, 5), (7, 10), (0.013, 0.02), (340, 500)]
)
def test_ticks_stand_at_round_numbers(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)
