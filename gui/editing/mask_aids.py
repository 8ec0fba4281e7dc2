"""The actions that edit the whole mask at once."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.canvas.canvas import Canvas
from gui.canvas.content import CanvasContent, LabelKind, Labels
from gui.editing.aid_session import AidSession
from gui.editing.aids import Aid, all_aids
from gui.editing.editor import Editor
from gui.jobs import Background
from gui.settings import Settings
from segmenter.project.classes import UNLABELLED


class MaskAids(QObject):
    """One dialog at a time for those that ask for a number; the others act at once, and undo
    takes them back."""

    def __init__(
        self,
        editor: Editor,
        canvas: Canvas,
        background: Background,
        settings: Settings,
        *,
        actions: Actions,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._editor = editor
        self._canvas = canvas
        self._background = background
        self._settings = settings
        self._window = window
        self._actions = actions
        self._session: AidSession | None = None
        self._looked_at: CanvasContent | None = None
        self._has_prediction = False
        for aid in all_aids(self.tr):
            actions.on(aid.action, partial(self.open, aid))
        actions.on("edit.clear", self.clear)
        actions.on("edit.use_prediction", self.use_prediction)
        for signal in (editor.history_changed, editor.kind_changed, editor.prediction_changed):
            signal.connect(self._show_available)
        self._show_available()

    @property
    def session(self) -> AidSession | None:
        """The dialog that is open."""
        return self._session

    def open(self, aid: Aid) -> None:
        """Ask for the number; another dialog of this kind goes."""
        if self._session is not None:
            if self._session.aid.action == aid.action:
                self._session.dialog.activateWindow()
                return
            self._session.end()
        if not self._editor.may_edit():
            return
        session = AidSession(
            aid,
            editor=self._editor,
            canvas=self._canvas,
            background=self._background,
            settings=self._settings,
            window=self._window,
        )
        session.ended.connect(self._forget_session)
        self._session = session

    def close(self) -> None:
        """Close the dialog, without changing the mask."""
        if self._session is not None:
            self._session.end()

    def clear(self) -> None:
        """Every pixel becomes unlabelled, but for protected ones."""
        content = self._editor.content
        if content is not None and self._editor.may_edit():
            nothing = np.full((content.height, content.width), UNLABELLED, np.uint8)
            self._editor.replace_all(self.tr("clear mask"), nothing)

    def use_prediction(self) -> None:
        """Every pixel becomes what the model said, but for protected ones."""
        if self._editor.may_edit():
            self._editor.fetch_prediction(self._put)

    def _put(self, prediction: Labels | None) -> None:
        if prediction is None:
            self._editor.refused.emit(self.tr("The model has made no prediction of this image."))
            return
        self._editor.replace_all(self.tr("use prediction"), prediction)

    def _forget_session(self) -> None:
        self._session = None

    def _show_available(self) -> None:
        """The prediction can be used where it is not what is shown already."""
        content, masks = self._editor.content, self._editor.masks
        if content is None or masks is None:
            self._looked_at, self._has_prediction = None, False
        elif content is not self._looked_at:
            self._looked_at = content
            self._has_prediction = masks.project.has_prediction(self._editor.name)
        is_mask = content is not None and content.kind is LabelKind.MASK
        self._actions["edit.use_prediction"].setEnabled(self._has_prediction and is_mask)
