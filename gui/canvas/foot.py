"""Keys to what is shown, at the foot of the canvas, clear of what else lies there."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

MARGIN = 12
_GAP = 6


def place_at_foot(
    key: QWidget, view: QWidget, side: Qt.AlignmentFlag, taken: Iterable[QRect]
) -> None:
    """Put ``key``, in its own size, at the left or right (``side``) of the foot of ``view``, its
    parent, and above those of the ``taken`` places that it would lie on."""
    room = view.rect()
    key.adjustSize()
    place = key.geometry()
    left = MARGIN
    if side == Qt.AlignmentFlag.AlignRight:
        left = max(MARGIN, room.width() - place.width() - MARGIN)
    place.moveTo(left, room.height() - place.height() - MARGIN)
    for each in sorted(taken, key=QRect.bottom, reverse=True):
        if place.adjusted(0, 0, 0, _GAP).intersects(each):
            place.moveBottom(each.top() - _GAP - 1)
    key.move(place.topLeft())
