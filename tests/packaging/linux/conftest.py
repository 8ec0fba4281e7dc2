"""A bundle as small as can be: real programs, real libraries, made-up licences."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[3] / "packaging"))

from bundle.component import Component
from linux.bundle_folder import Bundle

import segmenter


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """Two programs that print what they are given, and one distribution."""
    folder = tmp_path / "dist" / "maskwright"
    inside = folder / "_internal"
    (inside / "filelock").mkdir(parents=True)
    (inside / "filelock" / "data.txt").write_text("data", "utf-8")
    (inside / "filelock" / ".gitignore").write_text("*", "utf-8")
    (inside / "licenses" / "filelock").mkdir(parents=True)
    licence = inside / "licenses" / "filelock" / "LICENSE"
    licence.write_text("MIT License\n\nCopyright (c) 2025 Ada Łącka and others\n", "utf-8")
    program = shutil.which("echo")
    assert program is not None
    for name in ("maskwright", "maskwright-cli"):
        shutil.copy(Path(program).resolve(), folder / name)
    site = tmp_path / "site-packages"
    metadata = site / "filelock-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Name: filelock\nVersion: 1.0\n", "utf-8")
    (metadata / "RECORD").write_text("filelock/data.txt,,\n", "utf-8")
    component = Component(
        name="filelock",
        version="1.0",
        license="MIT",
        kind="python",
        homepage="https://example.org/filelock",
        license_files=["_internal/licenses/filelock/LICENSE"],
    )
    return Bundle(folder, segmenter.__version__, "cpu", (component,), site)
