"""Say which of Qt's system libraries are missing: prints "core", "fonts", "x11", or nothing.

Run with the environment's own Python. Nothing is asked of a package manager: what counts is
whether the libraries load.
"""

import ctypes
import os
import sys


def missing() -> list[str]:
    if sys.platform != "linux":
        return []
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_LOGGING_RULES"] = "*=false"
    try:
        from PySide6.QtCore import QLibraryInfo
        from PySide6.QtGui import QFontDatabase, QGuiApplication
        from PySide6.QtWidgets import QApplication  # noqa: F401 - loading it is the test
    except ImportError:
        return ["core", "fonts", "x11"]
    application = QGuiApplication(sys.argv[:1])
    found = []
    if not QFontDatabase.families():
        found.append("fonts")
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    try:
        ctypes.CDLL(f"{plugins}/platforms/libqxcb.so")
    except OSError:
        found.append("x11")
    del application
    return found


if __name__ == "__main__":
    print(" ".join(missing()))
