"""Mask and prediction of one image beside each other, in turn, and where they differ."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRect, Qt, QTimer

from gui.canvas.canvas_item import CanvasItem
from gui.canvas.changes_legend import ChangesLegend
from gui.canvas.content import LabelKind, Labels
from gui.canvas.corner_label import CornerLabel
from gui.canvas.divider import Divider
from gui.canvas.foot import place_at_foot
from gui.canvas.placed_view import PlacedView

_MARGIN = 12
_BACK_MS = 1500
"""How long “Your mask” stands there after the prediction was."""


class Comparison(QObject):
    """What a canvas shows of the prediction besides the mask. Each of the three ways is switched
    on and off by itself and stays so from image to image; where there is nothing to compare, a
    label says so."""

    def __init__(
        self, view: PlacedView, item: CanvasItem, taken_at_foot: Callable[[], list[QRect]]
    ) -> None:
        """``taken_at_foot``: what of the view's foot is to be kept clear, in its coordinates."""
        super().__init__(view)
        self._taken_at_foot = taken_at_foot
        self._view = view
        self._item = item
        self._split = False
        self._fraction = 0.5
        self._is_pending = False
        self._is_placed = False
        """Something of it may be on the canvas."""
        self._divider = Divider(view, view.viewport())
        self._left = CornerLabel("canvas.left_label", view)
        self._right = CornerLabel("canvas.right_label", view)
        self._legend = ChangesLegend(view)
        self._back = QTimer(self, singleShot=True, interval=_BACK_MS)
        self._back.timeout.connect(self.follow)
        self._divider.dragged.connect(self._drag_to)

    @property
    def prediction(self) -> Labels | None:
        """What the mask is compared with."""
        return self._item.prediction

    def set_prediction(self, labels: Labels | None, *, is_pending: bool = False) -> None:
        """Compare with this, uint8 of the image's size (kept, not copied); None: with nothing,
        or, ``is_pending``, with what is still on its way. Also to be called again once what is
        shown has become a mask."""
        self._item.prediction = labels
        self._is_pending = is_pending
        if self.is_on:
            self._item.update()
        self.follow()

    @property
    def is_on(self) -> bool:
        """Any of the three."""
        return self._split or self._item.shows_prediction or self._item.marks_changes

    @property
    def is_split(self) -> bool:
        return self._split

    def set_split(self, on: bool) -> None:
        """The prediction left of a line, the mask right of it."""
        self._split = on
        self.follow()
        self._item.update()

    @property
    def fraction(self) -> float:
        """Where the line is: 0 (left edge of the view) to 1 (right edge)."""
        return self._fraction

    def set_fraction(self, fraction: float) -> None:
        self._fraction = min(max(fraction, 0.0), 1.0)
        self.follow()

    @property
    def shows_prediction(self) -> bool:
        return self._item.shows_prediction

    def set_shows_prediction(self, on: bool) -> None:
        """The prediction in the mask's place."""
        if on == self._item.shows_prediction:
            return
        self._item.shows_prediction = on
        if on:
            self._back.stop()
        else:
            self._back.start()
        self._item.update()
        self.follow()

    @property
    def marks_changes(self) -> bool:
        return self._item.marks_changes

    def set_marks_changes(self, on: bool) -> None:
        """Marks on every pixel where mask and prediction differ."""
        self._item.marks_changes = on
        self._item.update()
        self.follow()

    def follow(self) -> None:
        """The view shows something else, or elsewhere: put line, words and key where they
        belong. The line stays where it is in the view while the image moves beneath it."""
        if not (self.is_on or self._is_placed):
            return
        self._is_placed = self.is_on or self._back.isActive()
        item, view = self._item, self._view
        is_seen = item.content is not None and item.overlay_visible and not item.bare
        compares = is_seen and item.is_comparable
        is_split = compares and self._split and not item.shows_prediction
        x = self._fraction * view.viewport().width()
        if is_split:
            divider = view.exact_image_point(QPointF(round(x), 0))[0]
            if divider != item.divider:
                item.divider = divider
                item.update()
            self._divider.place(x, view.viewport().height())
            self._divider.raise_()
        else:
            item.divider = None
        self._divider.setVisible(is_split)
        self._place_words(x, is_split=is_split, compares=compares, is_seen=is_seen)
        self._legend.setVisible(compares and item.marks_changes and not item.shows_prediction)
        if self._legend.isVisible():
            right = Qt.AlignmentFlag.AlignRight
            place_at_foot(self._legend, view, right, self._taken_at_foot())

    def reveal(self, rect: QRect) -> None:
        """These pixels of the mask were painted: where all of them lie under the prediction, the
        line gives way, so that nobody paints what they can't see."""
        divider = self._item.divider
        if divider is not None and rect.right() < divider:
            left = self._view.image_to_view(rect.left(), rect.top()).x()
            self._drag_to(left - _MARGIN)

    def _place_words(self, x: float, *, is_split: bool, compares: bool, is_seen: bool) -> None:
        left, right = self._left, self._right
        if is_split:
            left.set_text(self.tr("Prediction"))
            right.set_text(self.tr("Your mask"))
            left.move(round(x) - _MARGIN - left.width(), _MARGIN)
            right.move(round(x) + _MARGIN, _MARGIN)
            width = self._view.viewport().width()
            left.setVisible(left.x() >= 0)
            right.setVisible(right.x() + right.width() <= width)
            return
        right.hide()
        left.set_text(self._word(compares=compares))
        left.move(_MARGIN, _MARGIN)
        left.setVisible(is_seen and bool(left.text))

    @property
    def _shows_mask(self) -> bool:
        content = self._item.content
        return content is not None and content.labels is not None and content.kind is LabelKind.MASK

    def _word(self, *, compares: bool) -> str:
        item = self._item
        if self._back.isActive() and self._shows_mask:
            return self.tr("Your mask")
        if compares:
            return self.tr("Prediction") if item.shows_prediction else ""
        if not self.is_on or item.content is None or self._is_pending:
            return ""
        if item.content.labels is None:
            return self.tr("Nothing to compare yet")
        if item.content.kind is LabelKind.PREDICTION:
            return self.tr("Prediction, unchanged")
        return self.tr("No prediction to compare")

    def _drag_to(self, x: float) -> None:
        # The knob can always be taken again: it never leaves the view.
        width = max(1, self._view.viewport().width())
        self.set_fraction(min(max(x, 8), width - 8) / width)
