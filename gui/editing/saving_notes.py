"""What the person is told of saving: a word in the status bar, a sentence where it fails."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.editing.mask_saver import MaskSaver, Saving
from gui.message_bar import MessageBar
from gui.status_bar import StatusBar


class SavingNotes(QObject):
    """Trouble is said once; the status bar goes on showing it until it is over."""

    def __init__(
        self,
        saver: MaskSaver,
        messages: MessageBar,
        status: StatusBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._saver = saver
        self._messages = messages
        self._status = status
        saver.status_changed.connect(self._show)
        saver.failed.connect(self._tell_trouble)
        saver.recovered.connect(self._tell_end_of_trouble)

    def clear(self) -> None:
        """Nothing was painted in this project yet."""
        self._status.show_saving("")

    def _show(self, status: Saving) -> None:
        words = {
            Saving.SAVED: self.tr("Saved"),
            Saving.SAVING: self.tr("Saving …"),
            Saving.FAILED: self.tr("Not saved"),
        }
        self._status.show_saving(words[status], trouble=status is Saving.FAILED)

    def _tell_trouble(self, sentence: str) -> None:
        self._messages.say(
            self.tr("{0} Your strokes are kept here, and saving is tried again.").format(sentence),
            "error",
            self.tr("Try again"),
            self._saver.retry,
        )

    def _tell_end_of_trouble(self) -> None:
        self._messages.say(self.tr("Everything is saved again."), fleeting=True)
