"""What can be said of a package without installing it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from linux.proof.steps import ProofError, run, show, step


def check_desktop_files(share: Path) -> None:
    """The entry in the menus, the description in software centres, the manual page."""
    with step("desktop-file-validate"):
        for path in share.glob("applications/*.desktop"):
            if told := run(["desktop-file-validate", str(path)]):
                raise ProofError(told)
    with step("appstreamcli validate --no-net"):
        for path in share.glob("metainfo/*.xml"):
            show(run(["appstreamcli", "validate", "--no-net", "--explain", str(path)]))
    with step("the manual page is set without a warning"):
        for path in share.glob("man/man1/*.gz"):
            environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "MANWIDTH": "80"}
            command = ["man", "--warnings", "-E", "UTF-8", "-Tutf8", "-Z", "-l", str(path)]
            told = run(command, environment=environment)
            if warnings := [line for line in told.splitlines() if "warning" in line]:
                raise ProofError("\n".join(warnings))


class Lintian:
    """Begun at once, since it takes minutes; asked when all else is done."""

    def __init__(self, package: Path, log: Path) -> None:
        command = ["lintian", "--allow-root", "--fail-on", "error,warning"]
        if b"data.tar.zst" in _first_bytes(package):  # what Debian's archive does not take
            command += ["--suppress-tags", "malformed-deb-archive"]
        self._log = log
        with log.open("wb") as printed:
            self._process = subprocess.Popen(
                [*command, "--tag-display-limit", "0", str(package)],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    def ask(self) -> None:
        """Raises :class:`ProofError` with all that it has to say of errors and warnings."""
        with step("lintian, which was begun at first"):
            code = self._process.wait(timeout=900)
            told = self._log.read_text("utf-8", "replace")
            if code:
                raise ProofError(f"lintian ended with {code}.\n{told}")
            show(told)


def _first_bytes(package: Path) -> bytes:
    """With the names of its members: before the last one there is but its description."""
    with package.open("rb") as file:
        return file.read(1_000_000)
