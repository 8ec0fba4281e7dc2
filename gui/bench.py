"""The workspace, and below it a panel that can be shown and hidden."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

LEAST_ABOVE = 220
"""Pixels that are left to the images, however high the panel was made."""


class Bench(QSplitter):
    """The panel is made when it is first shown, and has the height that it had the last time."""

    foot_changed = Signal(int)
    """So many pixels of the panel are in sight now; 0 while it is hidden."""

    height_chosen = Signal(int)
    """Somebody has made the panel so high."""

    def __init__(self, workspace: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("bench")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(workspace)
        self.setStretchFactor(0, 1)
        self._make: Callable[[], QWidget] | None = None
        self._panel: QWidget | None = None
        self._height = 0
        self.splitterMoved.connect(self._note_height)

    def set_panel(self, make: Callable[[], QWidget], height: int) -> None:
        """``make``: called once, when the panel is first to be seen; ``height``: in pixels."""
        self._make, self._height = make, height

    @property
    def foot(self) -> int:
        """So many pixels of the panel are in sight; 0 while it is hidden."""
        seen = self._panel is not None and not self._panel.isHidden()
        return self.sizes()[1] if seen else 0

    def show_panel(self, shown: bool) -> None:
        if self._panel is None:
            if not shown or self._make is None:
                return
            self._panel = self._make()
            self.addWidget(self._panel)
            self.setStretchFactor(1, 0)
        self._panel.setVisible(shown)
        if shown:
            self._place()
        self._tell()

    # -- inside ---------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._panel is not None and self._panel.isVisible():
            self._place()
            self._tell()

    def _place(self) -> None:
        """As high as it was made, as far as the window goes."""
        if self._panel is None or self.height() <= 0:
            return
        least = self._panel.minimumSizeHint().height()
        room = self.height() - self.handleWidth()
        height = max(least, min(self._height, room - LEAST_ABOVE))
        self.setSizes([room - height, height])

    def _note_height(self) -> None:
        self._height = self.sizes()[1]
        self.height_chosen.emit(self._height)
        self._tell()

    def _tell(self) -> None:
        self.foot_changed.emit(self.foot)
