"""Where things lie on this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from segmenter.paths import cache_folder, data_folder, log_folder, resource


def test_resources_lie_beside_the_packages() -> None:
    assert resource("sample", "cat.jpg").is_file()


def test_environment_moves_the_users_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MASKWRIGHT_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("MASKWRIGHT_DATA", str(tmp_path / "data"))
    assert cache_folder() == tmp_path / "cache"
    assert data_folder() == tmp_path / "data"
    assert log_folder() == tmp_path / "log"


def test_users_folders_are_named_after_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASKWRIGHT_CACHE", raising=False)
    monkeypatch.delenv("MASKWRIGHT_LOG", raising=False)
    monkeypatch.delenv("MASKWRIGHT_DATA", raising=False)
    for folder in (cache_folder(), data_folder(), log_folder()):
        assert folder.is_absolute()
        assert "maskwright" in folder.parts
