"""The life of the ``.run``: installed by an ordinary user, used, removed, and what is left."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from linux.proof.steps import ProofError, show, step
from linux.proof.system import HOME, USER_ID, System
from linux.proof.users_files import check_kept, files_at_home

APP = f"{HOME}/.local/opt/maskwright"
_ENTRY = f"{HOME}/.local/share/applications/maskwright.desktop"


def install(system: System, package: Path) -> None:
    """As a user would: copy it to the home folder, start it."""
    with step(f"./{package.name}, as a user"):
        name = f"{HOME}/{package.name}"
        shutil.copy(package, system.path(name))
        system.path(name).chmod(0o755)
        told = system.as_user(name, folder=HOME, variables=["PATH=/usr/bin:/bin"])
        show("\n".join(told.splitlines()[-3:]))  # before these, its progress
        system.path(name).unlink()


def make_read_only(system: System) -> None:
    """Neither the app nor a child of its may write into its own folder."""
    with step("the installed files become root's, and nobody may write to them"):
        system.as_root("chown", "-R", "root:root", APP)
        system.as_root("chmod", "-R", "a-w,a+rX", APP)


def make_writable(system: System) -> None:
    system.as_root("chmod", "-R", "u+w", APP)
    system.as_root("chown", "-R", f"{USER_ID}:{USER_ID}", APP)


def menu_command(system: System, file: str) -> list[str]:
    """What a desktop starts for its entry in the menus, to open ``file``."""
    entry = system.as_user("/bin/cat", _ENTRY)  # a link that leads there only inside
    value = re.findall(r"^Exec=(.*)$", entry, re.MULTILINE)[0].replace("\\\\", "\\")
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)" %F', value)
    if quoted is None:
        raise ProofError(f"no desktop would understand Exec={value}")
    return [re.sub(r"\\(.)", r"\1", quoted[1]).replace("%%", "%"), file]


def uninstall(system: System, before: set[str], users: set[str]) -> None:
    """Nothing may be left but what the user, and the app for the user, made; and all of that.

    ``before``: the files at home before the app was installed. ``users``: those that are there
    now, without what the installer put there.
    """
    with step("uninstall leaves the user's files and nothing else"):
        show(system.as_user(f"{APP}/uninstall", folder="/", variables=["PATH=/usr/bin:/bin"]))
        kept = files_at_home(system)
        check_kept(users, kept)
        ours = (
            "/Fotos", "/.cache/fontconfig/", "/.cache/maskwright", "/.config/maskwright",
            "/.local/share/maskwright/", "/.local/state/maskwright",
        )  # fmt: skip
        left = [path for path in sorted(kept - before) if not path.startswith(ours)]
        if left:
            raise ProofError("left behind:\n" + "\n".join(left))
