"""What is the user's own: it outlives the app, whichever way that goes."""

from __future__ import annotations

from linux.proof.steps import ProofError
from linux.proof.system import System


def files_at_home(system: System) -> set[str]:
    """Everything in the home folder that is no folder."""
    return {
        "/" + str(path.relative_to(system.home))
        for path in system.home.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def check_kept(users: set[str], kept: set[str]) -> None:
    """Raises :class:`ProofError` with each of the ``users`` files that isn't ``kept``, and where
    there was no project among them, so that nothing would be proved."""
    if not any(path.endswith("/maskwright/project.sqlite3") for path in users):
        raise ProofError("the user had no project that could have been taken.")
    if gone := sorted(users - kept):
        raise ProofError("it took what is the user's:\n" + "\n".join(gone))
