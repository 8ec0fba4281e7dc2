"""The self-extracting ``.run``: installs for one user, below the home folder, without root.

makeself unpacks below ``/tmp``, which is often a small file system in memory; ours unpacks in the
home folder, from where everything is only renamed into its place.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from linux.bundle_folder import ROOT, Bundle, PackagingError
from linux.changes import ChangelogEntry, read_changes
from linux.deb import link_tree, set_modes, staging
from linux.desktop_files import write_desktop_files, write_gzip
from linux.host_tools import need_host_tools
from linux.man_page import man_page
from linux.search_paths import drop_foreign_search_paths

COMPRESSIONS = {
    "best": ("--xz", "--complevel", "6", "--threads", "0"),
    "fast": ("--gzip", "--complevel", "1"),
}
"""Options of makeself. Every system has gzip, all but the barest have xz."""
_HEADER = Path("/usr/share/makeself/makeself-header.sh")
_TMP = r"TMPROOT=\${TMPDIR:=/tmp}"
_HOME = r"TMPROOT=\${TMPDIR:=\$HOME}"
_CONTENTS = Path(__file__).parent / "run_file_contents"


def make_run(bundle: Bundle, out: Path, compression: str) -> Path:
    """Write ``<name>_<version>_x86_64.run`` into ``out``; returns its path."""
    need_host_tools("makeself", "xz")
    entries = read_changes(ROOT / "CHANGELOG.md", bundle.version)
    drop_foreign_search_paths(bundle)
    package = out / f"{bundle.name}_{bundle.version}_x86_64.run"
    with staging(out) as folder:
        tree, header = folder / "tree", folder / "header.sh"
        write_tree(tree, bundle, entries)
        header.write_text(unpacking_at_home(_HEADER.read_text("utf-8")), "utf-8")
        subprocess.run(
            [
                *("makeself", "--quiet", "--nox11", "--sha256", "--nomd5", "--tar-quietly"),
                *("--header", str(header), *COMPRESSIONS[compression]),
                *("--packaging-date", f"{entries[0].date:%Y-%m-%d}"),
                *("--tar-extra", "--owner=0 --group=0 --sort=name"),
                *(str(tree), str(package), f"Maskwright {bundle.version}", "./install.sh"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return package


def write_tree(tree: Path, bundle: Bundle, entries: list[ChangelogEntry]) -> None:
    """What the archive unpacks: the app, what the desktop needs, install.sh and uninstall."""
    link_tree(bundle.folder, tree)
    write_desktop_files(tree / "share", entries)
    manual = man_page(bundle.version, entries[0].date)
    write_gzip(tree / "share/man/man1/maskwright.1.gz", manual)
    set_modes(tree)
    for script in ("install.sh", "uninstall"):
        shutil.copy(_CONTENTS / script, tree / script)
        (tree / script).chmod(0o755)


def unpacking_at_home(header: str) -> str:
    """makeself's own header, with ``HOME`` in the place of ``/tmp``; ``TMPDIR`` still wins."""
    if header.count(_TMP) != 1:
        raise PackagingError(f"{_HEADER} has changed; see where it unpacks now.")
    return header.replace(_TMP, _HOME)
