"""What a bundle expects of the system, read from its own files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from linux.bundle_folder import Bundle, PackagingError
from linux.needed_libraries import OF_DRIVERS, Needs, debian_packages, needs_of

pytestmark = pytest.mark.skipif(
    shutil.which("readelf") is None, reason="readelf comes with binutils"
)


def qt_library(name: str) -> Path:
    import PySide6

    return Path(PySide6.__file__).parent / "Qt/lib" / name


def test_what_is_in_the_bundle_is_not_asked_of_the_system(bundle: Bundle) -> None:
    shutil.copy(qt_library("libQt6Svg.so.6"), bundle.folder / "_internal")
    assert "libQt6Gui.so.6" in needs_of(bundle).libraries
    shutil.copy(qt_library("libQt6Gui.so.6"), bundle.folder / "_internal")
    needs = needs_of(bundle)
    assert "libQt6Gui.so.6" not in needs.libraries
    assert {"libc.so.6", "libEGL.so.1"} <= needs.libraries
    assert (2, 14) <= needs.glibc < (3, 0)


def test_a_library_that_nobody_provides_stops_the_build(bundle: Bundle) -> None:
    shutil.copy(qt_library("libQt6Svg.so.6"), bundle.folder / "_internal")
    with pytest.raises(PackagingError, match=r"libQt6Gui\.so\.6.* which is neither in it"):
        debian_packages(needs_of(bundle))


def test_versions_are_asked_for_where_they_count() -> None:
    libraries = frozenset({"libc.so.6", "libm.so.6", "libstdc++.so.6", "libxcb.so.1"})
    packages = debian_packages(Needs(libraries | OF_DRIVERS, (2, 35), 29))
    assert packages == ["libc6 (>= 2.35)", "libstdc++6 (>= 11)", "libxcb1"]
