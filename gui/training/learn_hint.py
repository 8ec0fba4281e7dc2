"""Says once in a folder that the model can learn from what was just corrected."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.actions import Actions
from gui.correcting import Correcting
from gui.message_bar import MessageBar
from gui.settings import Settings
from segmenter.errors import MaskwrightError
from segmenter.project.state import State

if TYPE_CHECKING:
    from segmenter.project.project import Project

PAUSE_MS = 2500
"""Without a stroke: nobody is told something in the midst of painting."""
_SHOWN = "hint_learn_now"
"""Under this name the project keeps that it was said."""
_KNOWN = "learn_now.known"
"""Under this name the settings keep that the person has used it: they know."""


class LearnHint(QObject):
    """Waits for the first correction, then for a pause, then for the message bar to be free."""

    def __init__(
        self,
        correcting: Correcting,
        messages: MessageBar,
        settings: Settings,
        *,
        actions: Actions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._messages = messages
        self._settings = settings
        self._learn = actions["model.learn_now"]
        self._project: Project | None = None
        self._is_due = False
        self.pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        """Runs while the hint waits to be said."""
        self.pause.timeout.connect(self._say)
        self._learn.triggered.connect(self._note_known)
        correcting.saver.state_changed.connect(self._note_state)
        correcting.editor.edited.connect(self._wait)

    def set_project(self, project: Project | None) -> None:
        self._project = project
        self._is_due = False
        self.pause.stop()

    def _note_state(self, name: str) -> None:
        project = self._project
        if project is None or self._is_due or self._settings.flag(_KNOWN, False):
            return
        try:
            is_corrected = project.image(name).state is State.CORRECTED
        except MaskwrightError:
            return  # it was of the folder before
        if is_corrected and not project.recall(_SHOWN):
            self._is_due = True
            self._wait()

    def _wait(self) -> None:
        if self._is_due:
            self.pause.start()

    def _say(self) -> None:
        if self._project is None or self._messages.text:
            self._wait()
            return
        self._is_due = False
        self._messages.say(
            self.tr("Corrected. Learn now (Ctrl+L) lets the model learn from it."),
            action=self.tr("Learn now"),
            do=self._learn.trigger,
            fleeting=True,
        )
        with suppress(MaskwrightError):  # then it is said once more the next time
            self._project.remember(_SHOWN, "shown")

    def _note_known(self) -> None:
        self._is_due = False
        self.pause.stop()
        self._settings.set_flag(_KNOWN, True)
