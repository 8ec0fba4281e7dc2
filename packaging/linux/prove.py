"""Proves the packages in dist/ by installing them where nothing of this machine helps.

    packaging/dev python packaging/linux/prove.py [--deb FILE] [--run FILE] [--pictures dist]

A minimal Debian is made in build/proof/ with mmdebstrap, in namespaces of its own. The .deb is
installed there by apt; an ordinary user with an empty environment, a home with other letters than
English ones, no network and a read-only system runs the self-test and uses the window; then it is
purged, and nothing may be left. The .run goes through the same without root. Ends with 1 at the
first thing that does not hold. Nothing stays mounted or running, however it ends.

Where no namespaces may be made, only the files of the .deb and the self-test out of it are tried.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from linux.bundle_folder import ROOT, PackagingError
from linux.host_tools import is_root, need_host_tools
from linux.needed_libraries import PROVIDERS
from linux.proof import installed_deb, installed_run
from linux.proof.isolation import (
    are_allowed,
    end_with_whoever_started_us,
    in_namespaces,
    leave_network,
    own_command,
    run_with_us,
)
from linux.proof.screen import Screen, screen
from linux.proof.static_checks import Lintian, check_desktop_files
from linux.proof.steps import ProofError, run, show, step
from linux.proof.system import HOME, USER_ID, System, make_base, remove
from linux.proof.user_story import open_an_image, self_test, use_the_window
from linux.proof.users_files import files_at_home

NEEDED = (
    "Xvfb", "appstreamcli", "desktop-file-validate", "lintian", "man", "mmdebstrap", "newuidmap",
    "unshare", "xdotool",
)  # fmt: skip
OF_EVERY_DESKTOP = (*sorted(set(PROVIDERS.values())), "fontconfig-config", "fonts-dejavu-core",
                    "xz-utils")  # fmt: skip
CACHE = ROOT / "build" / "proof"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--deb", type=Path, help="default: the newest in dist/")
    parser.add_argument("--run", type=Path, help="default: the newest in dist/, if there is one")
    parser.add_argument("--pictures", type=Path, default=ROOT / "dist", help="default: dist/")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    began = time.monotonic()
    try:
        deb = options.deb or newest("*_amd64.deb")
        run_file = options.run or newest("*_x86_64.run")
        if options.work:
            end_with_whoever_started_us()
            prove(options.work, deb, run_file, options.pictures)
            return 0
        code = start(deb, run_file, options.pictures)
    except (PackagingError, ProofError) as error:
        print(f"prove: {error}", file=sys.stderr)
        return 1
    end = "NOT proved" if code else "Proved" if are_allowed() else "Proved in part"
    print(f"{end} ({time.monotonic() - began:.0f} s).", flush=True)
    return code


def newest(pattern: str) -> Path | None:
    found = sorted((ROOT / "dist").glob(pattern), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def start(deb: Path | None, run_file: Path | None, pictures: Path) -> int:
    """Make what needs neither namespace nor package, then go on in namespaces of our own."""
    if not deb and not run_file:
        raise ProofError("dist/ has no package; first run: packaging/dev package")
    signal.signal(signal.SIGTERM, _stop)
    with step("the programs that the proof is made with"):
        need_host_tools(*NEEDED)
    allowed = are_allowed()
    if allowed:
        with step("a minimal Debian"):
            make_base(CACHE)
    elif deb is None:
        raise ProofError(
            "this system lets us make no namespaces; without them only a .deb is tried"
        )
    CACHE.mkdir(parents=True, exist_ok=True)
    remove_leftovers()
    work = Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=CACHE))
    work.chmod(0o755)
    if deb is not None and not allowed:
        try:
            prove_unpacked(deb, work)
            return 0
        finally:
            remove(work)
    told = [f"--work={work}", f"--pictures={pictures.resolve()}"]
    told += [f"--deb={deb.resolve()}"] if deb else []
    told += [f"--run={run_file.resolve()}"] if run_file else []
    try:
        return run_with_us(in_namespaces(own_command(*told)))
    finally:
        remove(work)


def remove_leftovers() -> None:
    """Of proofs that were killed."""
    for folder in CACHE.glob("run-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            remove(folder)


def prove_unpacked(deb: Path, work: Path) -> None:
    """What holds without installing the package. Raises :class:`ProofError`."""
    print(
        "This system lets us make no namespaces: the package is not installed, and no window opens."
    )
    lintian = check_files(deb, work)
    home = work / "Zoë Łącka"
    home.mkdir()
    as_user: list[str] = []
    if is_root():
        os.chown(home, USER_ID, USER_ID)
        as_user = ["setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups"]
    program = work / "extracted/opt/maskwright/maskwright-cli"
    with step("maskwright-cli selftest, as a user, with nothing in the environment"):
        show(run([*as_user, "env", "-i", "--chdir=/", f"HOME={home}", str(program), "selftest"]))
    lintian.ask()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(143)


def prove(work: Path, deb: Path | None, run_file: Path | None, pictures: Path) -> None:
    """Everything that happens in the namespaces. Raises :class:`ProofError`."""
    pictures.mkdir(parents=True, exist_ok=True)
    system = System(work / "root", work / "home", CACHE / "archives")
    lintian = check_files(deb, work) if deb else None
    with step("the minimal Debian is unpacked"):
        system.unpack(make_base(CACHE))
        before = system.listing()
    if deb:
        installed_deb.install(system, deb)
        installed_deb.check_libraries(system)
    if run_file:
        installed_deb.install_libraries(system, *OF_EVERY_DESKTOP)
    with step("from here on: no network, and a read-only system"):
        leave_network()
        system.make_read_only()
    with screen(system, work / "screen") as seen:
        if deb:
            self_test(system, "maskwright-cli")
            use_the_window(system, seen, ["maskwright"], pictures / "proof-deb.png")
            system.make_writable()
            installed_deb.purge(system)
            system.make_read_only()
        if run_file:
            use_run_file(system, seen, run_file, pictures / "proof-run.png")
    system.make_writable()
    if run_file:
        installed_deb.remove_again(system, "xz-utils")
    if deb:
        installed_deb.remove_dependencies(system, before)
    if lintian:
        lintian.ask()


def check_files(deb: Path, work: Path) -> Lintian:
    with step("the package's own files"):
        run(["dpkg-deb", "--extract", str(deb), str(work / "extracted")])
    check_desktop_files(work / "extracted/usr/share")
    return Lintian(deb, work / "lintian.log")


def use_run_file(system: System, seen: Screen, package: Path, picture: Path) -> None:
    before = files_at_home(system)
    installed_run.install(system, package)
    installed = files_at_home(system) - before
    installed_run.make_read_only(system)
    self_test(system, f"{HOME}/.local/bin/maskwright-cli")
    open_an_image(system, seen, partial(installed_run.menu_command, system), picture)
    installed_run.make_writable(system)
    installed_run.uninstall(system, before, files_at_home(system) - installed)


if __name__ == "__main__":
    sys.exit(main())
