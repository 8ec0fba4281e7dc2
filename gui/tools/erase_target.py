"""What erased pixels become."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.canvas.canvas import Canvas
from gui.settings import Settings
from segmenter.project.classes import UNLABELLED


class EraseTarget(QObject):
    """Unlabelled, or a class of the person's choice; remembered for each folder, since another
    folder has other classes."""

    changed = Signal()

    def __init__(self, settings: Settings, canvas: Canvas, parent: QObject | None = None) -> None:
        """``canvas``: knows the classes."""
        super().__init__(parent)
        self._settings = settings
        self._canvas = canvas
        self._key = ""
        self._chosen = UNLABELLED

    @property
    def class_id(self) -> int:
        """255: unlabelled; also where the class that was chosen is gone."""
        there = any(each.id == self._chosen for each in self._canvas.classes)
        return self._chosen if there else UNLABELLED

    def set_class(self, class_id: int) -> None:
        self._chosen = class_id
        if self._key:
            self._settings.set_number(self._key, class_id)
        self.changed.emit()

    def set_folder(self, folder: Path | None) -> None:
        """Erase to what was erased to in this folder the last time."""
        self._key, self._chosen = "", UNLABELLED
        if folder is not None:
            # Hashed: a settings file has trouble with some of what a path may contain.
            self._key = f"eraser.class.{sha256(bytes(folder)).hexdigest()[:16]}"
            self._chosen = int(self._settings.number(self._key, UNLABELLED, 0, UNLABELLED))
        self.changed.emit()
