"""A minimal Debian in a folder: made once, unpacked for each proof, entered as root or as an
ordinary user."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linux.host_tools import is_root
from linux.proof.steps import ProofError, run

HOME = "/home/Zoë Łącka"
USER_ID = 1000
_KEPT_DAYS = 7
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_BOOKKEEPING = (
    "/dev", "/home", "/proc", "/run", "/sys", "/tmp",
    "/etc/ld.so.cache", "/var/cache/apt", "/var/cache/debconf",
    "/var/cache/fontconfig", "/var/cache/ldconfig",
    "/var/lib/apt", "/var/lib/dpkg", "/var/log",
)  # fmt: skip
"""Where the system itself keeps books about what was ever installed, and what is no part of it."""


def make_base(folder: Path) -> Path:
    """A tarball of Debian with nothing but apt, of the same release and from the same sources
    as this machine's; kept in ``folder`` for a week."""
    sources = host_sources()
    mark = hashlib.sha256(sources.encode()).hexdigest()[:12]
    base = folder / f"base-{mark}.tar"
    if base.is_file() and time.time() - base.stat().st_mtime < _KEPT_DAYS * 86400:
        return base
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "sources"
    told.write_text(sources, "utf-8")
    settings = folder / "apt.conf"
    settings.write_text(host_settings(), "utf-8")
    made = base.with_suffix(".part.tar")
    run([
        "mmdebstrap", "--quiet", "--variant=apt", f"--mode={'root' if is_root() else 'unshare'}",
        "--format=tar", f"--aptopt={settings}", release(), str(made), str(told),
    ])  # fmt: skip
    made.replace(base)
    return base


def release() -> str:
    """The code name of this machine's Debian or Ubuntu."""
    for line in Path("/etc/os-release").read_text("utf-8").splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.partition("=")[2].strip('"')
    raise ProofError("/etc/os-release names no release; the proof runs on Debian or Ubuntu.")


def host_sources() -> str:
    """This machine's own list of package sources, in apt's newer form."""
    apt = Path("/etc/apt")
    paths = sorted((apt / "sources.list.d").glob("*.sources"))
    if paths:
        return "\n".join(path.read_text("utf-8") for path in paths)
    paths = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]
    text = "\n".join(path.read_text("utf-8") for path in paths if path.is_file())
    if not text.strip():
        raise ProofError("this machine has no package sources in /etc/apt.")
    return text


def host_settings() -> str:
    """How this machine reaches its package sources: proxies, certificates, time limits."""
    lines = run(["apt-config", "dump"]).splitlines()
    return "\n".join(line for line in lines if line.startswith("Acquire::")) + "\n"


def _named_certificates(settings: str) -> list[Path]:
    lines = [line for line in settings.splitlines() if "::cainfo" in line.lower()]
    return [Path(line.split('"')[1]) for line in lines]


@dataclass
class System:
    """The unpacked Debian in ``root``. Everything is mounted in our own namespace only."""

    root: Path
    home: Path
    """Lies outside of ``root``, so that it stays writable."""
    archives: Path
    """Packages that apt has fetched, kept for the next proof."""

    def unpack(self, base: Path) -> None:
        """The base, with an ordinary user and what a kernel gives to every system."""
        for folder in (self.root, self.home, self.archives / "partial"):
            folder.mkdir(parents=True, exist_ok=True)
        run(["tar", "-C", str(self.root), "--numeric-owner", "-xpf", str(base)])
        self._reach_the_network()
        with (self.root / "etc/passwd").open("a", encoding="utf-8") as users:
            users.write(f"ada:x:{USER_ID}:{USER_ID}:Ada:{HOME}:/bin/sh\n")
        with (self.root / "etc/group").open("a", encoding="utf-8") as groups:
            groups.write(f"ada:x:{USER_ID}:\n")
        os.chown(self.home, USER_ID, USER_ID)
        self.path(HOME).mkdir(parents=True)
        self._mount()

    def _mount(self) -> None:
        mount("--bind", self.root, self.root)  # so that all of it can be made read-only at once
        mount("-t", "proc", "proc", self.path("/proc"))
        mount("--rbind", "/sys", self.path("/sys"))
        for place, options in (
            ("/dev", "mode=755"), ("/tmp", "mode=1777"), ("/run", "mode=755"),
        ):  # fmt: skip
            mount("-t", "tmpfs", "-o", options, "tmpfs", self.path(place))
        for name in _DEVICES:
            self.path(f"/dev/{name}").touch()
            mount("--bind", f"/dev/{name}", self.path(f"/dev/{name}"))
        for name, kind, options in (
            ("shm", "tmpfs", "mode=1777"), ("pts", "devpts", "newinstance,ptmxmode=666"),
        ):  # fmt: skip
            self.path(f"/dev/{name}").mkdir()
            mount("-t", kind, "-o", options, kind, self.path(f"/dev/{name}"))
        self.path("/dev/ptmx").symlink_to("pts/ptmx")
        self.path("/dev/fd").symlink_to("/proc/self/fd")
        mount("--bind", self.home, self.path(HOME))
        mount("--bind", self.archives, self.path("/var/cache/apt/archives"))

    def _reach_the_network(self) -> None:
        for name in ("resolv.conf", "hosts"):
            if Path("/etc", name).is_file():
                self.path(f"/etc/{name}").unlink(missing_ok=True)
                shutil.copyfile(f"/etc/{name}", self.path(f"/etc/{name}"))
        if "https:" not in host_sources():
            return
        for path in {_CERTIFICATES, *_named_certificates(host_settings())}:
            if path.is_file() and not self.path(str(path)).exists():
                self.path(str(path)).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, self.path(str(path)))

    def path(self, inside: str) -> Path:
        """Where a file of the system lies for us."""
        return self.root / inside.lstrip("/")

    def make_read_only(self) -> None:
        """All but ``/home``, ``/tmp``, ``/run`` and ``/dev``."""
        mount("-o", "remount,bind,ro", self.root)

    def make_writable(self) -> None:
        mount("-o", "remount,bind,rw", self.root)

    def as_root(self, *command: str) -> str:
        """Run ``command`` in the system, with as little of our environment as can be."""
        variables = {"PATH": _PATH, "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        return run(["chroot", str(self.root), *command], environment=variables)

    def user_command(
        self, *command: str, folder: str = "/", variables: Sequence[str] = ()
    ) -> list[str]:
        """What starts ``command`` as the ordinary user, in ``folder``, with no variables but
        ``variables`` and HOME."""
        return [
            "chroot", f"--userspec={USER_ID}:{USER_ID}", f"--groups={USER_ID}", str(self.root),
            "/usr/bin/env", "-i", f"--chdir={folder}", f"HOME={HOME}", *variables, *command,
        ]  # fmt: skip

    def as_user(self, *command: str, folder: str = "/", variables: Sequence[str] = ()) -> str:
        environment = {"PATH": _PATH}
        whole = self.user_command(*command, folder=folder, variables=variables)
        return run(whole, environment=environment)

    def listing(self) -> dict[str, str]:
        """Every path of the system → what lies there. Without the books the system keeps."""
        found: dict[str, str] = {}
        for folder, folders, files in os.walk(self.root):
            inside = Path("/", Path(folder).relative_to(self.root))
            folders[:] = [name for name in folders if str(inside / name) not in _BOOKKEEPING]
            for name in [*folders, *files]:
                if str(inside / name) not in _BOOKKEEPING:
                    found[str(inside / name)] = _kind(Path(folder, name))
        return found


def _kind(path: Path) -> str:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return f"link to {path.readlink()}"
    size = f" {status.st_size} bytes" if stat.S_ISREG(status.st_mode) else ""
    return f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}{size}"


def mount(*arguments: str | Path) -> None:
    run(["mount", *map(str, arguments)])


def remove(folder: Path) -> None:
    """A folder that may hold files of a mapped user; nothing is mounted in it any more."""
    if not folder.exists():
        return
    command = ["rm", "-rf", "--one-file-system", str(folder)]
    if not is_root():
        command = ["unshare", "--map-root-user", "--map-auto", "--", *command]
    if subprocess.run(command, check=False).returncode:
        print(f"{folder} could not be removed.", file=sys.stderr)
