"""Which images are exported, by their state, each with how many there are."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from gui.formats.export_choices import EXPORTED_STATES
from segmenter.project.state import State


class StateChoice(QWidget):
    """A box a state; a state without images can't be chosen."""

    changed = Signal()

    def __init__(self, counts: Mapping[State, int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = {
            State.CORRECTED: self.tr("&Corrected"),
            State.APPROVED: self.tr("A&pproved"),
            State.PREDICTED: self.tr("P&redicted: what the model made of them"),
        }
        self._boxes: dict[State, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        for state in EXPORTED_STATES:
            count = counts.get(state, 0)
            box = self._boxes[state] = QCheckBox(f"{words[state]}  ({count:,})")
            box.setObjectName(f"export.state.{state}")
            box.setEnabled(count > 0)
            box.toggled.connect(self.changed)
            column.addWidget(box)
        self._unseen: frozenset[State] = frozenset()

    @property
    def states(self) -> frozenset[State]:
        """Those chosen now, with those that were chosen before and have no images."""
        return self._unseen | {state for state, box in self._boxes.items() if box.isChecked()}

    def choose(self, states: frozenset[State]) -> None:
        """Without a signal."""
        self._unseen = frozenset(s for s in states if not self._boxes[s].isEnabled())
        for state, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(state in states and box.isEnabled())
