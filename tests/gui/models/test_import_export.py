"""Importing, exporting and loading model files in the window. Real files, real events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from managers import OpenManager, button, press
from PySide6.QtWidgets import (
    QFileDialog,
)
from pytestqt.qtbot import QtBot
from small_model import save_small_model
from windows import WAIT_MS, MakeWindow, go_to, run, states, trigger, wait_idle

from gui.main_window import MainWindow
from gui.model_store import imported_folder
from gui.models.manager_dialog import ManagerDialog
from segmenter.nn.model_file import read_model_header


@pytest.fixture
def other_model(tmp_path: Path, sample: Path) -> Path:
    path = tmp_path / "three classes.safetensors"
    save_small_model(path, sample / "cat.jpg", seed=1, classes=("background", "cat", "sky"))
    return path


def test_a_model_is_exported_where_one_wants_it(
    manager: ManagerDialog, models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_export")
    dialog = manager.findChild(QFileDialog, "export_dialog")
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == "Petals.safetensors"
    target = tmp_path / "elsewhere.safetensors"
    dialog.selectFile(str(target))
    dialog.accept()
    qtbot.waitUntil(lambda: "Copied to" in manager.messages.text, timeout=WAIT_MS)
    card = read_model_header(target)[1]
    assert card.name == "Petals"
    assert card.training == {"training_images": 1}  # names of images stay at home


@pytest.mark.parametrize("suffix", ["onnx", "pt"])
def test_a_model_is_exported_for_other_programs(
    manager: ManagerDialog, models: Path, tmp_path: Path, suffix: str, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_export")
    dialog = manager.findChild(QFileDialog, "export_dialog")
    assert dialog is not None
    (words,) = (each for each in dialog.nameFilters() if f"*.{suffix})" in each)
    dialog.selectNameFilter(words)
    dialog.filterSelected.emit(words)  # as a click in the list does
    assert Path(dialog.selectedFiles()[0]).name == f"Petals.{suffix}"
    target = tmp_path / f"elsewhere.{suffix}"
    dialog.selectFile(str(target))
    dialog.accept()
    qtbot.waitUntil(lambda: "Exported to" in manager.messages.text, timeout=WAIT_MS)
    assert b"astronaut.jpg" not in target.read_bytes()  # which it held out
    image = np.zeros((1, 3, 64, 96), np.float32)
    if suffix == "onnx":
        (logits,) = onnxruntime.InferenceSession(target).run(None, {"image": image})
    else:
        logits = torch.jit.load(target)(torch.from_numpy(image)).numpy()
    assert (np.asarray(logits).argmax(1) == 1).all()  # it says "petal" of everything


def test_exporting_onto_itself_is_one_sentence(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "new.safetensors"
    before = path.read_bytes()
    entry = next(each for each in manager.list.entries if each.path == path)
    manager._library.export(entry, path)
    qtbot.waitUntil(lambda: "is the model itself" in manager.messages.text, timeout=WAIT_MS)
    assert path.read_bytes() == before


def test_a_folder_that_takes_no_file_is_one_sentence(
    manager: ManagerDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("not a folder")
    entry = manager.list.chosen_entry
    assert entry is not None
    manager._library.export(entry, tmp_path / "file" / "copy.safetensors")
    qtbot.waitUntil(lambda: manager.messages.kind == "error", timeout=WAIT_MS)
    assert "copy.safetensors" in manager.messages.text


def test_a_model_file_is_imported_used_and_remembered(
    window: MainWindow,
    other_model: Path,
    make_window: MakeWindow,
    opened: OpenManager,
    qtbot: QtBot,
) -> None:
    go_to(qtbot, window, "rocket.jpg")
    run(qtbot, window, "segment.image")
    manager = opened()
    press(manager, "import_model")
    dialog = manager.findChild(QFileDialog, "import_dialog")
    assert dialog is not None
    dialog.selectFile(str(other_model))
    with qtbot.waitSignal(
        window.inference.model_ready,
        timeout=WAIT_MS,
        check_params_cb=lambda facts: facts.classes == ("background", "cat", "sky"),
    ):
        dialog.accept()
    (copy,) = imported_folder().glob("*.safetensors")

    def is_shown() -> bool:
        chosen = manager.list.chosen_entry
        return chosen is not None and chosen.name == str(copy)

    qtbot.waitUntil(is_shown, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: button(manager, "model_use").text() == "In use", timeout=WAIT_MS)
    manager.close()
    other_model.unlink()  # the copy is what counts
    run(qtbot, window, "segment.folder_again")
    assert window.project is not None
    assert {"cat", "sky"} <= {each.name for each in window.project.classes}
    window.close()
    assert make_window(model=window.settings.model).inference.model == str(copy)


def test_the_model_of_a_run_stays_and_the_next_run_has_the_new_one(
    window: MainWindow, other_model: Path, qtbot: QtBot
) -> None:
    trigger(window, "segment.folder")
    window.inference.use_model(str(other_model))
    wait_idle(qtbot, window)
    assert states(window)["rocket.jpg"] == "predicted"
    assert window.project is not None
    assert "sky" not in {each.name for each in window.project.classes}
    run(qtbot, window, "segment.folder_again")
    assert "sky" in {each.name for each in window.project.classes}


@pytest.mark.parametrize("name", ["text.safetensors", "text.pth"])
def test_a_file_that_is_no_model_is_one_sentence(
    manager: ManagerDialog, tmp_path: Path, name: str, qtbot: QtBot
) -> None:
    path = tmp_path / name
    path.write_text("this is no model")
    manager.import_file(str(path))
    qtbot.waitUntil(lambda: manager.messages.kind == "error", timeout=WAIT_MS)
    assert name in manager.messages.text
    assert not list(imported_folder().glob("*"))


def test_a_model_that_will_not_load_leaves_the_one_that_works(
    window: MainWindow, models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    go_to(qtbot, window, "rocket.jpg")
    run(qtbot, window, "segment.image")
    with qtbot.waitSignal(window.inference.model_failed, timeout=WAIT_MS):
        window.inference.use_model(str(tmp_path / "none.safetensors"))
    assert window.inference.model == str(models / "old.safetensors")
    assert window.settings.model == str(models / "old.safetensors")
    run(qtbot, window, "segment.image")
    assert states(window)["rocket.jpg"] == "predicted"
