"""How the masks are shown: opacity, filled or outlined, confidence, the bare image."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.widgets.arrow_slider import ArrowSlider
from gui.widgets.labels import muted_label
from gui.widgets.switch import switch

OPACITY_STEP = 10
"""Per cent, of one press of the keys."""
SWITCHES = (
    ("view.overlay", "view.outline", "view.confidence"),
    ("view.compare", "view.split", "view.flicker", "view.changes"),
)
"""How masks are shown; what they are compared with."""


class ViewPanel(QWidget):
    """The same switches as the View menu, in sight; both are one QAction."""

    opacity_changed = Signal(float)
    """0–1."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("view_panel")
        label = QLabel(self.tr("Opacity"))
        self._slider = ArrowSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("opacity")
        self._slider.setRange(0, 100)
        self._slider.setPageStep(OPACITY_STEP)
        self._slider.setAccessibleName(self.tr("Opacity of the masks"))
        self._slider.setToolTip(self.tr("Opacity of the masks (, and .)"))
        self._percent = muted_label(wraps=False)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100%"))
        self._slider.valueChanged.connect(self._tell)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label)
        row.addWidget(self._slider, 1)
        row.addWidget(self._percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 12, 12)
        column.setSpacing(10)
        column.addLayout(row)
        for group in SWITCHES:
            switches = QVBoxLayout()
            switches.setSpacing(6)
            for name in group:
                switches.addWidget(switch(actions[name]))

            column.addLayout(switches)
        actions["view.more_opaque"].triggered.connect(lambda: self._step(OPACITY_STEP))
        actions["view.less_opaque"].triggered.connect(lambda: self._step(-OPACITY_STEP))

    def set_opacity(self, opacity: float) -> None:
        self._slider.setValue(round(opacity * 100))
        self._tell(self._slider.value())

    def _step(self, percent: int) -> None:
        self._slider.setValue(self._slider.value() + percent)

    def _tell(self, percent: int) -> None:
        self._percent.setText(f"{percent}%")
        self.opacity_changed.emit(percent / 100)
