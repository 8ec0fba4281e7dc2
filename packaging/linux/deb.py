"""The Debian package: ``/opt/maskwright``, links in ``/usr/bin``, and all that a desktop needs.

There are no maintainer scripts: menus, icons, MIME types and the manual's index are brought up
to date by the triggers of the packages they belong to.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linux.bundle_folder import ROOT, Bundle, PackagingError
from linux.changes import ChangelogEntry, read_changes
from linux.debian_copyright import debian_copyright
from linux.desktop_files import SUMMARY, write_desktop_files, write_gzip
from linux.man_page import man_page
from linux.needed_libraries import debian_packages, is_elf, needs_of
from linux.search_paths import drop_foreign_search_paths
from segmenter.updates import HOMEPAGE

MAINTAINER = "Maskwright contributors <maskwright@users.noreply.github.com>"
COMPRESSIONS = {
    "best": ("-Zxz", "-z9"),
    "fast": ("-Zgzip", "-z1"),
}
"""Options of dpkg-deb. Who tries a package unpacks it three times, which gzip does in seconds."""
BEST_FOR_CUDA = ("-Zzstd", "-z9")
"""Most of its 4 GB is code for graphics cards, compressed already: xz would gain little over zstd,
and take half an hour to pack and minutes to install. Debian 12, Ubuntu 22.04 and newer install it,
though Debian's own archive, and so lintian, take xz and gzip alone."""

DATA_PACKAGES = ("fontconfig-config", "fonts-dejavu-core | fonts-liberation2 | fonts-noto-core")
"""What no library is linked to, but the window needs: a bare system has no font."""

_DESCRIPTION = """\
Maskwright turns a folder of images into segmentation masks with a DeepLabv3 model that learns
from your corrections. Open a folder, let the model segment it, correct the masks with a brush,
and fine-tune the model on the corrections: the rest of the folder gets better.

It works offline, on a laptop without a GPU, and faster with one."""
_FLAVOURS = {
    "cpu": "This package computes on the CPU; maskwright-cuda also uses NVIDIA graphics cards.",
    "cuda": "This package also uses NVIDIA graphics cards; their driver has to be installed.",
}


def make_deb(bundle: Bundle, out: Path, compression: str) -> Path:
    """Write ``<name>_<version>_amd64.deb`` into ``out``; returns its path.

    Raises :class:`PackagingError` where the bundle has something that nobody accounts for.
    """
    dpkg_deb = shutil.which("dpkg-deb")
    if dpkg_deb is None:
        raise PackagingError("dpkg-deb is missing; a .deb is made on Debian or Ubuntu.")
    entries = read_changes(ROOT / "CHANGELOG.md", bundle.version)
    version = debian_version(bundle.version)
    drop_foreign_search_paths(bundle)
    package = out / f"{bundle.name}_{version}_amd64.deb"
    with staging(out) as folder:
        tree = folder / "tree"
        link_tree(bundle.folder, tree / "opt" / "maskwright")
        link_programs(tree / "usr/bin")
        write_share(tree / "usr/share", bundle, entries)
        write_control(tree, bundle, version)
        set_modes(tree)
        subprocess.run(
            [
                *(dpkg_deb, "--root-owner-group", *_compression(bundle, compression)),
                *("--build", str(tree), str(package)),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            env={"SOURCE_DATE_EPOCH": f"{entries[0].date.timestamp():.0f}", **os.environ},
        )
    return package


def _compression(bundle: Bundle, name: str) -> tuple[str, ...]:
    is_large = bundle.flavour == "cuda" and name == "best"
    return BEST_FOR_CUDA if is_large else COMPRESSIONS[name]


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A folder on the disk of ``out``, gone in the end."""
    out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".package-", dir=out))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def debian_version(version: str) -> str:
    """As Debian sorts it: 0.2.0rc1 → 0.2.0~rc1, which is older than 0.2.0."""
    return re.sub(r"(?<=\d)\.?(?=(a|b|rc|dev)\d*)", "~", version, count=1)


def link_tree(source: Path, target: Path) -> None:
    """A copy that shares the files' contents where both lie on one disk."""

    unwanted = shutil.ignore_patterns(".gitignore")

    def link(from_path: str, to_path: str) -> None:
        try:
            os.link(from_path, to_path, follow_symlinks=False)
        except OSError:
            shutil.copy2(from_path, to_path, follow_symlinks=False)

    shutil.copytree(source, target, symlinks=True, ignore=unwanted, copy_function=link)


def link_programs(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("maskwright", "maskwright-cli"):
        (folder / name).symlink_to(f"/opt/maskwright/{name}")


def write_share(share: Path, bundle: Bundle, entries: list[ChangelogEntry]) -> None:
    """Everything below ``/usr/share``."""
    newest = entries[0]
    write_desktop_files(share, entries)
    manual = share / "man/man1"
    write_gzip(manual / "maskwright.1.gz", man_page(bundle.version, newest.date))
    (manual / "maskwright-cli.1.gz").symlink_to("maskwright.1.gz")
    documents = share / "doc" / bundle.name
    write_gzip(documents / "changelog.gz", debian_changelog(bundle.name, entries))
    (documents / "copyright").write_text(debian_copyright(bundle), "utf-8")
    overrides = share / "lintian/overrides" / bundle.name
    overrides.parent.mkdir(parents=True)
    overrides.write_text((Path(__file__).parent / "lintian-overrides").read_text("utf-8"), "utf-8")


def debian_changelog(name: str, entries: list[ChangelogEntry]) -> str:
    paragraphs = []
    for entry in entries:
        points = "".join(
            textwrap.fill(point, 78, initial_indent="  * ", subsequent_indent="    ") + "\n"
            for point in entry.points
        )
        paragraphs.append(
            f"{name} ({debian_version(entry.version)}) unstable; urgency=medium\n\n{points}\n"
            f" -- {MAINTAINER}  {entry.date:%a, %d %b %Y %H:%M:%S %z}\n"
        )
    return "\n".join(paragraphs)


def write_control(tree: Path, bundle: Bundle, version: str) -> None:
    """``DEBIAN/control`` and ``md5sums``; everything else has to be in place."""
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    control = tree / "DEBIAN"
    control.mkdir()
    sums = "".join(f"{_md5(path)}  {path.relative_to(tree)}\n" for path in files)
    (control / "md5sums").write_text(sums, "utf-8")
    kilobytes = sum(-(-path.lstat().st_size // 1024) for path in tree.rglob("*"))
    depends = [*debian_packages(needs_of(bundle)), *DATA_PACKAGES]
    others = sorted({"maskwright", "maskwright-cuda"} - {bundle.name})
    fields = {
        "Package": bundle.name,
        "Version": version,
        "Architecture": "amd64",
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": ", ".join(depends),
        "Recommends": "ca-certificates",  # for downloading models
        # Both flavours are the same app in the same place.
        "Conflicts": ", ".join(others),
        "Replaces": ", ".join(others),
        "Section": "graphics",
        "Priority": "optional",
        "Homepage": HOMEPAGE,
        "Description": f"{SUMMARY[0].lower()}{SUMMARY[1:]}\n{_described(bundle.flavour)}",
    }
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    (control / "control").write_text(text, "utf-8")


def _described(flavour: str) -> str:
    paragraphs = [*_DESCRIPTION.split("\n\n"), _FLAVOURS[flavour]]
    return "\n .\n".join(
        textwrap.fill(" ".join(one.split()), 78, initial_indent=" ", subsequent_indent=" ")
        for one in paragraphs
    )


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def set_modes(tree: Path) -> None:
    """What Debian wants: everybody reads, root writes; programs alone can be started."""
    for path in [tree, *tree.rglob("*")]:
        if path.is_symlink():
            continue
        started = path.is_dir() or (".so" not in path.name and is_elf(path))
        path.chmod(0o755 if started else 0o644)
