"""The small dialog of an edit of the whole mask: a number, which class, what would change."""

from __future__ import annotations

import math
from time import monotonic

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.editing.aids import Aid
from gui.widgets.arrow_slider import ArrowSlider
from gui.widgets.labels import muted_label

LATE = 0.5
"""Seconds without progress being shown."""
TICKS = 300
"""Of the slider, which is logarithmic: as fine for 5 pixels as for 5000."""


class AidDialog(QDialog):
    """Asks and shows; computes nothing and changes no mask. The window behind it stays usable."""

    changed = Signal()
    """The number, or which class it is about, is another one."""
    previews_changed = Signal()
    wanted = Signal()
    """Apply was pressed, or Enter. The dialog stays until the mask has been changed."""

    def __init__(self, aid: Aid, number: int, all_classes: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"aid_{aid.name}")
        self.setWindowTitle(aid.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._aid = aid
        self._slider = ArrowSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("aid_slider")
        self._slider.setRange(0, TICKS)
        self._slider.setPageStep(TICKS // 20)
        self._slider.setMinimumWidth(150)
        self._slider.setAccessibleName(aid.question)
        self._number = QSpinBox()
        self._number.setObjectName("aid_number")
        self._number.setRange(1, aid.largest)
        self._number.setSuffix(self.tr(" px"))
        self._number.setAccelerated(True)
        self._number.setAccessibleName(aid.question)
        self._class = QLabel()
        self._class.setObjectName("aid_class")
        self._class.setTextFormat(Qt.TextFormat.PlainText)
        self._all_classes = QCheckBox(self.tr("&All classes"), self)
        self._all_classes.setObjectName("aid_all_classes")
        self._all_classes.setVisible(aid.all_classes)
        self._all_classes.setChecked(all_classes and aid.all_classes)
        self._preview = QCheckBox(self.tr("&Preview"))
        self._preview.setObjectName("aid_preview")
        self._preview.setToolTip(self.tr("Show the mask as it would be"))
        self._preview.setChecked(True)
        self._preview.toggled.connect(lambda _: self.previews_changed.emit())
        self._verdict = muted_label(name="aid_verdict", wraps=False)
        self._bar = QProgressBar()
        self._bar.setObjectName("aid_progress")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._apply = QPushButton(self.tr("Apply"))
        self._apply.setObjectName("aid_apply")
        self._lay_out()
        self.show_class("")
        self._told = 0
        self._since = monotonic()
        self._set_number(number)
        self._number.valueChanged.connect(self._set_number)
        self._slider.valueChanged.connect(self._follow_slider)
        self._all_classes.toggled.connect(self._follow_scope)
        self.show_working()
        self._number.setFocus()
        self._number.selectAll()

    @property
    def number(self) -> int:
        return self._number.value()

    @property
    def all_classes(self) -> bool:
        """Not just the chosen one."""
        return self._all_classes.isChecked()

    @property
    def previews(self) -> bool:
        """What would change is to be seen on the image."""
        return self._preview.isChecked()

    @property
    def verdict(self) -> str:
        return self._verdict.text()

    def show_class(self, name: str) -> None:
        """The class that is chosen in the panel; empty: none is."""
        self._class.setText(name or self.tr("none chosen"))

    def show_working(self) -> None:
        """What would change is being computed; it can be applied before that is known."""
        self._since = monotonic()
        self._bar.hide()
        self._verdict.setText(self.tr("Looking …"))
        self._apply.setEnabled(True)

    def show_progress(self, done: int, total: int) -> None:
        """Of what takes long; what is quick would only flicker."""
        if monotonic() - self._since < LATE:
            return
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.show()

    def show_applying(self) -> None:
        """It is applied as soon as it is computed."""
        self._verdict.setText(self.tr("Working …"))
        self._apply.setEnabled(False)

    def show_verdict(self, words: str, *, can_apply: bool) -> None:
        """What would change, or why nothing can."""
        self._bar.hide()
        self._verdict.setText(words)
        self._apply.setEnabled(can_apply)

    def _lay_out(self) -> None:
        explanation = QLabel(self._aid.explanation)
        explanation.setWordWrap(True)
        question = QLabel(self._aid.question)
        question.setBuddy(self._number)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(question, 0, 0)
        grid.addWidget(self._slider, 0, 1)
        grid.addWidget(self._number, 0, 2)
        grid.addWidget(QLabel(self.tr("Class")), 1, 0)
        grid.addWidget(self._class, 1, 1)
        grid.addWidget(self._all_classes, 1, 2, Qt.AlignmentFlag.AlignRight)
        self._class.setEnabled(not self.all_classes)
        told = QVBoxLayout()
        told.setSpacing(6)
        verdict = QHBoxLayout()
        verdict.addWidget(self._verdict, 1)
        verdict.addWidget(self._preview)
        told.addLayout(verdict)
        keeps_place = self._bar.sizePolicy()
        keeps_place.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeps_place)
        self._bar.hide()
        told.addWidget(self._bar)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self._apply, QDialogButtonBox.ButtonRole.AcceptRole)
        self._apply.setDefault(True)
        self._apply.clicked.connect(self.wanted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(14)
        column.addWidget(explanation)
        column.addLayout(grid)
        column.addLayout(told)
        column.addWidget(buttons)
        self.setMinimumWidth(400)

    def _follow_scope(self, all_classes: bool) -> None:
        self._class.setEnabled(not all_classes)
        self.changed.emit()

    def _follow_slider(self, tick: int) -> None:
        self._number.setValue(_number_of(tick, self._aid.largest))

    def _set_number(self, number: int) -> None:
        for widget in (self._slider, self._number):
            widget.blockSignals(True)
        # A tick stands for several numbers: one that stands for this one already stays.
        if _number_of(self._slider.value(), self._aid.largest) != number:
            self._slider.setValue(round(TICKS * math.log(number) / math.log(self._aid.largest)))
        self._number.setValue(number)
        for widget in (self._slider, self._number):
            widget.blockSignals(False)
        # The box also says so when Enter is pressed and nothing has changed.
        if number != self._told:
            self._told = number
            self.changed.emit()


def _number_of(tick: int, largest: int) -> int:
    return round(math.pow(largest, tick / TICKS))
