"""A box with the models that can be used now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gui.models.entries import ModelEntry
from gui.models.model_words import day_words


class ModelChoice(QComboBox):
    """Holds names as ``load_model`` takes them; says title, day and score."""

    chosen = Signal(str)
    """A person took another one."""

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        """``words``: what a screen reader says."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))

    def show_models(self, entries: Sequence[ModelEntry], wanted: str) -> None:
        """Those that are here and whole; ``wanted`` is chosen, if it is among them."""
        with QSignalBlocker(self):
            self.clear()
            for entry in entries:
                if entry.is_usable:
                    self.addItem(_words(entry), entry.name)
        self.choose(wanted)

    @property
    def chosen_model(self) -> str:
        """The chosen one's name; empty where there is none."""
        return self.currentData() or ""

    def choose(self, name: str) -> None:
        """Without a signal."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(name))


def _words(entry: ModelEntry) -> str:
    facts = [entry.title]
    if entry.is_own_file and entry.created is not None:
        facts.append(day_words(entry.created))
    if entry.scores:
        facts.append(entry.scores)
    return "  ·  ".join(facts)
