"""The project that a command works on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.cancel import CancelToken
from segmenter.cli.opened_folder import opened, opened_if_named
from segmenter.errors import Cancelled, MaskwrightError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "a.png")
    return tmp_path


def test_it_is_as_the_folder_is_now_and_only_read(folder: Path) -> None:
    with opened(folder) as project:
        assert [record.name for record in project.images()] == ["a.png"]
        with pytest.raises(MaskwrightError):
            project.add_class("cat")


def test_it_may_be_opened_to_be_changed(folder: Path) -> None:
    with opened(folder, read_only=False) as project:
        assert project.add_class("cat").name == "cat"


def test_looking_through_the_folder_heeds_the_first_interrupt(folder: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled), opened_if_named(folder, cancel):
        pytest.fail("it was opened")


def test_no_folder_is_no_project() -> None:
    with opened_if_named(None) as project:
        assert project is None
