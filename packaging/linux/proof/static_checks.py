"""What can be said of a package without installing it."""

from __future__ import annotations

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


def check_with_lintian(package: Path) -> None:
    with step("lintian"):
        command = ["lintian", "--allow-root", "--fail-on", "error,warning", "--show-overrides"]
        show(run([*command, "--tag-display-limit", "0", str(package)]))
