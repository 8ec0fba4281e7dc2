"""A person says what an image serves for: to learn from, or to score models by."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.image_list import ImageListPanel
from gui.message_bar import MessageBar
from segmenter.errors import MaskwrightError
from segmenter.project.state import ImageRecord, Side
from segmenter.training.labelled_images import USABLE

if TYPE_CHECKING:
    from segmenter.project.project import Project

SIDES = {
    "image.pin_none": None,
    "image.pin_training": Side.TRAINING,
    "image.pin_validation": Side.VALIDATION,
}


class Pinning(QObject):
    """Three actions about the image that is chosen in the list; one of them is on."""

    def __init__(
        self,
        images: ImageListPanel,
        messages: MessageBar,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._images = images
        self._messages = messages
        self._actions = actions
        self._project: Project | None = None
        for name, side in SIDES.items():
            actions.on(name, partial(self._pin, side))
        images.current_changed.connect(lambda _: self._update())

    def set_project(self, project: Project | None) -> None:
        """Another folder is open, or none."""
        self._project = project
        self._update()

    def _pin(self, side: Side | None) -> None:
        project, name = self._project, self._images.current_name
        if project is None or not name:
            return
        try:
            record = project.pin(name, side)
        except MaskwrightError as error:
            self._messages.say(str(error), "warning")
        else:
            self._images.refresh([name])
            self._messages.say(self._words(record), fleeting=True)
        self._update()

    def _words(self, record: ImageRecord) -> str:
        name = PurePosixPath(record.name).name
        if record.state not in USABLE:
            name = self.tr("{0}, once you have corrected it,").format(name)
        if record.side is Side.TRAINING:
            return self.tr("{0} is always learnt from.").format(name)
        if record.side is Side.VALIDATION:
            return self.tr("{0} is held out: models are scored by it, and never learn it.").format(
                name
            )
        return self.tr("{0} is learnt from or held out, as its name decides.").format(name)

    def _update(self) -> None:
        project, name = self._project, self._images.current_name
        side = None
        if project is not None and name:
            try:
                side = project.image(name).side
            except MaskwrightError:  # it went from the folder
                name = ""
        for action, each in SIDES.items():
            self._actions[action].setEnabled(project is not None and bool(name))
            self._actions[action].setChecked(each is side)
