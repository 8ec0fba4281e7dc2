"""The view settings change what is drawn; keys, pointer and panels do what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QSlider, QToolButton
from pytestqt.qtbot import QtBot
from windows import MakeWindow, go_to, open_and_wait, picture, run, trigger, wait_idle

from gui.main_window import MainWindow


@pytest.fixture
def segmented(window: MainWindow, qtbot: QtBot) -> MainWindow:
    run(qtbot, window, "segment.folder")
    window.messages.clear()
    return window


def pointer_words(window: MainWindow) -> str:
    label = window.status.findChild(QLabel, "status_pointer")
    assert label is not None
    return label.text()


@pytest.mark.parametrize(
    "name", ["view.overlay", "view.outline", "view.confidence", "view.compare"]
)
def test_each_switch_changes_the_picture_and_changes_it_back(
    segmented: MainWindow, name: str
) -> None:
    before = picture(segmented)
    trigger(segmented, name)
    assert not np.array_equal(picture(segmented), before)
    trigger(segmented, name)
    assert np.array_equal(picture(segmented), before)


def test_comparing_shows_the_bare_image(segmented: MainWindow) -> None:
    trigger(segmented, "view.overlay")
    bare = picture(segmented)
    trigger(segmented, "view.overlay")
    trigger(segmented, "view.compare")
    assert np.array_equal(picture(segmented), bare)


def test_switches_in_the_panel_and_in_the_menu_are_one(segmented: MainWindow, qtbot: QtBot) -> None:
    boxes = segmented.workspace.view_panel.findChildren(QCheckBox)
    outline = next(box for box in boxes if box.text() == "Outlines only")
    before = picture(segmented)
    qtbot.mouseClick(outline, Qt.MouseButton.LeftButton, pos=QPoint(8, outline.height() // 2))
    assert segmented.actions_by_name["view.outline"].isChecked()
    assert not np.array_equal(picture(segmented), before)
    trigger(segmented, "view.outline")
    assert not outline.isChecked()


def test_opacity_follows_slider_and_keys_and_is_remembered(
    segmented: MainWindow, make_window: MakeWindow, qtbot: QtBot
) -> None:
    slider = segmented.workspace.view_panel.findChild(QSlider, "opacity")
    assert slider is not None
    assert slider.value() == 50
    half = picture(segmented)
    qtbot.keyClick(segmented, ".")
    assert slider.value() == 60
    assert not np.array_equal(picture(segmented), half)
    qtbot.keyClick(segmented, ",")
    assert np.array_equal(picture(segmented), half)
    slider.setValue(80)
    assert segmented.canvas.opacity == pytest.approx(0.8)
    segmented.close()
    assert make_window().settings.opacity == pytest.approx(0.8)


def test_a_hidden_class_is_not_drawn_and_stays_hidden(
    segmented: MainWindow, make_window: MakeWindow, photos: Path
) -> None:
    trigger(segmented, "view.compare")
    bare = picture(segmented)
    trigger(segmented, "view.compare")
    assert not np.array_equal(picture(segmented), bare)
    assert segmented.project is not None
    thing = next(each for each in segmented.project.classes if each.name == "object")
    panel = segmented.workspace.class_panel
    panel.visibility_changed.emit({thing.id: False})
    assert np.array_equal(picture(segmented), bare)
    segmented.close()
    again = make_window(photos)
    assert again.project is not None
    assert not next(each for each in again.project.classes if each.id == thing.id).visible
    assert np.array_equal(picture(again), bare)


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (["D"], "cat.jpg"),
        ([Qt.Key.Key_Right, Qt.Key.Key_Right], "coffee.jpg"),
        ([Qt.Key.Key_End], "rocket.jpg"),
        ([Qt.Key.Key_End, "A"], "coffee.jpg"),
        ([Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home], "astronaut.jpg"),
        ([Qt.Key.Key_Left], "astronaut.jpg"),
    ],
)
def test_keys_step_through_the_images(
    window: MainWindow, keys: list[str | Qt.Key], shown: str, qtbot: QtBot
) -> None:
    for key in keys:
        qtbot.keyClick(window, key)
    wait_idle(qtbot, window)
    assert window.shown_name == shown


def test_typing_into_the_filter_steps_nowhere(window: MainWindow, qtbot: QtBot) -> None:
    field = window.workspace.image_list.findChild(QLineEdit, "image_list.filter")
    assert field is not None
    window.activateWindow()
    field.setFocus()
    for letter in "cad":
        qtbot.keyClick(field, letter)
    qtbot.keyClick(field, Qt.Key.Key_Left)
    assert field.text() == "cad"
    assert field.cursorPosition() == 2
    assert window.desk is not None
    assert window.desk.view.current_name == "astronaut.jpg"


def test_zoom_is_told_and_a_click_on_it_fits(window: MainWindow, qtbot: QtBot) -> None:
    zoom = window.status.findChild(QToolButton, "status_zoom")
    assert zoom is not None
    fitted = zoom.text()
    trigger(window, "view.actual_size")
    assert zoom.text() == "100%"
    qtbot.keyClick(window, "+")
    assert zoom.text() == "125%"
    qtbot.keyClick(window, "-")
    assert zoom.text() == "100%"
    qtbot.mouseClick(zoom, Qt.MouseButton.LeftButton)
    assert zoom.text() == fitted
    trigger(window, "view.actual_size")
    qtbot.keyClick(window, "F")
    assert zoom.text() == fitted


def test_the_pixel_under_the_pointer_is_told(segmented: MainWindow, qtbot: QtBot) -> None:
    canvas = segmented.canvas
    qtbot.mouseMove(canvas.viewport(), canvas.image_to_view(100, 200))
    qtbot.waitUntil(lambda: pointer_words(segmented).startswith("100, 200"))
    words = pointer_words(segmented)
    assert segmented.project is not None
    stored = segmented.project.load_prediction("astronaut.jpg")
    assert stored is not None
    names = {each.id: each.name for each in segmented.project.classes}
    assert names[int(stored.labels[200, 100])] in words
    assert f"{round(int(stored.confidence[200, 100]) / 2.55)}% sure" in words


def test_a_new_prediction_keeps_the_place_one_looks_at(segmented: MainWindow, qtbot: QtBot) -> None:
    trigger(segmented, "view.actual_size")
    segmented.canvas.pan_by(-40, -30)
    place = segmented.canvas.image_to_view(256, 256)
    run(qtbot, segmented, "segment.image")
    assert segmented.canvas.image_to_view(256, 256) == place
    assert segmented.canvas.zoom == pytest.approx(1.0)


def test_panels_and_outlines_are_remembered(
    window: MainWindow, make_window: MakeWindow, photos: Path
) -> None:
    trigger(window, "view.image_list")
    trigger(window, "view.outline")
    assert not window.workspace.image_list.isVisible()
    window.close()
    again = make_window(photos)
    assert not again.workspace.image_list.isVisible()
    assert again.workspace.side.isVisible()
    assert str(again.canvas.overlay_style) == "outline"


def test_splitter_and_window_keep_their_sizes(
    window: MainWindow, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window.resize(780, 640)  # the screen of these tests is no larger than 800 × 800
    qtbot.waitUntil(lambda: window.workspace.width() == 780)
    window.workspace.setSizes([250, 270, 258])
    sizes = window.workspace.sizes()
    size = window.size()
    window.close()
    again = make_window()
    # make_window resizes, as the other tests want it: ask for what was restored before that.
    geometry = again.settings.layout("window")
    assert geometry is not None
    again.restoreGeometry(geometry)
    assert again.size() == size
    open_and_wait(qtbot, again, photos)
    assert sizes == [250, 270, 258]
    assert again.workspace.sizes() == sizes


def test_light_and_dark(segmented: MainWindow, make_window: MakeWindow, qtbot: QtBot) -> None:
    trigger(segmented, "view.theme_light")
    light = segmented.grab().toImage().pixelColor(5, 5).lightness()
    trigger(segmented, "view.theme_dark")
    dark = segmented.grab().toImage().pixelColor(5, 5).lightness()
    assert light > 220
    assert dark < 60
    assert segmented.theme.is_dark
    assert segmented.settings.theme == "dark"
    trigger(segmented, "view.theme_system")
    assert segmented.settings.theme == "system"


def test_a_filter_that_hides_everything_is_no_empty_folder(
    window: MainWindow, qtbot: QtBot
) -> None:
    field = window.workspace.image_list.findChild(QLineEdit, "image_list.filter")
    assert field is not None
    field.setText("zebra")
    run(qtbot, window, "file.refresh")
    assert "no images" not in window.workspace.notice.text
    field.clear()
    go_to(qtbot, window, "cat.jpg")
    assert window.shown_name == "cat.jpg"


def test_who_waits_for_labels_waits_no_longer_than_the_folder_is_open(
    segmented: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    view = segmented.desk.view  # type: ignore[union-attr]
    told: list[str] = []
    view.reload_labels(["cat.jpg"], lambda: told.append(segmented.windowTitle()))
    assert told == []
    trigger(segmented, "file.close")
    assert len(told) == 1
    open_and_wait(qtbot, segmented, photos)
    assert len(told) == 1
