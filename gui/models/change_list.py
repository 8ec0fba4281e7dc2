"""The compared images by how much they changed, each with its thumbnail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.image_list.thumbnail_loader import filling
from gui.image_list.thumbnail_store import ThumbnailStore
from gui.jobs import Background
from gui.models.change_row import CHANGE_ROLE, ROW_HEIGHT, THUMBNAIL, ChangeRow
from gui.models.change_words import change_of, change_text
from gui.widgets.row_list_view import RowListView
from segmenter.cancel import CancelToken
from segmenter.paths import cache_folder
from segmenter.training.comparison import ImageChange
from segmenter.wording import percent

Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.images: list[ImageChange] = []

    def set_images(self, images: Sequence[ImageChange]) -> None:
        self.beginResetModel()
        self.images = list(images)
        self.endResetModel()

    def append(self, image: ImageChange) -> None:
        place = len(self.images)
        self.beginInsertRows(QModelIndex(), place, place)
        self.images.append(image)
        self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.images)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        image = self.images[index.row()]
        if role == CHANGE_ROLE:
            return image
        if role == Qt.ItemDataRole.DisplayRole:
            return image.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            change = change_text(change_of(image.old, image.new))
            return f"{image.name}: {percent(image.old)} → {percent(image.new)}, {change}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return image.name
        return None


class ChangeList(RowListView):
    """One row is chosen as soon as there is one."""

    chosen = Signal(object)
    """The :class:`ImageChange` of the row that was chosen; None: there is none."""

    def __init__(
        self,
        path_of: Callable[[str], Path],
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        """``path_of``: image name → its file."""
        super().__init__(parent)
        self.setObjectName("compare.images")
        self.setAccessibleName(self.tr("Compared images"))
        self._path_of = path_of
        self._background = background
        self._store = ThumbnailStore(cache_folder() / "thumbnails")
        self._thumbnails: dict[str, QImage | None] = {}
        """None: on its way, or not to be had."""
        self._tokens: list[CancelToken] = []
        self._rows = _Rows()
        self.setModel(self._rows)
        self.setItemDelegate(ChangeRow(self._thumbnails.get, self))
        self.selectionModel().currentChanged.connect(self._tell_chosen)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)
        self.verticalScrollBar().valueChanged.connect(self._want)

    @property
    def images(self) -> list[ImageChange]:
        """In the order of the rows."""
        return list(self._rows.images)

    @property
    def chosen_image(self) -> ImageChange | None:
        row = self.currentIndex().row()
        return self._rows.images[row] if 0 <= row < len(self._rows.images) else None

    def show_images(self, images: Sequence[ImageChange], *, keep_chosen: bool = False) -> None:
        """In this order; the first is chosen, or the one that was, ``keep_chosen``."""
        before = self.chosen_image if keep_chosen else None
        self._rows.set_images(images)
        place = next((i for i, each in enumerate(images) if each == before), 0)
        if images:
            self.setCurrentIndex(self._rows.index(place))
            self._want()
        else:
            self.chosen.emit(None)

    def add_image(self, image: ImageChange) -> None:
        """Behind the others."""
        self._rows.append(image)
        if len(self._rows.images) == 1:
            self.setCurrentIndex(self._rows.index(0))
        self._want()

    def stop(self) -> None:
        """Thumbnails that are on their way arrive nowhere."""
        for token in self._tokens:
            token.cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters, digits and the space bar are the viewer's.
        if event.text().strip() or event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._want()

    def _want(self) -> None:
        """The thumbnails of the rows in sight. The image list has most of them on the disk."""
        first = self.verticalScrollBar().value() // ROW_HEIGHT
        count = self.viewport().height() // ROW_HEIGHT + 2
        for image in self._rows.images[first : first + count]:
            if image.name not in self._thumbnails:
                self._thumbnails[image.name] = None
                self._tokens.append(
                    self._background.run(
                        partial(self._load, image.name, THUMBNAIL * self.devicePixelRatioF()),
                        partial(self._take, image.name),
                        lambda _sentence: None,
                        kind="thumbnail",
                        counts=False,
                    )
                )

    def _load(self, name: str, size: QSize, _: CancelToken) -> QImage:
        """On a pool thread."""
        return filling(self._store.thumbnail(self._path_of(name)), size)

    def _take(self, name: str, image: QImage) -> None:
        self._thumbnails[name] = image
        self.viewport().update()

    def _tell_chosen(self, current: QModelIndex, _: QModelIndex) -> None:
        self.chosen.emit(self._rows.images[current.row()] if current.isValid() else None)
