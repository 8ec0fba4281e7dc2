"""What a bundle leaves out, and which libraries lose their symbols. Measured in docs/packaging.md.

Whatever is left out here was tried: `maskwright-cli selftest` trains, compares and opens the
window without it. torch is not to be pruned further on a guess: testing (with the modules of its
_internal, though not their sources), distributed, fx, ao, export, _functorch, profiler, package and
cuda are imported by ``import torch`` itself, and an optimiser imports _dynamo, _inductor, sympy and
networkx.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

Entry = tuple[str, str, str]
"""Of a PyInstaller's table: place in the bundle, where it comes from, what it is."""

EXCLUDED_MODULES = [
    # of Python; readline is under the GPL
    "tkinter", "_tkinter", "idlelib", "lib2to3", "ensurepip", "turtle", "test", "curses",
    "readline", "pydoc_data",
    # for developing
    "setuptools", "pkg_resources", "pip", "wheel", "pytest", "_pytest", "hypothesis", "mypy",
    "IPython", "PyInstaller",
    # what libraries would take where it is there
    "matplotlib", "pandas", "scipy", "h5py", "OpenGL", "tensorboard", "torchvision", "triton",
    # PyInstaller finds half of it, which can't be imported; torch asks whether it is there, and
    # wants it for what we never do (annotated CUDA graphs, green contexts, its profiler).
    "cuda",
    # of torch, beside what training and prediction need
    "torch.utils.tensorboard", "torch.utils.benchmark", "torch.utils.bottleneck",
    "torch.utils.hipify", "torch.utils.cpp_extension",
    # of Qt
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets", "PySide6.QtQuickControls2",
    "PySide6.QtNetwork", "PySide6.QtTest", "PySide6.QtSql", "PySide6.QtDesigner",
    "PySide6.QtHelp", "PySide6.QtUiTools", "PySide6.QtPrintSupport", "PySide6.QtXml",
]  # fmt: skip

_QT = r"PySide6/(Qt/)?"
_LEFT_OUT = re.compile(
    "|".join(
        [
            # Headers, tests and what only building extensions needs.
            r"torch/(include|test|share)/",
            r"torch/bin/(?!torch_shm_manager)",  # which `import torch` looks for
            r"torch/lib/[^/]*\.(a|lib)$",
            r"torch/(testing/_internal|utils/(benchmark|hipify|tensorboard))/",
            r"triton/",
            # The solvers of torch.linalg on a card, which torch opens when one is first called:
            # nothing of ours calls one, and both together are 172 MB.
            r"torch/lib/libtorch_cuda_linalg\.so",
            r"(nvidia/[^/]+/lib/)?libcusolver\.so",
            # The inventory copies the licences to where they are found; torch's own folder has
            # paths of 180 characters, too long for Windows below somebody's home.
            r"[^/]+\.dist-info/(licenses/|sboms/|RECORD$)",
            # Plugins that no screen of ours is drawn by, and what they bring.
            _QT + r"qml/",
            _QT + r"translations/",
            _QT + r"plugins/(tls|networkinformation|qmltooling|sqldrivers|printsupport|designer"
            r"|egldeviceintegrations|generic|platforminputcontexts/libqtvirtualkeyboard)",
            _QT + r"plugins/platforms/libq(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc)\.so",
            _QT + r"plugins/platformthemes/libqgtk3\.so",  # drags in half of GTK
            _QT + r"plugins/imageformats/(lib)?q(pdf|gif|icns|tga|tiff|wbmp|webp)\.",
            _QT + r"lib/(lib)?Qt6?(Qml|Quick|VirtualKeyboard|Pdf|EglF[sS]|Network|Designer)",
            r"libQt6(Qml|Quick|VirtualKeyboard|Pdf|EglF[sS]|Network|Designer)",
            # The system's own fit its drivers, fonts and loader; ours would hide newer ones from
            # what the system itself loads into the app.
            r"lib(stdc\+\+|gcc_s|z|expat)\.so",
            r"lib(GL|EGL|GLX|GLdispatch|OpenGL|drm|gbm|X11|X11-xcb|xcb|wayland-[a-z]*)\.so",
            r"lib(fontconfig|freetype|systemd|uuid)\.so",
        ]
    )
)  # fmt: skip

STRIPPED = ("libtorch_cpu.so", "libtorch_python.so", "libpython")
"""Stripping all libraries breaks numpy's OpenBLAS; these three save 110 MB."""


OPENED_BY_NAME = ("libnvrtc-builtins.so.*",)
"""Of NVIDIA's libraries, what others open only while they compute, so that PyInstaller, which looks
at what they are linked to, can't know. Without it whatever is compiled for the card then (some of
cuDNN's convolutions, say) fails."""


def is_left_out(destination: str) -> bool:
    """Whether the file of this place in the bundle (as in a PyInstaller table) is left out."""
    return _LEFT_OUT.match(destination.replace("\\", "/")) is not None


def kept(table: Iterable[Entry]) -> list[Entry]:
    """A table without what is left out."""
    return [entry for entry in table if not is_left_out(entry[0])]


def opened_by_name(site_packages: Path) -> list[tuple[str, str]]:
    """What :data:`OPENED_BY_NAME` names, as an ``Analysis`` takes it: file, folder in the bundle.

    In two folders each: a library looks beside the name it was itself opened by, which may be
    PyInstaller's link at the top. Empty for the flavour without CUDA.
    """
    return [
        (str(path), folder)
        for pattern in OPENED_BY_NAME
        for path in sorted(site_packages.glob(f"nvidia/*/lib/{pattern}"))
        for folder in (path.parent.relative_to(site_packages).as_posix(), ".")
    ]


def without_orphans(binaries: Sequence[Entry], environment: Path) -> list[Entry]:
    """Without libraries of the system that nothing needs any more: PyInstaller brought them for
    what was left out since. Linux alone; elsewhere all stays.

    ``environment``: what lies outside of it is the system's.
    """
    if sys.platform != "linux":
        return list(binaries)
    of_the_system = {
        entry[0]: entry
        for entry in binaries
        if "/" not in entry[0]
        and ".so" in entry[0]
        and not entry[0].startswith("libpython")
        and not Path(entry[1]).is_relative_to(environment)
    }
    found = [entry for entry in binaries if entry[0] not in of_the_system]
    for entry in found:  # which grows meanwhile
        for name in _needed(entry[1]):
            if name in of_the_system:
                found.append(of_the_system.pop(name))
    return found


def _needed(library: str) -> list[str]:
    told = subprocess.run(["readelf", "-d", library], check=False, capture_output=True, text=True)
    return re.findall(r"\(NEEDED\).*\[(.+)\]", told.stdout)


def strip_libraries(bundle: Path) -> None:
    """Take the symbols of :data:`STRIPPED` away, on Linux."""
    if sys.platform != "linux":
        return
    for path in sorted(bundle.rglob("*.so*")):
        if path.name.startswith(STRIPPED) and not path.is_symlink():
            path.chmod(0o755)
            subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)
