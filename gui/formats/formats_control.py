"""Export and import in the window: makes both, and says when they make sense."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.desk import Desk
from gui.formats.exporting import Exporting
from gui.formats.importing import Importing
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.settings import Settings
from gui.status_bar import StatusBar

if TYPE_CHECKING:
    from segmenter.project.project import Project


class FormatsControl(QObject):
    """One of them for a window's desk."""

    def __init__(
        self,
        desk: Desk,
        background: Background,
        messages: MessageBar,
        settings: Settings,
        *,
        status: StatusBar,
        actions: Actions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions = actions
        self._project: Project | None = None
        self.exporting = Exporting(
            desk.correcting,
            background,
            messages,
            settings,
            status=status,
            window=parent,
            parent=self,
        )
        self.importing = Importing(
            desk.correcting,
            background,
            messages,
            settings,
            reload=desk.view.reload_labels,
            window=parent,
            parent=self,
        )
        actions.on("file.export", self.exporting.open)
        actions.on("file.import", self.importing.open)
        self.exporting.changed.connect(self._update)
        self.importing.classes_changed.connect(desk.classes.refresh)
        desk.project_changed.connect(self._set_project)
        desk.workspace.image_list.counted.connect(self._update)

    def import_from(self, path: Path) -> None:
        """Open the dialog of the import with what was dropped."""
        if self._actions["file.import"].isEnabled():
            self.importing.open(path)

    def _set_project(self, project: Project | None) -> None:
        self._project = project
        self.exporting.set_project(project)
        self.importing.set_project(project)
        self._update()

    def _update(self) -> None:
        """An empty folder has nothing to export, and nothing that masks could be of."""
        project = self._project
        can = project is not None and self._desk.workspace.image_list.count > 0
        is_exporting = self.exporting.is_running
        self._actions["file.export"].setEnabled(can and not is_exporting)
        # An export that is under way would get some masks of before and some of after.
        writable = project is not None and not project.read_only
        self._actions["file.import"].setEnabled(can and writable and not is_exporting)
