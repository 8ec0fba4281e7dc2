"""One image under what the old model says, what the new one says, and what a person painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.canvas.canvas import Canvas
from gui.canvas.content import CanvasContent, LabelKind, Labels
from gui.canvas.corner_label import CornerLabel
from gui.icons import wear_icon
from gui.review.comparing import HELD
from segmenter.project.classes import LabelClass

_MARGIN = 12


class Layer(StrEnum):
    """Whose labels lie over the photo."""

    OLD = "old"
    NEW = "new"
    MASK = "mask"
    PHOTO = "photo"


@dataclass(frozen=True)
class ViewedImage:
    """Everything the viewer shows of one image, ready to be drawn."""

    content: CanvasContent
    """The photo."""
    labels: dict[Layer, Labels | None]
    classes: Sequence[LabelClass]


class LabelViewer(QWidget):
    """A canvas to look at, with a button for each layer; zoom and place stay between them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: ViewedImage | None = None
        self._layer = Layer.NEW
        self._words: dict[Layer, str] = {}
        self._flickered_at = 0.0
        self.canvas = Canvas()
        self.canvas.setObjectName("compare.canvas")
        self._corner = CornerLabel("compare.corner", self.canvas)
        self._corner.move(_MARGIN, _MARGIN)
        self._corner.hide()
        self._group = QButtonGroup(self)
        self._buttons: dict[Layer, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(6)
        for key, (layer, word, tip) in enumerate(self._layers(), start=1):
            button = QToolButton()
            button.setText(word)
            button.setObjectName(f"compare.show_{layer}")
            button.setProperty("flat", True)
            button.setProperty("withText", True)
            button.setCheckable(True)
            button.setToolTip(f"{tip} ({key})")
            button.clicked.connect(partial(self.show_layer, layer))
            self._group.addButton(button)
            self._buttons[layer] = button
            row.addWidget(button)
        row.addStretch(1)
        self._flicker = QToolButton()
        self._flicker.setText(self.tr("Flicker"))
        self._flicker.setObjectName("compare.flicker")
        self._flicker.setProperty("flat", True)
        self._flicker.setProperty("withText", True)
        self._flicker.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._flicker.setToolTip(
            self.tr("The other model's prediction for as long as this, or T, is held down")
        )
        wear_icon(self._flicker, "flicker")
        self._flicker.pressed.connect(self.begin_flicker)
        self._flicker.released.connect(self.end_flicker)
        row.addWidget(self._flicker)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_image(None)

    def _layers(self) -> tuple[tuple[Layer, str, str], ...]:
        return (
            (Layer.OLD, self.tr("Old"), self.tr("What the old model says")),
            (Layer.NEW, self.tr("New"), self.tr("What the new model says")),
            (Layer.MASK, self.tr("Mask"), self.tr("What both are judged by")),
            (Layer.PHOTO, self.tr("Photo"), self.tr("Nothing over it")),
        )

    @property
    def layer(self) -> Layer:
        return self._layer

    @property
    def image(self) -> ViewedImage | None:
        return self._image

    def show_image(self, image: ViewedImage | None, words: dict[Layer, str] | None = None) -> None:
        """Show another image, fitted; None: nothing. ``words``: what to write over each layer."""
        self._image = image
        self._words = words or {}
        for button in (*self._buttons.values(), self._flicker):
            button.setEnabled(image is not None)
        if image is None:
            self.canvas.clear()
            self._corner.hide()
            return
        self.canvas.set_classes(image.classes)
        self.canvas.show_content(image.content)
        self.show_layer(self._layer)

    def show_layer(self, layer: Layer, _checked: bool = True) -> None:
        """Lay these labels over the photo; zoom and place stay."""
        self._layer = layer
        self._buttons[layer].setChecked(True)
        if self._image is None:
            return
        kind = LabelKind.MASK if layer is Layer.MASK else LabelKind.PREDICTION
        self.canvas.set_labels(self._image.labels.get(layer), kind)
        self._corner.set_text(self._words.get(layer, ""))
        self._corner.setVisible(bool(self._corner.text))

    def begin_flicker(self) -> None:
        """The other prediction, until :meth:`end_flicker`."""
        self._flickered_at = monotonic()
        self.show_layer(self._other)

    def end_flicker(self) -> None:
        """Back, where it was held down; a short press stays with the other one."""
        if self._flickered_at and monotonic() - self._flickered_at > HELD:
            self.show_layer(self._other)
        self._flickered_at = 0.0

    def take_key(self, key: int, *, pressed: bool) -> bool:
        """1 to 4 for the layers, T to flicker; False for a key that is none of these."""
        layers = list(self._buttons)
        if key == Qt.Key.Key_T:
            if pressed:
                self.begin_flicker()
            else:
                self.end_flicker()
            return True
        place = key - Qt.Key.Key_1
        if 0 <= place < len(layers):
            if pressed:
                self.show_layer(layers[place])
            return True
        return False

    @property
    def _other(self) -> Layer:
        return Layer.OLD if self._layer is Layer.NEW else Layer.NEW
