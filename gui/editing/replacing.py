"""The newest prediction takes the place of a mask, when the person asked for that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject

from gui.canvas.content import Labels
from gui.editing.editor import Editor
from gui.editing.open_masks import digest_of
from gui.jobs import Background
from gui.message_bar import MessageBar
from segmenter.cancel import CancelToken
from segmenter.editing.rect import Rect
from segmenter.project.project import Project


class Replacing(QObject):
    """Works on the image it was asked for, whether or not that is still the one on the canvas."""

    def __init__(
        self,
        editor: Editor,
        background: Background,
        messages: MessageBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._background = background
        self._messages = messages

    def replace(self, name: str) -> None:
        """Make the prediction on the disk the mask of this image: one step, which undo takes
        back. An image without a mask shows its newest prediction anyway."""
        masks = self._editor.masks
        if masks is None:
            return
        self._background.run(
            partial(_read, masks.project, name),
            partial(self._replace, masks.project, name, masks.reading_mark(name)),
            lambda sentence: self._messages.say(sentence, "error"),
            kind="load",
        )

    def _replace(self, project: Project, name: str, mark: object, read: _Read) -> None:
        masks = self._editor.masks
        if masks is None or masks.project is not project or read.prediction is None:
            return
        step = self.tr("replacement by the prediction")
        if name == self._editor.name:
            labels = self._editor.labels
            if labels is not None and labels.shape == read.prediction.shape:
                self._editor.replace_all(step, read.prediction)
            return
        opened = masks.get(name)
        if opened is None and masks.reading_mark(name) != mark:
            self.replace(name)  # a stroke was saved since, which is not in what was read
            return
        if opened is None and read.mask is not None:
            opened = masks.open_unseen(name, read.mask, read.digest)
        if opened is None or opened.mask.labels.shape != read.prediction.shape:
            return
        height, width = read.prediction.shape
        opened.mask.protection = self._editor.protection
        opened.mask.begin(step)
        opened.mask.replace(Rect(0, 0, width, height), read.prediction)
        opened.mask.commit()
        self._editor.edited.emit(opened)
        masks.settle(opened)


@dataclass(frozen=True)
class _Read:
    prediction: Labels | None
    mask: Labels | None
    digest: bytes
    """Of the mask."""


def _read(project: Project, name: str, _: CancelToken) -> _Read:
    mask = project.load_mask(name)
    digest = b"" if mask is None else digest_of(mask)
    return _Read(project.load_prediction_labels(name), mask, digest)
