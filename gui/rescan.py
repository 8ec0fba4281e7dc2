"""Searching the open folder anew when a person asks for it, and telling that it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from gui.folder import Folder
from gui.jobs import Jobs
from gui.message_bar import MessageBar
from segmenter.wording import counted

if TYPE_CHECKING:
    from gui.desk import Desk
    from gui.image_list.panel import ImageListPanel
    from segmenter.project.project import Project

_ONCE = Qt.ConnectionType.SingleShotConnection


class Rescan(QObject):
    """Folders are also searched as they are opened; of that nothing is told."""

    def __init__(self, folder: Folder, jobs: Jobs, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = folder
        self._jobs = jobs
        self._messages = messages
        self._asked = False
        self._listed: ImageListPanel | None = None

    def begin(self, project: Project, desk: Desk) -> None:
        """Returns at once; while the folder is being searched already, that is the one."""
        if self._jobs.is_running("scan"):
            return
        desk.look_again(project)
        self._listed = desk.workspace.image_list
        self._asked = True
        self._folder.scan()

    def give_up(self) -> None:
        """It failed, which somebody else tells."""
        self._asked = False

    def finish(self) -> None:
        """It was searched; the list is about to be read again."""
        if self._asked and self._listed is not None:
            self._listed.loaded.connect(self._tell, _ONCE)
        self._asked = False

    def _tell(self) -> None:
        """What a person asked for is done, also where nothing looks different."""
        listed = self._listed
        assert listed is not None, "set as it was asked for"
        if listed.is_busy:  # with what was found on the way; the rest is read yet
            listed.busy_changed.connect(self._tell, _ONCE)
            return
        self._messages.say(
            self.tr("The folder was searched anew: {0}.").format(counted(listed.count, "image")),
            fleeting=True,
        )
