"""The three ways to fine-tune, side by side, as large choices."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.labels import heading_label, muted_label
from segmenter.training.recipes import RECIPES


class PresetCards(QWidget):
    """One of them is chosen, with the mouse, the arrow keys or its letter."""

    chosen = Signal(str)
    """By a person: the recipe's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = {
            "quick": _Card(
                "quick",
                self.tr("&Quick"),
                self.tr("Learn in a minute"),
                self.tr("A new head learns on what the model sees already; the rest stays."),
            ),
            "standard": _Card(
                "standard",
                self.tr("&Standard"),
                self.tr("Recommended"),
                self.tr("All of the model learns, and stops by itself once it gets no better."),
            ),
            "paper": _Card(
                "paper",
                self.tr("&Paper"),
                self.tr("As published"),
                self.tr("The two long stages of the DeepLabv3 paper: many images, and a GPU."),
            ),
        }
        assert set(self._cards) == set(RECIPES), "a card for every recipe"
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for name, card in self._cards.items():
            self._group.addButton(card.button)
            card.button.toggled.connect(lambda on, n=name: self._take(n, on))
            row.addWidget(card, 1)
        self._quiet = False

    @property
    def choice(self) -> str:
        """The recipe's name."""
        return next(name for name, card in self._cards.items() if card.button.isChecked())

    def choose(self, name: str) -> None:
        """Without a signal."""
        self._quiet = True
        self._cards[name].button.setChecked(True)
        self._quiet = False

    def take_focus(self) -> None:
        """To the one that is chosen: from there the arrow keys go to the others."""
        self._cards[self.choice].button.setFocus()

    def show_time(self, name: str, words: str) -> None:
        """How long it takes."""
        self._cards[name].show_time(words)

    def _take(self, name: str, on: bool) -> None:
        self._cards[name].show_chosen(on)
        if on and not self._quiet:
            self.chosen.emit(name)


class _Card(QFrame):
    """A click anywhere on it chooses."""

    def __init__(self, name: str, title: str, subtitle: str, sentence: str) -> None:
        super().__init__()
        self.setObjectName(f"fine_tune.card.{name}")
        self.setProperty("role", "card")
        self.setProperty("choice", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button = QRadioButton(title)
        self.button.setObjectName(f"fine_tune.preset.{name}")
        font = self.button.font()
        font.setBold(True)
        self.button.setFont(font)
        self.button.setAccessibleDescription(f"{subtitle}. {sentence}")
        about = QLabel(subtitle)
        words = muted_label(sentence)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._time = heading_label(name=f"fine_tune.time.{name}")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 11, 14, 11)
        column.setSpacing(4)
        column.addWidget(self.button)
        column.addWidget(about)
        column.addWidget(words, 1)
        column.addSpacing(2)
        column.addWidget(self._time)

    def show_time(self, words: str) -> None:
        self._time.setText(words)

    def show_chosen(self, chosen: bool) -> None:
        self.setProperty("chosen", chosen)
        self.style().unpolish(self)
        self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.button.setChecked(True)
            self.button.setFocus()
        super().mousePressEvent(event)
