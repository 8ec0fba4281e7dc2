"""What libraries of the bundle have in them, or are, whose wheels bring no text of its licence.

Each row of the table was found in the library itself or told by those who built it: Qt's parts by
the ``qt_attribution.json`` files of its sources, MKL by ``torch.__config__.show()``, Intel's IPP
and ITT by ``cv2.getBuildInformation()``. The texts, verbatim, lie in ``licenses/``.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bundle.component import Component

TEXTS = Path(__file__).with_name("licenses")
_LGPL_3 = ("LGPL-3.0.txt", "GPL-3.0.txt")
"""The LGPL builds on the text of the GPL."""
_INTEL_S = r"AMD64|x86_64"


@dataclass(frozen=True)
class Embedded:
    """Somebody's code in somebody else's library."""

    name: str
    """Of the component; that of a distribution adds the texts to it."""
    license: str
    """SPDX's expression."""
    files: str
    """The libraries it is in: a regular expression that a path in ``_internal`` ends with."""
    texts: tuple[str, ...]
    """In ``licenses/``."""
    homepage: str = ""
    machine: str = ""
    """A regular expression of the machines that it is made for; empty: all."""
    kind: str = "embedded"
    """Or ``library``: it is all of the files."""

    def is_in(self, path: str, machine: str) -> bool:
        """``path``: of a file in ``_internal``, with slashes."""
        return bool(
            re.search(rf"(^|/)({self.files})$", path)
            and re.fullmatch(self.machine or ".*", machine)
        )


def _qt(name: str, *, everywhere: bool = True) -> str:
    """Qt's library of that name. ``everywhere``: not only where Qt brings along what Linux has."""
    elsewhere = rf"Qt6{name}\.dll|Qt{name}"
    return rf"{elsewhere}|libQt6{name}\.so[.\d]*" if everywhere else elsewhere


def _plugin(path: str) -> str:
    return rf"plugins/{path}\.(so|dll|dylib)"


_WAYLAND = (
    rf"{_qt('WaylandClient')}|{_qt('WlShellIntegration')}|"
    rf"{_plugin('wayland-[a-z-]+/(lib)?[a-z0-9-]+')}|{_plugin('platforms/(lib)?qwayland[a-z-]*')}"
)
_TORCH = r"torch/lib/(libtorch_cpu\.so|torch_cpu\.dll)"
_CV2 = r"cv2/cv2[^/]*\.(so|pyd)"

TABLE = (
    Embedded("PySide6_Essentials", "", r"PySide6/.+\.(so[.\d]*|pyd|dll|dylib)", _LGPL_3),
    Embedded("shiboken6", "", r"shiboken6/.+\.(so[.\d]*|pyd|dll|dylib)", _LGPL_3),
    Embedded(
        "ICU", "Unicode-DFS-2016", r"(lib)?icu(data|dt|i18n|in|io|uc)\d*(\.so[.\d]*|\.dll|\.dylib)",
        ("icu.txt",), "https://icu.unicode.org", kind="library",
    ),
    # Qt Core.
    Embedded(
        "Qt-hash-functions", "CC0-1.0 AND BSD-3-Clause AND BSD-2-Clause", _qt("Core"),
        ("qt-blake2.txt", "qt-rfc6234.txt", "qt-sha1.txt", "qt-sha3-endian.txt",
         "qt-public-domain.txt", "CC0-1.0.txt"),
    ),
    Embedded(
        "Qt-double-conversion", "BSD-3-Clause", _qt("Core"), ("qt-doubleconversion.txt",),
        "https://github.com/google/double-conversion",
    ),
    Embedded("Qt-easing-equations", "BSD-3-Clause", _qt("Core"), ("qt-easing.txt",)),
    Embedded("Qt-forkfd", "MIT", r"QtCore|libQt6Core\.so[.\d]*", ("qt-forkfd.txt",)),
    Embedded(
        "Qt-PCRE2", "BSD-3-Clause AND BSD-2-Clause", _qt("Core"),
        ("qt-pcre2.txt", "qt-pcre2-sljit.txt"), "https://www.pcre.org",
    ),
    Embedded("Qt-TinyCBOR", "MIT", _qt("Core"), ("qt-tinycbor.txt",)),
    Embedded("Qt-Tika-MIME-types", "Apache-2.0", _qt("Core"), ("qt-tika-mimetypes.txt",)),
    Embedded(
        "Qt-Unicode-data", "Unicode-3.0", _qt("Core"),
        ("qt-unicode-character-database.txt", "qt-unicode-cldr.txt"), "https://www.unicode.org",
    ),
    Embedded("Qt-zlib", "Zlib", _qt("Core", everywhere=False), ("qt-zlib.txt",), "https://zlib.net"),
    Embedded("Qt-event-dispatcher", "BSD-3-Clause", "QtCore", ("qt-qeventdispatcher-cf.txt",)),
    # Qt GUI.
    Embedded("Qt-emoji-segmenter", "Apache-2.0", _qt("Gui"), ("qt-emoji-segmenter.txt",)),
    Embedded(
        "Qt-FreeType-rasterizer", "FTL OR GPL-2.0-only", _qt("Gui"), ("qt-grayraster.txt",),
        "https://freetype.org",
    ),
    Embedded(
        "Qt-FreeType", "(FTL OR GPL-2.0-only) AND Zlib AND MIT AND MIT-open-group",
        _qt("Gui", everywhere=False),
        ("qt-freetype.txt", "qt-freetype-zlib.txt", "qt-freetype-bdf.txt", "qt-freetype-pcf.txt"),
        "https://freetype.org",
    ),
    Embedded(
        "Qt-HarfBuzz", "MIT", _qt("Gui"), ("qt-harfbuzz-ng.txt",), "https://harfbuzz.github.io"
    ),
    Embedded(
        "Qt-libpng", "Libpng AND libpng-2.0", _qt("Gui"), ("qt-libpng.txt",), "http://libpng.org"
    ),
    Embedded("Qt-MD4C", "MIT", _qt("Gui"), ("qt-md4c.txt",), "https://github.com/mity/md4c"),
    Embedded(
        "Qt-color-profile", "LicenseRef-ICC-License", _qt("Gui"), ("qt-icc-srgb-color-profile.txt",)
    ),
    Embedded(
        "Qt-OpenGL-and-Vulkan-headers", "MIT AND (Apache-2.0 OR MIT)", _qt("Gui"),
        ("qt-opengl-headers.txt", "qt-vulkan-xml-spec.txt"), "https://www.khronos.org",
    ),
    Embedded("Qt-Vulkan-memory-allocator", "MIT", _qt("Gui"), ("qt-vulkanmemoryallocator.txt",)),
    Embedded(
        "Qt-Direct3D-12-helpers", "MIT", r"Qt6Gui\.dll",
        ("qt-d3d12memoryallocator.txt", "qt-rhi-miniengine-d3d12-mipmap.txt"),
    ),
    Embedded(
        "Qt-smooth-scaling", "BSD-2-Clause AND Imlib2", _qt("Gui"),
        ("qt-smooth-scaling-algorithm.txt",),
    ),
    Embedded("Qt-X-server-regions", "X11 AND HPND", _qt("Gui"), ("qt-xserverhelper.txt",)),
    Embedded("Qt-Adobe-glyph-list", "BSD-3-Clause", _qt("Gui"), ("qt-aglfn.txt",)),
    Embedded("Qt-WebGradients", "MIT", _qt("Gui"), ("qt-webgradients.txt",)),
    Embedded("Qt-Pixman", "MIT", _qt("Gui"), ("qt-pixman.txt",), machine="arm64|aarch64|ARM64"),
    # What else of Qt is in the bundle.
    Embedded(
        "Qt-DBus-headers", "AFL-2.1 OR GPL-2.0-or-later", _qt("DBus"),
        ("qt-libdbus-1-headers.txt",), "https://www.freedesktop.org/wiki/Software/dbus",
    ),
    Embedded("Qt-XSVG", "HPND-sell-variant", _qt("Svg"), ("qt-xsvg.txt",)),
    Embedded("Qt-XCB-XInput", "MIT", _qt("XcbQpa"), ("qt-xcb-xinput.txt",)),
    Embedded(
        "Qt-libjpeg-turbo", "IJG AND BSD-3-Clause", _plugin("imageformats/(lib)?qjpeg"),
        ("qt-libjpeg.txt",), "https://libjpeg-turbo.org",
    ),
    Embedded(
        "Qt-Wayland-protocols", "MIT AND HPND AND LGPL-2.1-or-later", _WAYLAND,
        ("qt-wayland-protocols.txt", "qt-wayland-text-input-v2.txt", "qt-wayland-appmenu.txt",
         "LGPL-2.1.txt"), "https://wayland.freedesktop.org",
    ),
    Embedded(
        "Qt-Cocoa-platform-plugin", "BSD-3-Clause", _plugin("platforms/libqcocoa"),
        ("qt-cocoa-platform-plugin.txt",),
    ),
    # Of the numerical libraries. What numpy.libs has is told of by numpy's own licence, too.
    Embedded(
        "GCC-runtime-libraries", "GPL-3.0-or-later WITH GCC-exception-3.1",
        r".+/lib(gomp|gfortran)[-.][^/]*(so[.\d]*|dylib)", ("gcc-runtime.txt", "GPL-3.0.txt"),
        "https://gcc.gnu.org", kind="library",
    ),
    Embedded(
        "libquadmath", "LGPL-2.1-or-later", r".+/libquadmath[-.][^/]*(so[.\d]*|dylib)",
        ("libquadmath.txt", "LGPL-2.1.txt"), "https://gcc.gnu.org", kind="library",
    ),
    Embedded(
        "OpenBLAS", "BSD-3-Clause", r".+/lib(scipy_)?openblas[^/]*\.(so[.\d]*|dll|dylib)",
        ("openblas.txt",), "https://www.openblas.net", kind="library",
    ),
    Embedded(
        "libdrm", "MIT", r".+\.libs/libdrm-[^/]*\.so[.\d]*", ("libdrm.txt",),
        "https://dri.freedesktop.org/libdrm/", kind="library",
    ),
    Embedded(
        "Intel-MKL", "LicenseRef-Intel-Simplified", _TORCH,
        ("intel-simplified.txt", "intel-mkl-third-party.txt"),
        "https://www.intel.com/content/www/us/en/developer/tools/oneapi/onemkl.html",
        _INTEL_S,
    ),
    Embedded(
        "Intel-IPP", "LicenseRef-Intel-Simplified", _CV2, ("intel-simplified.txt",),
        "https://www.intel.com/content/www/us/en/developer/tools/oneapi/ipp.html", _INTEL_S,
    ),
    Embedded(
        "Intel-ITT", "BSD-3-Clause", _CV2, ("intel-itt.txt",), "https://github.com/intel/ittapi"
    ),
)  # fmt: skip


def embedded(paths: Iterable[str], machine: str = "") -> list[Component]:
    """What of :data:`TABLE` is in the files of a bundle; ``files`` of each: which they are.

    ``paths``: in ``_internal``, with slashes. ``machine``: whose; default: this one.
    """
    machine = machine or platform.machine()
    paths = sorted(paths)
    found = []
    for row in TABLE:
        if files := [path for path in paths if row.is_in(path, machine)]:
            texts = [str(TEXTS / text) for text in row.texts]
            found.append(Component(row.name, "", row.license, row.kind, row.homepage, texts, files))
    return found
