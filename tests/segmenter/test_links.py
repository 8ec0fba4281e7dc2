"""Second names for files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from segmenter.links import link_or_copy


def without_links(file: Path, to: Path) -> None:
    raise OSError(errno.EPERM, "no links here")


@pytest.mark.parametrize("has_links", [True, False])
def test_it_stays_what_it_was_when_the_file_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        monkeypatch.setattr(os, "link", without_links)
    file, kept, new = (tmp_path / name for name in ("a.png", "kept.png", "new.png"))
    file.write_bytes(b"before")
    new.write_bytes(b"after")
    link_or_copy(file, kept)
    assert kept.samefile(file) is has_links
    new.replace(file)
    assert (file.read_bytes(), kept.read_bytes()) == (b"after", b"before")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        link_or_copy(tmp_path / "none.png", tmp_path / "kept.png")
