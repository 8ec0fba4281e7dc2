"""The list view itself: one column of rows of one height, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QElapsedTimer, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.image_list.model import ImageListModel
from gui.image_list.row_delegate import ROW_HEIGHT
from gui.widgets.row_list_view import RowListView


class ImageListView(RowListView):
    """Says which rows are in sight; keeps updates to single rows cheap."""

    rows_in_sight = Signal(int, int)
    """First and last row, after each paint that shows other rows than the one before."""
    typed = Signal(str)
    """The beginning of a name, typed into the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)
        self._typed = ""
        self._typing = QElapsedTimer()
        self._in_sight = (-1, -1)

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Draw the rows again. QListView's own answer is to lay all rows out anew, in case one
        became taller, which none of ours ever does."""
        if top_left == bottom_right:
            self.update(top_left)
        else:
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Space is the canvas's: it pans. Here it would only toggle the row's selection.
        if event.key() == Qt.Key.Key_Space:
            event.ignore()
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Says what was typed; Qt's own search would ask every row for its data."""
        going_on = (
            self._typing.isValid() and self._typing.elapsed() < QApplication.keyboardInputInterval()
        )
        self._typed = self._typed + search if going_on else search
        self._typing.start()
        self.typed.emit(self._typed)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        in_sight = self.visible_rows()
        if in_sight != self._in_sight:
            self._in_sight = in_sight
            self.rows_in_sight.emit(*in_sight)

    def visible_rows(self) -> tuple[int, int]:
        """First and last row in sight; (0, -1) where there is none."""
        count = self.model().rowCount() if self.model() is not None else 0
        if count == 0:
            return 0, -1
        offset = self.verticalScrollBar().value()
        first = max(0, offset // ROW_HEIGHT)
        return first, min(count - 1, (offset + self.viewport().height()) // ROW_HEIGHT)

    @contextmanager
    def kept_in_place(self) -> Iterator[None]:
        """Whatever happens to the rows, the image that is topmost in sight now stays there, if
        it is still listed: a person who has scrolled away is not taken back. The very top of
        the list stays the top."""
        bar = self.verticalScrollBar()
        first, _ = self.visible_rows()
        offset = bar.value() - first * ROW_HEIGHT
        scrolled = bar.value() > 0
        name = self.model().index(first, 0).data()
        yield
        self.executeDelayedItemsLayout()
        model = self.model()
        row = model.row_of(name) if scrolled and isinstance(model, ImageListModel) else 0
        if row is not None:
            bar.setValue(row * ROW_HEIGHT + offset)

    def forget_rows_in_sight(self) -> None:
        """Tell again after the next paint: other images are in the same rows now."""
        self._in_sight = (-1, -1)
