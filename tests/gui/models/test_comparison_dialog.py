"""Two models compared in the window: a real child process, real models, real events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from two_models import COLOR, SHARES
from windows import WAIT_MS, MakeWindow, trigger, wait_idle

from gui.main_window import MainWindow
from gui.models import label_viewer
from gui.models.comparison_dialog import ComparisonDialog
from gui.models.label_viewer import Layer

PATIENCE_MS = 3 * WAIT_MS
"""The child gives way to all else, and a busy machine has much of that."""


def dialogs(window: MainWindow) -> list[ComparisonDialog]:
    return [each for each in window.findChildren(ComparisonDialog) if each.isVisible()]


def compare(qtbot: QtBot, window: MainWindow, old: Path, new: Path) -> ComparisonDialog:
    """Open the comparison of two models, and wait until it has come to its end."""
    assert window.teaching is not None
    window.teaching.comparing.show(str(old), str(new))
    (dialog,) = dialogs(window)
    with qtbot.waitSignal(dialog.compared, timeout=PATIENCE_MS):
        pass
    wait_idle(qtbot, window)
    return dialog


@pytest.fixture
def dialog(window: MainWindow, models: Path, qtbot: QtBot) -> ComparisonDialog:
    """The two models compared."""
    return compare(qtbot, window, models / "old.safetensors", models / "new.safetensors")


def button(dialog: ComparisonDialog, name: str) -> QAbstractButton:
    found = dialog.findChild(QAbstractButton, name)
    assert found is not None
    return found


def press(dialog: ComparisonDialog, name: str) -> None:
    QTest.mouseClick(button(dialog, name), Qt.MouseButton.LeftButton)


def words(dialog: ComparisonDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def middle_pixel(dialog: ComparisonDialog) -> NDArray[np.uint8]:
    """Of the canvas, RGB."""
    image = dialog.viewer.canvas.viewport().grab().toImage()
    color = image.pixelColor(image.width() // 2, image.height() // 2)
    return np.array([color.red(), color.green(), color.blue()], np.uint8)


def test_both_models_are_scored_on_what_the_new_one_never_learnt_from(
    dialog: ComparisonDialog,
) -> None:
    rows = dialog.scores.table.texts()
    share = (SHARES["astronaut.jpg"] * 512 * 512 + SHARES["cat.jpg"] * 300 * 451) / (
        512 * 512 + 300 * 451
    )
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["petal"][0] == "0.0%"
    assert float(by_name["petal"][1].rstrip("%")) == pytest.approx(100 * share, abs=0.2)
    assert by_name["petal"][2].startswith("▲ +")
    assert by_name["background"][2].startswith("▼ −")
    assert rows[0][0] == "Mean IoU"
    assert "2 images that it has not learnt from" in words(dialog, "compare.verdict")
    assert words(dialog, "compare.counts") == "1 better, 1 worse, 0 the same"


def test_images_are_listed_by_change(dialog: ComparisonDialog) -> None:
    found = {each.name: each.change for each in dialog.images.images}
    assert list(found) == ["cat.jpg", "astronaut.jpg"]
    assert found["cat.jpg"] == pytest.approx(0.25, abs=0.01)
    assert found["astronaut.jpg"] == pytest.approx(-0.25, abs=0.01)
    order = dialog.findChild(QComboBox, "compare.order")
    assert order is not None
    QTest.keyClick(order, Qt.Key.Key_Down)
    assert [each.name for each in dialog.images.images] == ["astronaut.jpg", "cat.jpg"]


def test_until_somebody_decides_the_old_model_stays(
    window: MainWindow, dialog: ComparisonDialog, models: Path
) -> None:
    assert window.inference.model == str(models / "old.safetensors")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialogs(window)
    assert window.inference.model == str(models / "old.safetensors")


def test_the_old_one_is_kept(window: MainWindow, dialog: ComparisonDialog, models: Path) -> None:
    assert button(dialog, "compare.keep_old").text() == "&Keep the old one"
    press(dialog, "compare.keep_old")
    assert not dialogs(window)
    assert window.inference.model == str(models / "old.safetensors")


def test_the_new_one_is_used_and_the_folder_can_be_segmented_again(
    window: MainWindow, dialog: ComparisonDialog, models: Path, qtbot: QtBot
) -> None:
    assert button(dialog, "compare.use_new").text() == "&Use the new model"
    with qtbot.waitSignal(window.inference.model_ready, timeout=WAIT_MS):
        press(dialog, "compare.use_new")
    assert window.inference.model == str(models / "new.safetensors")
    assert window.messages.text == "“Petals” is in use now."
    again = window.messages.findChild(QPushButton, "message_action")
    assert again is not None
    with qtbot.waitSignal(window.inference.finished, timeout=WAIT_MS):
        QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    wait_idle(qtbot, window)
    assert window.project is not None
    prediction = window.project.load_prediction("rocket.jpg")
    assert prediction is not None
    assert (prediction.labels == 1).all()


def test_where_the_new_one_is_in_use_already_the_buttons_say_so(
    window: MainWindow, models: Path, qtbot: QtBot
) -> None:
    window.inference.use_model(str(models / "new.safetensors"))
    dialog = compare(qtbot, window, models / "old.safetensors", models / "new.safetensors")
    assert button(dialog, "compare.keep_old").text() == "&Go back to the old one"
    assert button(dialog, "compare.use_new").text() == "&Keep the new model"
    press(dialog, "compare.keep_old")
    assert window.inference.model == str(models / "old.safetensors")


def test_the_viewer_shows_each_layer(dialog: ComparisonDialog) -> None:
    """Of the cat, whose upper three quarters are petal: its middle is."""
    assert dialog.images.chosen_image is not None
    assert dialog.images.chosen_image.name == "cat.jpg"
    canvas = dialog.viewer.canvas
    canvas.set_opacity(1.0)
    assert dialog.viewer.layer is Layer.NEW
    assert tuple(middle_pixel(dialog)) == COLOR
    press(dialog, "compare.show_old")
    photo = middle_pixel(dialog)
    assert tuple(photo) != COLOR
    press(dialog, "compare.show_mask")
    assert tuple(middle_pixel(dialog)) == COLOR
    assert (canvas.mask[: len(canvas.mask) // 2] == 1).all()
    assert not canvas.mask[-1].any()
    press(dialog, "compare.show_photo")
    assert tuple(middle_pixel(dialog)) == tuple(photo)


def test_t_flickers_for_as_long_as_it_is_held_and_zoom_stays(
    dialog: ComparisonDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_viewer, "HELD", 0.0)  # every key counts as held
    canvas = dialog.viewer.canvas
    canvas.actual_size()
    canvas.pan_by(-40, -20)
    place = canvas.image_to_view(100, 100)
    QTest.keyPress(dialog.images, Qt.Key.Key_T)
    assert dialog.viewer.layer is Layer.OLD
    assert not canvas.mask.any()
    QTest.keyRelease(dialog.images, Qt.Key.Key_T)
    assert dialog.viewer.layer is Layer.NEW
    assert canvas.mask.all()
    assert canvas.image_to_view(100, 100) == place


def test_a_short_tap_on_t_stays_with_the_other_one(dialog: ComparisonDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_T)
    assert dialog.viewer.layer is Layer.OLD
    QTest.keyClick(dialog, Qt.Key.Key_3)
    assert dialog.viewer.layer is Layer.MASK


def test_the_button_flickers_too(dialog: ComparisonDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_viewer, "HELD", 0.0)
    flicker = button(dialog, "compare.flicker")
    QTest.mousePress(flicker, Qt.MouseButton.LeftButton)
    assert dialog.viewer.layer is Layer.OLD
    QTest.mouseRelease(flicker, Qt.MouseButton.LeftButton)
    assert dialog.viewer.layer is Layer.NEW


def test_a_model_that_is_damaged_is_one_sentence(
    window: MainWindow, models: Path, qtbot: QtBot
) -> None:
    (models / "new.safetensors").write_bytes(b"nothing of a model")
    assert window.teaching is not None
    window.teaching.comparing.show(str(models / "old.safetensors"), str(models / "new.safetensors"))
    (dialog,) = dialogs(window)
    wait_idle(qtbot, window)
    assert not dialog.is_running
    assert "new.safetensors is not a whole" in dialog.messages.text


def test_the_arrow_keys_go_through_the_images(
    window: MainWindow, dialog: ComparisonDialog, qtbot: QtBot
) -> None:
    QTest.keyClick(dialog.images, Qt.Key.Key_Down)
    wait_idle(qtbot, window)
    assert dialog.images.chosen_image is not None
    assert dialog.images.chosen_image.name == "astronaut.jpg"
    assert dialog.viewer.canvas.mask.shape == (512, 512)


def test_from_the_menu_two_models_are_chosen(
    window: MainWindow, models: Path, qtbot: QtBot
) -> None:
    trigger(window, "model.compare")
    (dialog,) = dialogs(window)
    wait_idle(qtbot, window)
    old = dialog.findChild(QComboBox, "compare.old")
    new = dialog.findChild(QComboBox, "compare.new")
    assert old is not None
    assert new is not None
    assert old.currentData() == str(models / "old.safetensors")  # the one in use
    assert new.currentData() == str(models / "new.safetensors")
    assert not dialog.is_running
    new.setCurrentIndex(new.findData(str(models / "old.safetensors")))
    new.activated.emit(new.currentIndex())
    assert not button(dialog, "compare.start").isEnabled()
    assert "Both models predict the same images" in words(dialog, "compare.hint")
    new.setCurrentIndex(new.findData("starter"))
    new.activated.emit(new.currentIndex())
    with qtbot.waitSignal(dialog.compared, timeout=PATIENCE_MS):
        press(dialog, "compare.start")
    hint = dialog.findChild(QLabel, "compare.hint")
    assert hint is not None
    assert hint.isHidden(), "the figures speak for themselves"
    assert "3 images" in words(dialog, "compare.verdict")
    assert "flatters" in words(dialog, "compare.note")


def test_it_can_be_cancelled_and_begun_again(
    window: MainWindow, models: Path, qtbot: QtBot
) -> None:
    assert window.teaching is not None
    window.teaching.comparing.show(str(models / "old.safetensors"), str(models / "new.safetensors"))
    (dialog,) = dialogs(window)
    qtbot.waitUntil(lambda: dialog.is_running, timeout=WAIT_MS)
    with qtbot.waitSignal(dialog.compared, timeout=PATIENCE_MS):
        press(dialog, "compare.start")
    assert not dialog.is_running
    assert not button(dialog, "compare.use_new").isEnabled()
    with qtbot.waitSignal(dialog.compared, timeout=PATIENCE_MS):
        press(dialog, "compare.start")
    assert button(dialog, "compare.use_new").isEnabled()


def test_closing_ends_the_process_and_deletes_its_files(
    window: MainWindow, models: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert window.teaching is not None
    window.teaching.comparing.show(str(models / "old.safetensors"), str(models / "new.safetensors"))
    (dialog,) = dialogs(window)
    qtbot.waitUntil(lambda: dialog.is_running, timeout=WAIT_MS)
    assert list(tmp_path.glob("maskwright-compare-*"))
    dialog.reject()
    wait_idle(qtbot, window)
    qtbot.waitUntil(lambda: not list(tmp_path.glob("maskwright-compare-*")), timeout=WAIT_MS)


def test_a_folder_without_corrections_is_one_sentence(
    make_window: MakeWindow, photos: Path, models: Path, qtbot: QtBot
) -> None:
    other = photos.parent / "others"
    other.mkdir()
    (other / "cat.jpg").write_bytes((photos / "cat.jpg").read_bytes())
    window = make_window(other, model="starter")
    dialog = compare(qtbot, window, Path("starter"), models / "new.safetensors")
    assert dialog.messages.kind == "error"
    assert "classes" in dialog.messages.text


def test_it_goes_with_its_folder(window: MainWindow, dialog: ComparisonDialog) -> None:
    trigger(window, "file.close")
    assert not dialogs(window)


def test_painting_goes_on_beside_it(window: MainWindow, dialog: ComparisonDialog) -> None:
    assert not dialog.isModal()
    assert dialog.windowModality() == Qt.WindowModality.NonModal
    assert window.isEnabled()


def test_colours_are_those_of_the_classes(dialog: ComparisonDialog) -> None:
    assert {each.name: each.color for each in dialog.viewer.canvas.classes}["petal"] == COLOR
    image: QImage = dialog.scores.table.viewport().grab().toImage()
    seen = {
        image.pixelColor(QPoint(x, y)).rgb() & 0xFFFFFF
        for x in range(40)
        for y in range(image.height())
    }
    red, green, blue = COLOR
    assert red << 16 | green << 8 | blue in seen
