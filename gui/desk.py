"""What lies before the person once a folder is open: the workspace, and all that works on it.

Imports what the first window does without (numpy and the canvas), so the window makes it when
the first folder is opened.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.bench import Bench
from gui.class_control import ClassControl
from gui.class_merging import ClassMerging
from gui.class_renaming import ClassRenaming
from gui.correcting import Correcting
from gui.image_view import ImageView
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar
from gui.review.reviewing import Reviewing
from gui.segmenting import Segmenting
from gui.settings import Settings
from gui.status_bar import StatusBar
from gui.workspace import Workspace

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Desk(QObject):
    """Makes the parts that show and change images, and wires them to each other."""

    shown_changed = Signal()
    """Another image is on the canvas, or none."""
    first_shown = Signal()
    """The first image of a project stands on the canvas."""
    project_changed = Signal(object)
    """The Project that is shown from now on, or None; nothing of it is on the canvas yet."""

    def __init__(
        self,
        background: Background,
        jobs: Jobs,
        messages: MessageBar,
        status: StatusBar,
        settings: Settings,
        *,
        actions: Actions,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._messages = messages
        self._settings = settings
        self._actions = actions
        self._is_closed = False
        self.workspace = Workspace(actions)
        self.bench = Bench(self.workspace)
        """The workspace, with room for a panel below it: what the window shows."""
        self.view = ImageView(
            self.workspace, background, status, messages, actions=actions, parent=self
        )
        self.correcting = Correcting(
            self.workspace,
            background,
            messages,
            settings,
            actions=actions,
            jobs=jobs,
            status=status,
            parent=parent,
        )
        self.classes = ClassControl(
            self.workspace.class_panel,
            self.correcting.editor,
            ClassMerging(self.correcting, background, messages, parent, self.view.reload_labels),
            ClassRenaming(background, messages, parent),
            messages,
            actions=actions,
            parent=parent,
        )
        self.reviewing = Reviewing(
            self.workspace, self.correcting, background, actions=actions, parent=parent
        )
        self._connect()
        self._restore()

    # -- what is on it --------------------------------------------------------------------

    def set_project(self, project: Project | None, select: str = "") -> None:
        """Show and correct images of this project from now on, beginning with ``select``."""
        # The list comes last: choosing an image is what sets the others to work.
        self.correcting.set_project(project)
        self.classes.set_project(project)
        self.reviewing.set_project(project)
        self.project_changed.emit(project)
        self.view.set_project(project)
        self.workspace.image_list.set_project(project)
        if project is None:
            return
        self.set_scanning(True)
        if select:
            self.workspace.image_list.select(select)

    def set_scanning(self, scanning: bool) -> None:
        """Whether images are still being looked for."""
        self.workspace.image_list.set_scanning(scanning)

    def add_images(self, names: list[str]) -> None:
        """These are new in the folder, or their files are others now."""
        self.view.loader.forget(names)
        self.workspace.image_list.refresh(names)

    def look_again(self, project: Project) -> None:
        """The folder is about to be searched anew, since somebody wants to see it as it is."""
        self.set_scanning(True)
        if project.read_only:  # somebody else paints in it
            self.view.loader.all_labels_changed()

    def segment_current(self, segmenting: Segmenting, project: Project) -> None:
        """Have the chosen image segmented; asks first where it has a mask."""
        name = self.view.current_name
        if name:
            segmenting.image(project, name, has_mask=self.correcting.has_mask(name))

    def labels_changed(self, name: str) -> None:
        """There is a new prediction of this image, or a reason why not."""
        self.view.labels_changed(name)
        self.correcting.note_prediction(name)

    # -- coming and going -----------------------------------------------------------------

    def key_pressed(self, event: QKeyEvent) -> bool:
        """A key that nobody wanted. Whether something was done about it."""
        return self.classes.key_pressed(event)

    def key_released(self, event: QKeyEvent) -> None:
        self.reviewing.key_released(event)

    def layout_state(self) -> QByteArray:
        """To be restored by the next desk, through the settings."""
        return self.workspace.saveState()

    def close(self) -> None:
        """End the threads; the project is closed and everything saved by now."""
        self._is_closed = True
        self.correcting.close()
        self.workspace.image_list.shutdown()

    # -- inside ---------------------------------------------------------------------------

    def _connect(self) -> None:
        workspace, view, correcting = self.workspace, self.view, self.correcting
        view.about_to_show.connect(correcting.show)
        view.classes_stale.connect(self.classes.refresh)
        view.shown_changed.connect(self.shown_changed)
        view.first_shown.connect(self.first_shown)
        correcting.saved.connect(view.mask_saved)
        correcting.editor.left.connect(view.mask_left)
        self.classes.classes_changed.connect(view.set_classes)
        workspace.image_list.busy_changed.connect(self._count_list)
        workspace.image_list.failed.connect(lambda text: self._messages.say(text, "error"))
        workspace.view_panel.opacity_changed.connect(self._set_opacity)

    def _restore(self) -> None:
        workspace, settings = self.workspace, self._settings
        state = settings.layout("splitter")
        if state is not None:
            workspace.restoreState(state)
        workspace.view_panel.set_opacity(settings.opacity)
        for section in workspace.sections:
            section.set_open(settings.flag(f"side.{section.name}", True))
            section.toggled.connect(partial(settings.set_flag, f"side.{section.name}"))
        for name, widget in (
            ("view.image_list", workspace.image_list),
            ("view.side_panel", workspace.side),
        ):
            widget.setVisible(self._actions[name].isChecked())
            self._actions[name].toggled.connect(widget.setVisible)

    def _set_opacity(self, opacity: float) -> None:
        self._settings.opacity = opacity
        self.workspace.canvas.set_opacity(opacity)

    def _count_list(self, busy: bool) -> None:
        # The list says "busy" anew with every read of a series.
        if busy and not self._jobs.is_running("list"):
            self._jobs.begin("list")
        elif not busy:
            if not self._is_closed:
                self.view.tell_if_empty(still_searching=self._jobs.is_running("scan"))
            self._jobs.end("list")
