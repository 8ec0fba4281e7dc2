"""What a bundle leaves out, and what it must not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.trim import is_left_out, kept, opened_by_name, without_orphans


@pytest.mark.parametrize(
    "place",
    [
        "torch/include/ATen/ATen.h",
        "torch/bin/protoc",
        "torch/testing/_internal/common_utils.py",
        "triton/_C/libtriton.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqlinuxfb.so",
        "PySide6/Qt/lib/libQt6Network.so.6",
        "libQt6Network.so.6",
        "PySide6\\plugins\\imageformats\\qtiff.dll",
        "libstdc++.so.6",
        "libcusolver.so.12",
        "nvidia/cu13/lib/libcusolver.so.12",
        "libgcc_s.so.1",
        "libX11.so.6",
        "libfontconfig.so.1",
    ],
)
def test_it_is_left_out(place: str) -> None:
    assert is_left_out(place)


@pytest.mark.parametrize(
    "place",
    [
        "torch/bin/torch_shm_manager",
        "torch/testing/_comparison.py",
        "torch/lib/libtorch_cpu.so",
        "torch/lib/libtorch_cuda.so",
        "nvidia/cudnn/lib/libcudnn_cnn.so.9",
        "torch/_inductor/config.py",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/lib/libQt6Svg.so.6",
        "cv2/cv2.abi3.so",
        "pillow.libs/libxcb-9065bb12.so.1.1.0",
        "pillow.libs/libfreetype-57f805ba.so.6.20.6",
        "libxcb-cursor.so.0",
        "numpy-2.4.6.dist-info/METADATA",
        "resources/models/starter.safetensors",
    ],
)
def test_it_stays(place: str) -> None:
    assert not is_left_out(place)


def test_a_table_keeps_its_order() -> None:
    table = [("a.so", "/a.so", "BINARY"), ("triton/x.so", "/x.so", "BINARY"), ("b", "/b", "DATA")]
    assert kept(table) == [table[0], table[2]]


def test_what_nvidia_s_libraries_open_by_name_goes_where_they_look(tmp_path: Path) -> None:
    folder = tmp_path / "nvidia/cu13/lib"
    folder.mkdir(parents=True)
    for name in ("libnvrtc.so.13", "libnvrtc-builtins.so.13.2", "libnvrtc-builtins.alt.so.13.2"):
        (folder / name).touch()
    builtins = str(folder / "libnvrtc-builtins.so.13.2")
    assert opened_by_name(tmp_path) == [(builtins, "nvidia/cu13/lib"), (builtins, ".")]
    assert opened_by_name(tmp_path / "without CUDA") == []


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("readelf") is None, reason="asks readelf"
)
def test_libraries_of_the_system_stay_where_something_needs_them() -> None:
    import ctypes.util

    python = Path(sys.executable).resolve()
    libc = ctypes.util.find_library("c")
    assert libc == "libc.so.6"
    entries = [
        ("bin/python", str(python), "EXECUTABLE"),
        ("libc.so.6", "/system/libc.so.6", "BINARY"),
        ("libgtk-3.so.0", "/system/libgtk-3.so.0", "BINARY"),
        ("libown.so", str(python.parent / "libown.so"), "BINARY"),
    ]
    left = without_orphans(entries, python.parent)
    assert {entry[0] for entry in left} == {"bin/python", "libc.so.6", "libown.so"}
