"""The model chooser: choosing, importing, removing, downloading from a real local server."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from small_model import save_small_model
from windows import WAIT_MS, MakeWindow, run, states, trigger, wait_idle

from gui.main_window import MainWindow
from gui.model_chooser import ModelChooser
from gui.model_store import imported_folder, megabytes, model_entries, score_words


def chooser_of(qtbot: QtBot, window: MainWindow) -> ModelChooser:
    """Opened by its action, with its cards there."""
    trigger(window, "model.manager")
    (chooser,) = (each for each in window.findChildren(ModelChooser) if each.isVisible())
    qtbot.waitUntil(lambda: bool(chooser._cards), timeout=WAIT_MS)
    return chooser


def button(chooser: ModelChooser, name: str) -> QPushButton:
    found = chooser._cards[name].findChild(QPushButton, "model_button")
    assert found is not None
    return found


def press(qtbot: QtBot, chooser: ModelChooser, name: str) -> None:
    qtbot.mouseClick(button(chooser, name), Qt.MouseButton.LeftButton)


@pytest.fixture
def other_model(tmp_path: Path, sample: Path) -> Path:
    path = tmp_path / "three classes.safetensors"
    save_small_model(path, sample / "cat.jpg", seed=1, classes=("background", "cat", "sky"))
    return path


def test_every_model_says_what_it_is(window: MainWindow, qtbot: QtBot) -> None:
    chooser = chooser_of(qtbot, window)
    entries = {entry.name: entry for entry in model_entries()}
    assert set(chooser._cards) == set(entries)
    assert {"starter", "voc-mobilenet", "voc-resnet50", "voc-resnet101"} <= set(entries)
    assert not any(name.startswith("imagenet") for name in entries)
    assert entries["voc-resnet50"].scores == "Mean IoU 66.4%"
    assert entries["voc-resnet50"].size > 1e8
    assert not entries["voc-resnet50"].is_here
    assert button(chooser, "voc-resnet50").text() == "Download"
    assert button(chooser, "starter").text() == "Use"
    chooser.close()


def test_a_model_file_is_imported_used_and_remembered(
    window: MainWindow, other_model: Path, make_window: MakeWindow, photos: Path, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    chooser = chooser_of(qtbot, window)
    qtbot.mouseClick(chooser._import, Qt.MouseButton.LeftButton)
    dialog = chooser.findChild(QFileDialog, "import_dialog")
    assert dialog is not None
    dialog.selectFile(str(other_model))
    with qtbot.waitSignal(
        window.inference.model_ready,
        timeout=WAIT_MS,
        check_params_cb=lambda facts: facts.classes == ("background", "cat", "sky"),
    ):
        dialog.accept()
    (copy,) = imported_folder().glob("*.safetensors")
    qtbot.waitUntil(lambda: str(copy) in chooser._cards, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: button(chooser, str(copy)).text() == "In use", timeout=WAIT_MS)
    chooser.close()
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
    assert set(states(window).values()) == {"predicted"}
    assert window.project is not None
    assert "sky" not in {each.name for each in window.project.classes}
    run(qtbot, window, "segment.folder_again")
    assert "sky" in {each.name for each in window.project.classes}


@pytest.mark.parametrize("name", ["text.safetensors", "text.pth"])
def test_a_file_that_is_no_model_is_one_sentence(
    window: MainWindow, tmp_path: Path, name: str, qtbot: QtBot
) -> None:
    path = tmp_path / name
    path.write_text("this is no model")
    chooser = chooser_of(qtbot, window)
    chooser.import_file(str(path))
    qtbot.waitUntil(lambda: chooser.messages.kind == "error", timeout=WAIT_MS)
    assert name in chooser.messages.text
    assert chooser._import.isEnabled()
    assert not list(imported_folder().glob("*"))
    chooser.close()


def test_a_model_that_will_not_load_leaves_the_one_that_works(
    window: MainWindow, small_model: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run(qtbot, window, "segment.image")
    with qtbot.waitSignal(window.inference.model_failed, timeout=WAIT_MS):
        window.inference.use_model(str(tmp_path / "none.safetensors"))
    assert window.inference.model == str(small_model)
    assert window.settings.model == str(small_model)
    run(qtbot, window, "segment.folder")
    assert set(states(window).values()) == {"predicted"}


def test_an_imported_model_can_be_removed_but_not_while_in_use(
    window: MainWindow, other_model: Path, small_model: Path, qtbot: QtBot
) -> None:
    chooser = chooser_of(qtbot, window)
    with qtbot.waitSignal(window.inference.model_ready, timeout=WAIT_MS):
        chooser.import_file(str(other_model))
    (copy,) = imported_folder().glob("*.safetensors")
    qtbot.waitUntil(lambda: str(copy) in chooser._cards, timeout=WAIT_MS)
    remove = chooser._cards[str(copy)].findChild(QToolButton, "model_remove")
    assert remove is not None
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert "in use" in chooser.messages.text
    assert copy.exists()
    with qtbot.waitSignal(window.inference.model_ready, timeout=WAIT_MS):
        press(qtbot, chooser, "starter")
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: str(copy) not in chooser._cards, timeout=WAIT_MS)
    assert not copy.exists()
    chooser.close()


class _Slow(SimpleHTTPRequestHandler):
    """Sends a little of every file, then waits until the test is over."""

    release: threading.Event

    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]
        outputfile.write(source.read(300_000))
        outputfile.flush()
        self.release.wait(60)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def slow_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server on this machine that has all of torchvision's files and never ends sending."""
    from segmenter.nn import zoo
    from segmenter.nn.official_weights import torchvision_source

    folder = tmp_path / "mirror"
    folder.mkdir()
    url = torchvision_source(zoo.find("voc-mobilenet")).url
    (folder / url.rsplit("/", 1)[-1]).write_bytes(bytes(2_000_000))
    release = threading.Event()
    handler = type("Handler", (_Slow,), {"release": release})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("MASKWRIGHT_MIRROR", f"http://127.0.0.1:{server.server_port}")
    yield
    release.set()
    server.shutdown()
    server.server_close()
    thread.join()
    shutil.rmtree(folder)


@pytest.mark.usefixtures("slow_mirror")
def test_a_download_shows_its_progress_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot
) -> None:
    chooser = chooser_of(qtbot, window)
    with qtbot.waitSignal(
        window.downloads.progressed,
        timeout=WAIT_MS,
        check_params_cb=lambda name, done, total: done >= 256 * 1024 and total == 2_000_000,
    ):
        press(qtbot, chooser, "voc-mobilenet")
    # It goes on while the chooser is closed, and is seen in the next one.
    chooser.close()
    chooser = chooser_of(qtbot, window)
    assert button(chooser, "voc-mobilenet").text() == "Cancel"
    with qtbot.waitSignal(window.downloads.cancelled, timeout=WAIT_MS):
        press(qtbot, chooser, "voc-mobilenet")
    qtbot.waitUntil(lambda: button(chooser, "voc-mobilenet").text() == "Download", timeout=WAIT_MS)
    chooser.close()


@pytest.mark.usefixtures("slow_mirror")
def test_closing_the_window_ends_a_download(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(
        window.downloads.progressed,
        timeout=WAIT_MS,
        check_params_cb=lambda name, done, total: done > 0,
    ):
        window.downloads.start("voc-mobilenet")
    window.close()
    assert window.download_pool.close()


def test_closing_the_chooser_at_once_disturbs_nothing(window: MainWindow, qtbot: QtBot) -> None:
    for _ in range(3):
        trigger(window, "model.manager")
        (chooser,) = (each for each in window.findChildren(ModelChooser) if each.isVisible())
        chooser.close()
    chooser = chooser_of(qtbot, window)
    assert "starter" in chooser._cards
    chooser.close()


def test_a_download_without_a_net_is_one_sentence(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("MASKWRIGHT_MIRROR", "http://127.0.0.1:9")
    chooser = chooser_of(qtbot, window)
    with qtbot.waitSignal(window.downloads.failed, timeout=WAIT_MS):
        press(qtbot, chooser, "voc-mobilenet")
    assert chooser.messages.kind == "error"
    qtbot.waitUntil(lambda: button(chooser, "voc-mobilenet").text() == "Download", timeout=WAIT_MS)
    chooser.close()


def test_sizes_and_scores_in_words() -> None:
    assert megabytes(6_900_000) == "6.9 MB"
    assert megabytes(168_312_000) == "168 MB"
    assert score_words({"mean_iou": 0.664}) == "Mean IoU 66.4%"
    assert score_words({"mean_iou": "high"}) == ""
    assert score_words({}) == ""
