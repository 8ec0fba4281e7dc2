"""A quiet table of figures, as high as its rows; sorted by a click on a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.class_look import draw_class
from gui.widgets.quiet_table import QuietTable
from gui.widgets.row_ground import faint
from segmenter.project.classes import LabelClass

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
CELL_ROLE = Qt.ItemDataRole.UserRole + 2
ROW = 28
_PAD = 8
MOST_ROWS = 12


@dataclass(frozen=True)
class Cell:
    """What stands in one place."""

    text: str
    value: Any = None
    """To sort by; None: the text."""
    label_class: LabelClass | None = None
    """How it looks, before the text."""
    share: float | None = None
    """A bar behind the text, 0–1."""
    tip: str = ""
    ink: Callable[[QPalette], QColor] | None = None
    """The text's colour, where it is not the usual one."""

    @property
    def has_swatch(self) -> bool:
        return self.label_class is not None


class _Model(QAbstractTableModel):
    def __init__(self, header: Sequence[str], tips: Sequence[str]) -> None:
        super().__init__()
        self._header = tuple(header)
        self._tips = tuple(tips)
        self._rows: list[Sequence[Cell]] = []

    def set_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._header)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._header[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tips[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == SORT_ROLE:
            return cell.text.casefold() if cell.value is None else cell.value
        if role == CELL_ROLE:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell: Cell = index.data(CELL_ROLE)
        words = option.fontMetrics.horizontalAdvance(cell.text.replace("\n", " "))
        swatch = 22 if cell.has_swatch else 0
        return QSize(words + swatch + 2 * _PAD + 2, super().sizeHint(option, index).height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(CELL_ROLE)
        palette: QPalette = option.palette
        rect: QRect = option.rect
        text = palette.color(QPalette.ColorRole.Text)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ground(painter, option)
        inner = QRectF(rect).adjusted(_PAD, 0, -_PAD, 0)
        if cell.share is not None:
            bar = QRectF(inner.left(), rect.center().y() + 9, inner.width(), 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint(text, 0.12))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            width = bar.width() * min(max(cell.share, 0.0), 1.0)
            if cell.share > 0:
                bar.setWidth(max(3.0, width))
                painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
                painter.drawRoundedRect(bar, 1.5, 1.5)
        if cell.has_swatch:
            swatch = QRectF(inner.left(), rect.center().y() - 6, 14, 14)
            _draw_swatch(painter, swatch, cell, text)
            inner.setLeft(swatch.right() + 8)
        painter.setFont(option.font)
        ink = cell.ink(palette) if cell.ink is not None else text
        painter.setPen(ink if cell.text != "–" else faint(text, 0.45))
        words = option.fontMetrics.elidedText(
            cell.text.replace("\n", " "), Qt.TextElideMode.ElideMiddle, int(inner.width())
        )
        side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        from PySide6.QtWidgets import QStyle

        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            highlight = option.palette.color(QPalette.ColorRole.Highlight)
            painter.fillRect(option.rect, faint(highlight, 0.22))


def _draw_swatch(painter: QPainter, square: QRectF, cell: Cell, text: QColor) -> None:
    if cell.label_class is not None:
        draw_class(painter, square, cell.label_class, text)


class FigureTable(QuietTable):
    """The first column stretches; the others are as wide as what is in them."""

    row_activated = Signal(int)
    """Enter or a double click on a row: its place in what was given to :meth:`show_rows`."""

    def __init__(
        self,
        name: str,
        columns: Sequence[tuple[str, str]],
        *,
        chooses: bool = False,
        most_rows: int = MOST_ROWS,
        parent: QWidget | None = None,
    ) -> None:
        """``columns``: word and tip of each; ``chooses``: rows can be chosen; ``most_rows``: of
        more of them one scrolls."""
        super().__init__(name, ROW, parent)
        self._most_rows = most_rows
        self._figures = _Model([word for word, _ in columns], [tip for _, tip in columns])
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._figures)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setItemDelegate(_Delegate(self))
        if not chooses:
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(56)
        self.setSortingEnabled(True)
        self._sorted.sort(-1)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.activated.connect(self._tell_row)

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """In this order until somebody sorts them."""
        self._figures.set_rows(rows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        shown = min(max(1, len(rows)), self._most_rows)
        self.setFixedHeight(self.height_of(shown))

    def texts(self) -> list[list[str]]:
        """What is read, row by row as sorted."""
        model = self._sorted
        return [
            [model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def _tell_row(self, index: QModelIndex) -> None:
        self.row_activated.emit(self._sorted.mapToSource(index).row())
