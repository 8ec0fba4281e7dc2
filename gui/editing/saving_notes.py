"""What the person is told of saving: a word in the status bar, a sentence where it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from gui.editing.mask_saver import MaskSaver, Saving
from gui.editing.open_mask import OpenMask
from gui.message_bar import MessageBar
from gui.status_bar import StatusBar
from segmenter.wording import shown

SETTLED_MS = 400
"""“Saved” is said this long after the last save: a stroke is saved several times on its way, and
words that change with each of them would only draw the eye."""


class SavingNotes(QObject):
    """Trouble is said once; the status bar goes on showing it until it is over."""

    def __init__(
        self,
        saver: MaskSaver,
        messages: MessageBar,
        status: StatusBar,
        give_up: Callable[[list[OpenMask]], object],
        parent: QObject | None = None,
    ) -> None:
        """``give_up``: called with masks that nobody can save and somebody wants to be rid of."""
        super().__init__(parent)
        self._saver = saver
        self._messages = messages
        self._status = status
        self._give_up = give_up
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(lambda: status.show_saving(self.tr("Saved")))
        saver.status_changed.connect(self._show)
        saver.failed.connect(self._tell_trouble)
        saver.recovered.connect(self._tell_end_of_trouble)

    def clear(self) -> None:
        """Nothing was painted in this project yet."""
        self._settled.stop()
        self._status.show_saving("")

    def _show(self, status: Saving) -> None:
        if status is Saving.SAVED:
            self._settled.start()
            return
        self._settled.stop()
        if status is Saving.FAILED:
            self._status.show_saving(self.tr("Not saved"), trouble=True)
        else:
            self._status.show_saving(self.tr("Saving …"))

    def _tell_trouble(self, sentence: str) -> None:
        left_over = self._saver.left_over
        if left_over:
            self._tell_left_over(left_over)
            return
        self._messages.say(
            self.tr("{0} Your strokes are kept here, and saving is tried again.").format(sentence),
            "error",
            self.tr("Try again"),
            self._saver.retry,
        )

    def _tell_left_over(self, masks: list[OpenMask]) -> None:
        self._messages.say(
            self.tr(
                "{0} is not in the folder any more, and its strokes can't be saved. They are kept "
                "here: put the image back and press F5, or drop them."
            ).format(shown(masks[0].name)),
            "error",
            self.tr("Drop the strokes"),
            partial(self._give_up, masks),
        )

    def _tell_end_of_trouble(self) -> None:
        self._messages.say(self.tr("Everything is saved again."), fleeting=True)
