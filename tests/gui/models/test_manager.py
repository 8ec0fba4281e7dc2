"""The model manager: the list, choosing, renaming and notes. Real files, real events."""

from __future__ import annotations

from pathlib import Path

from known_networks import save_says
from managers import OpenManager, button, names, press, title_in, words
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QToolButton,
)
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, trigger

from gui.main_window import MainWindow
from gui.models.manager_dialog import ManagerDialog
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model_header
from segmenter.nn.tensor_file import verify_file

# -- the list --------------------------------------------------------------------------------------


def test_what_was_learnt_here_comes_first(manager: ManagerDialog) -> None:
    rows = manager.list.model()
    shown = [rows.index(row, 0).data() for row in range(rows.rowCount())]
    assert shown == [
        *("Learnt here", "Petals", "Ground"),
        *("Ready-made", "Starter", "VOC, MobileNetV3", "VOC, ResNet-50", "VOC, ResNet-101"),
    ]


def test_the_one_in_use_is_chosen_and_says_so(manager: ManagerDialog) -> None:
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.title == "Ground"
    assert button(manager, "model_use").text() == "In use"
    assert not button(manager, "model_use").isEnabled()
    assert words(manager, "model_title") == "Ground"
    assert "Mean IoU 25.0%" in words(manager, "model_facts")
    assert words(manager, "model_summary") == "Made by a test."


def test_details_tell_scores_and_origin(manager: ManagerDialog, models: Path) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    assert manager.details._scores.texts() == [["background", "0.0%"], ["petal", "75.0%"]]
    said = {label.text() for label in manager.details._more.findChildren(QLabel)}
    assert {"background, petal", "1 image", str(models / "new.safetensors")} <= said


def test_a_damaged_file_says_so_and_stops_no_other(
    models: Path, opened: OpenManager, qtbot: QtBot
) -> None:
    damaged = models / "damaged.safetensors"
    damaged.write_bytes(b"nothing of a model")
    manager = opened()
    assert {"damaged", "Petals", "Ground", "Starter"} <= set(names(manager))
    manager.list.choose(str(damaged))
    assert "damaged.safetensors is not a whole" in words(manager, "model_trouble")
    for name in ("model_use", "model_export", "model_compare"):
        assert not button(manager, name).isEnabled()
    press(manager, "model_delete")  # it can still be thrown away
    qtbot.waitUntil(lambda: "is deleted" in manager.messages.text, timeout=WAIT_MS)
    assert not damaged.exists()


def test_a_card_full_of_nonsense_is_shown_all_the_same(models: Path, opened: OpenManager) -> None:
    card = ModelCard(
        name="a\nb" * 300,
        created="yesterday",
        scores={"mean_iou": "high", "iou": {"cat": "good", "dog": 7, "": None}},
        training={"validation": 3, "command": ["a"], "epoch": {}, "training_images": True},
    )
    save_says(models / "odd.safetensors", "petal", card=card)
    manager = opened()
    assert manager.list.choose(str(models / "odd.safetensors"))
    assert not words(manager, "model_trouble")
    assert manager.details._scores.texts() == [["cat", "–"], ["dog", "–"], ["", "–"]]


def test_many_can_be_searched_and_sorted(models: Path, opened: OpenManager) -> None:
    for number, score in enumerate((0.4, 0.9, 0.6, 0.5)):
        card = ModelCard(
            name=f"Run {number}",
            created=f"2025-11-2{number}T10:00:00",
            scores={"mean_iou": score},
            note="windy day" if number == 2 else "",
        )
        save_says(models / f"{number}.safetensors", "petal", card=card)
    manager = opened()
    search = manager.findChild(QLineEdit, "model_search")
    sort = manager.findChild(QComboBox, "model_sort")
    assert search is not None
    assert sort is not None
    assert search.isVisible()
    assert names(manager)[:5] == ["Petals", "Ground", "Run 3", "Run 2", "Run 1"]
    QTest.keyClick(sort, Qt.Key.Key_Down)
    assert names(manager)[:4] == ["Run 1", "Run 2", "Run 3", "Run 0"]
    QTest.keyClicks(search, "WIND run")
    assert names(manager) == ["Run 2"]
    assert words(manager, "model_title") == "Run 2"
    search.clear()
    assert len(names(manager)) == 10


def test_with_few_there_is_nothing_to_search(manager: ManagerDialog) -> None:
    search = manager.findChild(QLineEdit, "model_search")
    assert search is not None
    assert not search.isVisible()


def test_a_model_that_arrives_while_it_is_open_is_listed(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    save_says(models / "later.safetensors", "petal", card=ModelCard(name="Later"))
    qtbot.waitUntil(lambda: "Later" in names(manager), timeout=WAIT_MS)
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.title == "Ground"  # what somebody looks at stays


def test_the_one_in_use_is_listed_wherever_it_lies(
    make_window: MakeWindow, corrected: Path, small_model: Path, qtbot: QtBot
) -> None:
    window = make_window(corrected, model=small_model)
    trigger(window, "model.manager")
    (manager,) = window.findChildren(ManagerDialog)
    qtbot.waitUntil(lambda: bool(manager.list.entries), timeout=WAIT_MS)
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.name == str(small_model)
    assert button(manager, "model_delete").isHidden()


# -- using -----------------------------------------------------------------------------------------


def test_enter_uses_the_chosen_one(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    with qtbot.waitSignal(window.inference.model_ready, timeout=WAIT_MS):
        QTest.keyClick(manager.list, Qt.Key.Key_Return)
    assert window.inference.model == str(models / "new.safetensors")
    qtbot.waitUntil(lambda: button(manager, "model_use").text() == "In use", timeout=WAIT_MS)


def test_comparing_from_here(window: MainWindow, manager: ManagerDialog, models: Path) -> None:
    from gui.models.comparison_dialog import ComparisonDialog

    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_compare")
    (dialog,) = (each for each in window.findChildren(ComparisonDialog) if each.isVisible())
    dialog.reject()


# -- renaming and notes ----------------------------------------------------------------------------


def test_renaming_where_the_title_stands(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    before = path.read_bytes()
    QTest.keyClick(manager.list, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "  Bare   ground ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: title_in(path) == "Bare ground", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Bare ground" in names(manager), timeout=WAIT_MS)
    verify_file(path)
    assert path.read_bytes()[-100_000:] == before[-100_000:]
    assert window.inference.model == str(path)
    in_status = window.status.findChild(QToolButton, "status_model")
    assert in_status is not None
    assert in_status.text() == "Bare ground"


def test_escape_leaves_the_title(manager: ManagerDialog, models: Path) -> None:
    QTest.keyClick(manager.list, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "another")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert manager.isVisible()
    assert words(manager, "model_title") == "Ground"
    assert title_in(models / "old.safetensors") == "Ground"


def test_a_note_is_kept_when_one_goes_elsewhere(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    manager.details.note.setFocus()
    QTest.keyClicks(manager.details.note, "before the rain")
    manager.list.setFocus()
    manager.list.choose(str(models / "new.safetensors"))
    assert manager.details.note.toPlainText() == ""
    qtbot.waitUntil(lambda: read_model_header(path)[1].note == "before the rain", timeout=WAIT_MS)
    verify_file(path)
    assert read_model_header(models / "new.safetensors")[1].note == ""


def test_a_note_is_kept_when_the_window_is_closed(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    QTest.keyClicks(manager.details.note, "written last")
    manager.close()
    path = models / "old.safetensors"
    qtbot.waitUntil(lambda: read_model_header(path)[1].note == "written last", timeout=WAIT_MS)


def test_two_changes_at_once_are_both_made(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.details.note.setFocus()
    QTest.keyClicks(manager.details.note, "both")
    manager.details.title.edit()
    field = manager.findChild(QLineEdit, "model_title_field")
    assert field is not None
    field.setText("Two")
    QTest.keyClick(field, Qt.Key.Key_Return)
    path = models / "old.safetensors"
    qtbot.waitUntil(
        lambda: (title_in(path), read_model_header(path)[1].note) == ("Two", "both"),
        timeout=WAIT_MS,
    )


def test_ready_made_ones_are_not_renamed(manager: ManagerDialog) -> None:
    manager.list.choose("starter")
    QTest.keyClick(manager.list, Qt.Key.Key_F2)
    field = manager.findChild(QLineEdit, "model_title_field")
    assert field is not None
    assert field.isHidden()
    assert button(manager, "model_delete").isHidden()


def test_a_second_window_changes_nothing_of_the_folder(
    window: MainWindow, make_window: MakeWindow, corrected: Path, models: Path, qtbot: QtBot
) -> None:
    second = make_window(corrected, model="starter")
    assert second.project is not None
    assert second.project.read_only
    trigger(second, "model.manager")
    (manager,) = second.findChildren(ManagerDialog)
    qtbot.waitUntil(lambda: bool(manager.list.entries), timeout=WAIT_MS)
    manager.list.choose(str(models / "new.safetensors"))
    assert not button(manager, "model_delete").isEnabled()
    assert manager.details.note.isReadOnly()
    QTest.keyClick(manager.list, Qt.Key.Key_Delete)
    assert (models / "new.safetensors").exists()
