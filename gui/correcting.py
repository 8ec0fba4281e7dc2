"""Correcting masks in the window: makes editor and tools, and wires them to their surroundings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.canvas.content import CanvasContent
from gui.dialogs import show_dialog
from gui.editing.editor import Editor
from gui.editing.mask_aids import MaskAids
from gui.editing.mask_saver import MaskSaver
from gui.editing.open_mask import OpenMask
from gui.editing.replacing import Replacing
from gui.editing.saving_notes import SavingNotes
from gui.editing.seen_painting import SeenPainting
from gui.editing.undo_menu import UndoMenu
from gui.editing.unsaved_dialog import UnsavedDialog
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar
from gui.settings import Settings
from gui.status_bar import StatusBar
from gui.tools.tool import ToolContext
from gui.tools.tool_box import ToolBox
from gui.tools.wiring import ToolWiring
from gui.workspace import Workspace
from segmenter.editing.history import HistoryBudget
from segmenter.errors import MaskwrightError

if TYPE_CHECKING:
    from segmenter.project.project import Project

PATIENCE = 8.0
"""Seconds that closing waits for masks being saved before it asks."""
_LEFT_OPEN = "left_open"
"""Under this name the project keeps what was begun and waits."""


class Correcting(QObject):
    """A stroke goes from the canvas to the tool, from the tool to the editor, and from there to
    the canvas, the history and the disk."""

    saved = Signal(object)
    """The OpenMask that the project was brought up to."""

    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        messages: MessageBar,
        settings: Settings,
        *,
        actions: Actions,
        jobs: Jobs,
        status: StatusBar,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._workspace = workspace
        self._background = background
        self._messages = messages
        self._settings = settings
        self._actions = actions
        self._project: Project | None = None
        self._budget = HistoryBudget(settings.undo_megabytes * 2**20)
        self.editor = Editor(background, self._budget, self)
        self.saver = MaskSaver(jobs, self)
        self.tools = ToolBox(
            ToolContext(workspace.canvas, self.editor, settings, background), actions, self
        )
        ToolWiring(self.tools, self.editor, workspace, messages, actions)
        self._notes = SavingNotes(self.saver, messages, status, self._give_up, self)
        self._replacing = Replacing(self.editor, background, messages, self)
        UndoMenu(self.editor, actions, self.tools.take_back, self)
        self.aids = MaskAids(
            self.editor, workspace.canvas, background, settings, actions=actions, window=parent
        )
        self.tools.hint_changed.connect(status.show_hint)
        SeenPainting(self.editor, workspace.class_panel, messages, actions, self)
        self._connect()

    def _connect(self) -> None:
        editor, canvas, saver = self.editor, self._workspace.canvas, self.saver
        images, classes = self._workspace.image_list, self._workspace.class_panel
        editor.parts_changed.connect(canvas.refresh_parts)
        editor.kind_changed.connect(canvas.refresh)
        editor.refused.connect(lambda sentence: self._messages.say(sentence, "warning"))
        editor.edited.connect(saver.note)
        editor.left.connect(saver.hurry)
        saver.saved.connect(self._let_rest)
        saver.state_changed.connect(lambda name: images.refresh([name]))
        classes.current_changed.connect(
            lambda class_id: editor.set_class(class_id if class_id >= 0 else None)
        )
        editor.class_changed.connect(classes.select)
        editor.class_changed.connect(self._workspace.tool_strip.show_class)
        self._workspace.tool_strip.class_wanted.connect(editor.set_class)

    # -- projects and images --------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Edit images of this project from now on. What is unsaved was saved before, see
        :meth:`save_first`."""
        self._finish_step()
        self._keep_what_is_open()
        self._project = project
        self.editor.set_project(project)
        self.tools.go_on_with(project.recall(_LEFT_OPEN) if project is not None else "")
        self.tools.set_folder(project.folder if project is not None else None)
        self._notes.clear()

    def show(self, name: str, content: CanvasContent | None) -> None:
        """This image is about to be shown; None: no image is. New content of the image that is
        shown already interrupts nobody: a stroke on it goes on, unless the file was replaced by an
        image of another size."""
        if content is None or name != self.editor.name or not self._has_same_size(content):
            self._finish_step()
        if content is None:
            self.editor.show_nothing()
        else:
            self.editor.show(name, content)

    def note_prediction(self, name: str) -> None:
        """There is a new prediction of this image."""
        if self.editor.masks is not None:
            self.editor.masks.note_prediction(name)

    def replace_by_prediction(self, name: str) -> None:
        """Make the prediction that the project holds the mask of this image, as a step that can
        be undone; for an image that was segmented again although it has a mask."""
        self._replacing.replace(name)

    def has_mask(self, name: str) -> bool:
        """Whether a person has made anything of this image, saved or not; approving counts."""
        masks = self.editor.masks
        if masks is None or self._project is None:
            return False
        opened = masks.get(name)
        if opened is not None:
            return opened.is_mask or opened.is_approved
        return self._project.image(name).has_mask

    def set_approved(self, name: str, approved: bool) -> None:
        """Approve the image as it is now, or take that back; after what is being saved of it.
        The image list hears of it."""
        project = self._project
        opened = self.editor.masks.get(name) if self.editor.masks is not None else None
        if project is None:
            return
        if opened is not None:
            if name == self.editor.name:
                self._finish_step()
                self.tools.resume()
            opened.approve(approved)
            self.saver.note(opened)
            self.saver.hurry(opened)
            return
        self.saver.hold(name)  # a stroke that follows at once is saved after it

        def done(sentence: str = "") -> None:
            self.saver.release(name)
            self._workspace.image_list.refresh([name])
            if sentence:
                self._messages.say(sentence, "error")

        self._background.run(
            lambda _: project.set_approved(name, approved), lambda _: done(), done, kind="save"
        )

    def forget_masks(self, names: Collection[str] | None = None) -> None:
        """All masks on the disk may be others now (classes were merged), or those of these images
        (they were imported): call it after :meth:`save_first`, then have the shown image loaded
        again."""
        if self.editor.masks is None:
            return
        if names is None:
            self.editor.masks.forget_all()
        else:
            self.editor.masks.forget(names)

    # -- settings -------------------------------------------------------------------------

    @property
    def undo_bytes(self) -> int:
        """What the steps of all images that can be undone take now."""
        return self._budget.nbytes

    def set_undo_megabytes(self, megabytes: int) -> None:
        """What they may take; remembered."""
        self._settings.undo_megabytes = megabytes
        self._budget.limit = megabytes * 2**20
        self.editor.history_changed.emit()

    # -- closing --------------------------------------------------------------------------

    def save_first(self, later: Callable[[], object]) -> bool:
        """Save everything before this returns. False where a mask can't be saved: the person is
        asked, and ``later`` is called once it is saved after all, or to be given up."""
        self._finish_step()
        if not self.saver.unsaved or self.saver.save_all(PATIENCE):
            return True
        self.tools.resume()
        self._ask(later)
        return False

    def close(self) -> None:
        """End the saver's threads."""
        self.saver.close()

    # -- inside ---------------------------------------------------------------------------

    def _ask(self, later: Callable[[], object]) -> None:
        late = self.tr("It takes longer than usual to save it.")
        troubles = {each.name: late for each in self.saver.unsaved} | self.saver.troubles

        def again() -> None:
            if self.save_first(later):
                later()

        def without() -> None:
            self.saver.give_up()
            later()

        dialog = UnsavedDialog(troubles, again=again, without=without, parent=self._window)
        show_dialog(self._window, dialog)

    def _give_up(self, masks: list[OpenMask]) -> None:
        """Of images that are gone: should one come back, what the disk holds is shown."""
        self.saver.give_up(masks)
        self.forget_masks([opened.name for opened in masks if opened.project is self._project])

    def _keep_what_is_open(self) -> None:
        """A polygon that isn't closed is there again the next time."""
        project, left_open = self._project, self.tools.left_open()
        if project is None or project.read_only:
            return
        # What can't be written costs a polygon that nobody has closed, and no mask.
        with suppress(MaskwrightError):
            if left_open != project.recall(_LEFT_OPEN):
                project.remember(_LEFT_OPEN, left_open)

    def _has_same_size(self, content: CanvasContent) -> bool:
        before = self.editor.content
        return before is not None and (before.width, before.height) == (
            content.width,
            content.height,
        )

    def _finish_step(self) -> None:
        """A stroke that is being painted is whole as it is; a polygon that isn't closed waits."""
        self.editor.commit()
        self.tools.finish()

    def _let_rest(self, opened: OpenMask) -> None:
        masks = self.editor.masks
        if masks is not None and opened.project is self._project:
            masks.settle(opened)
        self.saved.emit(opened)
