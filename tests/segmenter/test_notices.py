"""Licences and credits: found from the source tree and beside an installed app."""

from __future__ import annotations

from pathlib import Path

from segmenter.notices import notices


def test_the_source_tree_has_its_own() -> None:
    found = {notice.name: notice.text() for notice in notices()}
    assert "Apache License" in found["Maskwright"]
    assert "astronaut" in found["Photos and models"]


def test_an_installed_app_has_those_of_its_libraries(tmp_path: Path) -> None:
    for name in ("torch", "numpy"):
        (tmp_path / "licenses" / name).mkdir(parents=True)
    (tmp_path / "licenses" / "torch" / "LICENSE").write_text("BSD", encoding="utf-8")
    (tmp_path / "licenses" / "torch" / "NOTICE").write_bytes(b"caf\xe9")
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "NOTICES.md").write_text("Photos", encoding="utf-8")
    found = notices(tmp_path)
    assert [notice.name for notice in found] == ["Photos and models", "torch"]
    assert found[1].text() == "BSD\n\ncaf\ufffd"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (found,) = notices(tmp_path)
    assert "NOTICES.md can't be read" in found.text()
