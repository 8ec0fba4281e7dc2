"""The dialog with what can be set for good; everything applies at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import close_row
from gui.settings import LEAST_UNDO_MEGABYTES, MOST_UNDO_MEGABYTES, UNDO_MEGABYTES
from gui.widgets.arrow_slider import ArrowSlider
from gui.widgets.labels import muted_label


@dataclass(frozen=True)
class Choices:
    """What the dialog shows; as it is here it is where nobody chose."""

    undo_megabytes: int = UNDO_MEGABYTES
    pen_pressure: bool = False
    theme: str = "system"
    opacity: float = 0.5
    """0–1."""


class PreferencesDialog(QDialog):
    """Shows choices and tells what is chosen; knows nothing of who lives by them."""

    chosen = Signal(object)
    """The Choices of now."""

    def __init__(
        self,
        choices: Callable[[], Choices],
        undo_bytes: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        """``choices``: those of now; ``undo_bytes``: what the steps that can be undone take."""
        super().__init__(parent)
        self._choices_of_now = choices
        self._undo_bytes = undo_bytes
        self.setObjectName("preferences_dialog")
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._following = False  # the dialog is being told, nobody chose
        self._undo = QSpinBox()
        self._undo.setObjectName("preferences_undo")
        self._undo.setRange(LEAST_UNDO_MEGABYTES, MOST_UNDO_MEGABYTES)
        self._undo.setSingleStep(64)
        self._undo.setSuffix(self.tr(" MB"))
        self._undo.setKeyboardTracking(False)
        self._undo.setToolTip(
            self.tr("Steps of all images together; the oldest are dropped when it is full")
        )
        self._used = muted_label(name="preferences_undo_used", wraps=False)
        self._pressure = QCheckBox(self.tr("Pressure sets the size of every brush"))
        self._pressure.setObjectName("preferences_pressure")
        self._pressure.setToolTip(self.tr("With a pen: the harder it is pressed, the larger"))
        self._theme = QComboBox()
        self._theme.setObjectName("preferences_theme")
        for mode, words in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            self._theme.addItem(words, mode)
        self._opacity = ArrowSlider(Qt.Orientation.Horizontal)
        self._opacity.setObjectName("preferences_opacity")
        self._opacity.setRange(0, 100)
        self._percent = muted_label(wraps=False)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("100%"))
        self._lay_out()
        self.refresh()
        self._undo.valueChanged.connect(self._tell)
        self._pressure.toggled.connect(self._tell)
        self._theme.currentIndexChanged.connect(self._tell)
        self._opacity.valueChanged.connect(self._tell)

    @property
    def choices(self) -> Choices:
        return Choices(
            self._undo.value(),
            self._pressure.isChecked(),
            self._theme.currentData(),
            self._opacity.value() / 100,
        )

    def refresh(self) -> None:
        """Something was chosen elsewhere, or there are more steps now."""
        self._show(self._choices_of_now())
        megabytes = self._undo_bytes() / 2**20
        self._used.setText(self.tr("{0} MB in use").format(f"{megabytes:.1f}"))

    def _show(self, choices: Choices) -> None:
        self._following = True
        self._undo.setValue(choices.undo_megabytes)
        self._pressure.setChecked(choices.pen_pressure)
        self._theme.setCurrentIndex(max(0, self._theme.findData(choices.theme)))
        self._opacity.setValue(round(choices.opacity * 100))
        self._following = False
        self._tell_percent()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget, QWidget | None], ...] = (
            (self.tr("&Memory for undo"), self._undo, self._used),
            (self.tr("P&en"), self._pressure, None),
            (self.tr("&Theme"), self._theme, None),
            (self.tr("&Opacity of masks"), self._opacity, self._percent),
        )
        for row, (words, field, beside) in enumerate(rows):
            label = QLabel(words)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1, 1, 1 if beside is not None else 2)
            if beside is not None:
                grid.addWidget(beside, row, 2)
        defaults = QPushButton(self.tr("&Restore defaults"))
        defaults.setObjectName("preferences_defaults")
        defaults.clicked.connect(self._restore_defaults)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 16)
        column.setSpacing(22)
        column.addLayout(grid)
        column.addStretch(1)
        column.addWidget(close_row(self, defaults))
        self.setMinimumWidth(430)

    def _restore_defaults(self) -> None:
        self._show(Choices())
        self._tell()

    def _tell(self) -> None:
        self._tell_percent()
        if not self._following:
            self.chosen.emit(self.choices)

    def _tell_percent(self) -> None:
        self._percent.setText(f"{self._opacity.value()}%")
