"""The parts of the proof that decide whether something is proved."""

from __future__ import annotations

import sys

import pytest
from linux.proof.installed_deb import compare
from linux.proof.steps import ProofError, run, step


def test_a_system_that_is_as_it_was_passes() -> None:
    compare({"/etc/a": "-rw 4 bytes"}, {"/etc/a": "-rw 4 bytes"})


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"/etc/a": "1", "/opt/new": "2"}, r"\+ /opt/new"),
        ({}, "- /etc/a"),
        ({"/etc/a": "2"}, "! /etc/a: 1 → 2"),
    ],
)
def test_whatever_came_went_or_changed_is_told(after: dict[str, str], told: str) -> None:
    with pytest.raises(ProofError, match=told):
        compare({"/etc/a": "1"}, after)


def test_a_command_that_fails_is_told_with_what_it_printed() -> None:
    script = "print('half done'); raise SystemExit(3)"
    with pytest.raises(ProofError, match=r"ended with 3\.\nhalf done"):
        run([sys.executable, "-c", script])


def test_a_failed_step_says_so_and_goes_on_up(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProofError, match="no"), step("something"):
        raise ProofError("no")
    assert "· something ...\n  FAILED" in capsys.readouterr().out
