"""For the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import CommandLine


@pytest.fixture
def maskwright(tmp_path: Path) -> CommandLine:
    """The command line, started in an empty folder."""
    folder = tmp_path / "current"
    folder.mkdir()
    return CommandLine(folder)
