"""Downloading in the model manager, from a real server on this machine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from managers import OpenManager, button, names, press
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, trigger

from gui.main_window import MainWindow
from gui.models.manager_dialog import ManagerDialog


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
    window: MainWindow, opened: OpenManager, qtbot: QtBot
) -> None:
    manager = opened()
    manager.list.choose("voc-mobilenet")
    assert button(manager, "model_use").text() == "&Download"
    with qtbot.waitSignal(
        window.downloads.progressed,
        timeout=WAIT_MS,
        check_params_cb=lambda name, done, total: done >= 256 * 1024 and total == 2_000_000,
    ):
        press(manager, "model_use")
    # It goes on while the manager is closed, and is seen in the next one.
    manager.close()
    manager = opened()
    manager.list.choose("voc-mobilenet")
    assert button(manager, "model_use").text() == "Cancel"
    with qtbot.waitSignal(window.downloads.cancelled, timeout=WAIT_MS):
        press(manager, "model_use")
    assert button(manager, "model_use").text() == "&Download"


@pytest.mark.usefixtures("slow_mirror")
def test_a_cancelled_download_can_be_wanted_again_at_once(window: MainWindow, qtbot: QtBot) -> None:
    downloads = window.downloads
    failures: list[str] = []
    downloads.failed.connect(lambda _, sentence: failures.append(sentence))
    for _ in range(3):
        with qtbot.waitSignal(
            downloads.progressed, timeout=WAIT_MS, check_params_cb=lambda _, done, total: done > 0
        ):
            downloads.start("voc-mobilenet")
        downloads.cancel("voc-mobilenet")
        assert downloads.state_of("voc-mobilenet") is None
    assert failures == []


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


def test_closing_the_manager_at_once_disturbs_nothing(
    window: MainWindow, opened: OpenManager
) -> None:
    for _ in range(3):
        trigger(window, "model.manager")
        (manager,) = (each for each in window.findChildren(ManagerDialog) if each.isVisible())
        manager.close()
    assert "Starter" in names(opened())


def test_a_download_without_a_net_is_one_sentence(
    window: MainWindow, opened: OpenManager, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("MASKWRIGHT_MIRROR", "http://127.0.0.1:9")
    manager = opened()
    manager.list.choose("voc-mobilenet")
    with qtbot.waitSignal(window.downloads.failed, timeout=WAIT_MS):
        press(manager, "model_use")
    assert manager.messages.kind == "error"
    assert button(manager, "model_use").text() == "&Download"
