"""The manual page, made from the command line's help."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from linux.man_page import man_page

from segmenter.cli.app import app

PAGE = man_page("1.2.3", datetime(2026, 1, 31, tzinfo=UTC))


def commands(group: Any) -> list[Any]:
    found = [one for one in getattr(group, "commands", {}).values() if not one.hidden]
    return [*found, *(inner for one in found for inner in commands(one))]


def test_every_command_and_every_option_is_there() -> None:
    plain = PAGE.replace("\\-", "-")
    for command in commands(typer.main.get_command(app)):
        assert re.search(rf'^\.SS "maskwright ([a-z]+ )?{command.name} ', plain, re.MULTILINE)
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("-") and not parameter.hidden:
                    assert option in plain


def test_hidden_commands_are_not() -> None:
    assert "screen" not in re.findall(r'^\.SS "maskwright (\w+)', PAGE, re.MULTILINE)


def test_every_hyphen_can_be_copied() -> None:
    text = "\n".join(line for line in PAGE.splitlines() if not line.startswith(".TH"))
    assert not re.findall(r"(?<!\\)-", text)


def test_it_is_set_without_a_warning(tmp_path: Path) -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed; the proof of the package sets it")
    path = tmp_path / "maskwright.1"
    path.write_text(PAGE, "utf-8")
    told = subprocess.run(
        ["groff", "-man", "-ww", "-z", "-Tutf8", "-Kutf8", str(path)],
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0
    assert not told.stderr
