"""Folders in the menu and on the start page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Actions
from gui.recent_folder import is_there, short_path
from gui.recent_menu import RecentMenu
from gui.settings import Settings
from gui.welcome_page import WelcomePage


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "al"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    return home


def test_what_lies_at_home_is_short(home: Path) -> None:
    assert short_path(home / "photos" / "2026") == str(Path("~/photos/2026"))
    assert short_path(home) == "~"


def test_a_neighbour_whose_name_begins_alike_is_not_at_home(home: Path, qtbot: QtBot) -> None:
    folder = home.with_name("alice") / "photos"
    assert short_path(folder) == str(folder)
    settings, owner = Settings(), QWidget()
    qtbot.addWidget(owner)
    settings.add_recent(folder)
    menu = RecentMenu(settings, owner)
    menu.fill()
    assert menu.actions()[0].text() == f"&1  {folder}"
    page = WelcomePage(Actions(owner))
    qtbot.addWidget(page)
    page.show_recent([folder])
    texts = [each.text() for each in page.findChildren(QPushButton)]
    assert f" photos   {folder.parent}" in texts


def test_only_a_folder_is_there(home: Path) -> None:
    (home / "file").write_text("")
    assert is_there(home)
    assert not is_there(home / "file")
    assert not is_there(home / "gone")
