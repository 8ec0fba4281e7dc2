"""Segmenting one image and a folder through the window: results, progress, Cancel, closing."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, go_to, picture, run, states, trigger, wait_idle

from gui.inference_worker import RunSummary
from gui.main_window import MainWindow
from segmenter.project.state import State


def shows(window: MainWindow, name: str) -> bool:
    return window.shown_name == name


@pytest.fixture
def many(tmp_path: Path, sample: Path) -> Path:
    """Thirty photos: long enough to be interrupted."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        shutil.copyfile(sample / "cat.jpg", folder / f"cat {number + 1}.jpg")
    return folder


def test_one_image_is_segmented_and_shown(window: MainWindow, qtbot: QtBot) -> None:
    before = picture(window)
    run(qtbot, window, "segment.image")
    assert states(window)["astronaut.jpg"] == "predicted"
    assert sum(state == "new" for state in states(window).values()) == 3
    assert window.project is not None
    stored = window.project.load_prediction("astronaut.jpg")
    assert stored is not None
    assert np.array_equal(window.canvas.mask, stored.labels)
    assert [each.name for each in window.project.classes] == ["background", "object"]
    assert not np.array_equal(picture(window), before)
    assert window.shown_name == "astronaut.jpg"


def test_the_folder_is_segmented_with_progress(window: MainWindow, qtbot: QtBot) -> None:
    steps: list[tuple[int, int]] = []
    words: list[str] = []
    window.inference.progressed.connect(lambda done, total: steps.append((done, total)))
    window.inference.progressed.connect(lambda *_: words.append(window.status.progress.words))
    run(qtbot, window, "segment.folder")
    assert set(states(window).values()) == {"predicted"}
    assert steps == [(number, 4) for number in range(5)]
    assert words[2].startswith("2 of 4")
    assert window.status.progress.words == ""  # gone again
    assert window.messages.text.startswith("4 images segmented in")


def test_loading_the_model_is_told_before_the_first_image(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos)
    window.inference.facts = None  # as in the first seconds, while torch is imported
    trigger(window, "segment.folder")
    assert window.status.progress.words == "Loading the model …"
    wait_idle(qtbot, window)


def test_only_what_is_new_is_segmented(window: MainWindow, qtbot: QtBot) -> None:
    run(qtbot, window, "segment.image")
    totals: list[int] = []
    window.inference.started.connect(totals.append)
    run(qtbot, window, "segment.folder")
    trigger(window, "segment.folder")
    assert totals == [3]
    assert "already" in window.messages.text
    again = window.messages.findChild(QPushButton, "message_action")
    assert again is not None
    with qtbot.waitSignal(window.idle, timeout=WAIT_MS):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert totals == [3, 4]


def test_a_mask_is_never_touched(window: MainWindow, qtbot: QtBot) -> None:
    assert window.project is not None
    mask = np.full(window.canvas.mask.shape, 255, np.uint8)
    mask[100:200, 50:80] = window.project.add_class("suit").id
    window.project.save_mask("astronaut.jpg", mask)
    window.project.set_state("cat.jpg", State.APPROVED)
    run(qtbot, window, "segment.folder")
    run(qtbot, window, "segment.folder_again")
    assert states(window) == {
        "astronaut.jpg": "corrected", "cat.jpg": "approved",
        "coffee.jpg": "predicted", "rocket.jpg": "predicted",
    }  # fmt: skip
    assert window.project.load_prediction("astronaut.jpg") is None
    trigger(window, "segment.image")  # asks; the first answer keeps the mask
    keep = window.messages.findChild(QPushButton, "message_action")
    assert keep is not None
    with qtbot.waitSignal(window.idle, timeout=WAIT_MS):
        keep.click()
    wait_idle(qtbot, window)
    assert window.project.load_prediction("astronaut.jpg") is not None
    stored = window.project.load_mask("astronaut.jpg")
    assert stored is not None
    assert np.array_equal(stored, mask)
    assert np.array_equal(window.canvas.mask, mask)
    assert states(window)["astronaut.jpg"] == "corrected"
    assert window.project.load_prediction("astronaut.jpg") is not None


def test_cancel_stops_midway_and_keeps_what_is_done(
    make_window: MakeWindow, many: Path, qtbot: QtBot
) -> None:
    window = make_window(many)
    ends: list[RunSummary] = []
    window.inference.finished.connect(ends.append)
    button = window.status.progress.findChild(QToolButton, "progress_cancel")
    assert button is not None

    def cancel_at_three(done: int, _: int) -> None:
        if done == 3:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    window.inference.progressed.connect(cancel_at_three)
    run(qtbot, window, "segment.folder")
    assert len(ends) == 1
    assert ends[0].cancelled
    assert 3 <= ends[0].done < 30
    done = [name for name, state in states(window).items() if state == "predicted"]
    assert len(done) >= 3
    assert window.project is not None
    for name in done:
        assert window.project.load_prediction(name) is not None
    assert window.messages.text.startswith("Stopped after")
    # And on from there.
    window.inference.progressed.disconnect(cancel_at_three)
    run(qtbot, window, "segment.folder")
    assert set(states(window).values()) == {"predicted"}


@pytest.mark.alone
def test_closing_during_a_run_takes_less_than_two_seconds(
    make_window: MakeWindow, many: Path, qtbot: QtBot
) -> None:
    window = make_window(many)
    run(qtbot, window, "segment.image")  # the model is loaded from here on
    with qtbot.waitSignal(
        window.inference.progressed, timeout=WAIT_MS, check_params_cb=lambda done, _: done == 2
    ):
        trigger(window, "segment.folder")
    started = perf_counter()
    window.close()
    seconds = perf_counter() - started
    print(f"\nclosing during a run took {seconds:.2f} s")
    assert seconds < 2
    assert not window.inference.is_still_busy
    left = [path.name for path in (many / "maskwright").rglob("*") if ".part" in path.name]
    assert left == []


def test_another_folder_opens_during_a_run(
    make_window: MakeWindow, many: Path, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(many)
    with qtbot.waitSignal(
        window.inference.progressed, timeout=WAIT_MS, check_params_cb=lambda done, _: done == 1
    ):
        trigger(window, "segment.folder")
    window.open_folder(photos)
    wait_idle(qtbot, window)
    assert window.project is not None
    assert window.project.folder == photos
    assert set(states(window).values()) == {"new"}
    assert not (photos / "maskwright" / "predictions").exists()


def test_stepping_goes_on_during_a_run(make_window: MakeWindow, many: Path, qtbot: QtBot) -> None:
    window = make_window(many)
    trigger(window, "segment.folder")
    for name in ("cat 7.jpg", "cat 2.jpg", "cat 30.jpg"):
        window.workspace.image_list.select(name)
        qtbot.waitUntil(partial(shows, window, name), timeout=WAIT_MS)
    assert window.inference.is_running
    trigger(window, "segment.cancel")
    wait_idle(qtbot, window)


def test_the_prediction_of_the_shown_image_appears_as_soon_as_it_is_there(
    make_window: MakeWindow, many: Path, qtbot: QtBot
) -> None:
    window = make_window(many)
    trigger(window, "segment.folder")
    qtbot.waitUntil(lambda: window.canvas.kind is not None, timeout=WAIT_MS)
    assert window.inference.is_running
    trigger(window, "segment.cancel")
    wait_idle(qtbot, window)
    assert np.any(window.canvas.mask != 255)


def test_a_model_that_is_not_there_is_one_sentence_with_a_way_on(
    make_window: MakeWindow, photos: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(photos, model=tmp_path / "gone.safetensors")
    run(qtbot, window, "segment.folder")
    assert "“gone.safetensors” is no longer there; choose another one" in window.messages.text
    assert window.messages.kind == "error"
    assert set(states(window).values()) == {"new"}
    assert window.actions_by_name["segment.folder"].isEnabled()


def test_a_model_that_was_never_downloaded_says_so(
    make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    window = make_window(photos, model="voc-resnet50")
    run(qtbot, window, "segment.image")
    assert "VOC, ResNet-50" in window.messages.text
    assert "not on this computer yet" in window.messages.text


def test_the_least_certain_image_is_one_key_away(window: MainWindow, qtbot: QtBot) -> None:
    run(qtbot, window, "segment.folder")
    assert window.project is not None
    by_doubt = sorted(window.project.images(), key=lambda record: -(record.uncertainty or 0))
    go_to(qtbot, window, by_doubt[-1].name)
    seen = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_N)
        wait_idle(qtbot, window)
        seen.append(window.shown_name)
    assert seen[0] == by_doubt[0].name
    assert seen[1] == by_doubt[1].name
