"""What is told about a bundle is what is in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy
import pytest

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.inventory import write_inventory

import segmenter


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    inside = tmp_path / "dist" / "maskwright" / "_internal"
    inside.mkdir(parents=True)
    (inside / "large.so").write_bytes(b"x" * 1_000_000)
    (inside / "small.so").write_bytes(b"x" * 10)
    (inside / "PySide6/Qt/lib").mkdir(parents=True)
    (inside / "PySide6/Qt/lib/libQt6Core.so.6").write_bytes(b"x")
    (inside / "PySide6/Qt/lib/libicuuc.so.73").write_bytes(b"x")
    (inside / "libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    (inside.parent / "maskwright").write_bytes(b"x" * 100)
    (inside.parent / "maskwright-cli").symlink_to("maskwright")
    return inside.parent


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """As if numpy and torch were bundled, and of Pillow its metadata alone."""
    site = Path(numpy.__file__).parents[1]
    metadata = next(site.glob("[pP]illow-*.dist-info"))
    tables = [
        ("numpy/__init__.py", numpy.__file__, "PYMODULE"),
        ("torch/version.py", str(site / "torch" / "version.py"), "DATA"),
        ("PySide6/QtCore.abi3.so", str(site / "PySide6" / "QtCore.abi3.so"), "EXTENSION"),
        (f"{metadata.name}/METADATA", str(metadata / "METADATA"), "DATA"),
        ("nowhere", "", "PYMODULE"),
    ]
    path = tmp_path / "sources.json"
    path.write_text(json.dumps(tables), "utf-8")
    return path


def test_sizes_and_components_are_those_of_the_bundle(bundle: Path, sources: Path) -> None:
    facts = write_inventory(bundle, sources, Path(sys.executable), "cpu", 12.3)
    assert json.loads(bundle.with_suffix(".json").read_text("utf-8")) == facts
    assert facts["version"] == segmenter.__version__
    assert (facts["flavour"], facts["build_seconds"]) == ("cpu", 12)
    licences = [path for path in bundle.glob("_internal/licenses/*/*") if path.is_file()]
    assert facts["files"] == 5 + len(licences)
    assert facts["bytes"] == 1_000_112 + sum(path.stat().st_size for path in licences)
    assert facts["largest"][0] == {"path": "_internal/large.so", "bytes": 1_000_000}
    components = {component["name"]: component for component in facts["components"]}
    assert {"Python", "numpy", "torch"} <= set(components)
    assert "pillow" not in {name.lower() for name in components}
    assert facts["torch"] == components["torch"]["version"]
    assert "BSD-3-Clause" in components["numpy"]["license"]


def test_every_part_brings_its_licence(bundle: Path, sources: Path) -> None:
    facts = write_inventory(bundle, sources, Path(sys.executable), "cpu", 0)
    for component in facts["components"]:
        if component["kind"] == "python":
            assert component["license"], component["name"]
            assert component["license_files"], component["name"]
        for path in component["license_files"]:
            assert (bundle / path).stat().st_size > 100
    (qt,) = (
        component
        for component in facts["components"]
        if component["name"].lower().startswith("pyside6")
    )
    assert {Path(path).name for path in qt["license_files"]} == {"GPL-3.0.txt", "LGPL-3.0.txt"}


def test_what_its_libraries_have_in_them_is_a_part_of_its_own(bundle: Path, sources: Path) -> None:
    facts = write_inventory(bundle, sources, Path(sys.executable), "cpu", 0)
    parts = {
        component["name"]: component
        for component in facts["components"]
        if component["kind"] in ("library", "embedded")
    }
    assert parts["ICU"]["files"] == ["PySide6/Qt/lib/libicuuc.so.73"]
    assert parts["Qt-PCRE2"]["files"] == ["PySide6/Qt/lib/libQt6Core.so.6"]
    for part in parts.values():
        assert part["license"], part["name"]
        assert part["license_files"], part["name"]
    icu = (bundle / "_internal/licenses/ICU/icu.txt").read_text("utf-8")
    assert "Unicode, Inc. All rights reserved" in icu
    assert not {"Qt-HarfBuzz", "Intel-MKL"} & parts.keys()  # whose libraries aren't there


def test_a_second_time_nothing_is_there_twice(bundle: Path, sources: Path) -> None:
    first = write_inventory(bundle, sources, Path(sys.executable), "cpu", 0)
    files = sorted(bundle.rglob("*"))
    second = write_inventory(bundle, sources, Path(sys.executable), "cpu", 0)
    assert sorted(bundle.rglob("*")) == files
    assert first["components"] == second["components"]
