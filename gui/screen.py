"""What Qt finds on this computer: for ``maskwright doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QLibraryInfo, qVersion
from PySide6.QtGui import QGuiApplication


def describe_screen() -> dict[str, Any]:
    """Qt's version, its platform plugins, the one in use and its screens; plain values.

    Ends the whole process where no screen can be reached, as Qt does.
    """
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms")
    application = QGuiApplication.instance() or QGuiApplication(["maskwright"])
    assert isinstance(application, QGuiApplication)
    return {
        "qt": qVersion(),
        "platform": application.platformName(),
        "plugins": sorted(p.stem.removeprefix("libq") for p in plugins.iterdir() if p.is_file()),
        "screens": [
            {
                "size": [screen.size().width(), screen.size().height()],
                "pixel_ratio": screen.devicePixelRatio(),
            }
            for screen in application.screens()
        ],
    }
