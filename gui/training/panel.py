"""The panel under the images: how a training goes, and how earlier ones went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.icons import tinted_pixmap
from gui.training.action_button import ActionButton
from gui.training.gallery import Gallery
from gui.training.iou_table import Color, IouTable
from gui.training.run_record import RunRecord
from gui.training.run_words import progress_words, stopping_words
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.labels import muted_label

HEIGHT, LEAST_HEIGHT = 250, 150
WIDE = 1240
"""Pixels from which all parts stand beside each other; below, one at a time."""
_BAR_STEPS = 1000


@dataclass(frozen=True)
class RunEntry:
    """One line of the list of runs."""

    name: str
    """Of its folder."""
    words: str


class TrainingPanel(QFrame):
    """Shows; decides nothing."""

    run_chosen = Signal(str)
    """The name of an earlier run, or of the one that is under way."""
    image_chosen = Signal(object)
    """The name of a held-out image that is to be opened."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_panel")
        self.setAccessibleName(self.tr("Training"))
        self.table = IouTable()
        self.gallery = Gallery()
        self.gallery.chosen.connect(self.image_chosen)
        self._curves_place = QVBoxLayout()
        self._curves_place.setContentsMargins(0, 0, 0, 0)
        curves = QWidget()
        curves.setLayout(self._curves_place)
        curves.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._parts: tuple[QWidget, ...] = (curves, self.table, self.gallery)
        self._tabs = QButtonGroup(self)
        self._bar = QProgressBar()
        self._words = ElidedLabel()
        self._is_wide = True
        self._is_going = False
        self._is_stopping = False
        self._build(actions)
        self._show_parts()
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    # -- what is shown --------------------------------------------------------------------

    def set_curves(self, curves: QWidget) -> None:
        """They come later: their library is imported on another thread."""
        self._curves_place.addWidget(curves)

    def show_record(self, record: RunRecord | None) -> None:
        """Its words and progress; None: nothing was ever trained here."""
        self._body.setCurrentIndex(0 if record is None else 1)
        in_words = stopping_words if self._is_stopping else progress_words
        self._words.setText("" if record is None else in_words(record))
        going = record is not None and not record.is_over
        self._bar.setVisible(going and self._is_wide)
        self._is_going = going
        if record is None:
            self._show_note([])
            return
        if record.total and record.place > 0:
            self._bar.setRange(0, _BAR_STEPS)
            self._bar.setValue(round(_BAR_STEPS * record.place / record.total))
        else:
            self._bar.setRange(0, 0)
        self._show_note(record.notes)

    def show_scores(self, record: RunRecord, colors: Mapping[str, Color]) -> None:
        self.table.show_record(record, colors)

    def show_runs(self, runs: Sequence[RunEntry], current: str) -> None:
        """Newest first."""
        self._runs.blockSignals(True)
        self._runs.clear()
        for entry in runs:
            self._runs.addItem(entry.words, entry.name)
        self._runs.setCurrentIndex(max(0, self._runs.findData(current)))
        self._runs.blockSignals(False)
        self._runs.setVisible(bool(runs))

    def show_stopping(self, stopping: bool) -> None:
        """It was asked to stop, and saves; pressed again, it is ended at once."""
        self._is_stopping = stopping
        if stopping:
            tip = self.tr("It is saving its last step. Press again to end it at once")
            self._stop.show_words(self.tr("Stop now"), "stop", tip)
        else:
            self._stop.show_words(self.tr("Stop"), "stop")

    def show_pause(self, is_paused: bool, is_pausing: bool) -> None:
        """The button says what it does; while the step at hand is finished, what is done."""
        if is_paused:
            self._pause.show_words(self.tr("Go on"), "resume", self.tr("Go on with the training"))
        elif is_pausing:
            tip = self.tr("It finishes the step at hand. Press again to go on after it")
            self._pause.show_words(self.tr("Pausing …"), "pause", tip)
        else:
            self._pause.show_words(self.tr("Pause"), "pause")

    @property
    def words(self) -> str:
        """The line about its progress."""
        return self._words.text()

    @property
    def note(self) -> str:
        """The newest note; empty where there is none."""
        return self._note.text() if not self._note_row.isHidden() else ""

    # -- building -------------------------------------------------------------------------

    def _build(self, actions: Actions) -> None:
        self._runs = QComboBox()
        self._runs.setObjectName("training_runs")
        self._runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._runs.setToolTip(self.tr("The trainings of this folder, newest first"))
        self._runs.setAccessibleName(self.tr("Trainings"))
        self._runs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._runs.activated.connect(lambda row: self.run_chosen.emit(self._runs.itemData(row)))
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(110, 6)
        self._bar.setAccessibleName(self.tr("Progress of the training"))
        self._words.setObjectName("training_words")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._stop = ActionButton(actions["model.stop"], self.tr("Stop"), "training_stop")
        self._pause = ActionButton(
            actions["model.pause"], self.tr("Pause"), "training_pause", is_switch=False
        )
        buttons = (
            self._pause,
            self._stop,
            ActionButton(actions["model.resume"], self.tr("Resume"), "training_resume"),
        )
        close = ActionButton(actions["view.training"], "", "training_close", icon="close")
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 6, 2)
        head.setSpacing(8)
        head.addWidget(self._runs)
        head.addWidget(self._bar)
        head.addWidget(self._words, 1)
        head.addWidget(self._made_tabs())
        for button in buttons:
            head.addWidget(button)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._made_note_row())
        column.addWidget(self._made_body(actions), 1)

    def _made_tabs(self) -> QWidget:
        self._tab_row = QWidget()
        row = QHBoxLayout(self._tab_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        names = (self.tr("Curves"), self.tr("Classes"), self.tr("Images"))
        for number, words in enumerate(names):
            tab = QToolButton()
            tab.setObjectName(f"training_tab_{number}")
            tab.setText(words)
            tab.setCheckable(True)
            tab.setProperty("flat", True)
            tab.setProperty("withText", True)
            tab.setChecked(number == 0)
            self._tabs.addButton(tab, number)
            row.addWidget(tab)
        self._tabs.idClicked.connect(lambda _: self._show_parts())
        return self._tab_row

    def _made_note_row(self) -> QWidget:
        self._note_row = QWidget()
        self._note_sign = QLabel()
        self._note = ElidedLabel()
        self._note.setObjectName("training_note")
        row = QHBoxLayout(self._note_row)
        row.setContentsMargins(12, 0, 12, 2)
        row.setSpacing(6)
        row.addWidget(self._note_sign)
        row.addWidget(self._note, 1)
        self._note_row.hide()
        return self._note_row

    def _made_body(self, actions: Actions) -> QWidget:
        nothing = muted_label(
            self.tr(
                "Nothing was trained in this folder yet. Correct some images, "
                "then choose Fine-tune ({0})."
            ).format(actions["model.fine_tune"].shortcut().toString()),
        )
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        parts = QWidget()
        row = QHBoxLayout(parts)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(14)
        for part, stretch in zip(self._parts, (10, 0, 8), strict=True):
            row.addWidget(part, stretch)
        self._body = QStackedWidget()
        self._body.addWidget(nothing)
        self._body.addWidget(parts)
        return self._body

    # -- inside ---------------------------------------------------------------------------

    def _show_note(self, notes: Sequence[str]) -> None:
        self._note_row.setVisible(bool(notes))
        if notes:
            self._note.setText(notes[-1])
            self._note_row.setToolTip("\n".join(notes[-8:]) if len(notes) > 1 else "")
            self._draw_sign()

    def _draw_sign(self) -> None:
        color = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._note_sign.setPixmap(tinted_pixmap("info", 14, color, self.devicePixelRatioF()))

    def _show_parts(self) -> None:
        chosen = self._tabs.checkedId()
        for number, part in enumerate(self._parts):
            part.setVisible(self._is_wide or number == chosen)
        self._tab_row.setVisible(not self._is_wide)

    # -- Qt's events ----------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(900, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= WIDE
        if wide != self._is_wide:
            self._is_wide = wide
            self._bar.setVisible(self._is_going and wide)
            self._show_parts()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()
        super().changeEvent(event)
