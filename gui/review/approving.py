"""One key that says "this mask is right" and goes on to the next image."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.correcting import Correcting
from gui.image_list import ImageListPanel
from gui.review.toast import Toast
from segmenter.project.state import State

if TYPE_CHECKING:
    from segmenter.project.project import Project


class Approving(QObject):
    """On an approved image it takes the approval back, and stays there.

    The next image is the next one *of the list as it is shown* that can be approved and is not
    yet, from the top again after the last: with the list in the order of doubt that is the
    review a person wants, and with a filter it stays within it.
    """

    def __init__(
        self,
        images: ImageListPanel,
        correcting: Correcting,
        toast: Toast,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._images = images
        self._correcting = correcting
        self._toast = toast
        self._project: Project | None = None
        self._on_the_way: set[str] = set()
        """Approved here; the list hears of it once it is on the disk."""
        images.current_changed.connect(self._note_arrived)

    def set_project(self, project: Project | None) -> None:
        self._project = project
        self._on_the_way.clear()
        self._toast.clear()

    def approve(self) -> None:
        """The image that is chosen in the list; only once it is shown: nobody approves what
        they have not seen."""
        project, name = self._project, self._images.current_name
        if project is None or not name:
            return
        refusal = self._refusal(project, name)
        if refusal:
            self._toast.say(refusal)
        elif name != self._correcting.editor.name:
            return
        elif self._is_approved(project, name):
            self._take_back(name)
        else:
            self._correcting.set_approved(name, True)
            self._go_on(name)

    def _refusal(self, project: Project, name: str) -> str:
        """Why the image can't be approved, as one sentence; empty where it can."""
        if project.read_only:
            return project.read_only_reason
        if project.image(name).state is State.FAILED:
            return self.tr("{0} can't be shown, so it can't be approved.").format(_short(name))
        editor = self._correcting.editor
        if name == editor.name and editor.labels is None:
            return self.tr(
                "There is nothing to approve on {0} yet: segment it (Ctrl+R) or paint on it."
            ).format(_short(name))
        return ""

    def _is_approved(self, project: Project, name: str) -> bool:
        """As it is now: a stroke that is not saved yet has ended the approval."""
        masks = self._correcting.editor.masks
        opened = masks.get(name) if masks is not None else None
        if opened is not None:
            return opened.is_approved
        return project.image(name).state is State.APPROVED

    def _go_on(self, name: str) -> None:
        self._on_the_way.add(name)
        left = self._images.count_unapproved(self._on_the_way)
        if not self._images.select_next_unapproved(self._on_the_way) and left == 0:
            text = self.tr("{0} is approved, and with it every image.").format(_short(name))
        elif left == 1:
            text = self.tr("{0} is approved; 1 image is left.").format(_short(name))
        else:
            text = self.tr("{0} is approved; {1} images are left.").format(
                _short(name), f"{left:,}"
            )
        self._toast.say(text, self.tr("Undo"), partial(self._undo, name))

    def _note_arrived(self) -> None:
        self._on_the_way = {
            each for each in self._on_the_way if self._images.state_of(each) is not State.APPROVED
        }

    def _undo(self, name: str) -> None:
        """Take it back, and show what it was about."""
        if self._project is not None:
            self._on_the_way.discard(name)
            self._correcting.set_approved(name, False)
            self._images.select(name)

    def _take_back(self, name: str) -> None:
        self._on_the_way.discard(name)
        self._correcting.set_approved(name, False)
        self._toast.say(
            self.tr("{0} is not approved any more.").format(_short(name)),
            self.tr("Undo"),
            partial(self._correcting.set_approved, name, True),
        )


def _short(name: str) -> str:
    return PurePosixPath(name).name
