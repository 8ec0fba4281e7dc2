"""The machine-readable copyright file."""

from __future__ import annotations

from dataclasses import replace

from bundle.component import Component
from linux.bundle_folder import Bundle
from linux.debian_copyright import debian_copyright, holders


def paragraphs(text: str) -> list[dict[str, str]]:
    found = []
    for paragraph in text.strip().split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line.startswith(" "):
                fields[name] += f"\n{line[1:]}"
            else:
                name, _, value = line.partition(": ")
                fields[name] = value
        found.append(fields)
    return found


def test_each_part_has_its_files_its_holders_and_its_licence(bundle: Bundle) -> None:
    first, everything, *rest = paragraphs(debian_copyright(bundle))
    assert first["Format"].startswith("https://www.debian.org/")
    assert everything["Files"] == "*"
    (part,) = [one for one in rest if "filelock" in one.get("Files", "")]
    assert part["Files"] == "opt/maskwright/_internal/filelock/*"
    assert part["Copyright"] == "2025 Ada Łącka and others"
    licences = {one["License"].partition("\n")[0]: one["License"] for one in rest}
    assert "/opt/maskwright/_internal/licenses/filelock/LICENSE" in licences[part["License"]]


def test_what_a_library_has_in_it_is_told_with_whose_the_library_is(bundle: Bundle) -> None:
    inside = bundle.folder / "_internal"
    for name, who in (("pcre2", "Philip Hazel"), ("zlib", "Mark Adler")):
        (inside / f"licenses/{name}").mkdir()
        (inside / f"licenses/{name}/text").write_text(f"Copyright 1997 {who}\n", "utf-8")
    parts = [
        Component(
            name, "", "BSD", "embedded", "", [f"_internal/licenses/{name}/text"], ["filelock/a.so"]
        )
        for name in ("pcre2", "zlib")
    ]
    library = Component("ICU", "", "Unicode-3.0", "library", files=["filelock/libicu.so"])
    bundle = replace(bundle, components=(*bundle.components, *parts, library))
    told = paragraphs(debian_copyright(bundle))
    files = {one["Files"]: one for one in told if "Files" in one}
    place = "opt/maskwright/_internal/filelock"
    assert list(files)[-3:] == [f"{place}/*", f"{place}/libicu.so", f"{place}/a.so"]
    both = files[f"{place}/a.so"]
    assert both["License"] == "filelock-terms and pcre2-terms and zlib-terms"
    assert both["Copyright"].splitlines()[-2:] == ["1997 Philip Hazel", "1997 Mark Adler"]
    assert files[f"{place}/libicu.so"]["License"] == "icu-terms"
    terms = {one["License"].partition("\n")[0] for one in told if set(one) == {"License"}}
    assert {"filelock-terms", "pcre2-terms", "zlib-terms", "icu-terms"} <= terms


def test_every_sample_photo_is_credited(bundle: Bundle) -> None:
    photos = [
        one for one in paragraphs(debian_copyright(bundle)) if "/sample/" in one.get("Files", "")
    ]
    assert len(photos) == 10
    assert all(photo["Copyright"] and photo["License"] for photo in photos)
    (dogs,) = [photo for photo in photos if photo["Files"].endswith("dogs.jpg")]
    assert dogs["License"].startswith("CC-BY-4.0\n")


def test_holders_are_named_once_and_without_signs() -> None:
    text = (
        "Copyright (c) 2016-     Facebook, Inc            (Adam Paszke)\n"
        "  * Copyright © 2019 by Zoë.\n (C) 2011 NYU\n Copyright (c) 2011 NYU\n"
        "The copyright notice and this permission notice shall be included\n"
    )
    assert holders(text) == ["2016- Facebook, Inc (Adam Paszke)", "2019 by Zoë", "2011 NYU"]
