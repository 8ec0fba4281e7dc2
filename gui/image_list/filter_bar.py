"""Which images are listed, and in what order."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gui.image_list.catalogue import Order
from gui.image_list.state_look import state_word
from segmenter.project.state import State


class FilterBar(QWidget):
    """A field for part of a name, a choice of states, a choice of orders."""

    changed = Signal()
    done = Signal()
    """Enter or Escape: the keys belong to the image again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLineEdit(self)
        self._text.setPlaceholderText(self.tr("Filter by name"))
        self._text.setObjectName("image_list.filter")
        self._text.setAccessibleName(self.tr("Filter images by name"))
        self._text.setClearButtonEnabled(True)
        self._state = _choice(
            self, "image_list.state", self.tr("Which images to show"), self.tr("All states"), None
        )
        for state in State:
            self._state.addItem(state_word(state), state)
        self._order = _choice(
            self, "image_list.order", self.tr("The order of the images"), self.tr("By name"),
            Order.NAME,
        )  # fmt: skip
        self._order.addItem(self.tr("By state"), Order.STATE)
        self._order.addItem(self.tr("Least certain first"), Order.UNCERTAINTY)
        boxes = QHBoxLayout()
        boxes.setSpacing(8)
        boxes.addWidget(self._state, 2)
        boxes.addWidget(self._order, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addLayout(boxes)
        self._text.textChanged.connect(self.changed)
        self._state.currentIndexChanged.connect(self.changed)
        self._order.currentIndexChanged.connect(self.changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the field leaves over: Enter keeps the filter, Escape drops what was typed."""
        if event.key() == Qt.Key.Key_Escape:
            self._text.clear()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        self.done.emit()

    @property
    def text(self) -> str:
        return self._text.text()

    @property
    def state(self) -> State | None:
        """None: images in any state."""
        state = self._state.currentData()
        return None if state is None else State(state)

    @property
    def order(self) -> Order:
        return Order(self._order.currentData())

    def set_state(self, state: State | None) -> None:
        self._state.setCurrentIndex(0 if state is None else self._state.findData(state))

    def set_text(self, text: str) -> None:
        self._text.setText(text)

    def clear_filter(self) -> None:
        """Show all images; the order stays. One change, even if both had been set."""
        if self.text and self.state is not None:
            self._text.blockSignals(True)
        self._text.clear()
        self._text.blockSignals(False)
        self.set_state(None)


def _choice(parent: QWidget, name: str, told: str, first: str, data: object) -> QComboBox:
    box = QComboBox(parent)
    box.setObjectName(name)
    box.setAccessibleName(told)
    box.setToolTip(told)
    # The panel decides how wide it is, not the longest entry.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    box.addItem(first, data)
    return box
