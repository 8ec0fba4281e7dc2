"""What the app remembers between two starts, in one small INI file."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

RECENT_LIMIT = 10
UNDO_MEGABYTES, LEAST_UNDO_MEGABYTES, MOST_UNDO_MEGABYTES = 256, 16, 65_536


def settings_file() -> Path:
    """The INI file; ``MASKWRIGHT_CONFIG`` names another folder for it."""
    moved = os.environ.get("MASKWRIGHT_CONFIG")
    folder = Path(moved) if moved else Path(platformdirs.user_config_dir("maskwright", False))
    return folder / "maskwright.ini"


class Settings:
    """Typed access to the INI file; a value that makes no sense counts as not there."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings_file()
        # A home that can't be written costs the memory, not the app.
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(self.path), QSettings.Format.IniFormat)

    def save(self) -> None:
        """Write to the disk now."""
        self._store.sync()

    # -- folders -----------------------------------------------------------------------

    @property
    def recent(self) -> list[Path]:
        """Folders opened lately, newest first; some may be gone by now."""
        value = self._store.value("recent", [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list):
            return []
        return [Path(name) for name in names if isinstance(name, str) and name][:RECENT_LIMIT]

    def add_recent(self, folder: Path) -> None:
        self._set_recent([folder, *(other for other in self.recent if other != folder)])

    def clear_recent(self) -> None:
        self._set_recent([])

    def _set_recent(self, folders: list[Path]) -> None:
        self._store.setValue("recent", [str(folder) for folder in folders[:RECENT_LIMIT]])

    # -- plain values ------------------------------------------------------------------

    @property
    def model(self) -> str:
        """A name of the zoo or the path of a model file."""
        return self._text("model", "starter")

    @model.setter
    def model(self, name: str) -> None:
        self._store.setValue("model", name)

    @property
    def theme(self) -> str:
        """``"system"``, ``"light"`` or ``"dark"``."""
        value = self._text("view/theme", "system")
        return value if value in ("system", "light", "dark") else "system"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("view/theme", name)

    @property
    def opacity(self) -> float:
        """Of the masks on the image, 0–1."""
        try:
            value = float(self._text("view/opacity", "0.5"))
        except ValueError:
            return 0.5
        return value if 0.0 <= value <= 1.0 else 0.5

    @opacity.setter
    def opacity(self, value: float) -> None:
        self._store.setValue("view/opacity", f"{value:.3f}")

    @property
    def undo_megabytes(self) -> int:
        """What the steps of all images that can be undone may take together."""
        return int(
            self.number("undo megabytes", UNDO_MEGABYTES, LEAST_UNDO_MEGABYTES, MOST_UNDO_MEGABYTES)
        )

    @undo_megabytes.setter
    def undo_megabytes(self, megabytes: int) -> None:
        self.set_number("undo megabytes", megabytes)

    def flag(self, name: str, default: bool) -> bool:
        """An on/off setting, such as ``"view.outline"``."""
        return self._text(f"flags/{name}", str(default).lower()) == "true"

    def set_flag(self, name: str, on: bool) -> None:
        self._store.setValue(f"flags/{name}", str(on).lower())

    def number(self, name: str, default: float, lowest: float, highest: float) -> float:
        """A number such as ``"brush.size"``; one outside of the range counts as not there."""
        try:
            value = float(self._text(f"numbers/{name}", str(default)))
        except ValueError:
            return default
        return value if lowest <= value <= highest else default

    def set_number(self, name: str, value: float) -> None:
        self._store.setValue(f"numbers/{name}", f"{value:g}")

    def choice(self, name: str, default: str) -> str:
        """One of several words, such as ``"brush.shape"``."""
        return self._text(f"choices/{name}", default)

    def set_choice(self, name: str, value: str) -> None:
        self._store.setValue(f"choices/{name}", value)

    def layout(self, name: str) -> QByteArray | None:
        """What a window or a splitter gave to be restored by."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_layout(self, name: str, state: QByteArray) -> None:
        self._store.setValue(f"layout/{name}", state)

    def _text(self, key: str, default: str) -> str:
        value: Any = self._store.value(key, default)
        return value if isinstance(value, str) else default
