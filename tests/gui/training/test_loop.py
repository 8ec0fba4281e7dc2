"""The loop through the window: predict, correct three images by hand, learn, the rest is better.

Every step is a person's: key presses, clicks on the list, strokes of the brush.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from painting import Painter
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from tracing import trace
from training_task import CLASSES, make_task
from windows import WAIT_MS, MakeWindow, go_to, run, states, wait_idle

from gui.main_window import MainWindow
from segmenter.project.label_png import read_label_png
from segmenter.training.metrics import ConfusionMatrix
from segmenter.training.quick_recipe import QUICK

CORRECTED = ("01.png", "05.png", "10.png")
STEPS = QUICK.replace(steps=60, views=2, batch_size=2)


@pytest.fixture
def scenes(tmp_path: Path) -> tuple[Path, Mapping[str, NDArray[np.uint8]]]:
    """A folder of pieces of real photos with petals of another one on them, and where they are."""
    task = make_task(tmp_path / "task")
    truths = {
        str(path.relative_to(task.masks)): read_label_png(path)
        for path in task.masks.rglob("*.png")
    }
    return task.images, truths


def mean_iou(window: MainWindow, truths: Mapping[str, NDArray[np.uint8]]) -> float:
    """Of the predictions of these images, as the project keeps them."""
    assert window.project is not None
    ids = window.project.class_ids_for(CLASSES)
    matrix = ConfusionMatrix(256)
    for name, truth in truths.items():
        prediction = window.project.load_prediction(name)
        assert prediction is not None
        matrix.update(np.append(ids, np.zeros(254, np.uint8))[truth], prediction.labels)
    return float(np.mean(matrix.iou()[ids]))


def add_class(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """With its keys, and the name typed."""
    qtbot.keyClick(
        window,
        Qt.Key.Key_N,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    field = window.workspace.class_panel.findChild(QLineEdit)
    assert field is not None
    field.selectAll()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_what_is_corrected_on_three_images_makes_the_rest_better(
    make_window: MakeWindow, scenes: tuple[Path, Mapping[str, NDArray[np.uint8]]], qtbot: QtBot
) -> None:
    folder, truths = scenes
    window = make_window(folder)
    assert window.teaching is not None
    window.teaching.learn_now.recipe = STEPS
    run(qtbot, window, "segment.folder")
    assert set(states(window).values()) == {"predicted"}
    add_class(qtbot, window, "petal")
    assert window.project is not None
    ids = window.project.class_ids_for(CLASSES)
    painter = Painter(window)
    for name in CORRECTED:
        go_to(qtbot, window, name)
        QTest.keyClick(
            window,
            Qt.Key.Key_Delete,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
        )
        wanted = ids[truths[name]]
        trace(painter, wanted)
        painted = painter.mask != 255
        assert painted.mean() > 0.9
        assert np.mean(painter.mask[painted] == wanted[painted]) > 0.98
    wait_idle(qtbot, window)
    rest = {name: truth for name, truth in truths.items() if name not in CORRECTED}
    before = mean_iou(window, rest)
    go_to(qtbot, window, next(iter(rest)))
    with qtbot.waitSignal(window.idle, timeout=WAIT_MS):
        qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    wait_idle(qtbot, window)
    after = mean_iou(window, rest)
    print(f"\nmean IoU of {len(rest)} images nobody touched: {before:.3f} -> {after:.3f}")
    assert {name for name, state in states(window).items() if state == "corrected"} == set(
        CORRECTED
    )
    assert after > before + 0.2
    assert after > 0.6
