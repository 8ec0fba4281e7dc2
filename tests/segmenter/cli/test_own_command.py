"""Starting ourselves again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import child_environment

import segmenter
from segmenter.cli.own_command import own_command


def test_it_starts_this_maskwright() -> None:
    child = subprocess.run(
        [*own_command(), "--version"], env=child_environment(), capture_output=True, text=True
    )
    assert child.stdout == f"maskwright {segmenter.__version__}\n"


@pytest.mark.parametrize(
    ("window", "command"),
    [("maskwright", "maskwright-cli"), ("Maskwright.exe", "maskwright-cli.exe")],
)
def test_a_bundle_has_a_program_of_its_own_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: str, command: str
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / window))
    assert own_command() == [str(tmp_path / command)]
