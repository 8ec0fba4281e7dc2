"""The bottom line: model and device, training, what the tool does, what is under the pointer, what
is saved, progress, zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QStatusBar,
    QToolButton,
    QWidget,
)

from gui.actions import Actions
from gui.icons import wear_icon
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.labels import muted_label, plain_label, set_role
from gui.widgets.steady_label import SteadyLabel


class StatusBar(QStatusBar):
    """Says; decides nothing. Buttons trigger the window's actions."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._model = _button("model", "status_model")
        self._model.clicked.connect(actions["model.manager"].trigger)
        self._model.setToolTip(actions["model.manager"].toolTip())
        self._device = muted_label(name="status_device", wraps=False)
        self._hint = ElidedLabel()
        self._hint.setObjectName("status_hint")
        self._hint.setProperty("role", "muted")
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._pointer = SteadyLabel()
        self._pointer.setObjectName("status_pointer")
        self._pointer.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._saving = plain_label(name="status_saving", wraps=False)
        self._zoom = _button("", "status_zoom")
        self._zoom.setToolTip(actions["view.fit"].toolTip())
        self._zoom.clicked.connect(actions["view.fit"].trigger)
        self._training = _button("fine-tune", "status_training")
        self._training.setToolTip(actions["view.training"].toolTip())
        self._training.clicked.connect(actions["view.training"].trigger)
        self._training.hide()
        self.progress = ProgressStrip(self)
        self.progress.cancelled.connect(actions["segment.cancel"].trigger)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(8)
        row.addWidget(self._model)
        row.addWidget(self._device)
        row.addWidget(self._training)
        row.addSpacing(6)
        row.addWidget(self.progress)
        row.addWidget(self._hint, 1)
        row.addWidget(self._pointer)
        row.addSpacing(6)
        row.addWidget(self._saving)
        row.addWidget(self._zoom)
        self.addWidget(line, 1)
        self.show_zoom(None)
        self.show_saving("")

    def show_model(self, title: str) -> None:
        self._model.setText(title.replace("&", "&&"))  # no mnemonic: it may be called anything
        self._model.setAccessibleName(self.tr("Model: {0}").format(title))

    def show_device(self, device: str) -> None:
        """Where the model computes; empty while nobody knows yet."""
        self._device.setText(device)

    def show_training(self, words: str) -> None:
        """How far a training is; empty while none is under way."""
        self._training.setText(words)
        self._training.setAccessibleName(self.tr("Training: {0}").format(words))
        self._training.setVisible(bool(words))

    def show_pointer(self, text: str) -> None:
        self._pointer.setText(text)

    def show_hint(self, text: str) -> None:
        """What can be done with the tool in hand, in one line."""
        self._hint.setText(text)

    def show_saving(self, words: str, *, trouble: bool = False) -> None:
        """“Saved”, “Saving …” or “Not saved”; empty while there is nothing to save."""
        if words == self._saving.text() and words:
            return
        set_role(self._saving, "error" if trouble else "muted")
        self._saving.setText(words)
        self._saving.setVisible(bool(words))

    def show_zoom(self, zoom: float | None) -> None:
        """1.0 is one image pixel on one screen pixel; None: no image."""
        self._zoom.setVisible(zoom is not None)
        if zoom is not None:
            percent = zoom * 100
            self._zoom.setText(f"{percent:.0f}%" if percent >= 10 else f"{percent:.1f}%")
            self._zoom.setAccessibleName(self.tr("Zoom {0}").format(self._zoom.text()))


class ProgressStrip(QFrame):
    """A bar, words beside it and Cancel; hidden while nothing runs."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(150, 6)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._words = plain_label(name="progress_words", wraps=False)
        self._cancel = _button("stop", "progress_cancel")
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolTip(self.tr("Cancel (Ctrl+.)"))
        self._cancel.setAccessibleName(self.tr("Cancel"))
        self._cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._bar)
        row.addWidget(self._words)
        row.addWidget(self._cancel)
        self.hide()

    @property
    def words(self) -> str:
        """What is shown; empty while nothing runs."""
        return self._words.text() if not self.isHidden() else ""

    def show_progress(self, words: str, done: int = 0, total: int = 0) -> None:
        """``total`` 0: nobody knows how long, the bar swings."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._words.setText(words)
        self.show()

    def finish(self) -> None:
        self.hide()


def _button(icon: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("flat", True)
    button.setProperty("withText", True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(16, 16))
    if icon:
        wear_icon(button, icon)
    else:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    return button
