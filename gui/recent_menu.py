"""The menu of folders that were open lately; those that are gone are grey."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from gui.recent_folder import is_there, short_path
from gui.settings import Settings


class RecentMenu(QMenu):
    """Made anew each time it opens, since folders come and go."""

    chosen = Signal(object)
    """A pathlib.Path."""

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recent_menu")
        self.setToolTipsVisible(True)
        self._settings = settings
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        self.clear()
        folders = self._settings.recent
        for number, folder in enumerate(folders, start=1):
            where = short_path(folder).replace("&", "&&")
            action = self.addAction(f"&{number % 10}  {where}")
            action.setEnabled(is_there(folder))
            action.setData(str(folder))
            if not action.isEnabled():
                action.setToolTip(self.tr("This folder was moved, renamed or deleted."))
            action.triggered.connect(partial(self.chosen.emit, folder))
        if not folders:
            self.addAction(self.tr("No folder yet")).setEnabled(False)
            return
        self.addSeparator()
        self.addAction(self.tr("&Clear this list")).triggered.connect(self._settings.clear_recent)
