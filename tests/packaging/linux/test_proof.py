"""The parts of the proof that decide whether something is proved."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from linux.proof.installed_deb import compare
from linux.proof.isolation import are_allowed
from linux.proof.steps import ProofError, run, step
from linux.proof.system import System
from linux.proof.users_files import check_kept, files_at_home


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


def test_whatever_of_the_users_went_with_the_app_is_told(tmp_path: Path) -> None:
    system = System(tmp_path / "root", tmp_path / "home", tmp_path / "archives")
    project = system.home / "Fotos äöü/maskwright"
    project.mkdir(parents=True)
    (project / "project.sqlite3").write_bytes(b"")
    (project / "masks").mkdir()
    (project / "masks/cat.png").write_bytes(b"")
    (system.home / "link").symlink_to("nowhere")
    users = files_at_home(system)
    assert users == {
        "/Fotos äöü/maskwright/project.sqlite3",
        "/Fotos äöü/maskwright/masks/cat.png",
        "/link",
    }
    (project / "new").write_bytes(b"")
    check_kept(users, files_at_home(system))
    (project / "masks/cat.png").unlink()
    with pytest.raises(ProofError, match=r"the user's:\n/Fotos äöü/maskwright/masks/cat\.png$"):
        check_kept(users, files_at_home(system))


def test_without_a_project_nothing_is_proved_of_it() -> None:
    with pytest.raises(ProofError, match="no project"):
        check_kept({"/.config/maskwright/settings"}, {"/.config/maskwright/settings"})


def test_a_command_that_fails_is_told_with_what_it_printed() -> None:
    script = "print('half done'); raise SystemExit(3)"
    with pytest.raises(ProofError, match=r"ended with 3\.\nhalf done"):
        run([sys.executable, "-c", script])


def test_a_failed_step_says_so_and_goes_on_up(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProofError, match="no"), step("something"):
        raise ProofError("no")
    assert "· something ...\n  FAILED" in capsys.readouterr().out


_STARTS = """
import sys
sys.path.append({packaging!r})
from linux.proof.isolation import in_namespaces, run_with_us
run_with_us(in_namespaces([sys.executable, "-c", {inside!r}]))
"""
_INSIDE = """
import subprocess, sys
sys.path.append({packaging!r})
from linux.proof.isolation import end_with_whoever_started_us
end_with_whoever_started_us()
child = subprocess.Popen(["sleep", "1000"], start_new_session=True, stdin=subprocess.DEVNULL)
print("running", flush=True)
child.wait()
"""


@pytest.mark.skipif(
    shutil.which("unshare") is None or not are_allowed(), reason="no namespaces may be made"
)
def test_nothing_goes_on_when_the_proof_is_killed_by_force() -> None:
    packaging = str(Path(__file__).parents[3] / "packaging")
    script = _STARTS.format(packaging=packaging, inside=_INSIDE.format(packaging=packaging))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as proof:
        assert proof.stdout is not None
        assert proof.stdout.readline() == b"running\n"
        proof.kill()
        assert proof.stdout.read() == b""  # all that could write to it have ended
