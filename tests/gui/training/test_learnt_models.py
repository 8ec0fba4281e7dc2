"""The model files that learning at once leaves behind: their base, and which of them stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from learning import (
    FEW_STEPS,
    Watch,
    begin_endless,
    learn,
    learnt_models,
    use_recipe,
)
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, run

from gui.main_window import MainWindow
from gui.training.learnt_models import BASE, card_of, delete, free_path, superseded
from segmenter.nn.card import ModelCard, creation_time
from segmenter.nn.model_file import read_model, read_model_header, save_model


def test_learning_again_starts_from_the_same_model(
    taught: MainWindow, watch: Watch, small_model: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    learn(qtbot, taught)
    learn(qtbot, taught)
    folder = taught.folder.project.folder if taught.folder.project is not None else Path()
    current = taught.inference.model
    taught.close()
    assert taught.inference.wait_for_end(20.0)
    window = make_window(folder, model=current)  # the next day
    use_recipe(window, FEW_STEPS)
    learn(qtbot, window)
    assert len(learnt_models(window)) == 3
    for path in learnt_models(window):
        assert read_model_header(path)[1].training[BASE] == str(small_model)


def test_few_models_are_left_behind_and_a_renamed_one_stays(
    taught: MainWindow, qtbot: QtBot
) -> None:
    learn(qtbot, taught)
    (first,) = learnt_models(taught)
    mine = read_model(first)
    save_model(mine, first, ModelCard(**{**mine.card.to_dict(), "name": "Mine"}))
    for _ in range(5):
        learn(qtbot, taught)
    assert first in learnt_models(taught)
    assert len(learnt_models(taught)) == 4
    assert Path(taught.inference.model) in learnt_models(taught)


def test_an_old_model_that_is_chosen_meanwhile_stays(taught: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        learn(qtbot, taught)
    old, *newer = learnt_models(taught)
    begin_endless(qtbot, taught)
    taught.inference.use_model(str(old))
    run(qtbot, taught, "model.stop")
    assert taught.inference.model == str(old)
    qtbot.waitUntil(lambda: taught.inference.has_model, timeout=WAIT_MS)
    assert old in learnt_models(taught)
    assert len(learnt_models(taught)) == 4
    taught.inference.use_model(str(newer[-1]))
    use_recipe(taught, FEW_STEPS)
    learn(qtbot, taught)
    assert old not in learnt_models(taught)
    assert newer[-1] in learnt_models(taught)
    assert len(learnt_models(taught)) == 3


def test_the_model_that_the_last_training_began_with_stays(
    taught: MainWindow, qtbot: QtBot
) -> None:
    learn(qtbot, taught)
    assert taught.project is not None
    (first,) = learnt_models(taught)
    taught.project.runs.begin("standard", {"folder": "one", "model": str(first)}, "one.safetensors")
    for _ in range(4):
        learn(qtbot, taught)
    assert first in learnt_models(taught)
    assert len(learnt_models(taught)) == 4


def test_a_model_that_is_chosen_in_the_dialog_of_fine_tuning_stays(
    taught: MainWindow, qtbot: QtBot
) -> None:
    for _ in range(3):
        learn(qtbot, taught)
    old, *_ = learnt_models(taught)
    begin_endless(qtbot, taught)
    assert taught.teaching is not None
    fine_tuning = taught.teaching.fine_tuning
    fine_tuning.open()
    dialog = fine_tuning.dialog
    assert dialog is not None
    start = dialog.findChild(QComboBox, "fine_tune.start")
    assert start is not None
    qtbot.waitUntil(lambda: start.findData(str(old)) >= 0, timeout=WAIT_MS)
    start.setCurrentIndex(start.findData(str(old)))
    start.activated.emit(start.currentIndex())
    assert fine_tuning.chosen_model == str(old)
    run(qtbot, taught, "model.stop")
    assert old in learnt_models(taught)
    assert len(learnt_models(taught)) == 4
    dialog.reject()
    use_recipe(taught, FEW_STEPS)
    learn(qtbot, taught)
    assert old not in learnt_models(taught)


def test_a_model_that_another_was_made_of_is_not_superseded(
    small_model: Path, tmp_path: Path
) -> None:
    network = read_model(small_model)

    def save(number: int, base: str) -> Path:
        path = tmp_path / f"{number}.safetensors"
        card = card_of(network.card, number, base, tmp_path)
        save_model(network, path, replace(card, created=f"2026-11-{number:02}T12:00:00+00:00"))
        return path

    first = save(1, "voc-mobilenetv3")
    second = save(2, "voc-mobilenetv3")
    for number in range(3, 6):
        save(number, str(first))
    assert superseded(tmp_path) == [second]
    delete([second, tmp_path / "not there"])
    assert superseded(tmp_path) == []


def test_of_models_made_in_one_second_the_first_is_superseded(
    small_model: Path, tmp_path: Path
) -> None:
    network = read_model(small_model)
    paths = []
    for _ in range(5):
        path = free_path(tmp_path, datetime(2026, 11, 23, 11, 34, 37))
        card = card_of(network.card, 1, "voc-mobilenetv3", tmp_path)
        save_model(network, path, replace(card, created=creation_time()))
        paths.append(path)
    assert sorted(superseded(tmp_path)) == sorted(paths[:2])
