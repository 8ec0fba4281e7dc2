"""What erased pixels become."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.settings import Settings
from segmenter.project.classes import UNLABELLED


class EraseTarget(QObject):
    """Unlabelled, or a class of the person's choice; remembered for each folder, since another
    folder has other classes."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._key = ""
        self._class_id = UNLABELLED

    @property
    def class_id(self) -> int:
        """255: unlabelled."""
        return self._class_id

    def set_class(self, class_id: int) -> None:
        self._set(class_id)
        if self._key:
            self._settings.set_number(self._key, class_id)

    def set_folder(self, folder: Path | None) -> None:
        """Erase to what was erased to in this folder the last time."""
        self._key = ""
        if folder is not None:
            # Hashed: a settings file has trouble with some of what a path may contain.
            self._key = f"eraser.class.{sha256(bytes(folder)).hexdigest()[:16]}"
        known = self._key and self._settings.number(self._key, UNLABELLED, 0, UNLABELLED)
        self._set(int(known) if known != "" else UNLABELLED)

    def forget_missing(self, class_ids: list[int]) -> None:
        """Back to unlabelled where the class is none of these any more."""
        if self._class_id != UNLABELLED and self._class_id not in class_ids:
            self._set(UNLABELLED)

    def _set(self, class_id: int) -> None:
        if class_id != self._class_id:
            self._class_id = class_id
            self.changed.emit()
