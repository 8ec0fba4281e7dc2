"""Whatever libraries bring along without a word is told of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.embedded import TABLE, TEXTS, embedded

_QT = "PySide6/Qt"
_OF_QT_CORE = {
    "Qt-hash-functions", "Qt-double-conversion", "Qt-easing-equations", "Qt-forkfd", "Qt-PCRE2",
    "Qt-TinyCBOR", "Qt-Tika-MIME-types", "Qt-Unicode-data",
}  # fmt: skip
_OF_QT_GUI = {
    "Qt-HarfBuzz", "Qt-libpng", "Qt-MD4C", "Qt-FreeType-rasterizer", "Qt-emoji-segmenter",
    "Qt-color-profile", "Qt-OpenGL-and-Vulkan-headers", "Qt-Vulkan-memory-allocator",
    "Qt-smooth-scaling", "Qt-X-server-regions", "Qt-Adobe-glyph-list", "Qt-WebGradients",
}  # fmt: skip


def parts(path: str, machine: str = "x86_64") -> set[str]:
    found = {component.name for component in embedded([path], machine)}
    return found - {"PySide6_Essentials", "shiboken6"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{_QT}/lib/libicudata.so.73", {"ICU"}),
        (f"{_QT}/lib/libicui18n.so.73", {"ICU"}),
        (f"{_QT}/lib/libicuuc.so.73", {"ICU"}),
        (f"{_QT}/lib/libQt6Core.so.6", _OF_QT_CORE),
        (f"{_QT}/lib/libQt6Gui.so.6", _OF_QT_GUI),
        (f"{_QT}/lib/libQt6Svg.so.6", {"Qt-XSVG"}),
        (f"{_QT}/lib/libQt6DBus.so.6", {"Qt-DBus-headers"}),
        (f"{_QT}/lib/libQt6XcbQpa.so.6", {"Qt-XCB-XInput"}),
        (f"{_QT}/lib/libQt6WaylandClient.so.6", {"Qt-Wayland-protocols"}),
        (f"{_QT}/plugins/platforms/libqwayland.so", {"Qt-Wayland-protocols"}),
        (f"{_QT}/plugins/wayland-shell-integration/libxdg-shell.so", {"Qt-Wayland-protocols"}),
        (f"{_QT}/plugins/imageformats/libqjpeg.so", {"Qt-libjpeg-turbo"}),
        ("numpy.libs/libgfortran-040039e1-0352e75f.so.5.0.0", {"GCC-runtime-libraries"}),
        ("numpy.libs/libquadmath-96973f99-934c22de.so.0.0.0", {"libquadmath"}),
        ("numpy.libs/libscipy_openblas64_-32a4b2a6.so", {"OpenBLAS"}),
        ("opencv_python_headless.libs/libgfortran-91cc3cb1.so.3.0.0", {"GCC-runtime-libraries"}),
        ("opencv_python_headless.libs/libquadmath-96973f99.so.0.0.0", {"libquadmath"}),
        ("opencv_python_headless.libs/libopenblasp-r0-37b5f859.3.3.so", {"OpenBLAS"}),
        ("opencv_python_headless.libs/libdrm-827b956f.so.2.4.0", {"libdrm"}),
        ("cv2/cv2.abi3.so", {"Intel-IPP", "Intel-ITT"}),
        ("torch/lib/libgomp.so.1", {"GCC-runtime-libraries"}),
        ("torch/lib/libtorch_cpu.so", {"Intel-MKL"}),
    ],
)
def test_each_library_of_the_linux_bundle_is_told_of(path: str, expected: set[str]) -> None:
    assert parts(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("PySide6/Qt6Core.dll", _OF_QT_CORE - {"Qt-forkfd"} | {"Qt-zlib"}),
        ("PySide6/Qt6Gui.dll", _OF_QT_GUI | {"Qt-FreeType", "Qt-Direct3D-12-helpers"}),
        ("PySide6/plugins/imageformats/qjpeg.dll", {"Qt-libjpeg-turbo"}),
        ("cv2/cv2.pyd", {"Intel-IPP", "Intel-ITT"}),
        ("torch/lib/torch_cpu.dll", {"Intel-MKL"}),
    ],
)
def test_so_are_those_for_windows(path: str, expected: set[str]) -> None:
    assert parts(path, "AMD64") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            f"{_QT}/lib/QtCore.framework/Versions/A/QtCore",
            _OF_QT_CORE | {"Qt-zlib", "Qt-event-dispatcher"},
        ),
        (
            f"{_QT}/lib/QtGui.framework/Versions/A/QtGui",
            _OF_QT_GUI | {"Qt-FreeType", "Qt-Pixman"},
        ),
        (f"{_QT}/plugins/platforms/libqcocoa.dylib", {"Qt-Cocoa-platform-plugin"}),
        ("cv2/cv2.abi3.so", {"Intel-ITT"}),
        ("torch/lib/libtorch_cpu.dylib", set()),
    ],
)
def test_and_those_for_macos(path: str, expected: set[str]) -> None:
    assert parts(path, "arm64") == expected


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/QtCore.abi3.so",
        f"{_QT}/lib/libQt6Widgets.so.6",
        f"{_QT}/plugins/wayland-graphics-integration-client/libdrm-egl-server.so.txt",
        "libquadmath.so.0",  # a package of the system, which has its own text
        "torch/lib/libtorch_python.so",
    ],
)
def test_nothing_else_is(path: str) -> None:
    assert parts(path) == set()


def test_every_row_has_its_texts_and_every_text_its_row() -> None:
    named = {text for row in TABLE for text in row.texts}
    assert named == {path.name for path in TEXTS.iterdir()}
    for name in named:
        assert len((TEXTS / name).read_text("utf-8")) > 100, name
