"""Fine-tune from the menu: what the dialog says, and what it asks for, by real events."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from painting import Painter
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from trainings import wait_for_end
from windows import WAIT_MS, MakeWindow, go_to, trigger, wait_idle

from gui.main_window import MainWindow
from gui.review.figure_table import FigureTable
from gui.training.advanced import Advanced
from gui.training.fine_tune_dialog import FineTuneDialog
from gui.training.material_view import Warnings
from gui.training.value_fields import RealField, WholeField
from segmenter.nn.model_file import read_model_header
from segmenter.project.state import Side
from segmenter.training.quick_recipe import QUICK
from segmenter.training.recipes import PAPER, RECIPES, STANDARD


def opened(qtbot: QtBot, window: MainWindow) -> FineTuneDialog:
    """The dialog, with all that is to be known."""
    trigger(window, "model.fine_tune")
    dialog = window.findChild(FineTuneDialog)
    assert dialog is not None
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    wait_idle(qtbot, window)
    return dialog


@pytest.fixture
def dialog(training_window: MainWindow, qtbot: QtBot) -> FineTuneDialog:
    """Of a folder with four corrected photos."""
    return opened(qtbot, training_window)


def words(dialog: FineTuneDialog, name: str) -> str:
    label = dialog.findChild(QLabel, f"fine_tune.{name}")
    assert label is not None, name
    return label.text() if not label.isHidden() else ""


def begin_button(dialog: FineTuneDialog) -> QPushButton:
    button = dialog.findChild(QPushButton, "fine_tune.begin")
    assert button is not None
    return button


def warnings(dialog: FineTuneDialog) -> list[str]:
    found = dialog.findChild(Warnings)
    assert found is not None
    return found.sentences


def preset(dialog: FineTuneDialog, name: str) -> QRadioButton:
    button = dialog.findChild(QRadioButton, f"fine_tune.preset.{name}")
    assert button is not None
    return button


def unfolded(dialog: FineTuneDialog) -> Advanced:
    """By a click on its heading."""
    advanced = dialog.findChild(Advanced)
    assert advanced is not None
    if not advanced.is_open:
        head = advanced.findChild(QPushButton, "section.fine_tune.advanced.head")
        assert head is not None
        QTest.mouseClick(head, Qt.MouseButton.LeftButton)
    assert advanced.editor is not None
    return advanced


def typed(dialog: FineTuneDialog, name: str, text: str) -> None:
    """A number of the recipe, by hand."""
    editor = unfolded(dialog).editor
    assert editor is not None
    field = editor.field(name)
    assert isinstance(field, WholeField | RealField)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Tab)


# -- what it says --------------------------------------------------------------------------


def test_it_opens_at_once_and_the_rest_arrives(training_window: MainWindow, qtbot: QtBot) -> None:
    trigger(training_window, "model.fine_tune")
    dialog = training_window.findChild(FineTuneDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert words(dialog, "images") == "4 labelled images, all corrected."
    wait_idle(qtbot, training_window)
    assert "it learns from 3 and is scored by 1 held out" in words(dialog, "images")
    assert words(dialog, "time")
    assert begin_button(dialog).isEnabled()


def test_the_classes_are_counted_on_both_sides(
    dialog: FineTuneDialog, training_window: MainWindow
) -> None:
    table = dialog.findChild(FigureTable, "fine_tune.classes")
    assert table is not None
    rows = {row[0]: row[1:] for row in table.texts()}
    assert list(rows) == ["background", "object"]
    assert (rows["object"][0], rows["object"][2]) == ("3", "1")
    assert rows["object"][1] != rows["background"][1]


def test_what_is_missing_is_said(training_window: MainWindow, qtbot: QtBot) -> None:
    project = training_window.project
    assert project is not None
    project.add_class("dragon")
    dialog = opened(qtbot, training_window)
    assert warnings(dialog) == [
        "One image alone is held out: its score says little about other images.",
        "“dragon” can't be learnt: no labelled image has a pixel of it.",
    ]
    assert begin_button(dialog).isEnabled()


def test_all_presets_say_how_long_they_take(dialog: FineTuneDialog) -> None:
    times = {name: words(dialog, f"time.{name}") for name in RECIPES}
    assert all(times.values())
    assert len(set(times.values())) == 3
    assert "known better once it is under way" in words(dialog, "time")


def test_a_pinned_image_is_counted(training_window: MainWindow, qtbot: QtBot) -> None:
    project = training_window.project
    assert project is not None
    for name in ("cat.jpg", "coffee.jpg"):
        project.pin(name, Side.VALIDATION)
    dialog = opened(qtbot, training_window)
    assert "is scored by 2 held out (2 pinned by you)" in words(dialog, "images").replace(
        "learns from 2 and ", ""
    )


def test_nothing_labelled_is_said_and_enter_starts_nothing(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos)
    dialog = opened(qtbot, window)
    assert words(dialog, "trouble") == "There is no class yet: add one, and correct an image."
    assert words(dialog, "images") == "No labelled image yet."
    assert not begin_button(dialog).isEnabled()
    with qtbot.assertNotEmitted(dialog.wanted):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.reject()


def test_a_stroke_that_is_saved_a_moment_later_counts(
    training_window: MainWindow, qtbot: QtBot
) -> None:
    """The dialog opens before autosave has written the mask at hand."""
    window = training_window
    assert window.project is not None
    for name in ("cat.jpg", "coffee.jpg", "rocket.jpg"):
        window.project.remove_mask(name)
    go_to(qtbot, window, "rocket.jpg")
    painter = Painter(window)
    painter.choose_brush(1)
    painter.stroke((40, 40), (80, 60))
    dialog = opened(qtbot, window)
    qtbot.waitUntil(
        lambda: words(dialog, "images").startswith("2 labelled images"), timeout=WAIT_MS
    )


# -- what is chosen ------------------------------------------------------------------------


def test_presets_are_chosen_by_letter_arrow_and_click(dialog: FineTuneDialog, qtbot: QtBot) -> None:
    assert dialog.request.recipe == STANDARD
    QTest.keyClick(dialog, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(preset(dialog, "paper").isChecked, timeout=WAIT_MS)
    assert dialog.request.recipe.name == "paper"
    preset(dialog, "paper").setFocus()
    QTest.keyClick(preset(dialog, "paper"), Qt.Key.Key_Left)
    assert dialog.request.recipe == STANDARD
    card = dialog.findChild(QWidget, "fine_tune.card.quick")
    assert card is not None
    QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(20, card.height() - 8))
    assert dialog.request.recipe == QUICK


def test_numbers_are_changed_counted_and_reset(dialog: FineTuneDialog) -> None:
    typed(dialog, "validation_fraction", "70")
    assert "is scored by" in words(dialog, "images")
    before = words(dialog, "images")
    typed(dialog, "validation_count", "3")
    assert "it learns from 1 and is scored by 3 held out" in words(dialog, "images")
    assert words(dialog, "images") != before or "scored by 3" in before
    head = dialog.findChild(QPushButton, "section.fine_tune.advanced.head")
    assert head is not None
    assert "2 numbers changed" in head.text()
    reset = dialog.findChild(QPushButton, "fine_tune.reset")
    assert reset is not None
    QTest.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert dialog.request.recipe == STANDARD
    assert not reset.isEnabled()


def test_more_epochs_take_longer_at_once(dialog: FineTuneDialog) -> None:
    before = words(dialog, "time")
    typed(dialog, "epochs", "1000")
    assert words(dialog, "time") != before


def test_what_makes_no_sense_is_said_and_does_not_start(
    dialog: FineTuneDialog, qtbot: QtBot
) -> None:
    typed(dialog, "scale_low", "5")
    assert words(dialog, "trouble") == "“Smallest scale” can't be above “Largest scale”."
    assert not begin_button(dialog).isEnabled()
    with qtbot.assertNotEmitted(dialog.wanted):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    typed(dialog, "scale_low", "0.9")
    assert words(dialog, "trouble") == ""
    assert begin_button(dialog).isEnabled()


def test_each_preset_keeps_what_was_changed_in_it(dialog: FineTuneDialog) -> None:
    typed(dialog, "epochs", "5")
    preset(dialog, "paper").click()
    typed(dialog, "epochs", "6")
    preset(dialog, "standard").click()
    assert dialog.request.recipe == STANDARD.replace(epochs=5)
    preset(dialog, "paper").click()
    recipe = dialog.request.recipe.to_dict()
    assert {**recipe, "micro_batch": 0} == PAPER.replace(epochs=6).to_dict()


def test_a_new_network_is_made_for_the_images(dialog: FineTuneDialog) -> None:
    starts = dialog.findChild(QComboBox, "fine_tune.start")
    assert starts is not None
    assert dialog.request.network is None
    starts.setFocus()
    while "EfficientNet" not in starts.currentText():
        QTest.keyClick(starts, Qt.Key.Key_Down)
    network = dialog.request.network
    assert network is not None
    assert network.backbone == "efficientnet_lite0"
    assert network.decoder
    assert "learns all of your classes" in words(dialog, "start_about")
    preset(dialog, "paper").click()
    network = dialog.request.network
    assert network is not None
    assert not network.decoder


def test_device_and_name_are_asked_for(dialog: FineTuneDialog) -> None:
    assert dialog.request.device == "auto"
    device = dialog.findChild(QComboBox, "fine_tune.device")
    assert device is not None
    assert device.currentText().startswith("Automatic: ")
    field = dialog.findChild(QLineEdit, "fine_tune.name")
    assert field is not None
    QTest.keyClick(dialog, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    assert field.hasFocus()
    QTest.keyClicks(field, "  Weeds 2 ")
    assert dialog.request.name == "Weeds 2"


def test_escape_closes_and_asks_for_nothing(dialog: FineTuneDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.wanted), qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


# -- what comes of it ----------------------------------------------------------------------


def test_enter_trains_and_the_choices_are_there_the_next_time(
    training_window: MainWindow, small_model: Path, qtbot: QtBot
) -> None:
    window = training_window
    dialog = opened(qtbot, window)
    assert dialog.request.model == str(small_model)
    preset(dialog, "quick").click()
    typed(dialog, "steps", "2")
    typed(dialog, "views", "1")
    field = dialog.findChild(QLineEdit, "fine_tune.name")
    assert field is not None
    QTest.keyClicks(field, "First")
    assert window.teaching is not None
    training = window.teaching.training
    with qtbot.waitSignal(training.begun, timeout=WAIT_MS):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert not window.actions_by_name["model.fine_tune"].isEnabled()
    wait_for_end(qtbot, window)
    assert training.run is not None
    _, card = read_model_header(training.run.model)
    assert card.name == "First"
    assert card.training["recipe"]["steps"] == 2
    assert window.actions_by_name["model.fine_tune"].isEnabled()
    window.inference.use_model(str(training.run.model))
    wait_idle(qtbot, window)
    again = opened(qtbot, window)
    assert again.request.model == window.inference.model
    assert again.request.recipe == QUICK.replace(steps=2, views=1)
    assert again.request.name == ""
    assert unfolded(again).is_open


def test_an_epoch_s_pace_is_remembered_for_the_next_estimate(
    training_window: MainWindow, qtbot: QtBot
) -> None:
    window = training_window
    dialog = opened(qtbot, window)
    assert "known better" in words(dialog, "time")
    for name, text in (
        ("epochs", "2"), ("steps_per_epoch", "1"), ("batch_size", "2"), ("crop", "65"),
    ):  # fmt: skip
        typed(dialog, name, text)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for_end(qtbot, window)
    again = opened(qtbot, window)
    assert words(again, "time").startswith("At most ")


# -- where it fits -------------------------------------------------------------------------


def test_in_a_small_window_it_scrolls_and_its_buttons_stay(
    training_window: MainWindow, qtbot: QtBot
) -> None:
    training_window.resize(700, 440)
    dialog = opened(qtbot, training_window)
    unfolded(dialog)
    assert dialog.width() <= 700
    assert dialog.height() <= 440
    area = dialog.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() > 0
    for name in ("fine_tune.begin", "fine_tune.cancel"):
        button = dialog.findChild(QPushButton, name)
        assert button is not None
        place = QRect(button.mapTo(dialog, QPoint()), button.size())
        assert dialog.rect().contains(place)


def test_it_is_grey_without_a_folder(make_window: MakeWindow) -> None:
    action: QAction = make_window().actions_by_name["model.fine_tune"]
    assert not action.isEnabled()


def test_the_window_s_thread_never_imports_torch() -> None:
    code = (
        "import gui.training.fine_tuning, gui.training.fine_tune_dialog, sys\n"
        "assert not {'torch', 'torchvision'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
