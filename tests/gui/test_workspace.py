"""The parts beside each other: the tool strip and the sections of the side panel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from windows import MakeWindow

from gui.actions import Actions
from gui.class_swatch import ClassSwatch
from gui.main_window import MainWindow
from gui.tool_strip import TOOLS, ToolStrip
from segmenter.project.classes import UNLABELLED, LabelClass

CLASSES = [
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(7, "Tom & Jerry", (200, 40, 90)),
    LabelClass(UNLABELLED, "unlabelled", (0, 0, 0)),
]


def strip_buttons(window: MainWindow) -> list[QToolButton]:
    return window.workspace.tool_strip.findChildren(QToolButton)


@pytest.mark.parametrize("size", [(1280, 800), (900, 520), (700, 440)])
def test_no_tool_falls_off_the_strip(
    window: MainWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    qtbot.waitUntil(lambda: window.height() == size[1])
    QApplication.processEvents()
    strip = window.workspace.tool_strip
    buttons = strip_buttons(window)
    assert len(buttons) == len(TOOLS) + 1
    taken = [button.geometry() for button in buttons]
    for number, rect in enumerate(taken):
        assert strip.rect().contains(rect)
        assert not any(rect.intersects(other) for other in taken[:number])


def test_a_very_low_strip_has_two_columns_and_a_high_one_again_one(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    strip = ToolStrip(Actions(around), around)
    around.show()
    for height, columns in ((600, 1), (290, 1), (200, 2), (600, 1)):
        strip.resize(strip.width(), height)
        QApplication.processEvents()
        buttons = strip.findChildren(QToolButton)
        assert len({button.x() for button in buttons}) == columns
        assert all(strip.rect().contains(button.geometry()) for button in buttons)


def test_nothing_moves_when_a_message_comes_or_grows(window: MainWindow, qtbot: QtBot) -> None:
    before = window.canvas.mapTo(window, window.canvas.rect().topLeft()), window.canvas.size()
    bar = window.messages
    for text in ("Short.", "A sentence that is said at length, again and again. " * 6):
        bar.say(text, "warning", "Undo", lambda: None)
        QApplication.processEvents()
        assert bar.isVisible()
        around = bar.parentWidget()
        assert around is not None
        assert around.rect().contains(bar.geometry())
        label = bar.findChild(QLabel, "message_text")
        assert label is not None
        assert label.height() >= label.heightForWidth(label.width())
        now = window.canvas.mapTo(window, window.canvas.rect().topLeft()), window.canvas.size()
        assert now == before


def test_a_button_of_the_strip_chooses_its_tool(window: MainWindow, qtbot: QtBot) -> None:
    eraser = next(
        b for b in strip_buttons(window)
        if b.defaultAction() is window.actions_by_name["tool.eraser"]
    )  # fmt: skip
    qtbot.mouseClick(eraser, Qt.MouseButton.LeftButton)
    assert window.actions_by_name["tool.eraser"].isChecked()
    assert eraser.isChecked()
    assert not window.actions_by_name["tool.brush"].isChecked()


def test_the_swatch_has_the_colour_of_its_class_and_offers_the_others(qtbot: QtBot) -> None:
    swatch = ClassSwatch()
    qtbot.addWidget(swatch)
    swatch.resize(34, 34)
    assert not swatch.isEnabled()
    swatch.show_classes(CLASSES)
    swatch.show_class(7)
    assert swatch.isEnabled()
    assert "Tom & Jerry" in swatch.toolTip()
    middle = swatch.grab().toImage().pixelColor(17, 17)
    assert (middle.red(), middle.green(), middle.blue()) == (200, 40, 90)
    menu = swatch.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    assert [action.text().split("\t")[0] for action in menu.actions()] == [
        "background", "Tom && Jerry",
    ]  # fmt: skip
    with qtbot.waitSignal(swatch.class_wanted) as wanted:
        menu.actions()[0].trigger()
    assert wanted.args == [0]


def test_the_background_has_no_colour_to_choose_it_by(qtbot: QtBot) -> None:
    """It is never painted over the image: an empty square, struck through, as in the list."""
    swatch = ClassSwatch()
    qtbot.addWidget(swatch)
    swatch.resize(34, 34)
    ground = swatch.grab().toImage()
    swatch.show_classes([LabelClass(0, "background", (255, 0, 255))])
    swatch.show_class(0)
    shown = swatch.grab().toImage()
    drawn = [(x, y) for x in range(34) for y in range(34)
             if shown.pixel(x, y) != ground.pixel(x, y)]  # fmt: skip
    assert (17, 16) in drawn or (16, 17) in drawn or (17, 17) in drawn
    assert all(abs(shown.pixelColor(*at).red() - shown.pixelColor(*at).green()) < 40
               for at in drawn)  # fmt: skip


def test_a_section_is_folded_by_its_heading_and_stays_so(
    make_window: MakeWindow, photos: object, qtbot: QtBot
) -> None:
    window = make_window(photos)
    opacity = window.workspace.view_panel
    assert opacity.isVisible()
    head = window.findChild(QPushButton, "section.view.head")
    assert head is not None
    qtbot.mouseClick(head, Qt.MouseButton.LeftButton)
    assert not opacity.isVisible()
    window.close()
    again = make_window(photos)
    assert not again.workspace.view_panel.isVisible()
    assert again.findChild(QPushButton, "section.tool.head") is not None


def test_what_is_too_high_for_the_side_panel_can_be_scrolled_to(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(700, 440)
    side = window.workspace.side
    qtbot.waitUntil(lambda: side.verticalScrollBar().maximum() > 0)
    side.verticalScrollBar().setValue(side.verticalScrollBar().maximum())
    panel = window.workspace.view_panel
    qtbot.waitUntil(lambda: panel.height() > 0)
    end = panel.mapTo(side.viewport(), panel.rect().bottomLeft()).y()
    assert 0 < end <= side.viewport().height()


def test_the_canvas_stays_as_it_is_when_another_tool_is_chosen(
    window: MainWindow, qtbot: QtBot
) -> None:
    sizes = set()
    for tool in TOOLS:
        window.actions_by_name[tool].trigger()
        QApplication.processEvents()
        sizes.add(window.canvas.size().toTuple())
    assert len(sizes) == 1


@pytest.mark.parametrize("tool", TOOLS)
def test_no_tools_settings_are_cut_off_in_the_smallest_window(
    window: MainWindow, qtbot: QtBot, tool: str
) -> None:
    window.resize(window.minimumSize())
    window.actions_by_name[tool].trigger()
    side = window.workspace.side
    inside = side.widget()
    assert inside is not None
    qtbot.waitUntil(lambda: inside.width() <= side.viewport().width())
    assert side.mapTo(window, side.rect().topRight()).x() < 700
    assert window.canvas.width() >= 150


def test_the_question_for_a_class_goes_when_there_is_one(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_name["tool.brush"].trigger()
    qtbot.mouseClick(window.canvas.viewport(), Qt.MouseButton.LeftButton)
    assert "no class" in window.messages.text
    window.actions_by_name["class.add"].trigger()
    assert window.messages.text == ""


def test_a_narrow_status_bar_cuts_the_hint_and_nothing_else(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(700, 440)
    status, words = window.status, "What can be done with the tool that is in hand. " * 3
    status.show_hint(words)
    status.show_pointer("2559, 1439   background   100% sure")
    status.show_saving("Saved")
    qtbot.waitUntil(lambda: window.width() == 700)
    for name in ("status_model", "status_pointer", "status_saving", "status_zoom"):
        part = status.findChild(QWidget, name)
        assert part is not None
        QApplication.processEvents()
        assert part.width() >= part.sizeHint().width()
        assert part.mapTo(window, part.rect().topRight()).x() < 700
    hint = status.findChild(QLabel, "status_hint")
    assert hint is not None
    hint.grab()
    assert hint.toolTip() == words
    status.show_hint("Short.")
    hint.grab()
    assert hint.toolTip() == ""
