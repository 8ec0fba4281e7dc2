"""Debian's machine-readable copyright file, made from what is really in the bundle.

https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path, PurePosixPath

from bundle.component import Component

from linux.bundle_folder import ROOT, Bundle
from segmenter.updates import HOMEPAGE

_INSIDE = "opt/maskwright/_internal"
_MOST_HOLDERS = 40
_HOLDER = re.compile(r"^\W*(?:copyright\b|\(c\)|©)(?:\s|\(c\)|©|:)*(.*\w.*)$", re.IGNORECASE)
_APACHE = """\
License: Apache-2.0
 On Debian systems the complete text of the Apache License, Version 2.0, is in
 /usr/share/common-licenses/Apache-2.0."""
_PHOTO = re.compile(
    r"^\| `(?P<file>[^`]+)` \| (?P<what>[^|]+) \| (?P<by>[^|]+) \| (?P<terms>[^|]+) \|"
)


def debian_copyright(bundle: Bundle) -> str:
    """All of it: the app's own paragraph first, as later ones win over it."""
    places = places_of(bundle)
    people = {component.name: _named_by(component, bundle) for component in bundle.components}
    paragraphs = [
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Upstream-Name: Maskwright\nSource: {HOMEPAGE}\n"
        "Comment: The program and all that it needs, as its authors build it. What they say of\n"
        f" their licences stands here; the texts lie in /{_INSIDE}/licenses.",
        "Files: *\nCopyright: the Maskwright contributors\nLicense: Apache-2.0",
        *_photos((ROOT / "resources/NOTICES.md").read_text("utf-8")),
    ]
    licences = [_APACHE]
    for component in bundle.components:
        if component.kind != "embedded":
            there = places.get(component.name) or _programs()
            paragraphs.append(_files(component, there, people[component.name]))
        licences.append(f"License: {_terms(component.name)}\n{_where_it_stands(component)}")
    paragraphs += _with_embedded(bundle.components, places, people)
    return "\n\n".join([*paragraphs, *licences]) + "\n"


def places_of(bundle: Bundle) -> dict[str, list[str]]:
    """For each component by name the patterns of its files in the package; those without one are in
    the archive of bytecode inside the programs."""
    there = {path.name for path in (bundle.folder / "_internal").iterdir()}
    places: dict[str, list[str]] = {}
    owner = {
        PurePosixPath(str(file)).parts[0]: name
        for distribution in metadata.distributions(path=[str(bundle.site_packages)])
        for name in [distribution.metadata["Name"]]  # read once, not for each file
        for file in distribution.files or []
        if "/" in str(file) and not str(file).startswith("..")
    }
    for folder, name in sorted(owner.items()):
        if folder in there:
            places.setdefault(name, []).append(f"{_INSIDE}/{folder}/*")
    for component in bundle.components:
        if component.kind == "interpreter":
            places[component.name] = [
                f"{_INSIDE}/{name}*" for name in ("base_library.zip", "libpython", "python3")
            ]
        elif component.files:
            places[component.name] = [f"{_INSIDE}/{name}" for name in sorted(set(component.files))]
    return places


def _programs() -> list[str]:
    return ["opt/maskwright/maskwright", "opt/maskwright/maskwright-cli"]


def _with_embedded(
    components: Sequence[Component], places: dict[str, list[str]], people: dict[str, list[str]]
) -> list[str]:
    """A paragraph for all files that have the same things in them, with the terms of each, and of
    whoever the file is itself."""
    files_of: dict[tuple[str, ...], list[str]] = {}
    embedded = [component for component in components if component.kind == "embedded"]
    for file in sorted({file for component in embedded for file in places[component.name]}):
        parts = tuple(
            component.name
            for component in components
            if any(fnmatchcase(file, place) for place in places.get(component.name, ()))
        )
        files_of.setdefault(parts, []).append(file)
    paragraphs = []
    for parts, files in files_of.items():
        named = dict.fromkeys(who for part in parts for who in people[part])
        lines = [
            "Files: " + "\n ".join(files),
            "Copyright: " + "\n ".join(named),
            "License: " + " and ".join(map(_terms, parts)),
            "Comment: " + ", ".join(parts),
        ]
        paragraphs.append("\n".join(lines))
    return paragraphs


def _named_by(component: Component, bundle: Bundle) -> list[str]:
    text = "\n".join(_read(bundle.folder / path) for path in component.license_files)
    return holders(text) or [f"the authors of {component.name}"]


def _terms(name: str) -> str:
    return f"{_slug(name)}-terms"


def _files(component: Component, places: Iterable[str], people: Iterable[str]) -> str:
    comment = f"{component.name} {component.version}".strip()
    comment += " of Debian" if component.kind == "system" else ""
    if component.license:
        says = "" if component.kind == "library" else "its metadata say: "
        comment += f"; {says}{' '.join(component.license.split())}"
    lines = [
        "Files: " + "\n ".join(places),
        "Copyright: " + "\n ".join(people),
        f"License: {_terms(component.name)}",
        f"Comment: {comment}",
    ]
    if component.homepage:
        lines.append(f" {component.homepage}")
    return "\n".join(lines)


def holders(text: str) -> list[str]:
    """Whoever a licence names after “Copyright”, each once."""
    found = dict.fromkeys(
        " ".join(match[1].split()).strip(" .*#/")
        for line in text.splitlines()
        if (match := _HOLDER.match(line)) and re.search(r"\d{4}|by ", match[1])
    )
    return list(found)[:_MOST_HOLDERS]


def _photos(notices: str) -> list[str]:
    """A paragraph for each row of the table of sample photos."""
    found = []
    for row in map(_PHOTO.match, notices.splitlines()):
        if row is None:
            continue
        terms, by = (re.sub(r"\[([^]]+)\]\(([^)]+)\)", r"\1, \2", row[k]) for k in ("terms", "by"))
        name = re.sub(r"[ ,].*", "", terms.replace("CC BY ", "CC-BY-").replace("CC0 ", "CC0-"))
        licence = "public-domain" if terms.startswith("public domain") else name
        found.append(
            f"Files: {_INSIDE}/resources/sample/{row['file']}\nCopyright: {by}\n"
            f"License: {licence}\n {terms}\nComment: {row['what']}"
        )
    return found


def _where_it_stands(component: Component) -> str:
    """The texts themselves are 2 MB and lie beside the program, where all packages have them."""
    if not component.license_files:
        stated = component.license or "nothing"
        return f" {component.name} comes without a text of its licence; its metadata say: {stated}."
    files = "\n".join(f" /opt/maskwright/{path}" for path in component.license_files)
    return f" The complete text is in\n{files}"


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\x0c", "\n")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.+]+", "-", name.lower())
