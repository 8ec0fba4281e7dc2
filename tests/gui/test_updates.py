"""Help → Check for updates: what a person sees, with a server on this computer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from bad_server import Server, stalled, status, whole
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot
from windows import WAIT_MS, MakeWindow, trigger

import segmenter
from gui.main_window import MainWindow
from gui.update_dialog import UpdateDialog
from segmenter.updates import RELEASES_VARIABLE

PAGE = "https://github.com/maskwright/maskwright/releases/tag/v99.0"


class Browser(QObject):
    """Is called in the browser's place."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("https", made, "open")  # type: ignore[arg-type]
    yield made
    QDesktopServices.unsetUrlHandler("https")


@pytest.fixture
def window(make_window: MakeWindow, server: Server, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    monkeypatch.setenv(RELEASES_VARIABLE, server.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return make_window()


def publish(server: Server, tag: str, **more: Any) -> None:
    server.content = json.dumps([{"tag_name": tag, "html_url": PAGE, **more}]).encode()
    server.answers = [whole]


def asked(window: MainWindow) -> UpdateDialog:
    trigger(window, "help.check_updates")
    (dialog,) = [each for each in window.findChildren(UpdateDialog) if each.isVisible()]
    return dialog


def wait_for_answer(qtbot: QtBot, dialog: UpdateDialog) -> None:
    bar = dialog.findChild(QProgressBar)
    assert bar is not None
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=WAIT_MS)


def words(dialog: UpdateDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def button(dialog: UpdateDialog, name: str) -> QPushButton:
    found = dialog.findChild(QPushButton, f"update_{name}")
    assert found is not None
    return found


def test_nothing_is_asked_before_a_person_asks(
    window: MainWindow, server: Server, qtbot: QtBot
) -> None:
    publish(server, "v99.0")
    qtbot.waitUntil(lambda: window.jobs.is_idle, timeout=WAIT_MS)
    assert server.paths == []
    wait_for_answer(qtbot, asked(window))
    assert len(server.paths) == 1


def test_a_newer_version_with_its_notes_and_its_page(
    window: MainWindow, server: Server, browser: Browser, qtbot: QtBot
) -> None:
    publish(server, "v99.0", body="## New\n\n- **faster**\n- <b>no</b> ![x](file:///etc/passwd)")
    dialog = asked(window)
    wait_for_answer(qtbot, dialog)
    assert "Maskwright 99.0 can be downloaded" in words(dialog)
    assert segmenter.__version__ in words(dialog)
    notes = dialog.findChild(QObject, "update_notes").toPlainText()  # type: ignore[union-attr]
    assert "faster" in notes
    assert "*" not in notes
    assert "<b>" in notes  # shown, not obeyed
    qtbot.mouseClick(button(dialog, "open"), Qt.MouseButton.LeftButton)
    assert browser.opened == [PAGE]


def test_the_same_version(window: MainWindow, server: Server, qtbot: QtBot) -> None:
    publish(server, f"v{segmenter.__version__}")
    dialog = asked(window)
    wait_for_answer(qtbot, dialog)
    assert f"Maskwright {segmenter.__version__} is the newest version" in words(dialog)
    assert not button(dialog, "open").isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(UpdateDialog), timeout=WAIT_MS)


def test_an_older_release_alone(window: MainWindow, server: Server, qtbot: QtBot) -> None:
    publish(server, "v0.0.1")
    dialog = asked(window)
    wait_for_answer(qtbot, dialog)
    assert "newer than every release" in words(dialog)
    assert "0.0.1" in words(dialog)


def test_what_goes_wrong_is_said_and_can_be_tried_again(
    window: MainWindow, server: Server, qtbot: QtBot
) -> None:
    publish(server, "v99.0")
    server.answers = [status(502), whole]
    dialog = asked(window)
    wait_for_answer(qtbot, dialog)
    assert "502" in words(dialog)
    qtbot.mouseClick(button(dialog, "again"), Qt.MouseButton.LeftButton)
    wait_for_answer(qtbot, dialog)
    assert "Maskwright 99.0 can be downloaded" in words(dialog)
    assert "502" not in words(dialog)


def test_cancel_while_the_server_says_nothing(
    window: MainWindow, server: Server, qtbot: QtBot
) -> None:
    publish(server, "v99.0")
    server.answers = [stalled(server, after=0)]
    dialog = asked(window)
    assert button(dialog, "close").text() == "Cancel"
    qtbot.mouseClick(button(dialog, "close"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.findChildren(UpdateDialog), timeout=WAIT_MS)
    # The next question has its own answer.
    server.answers = [whole]
    dialog = asked(window)
    wait_for_answer(qtbot, dialog)
    assert "Maskwright 99.0 can be downloaded" in words(dialog)
