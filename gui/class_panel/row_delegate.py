"""How a class looks in its list: eye, colour, name, lock, key; and how its name is typed anew."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from gui.class_look import draw_class
from gui.class_panel.model import ClassRow, Index, Role, can_be_hidden
from gui.class_panel.row_areas import ROW_HEIGHT, Part, RowAreas
from gui.icons import tinted_pixmap
from gui.widgets.row_ground import faint
from segmenter.project.classes import LabelClass

_LASHES = (((3.2, 10.2), (1.9, 12.0)), ((8.0, 11.0), (8.0, 13.3)), ((12.8, 10.2), (14.1, 12.0)))
"""Of a closed eye, in its own 16 × 16 units."""
_LONGEST_NAME = 200


class ClassRowDelegate(QStyledItemDelegate):
    """Draws a :class:`ClassRow`; a hidden one is pale, with its colour as a ring alone."""

    renamed = Signal(int, str)
    """Class id and what was typed in the place of its name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ClassRow | None = index.data(Role.ROW)
        if row is None:
            return
        label_class = row.label_class
        areas = RowAreas(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = _draw_ground(painter, option)
        if can_be_hidden(label_class):
            _draw_eye(painter, areas.eye, faint(text, 0.85 if label_class.visible else 0.4),
                      closed=not label_class.visible)  # fmt: skip
        _draw_swatch(painter, areas.swatch, label_class, text)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        with_lock = row.locked or hovered
        _draw_name(painter, areas.name(with_lock=with_lock), label_class, option, text)
        if with_lock:
            color = faint(text, 0.9 if row.locked else 0.35)
            ratio = painter.device().devicePixelRatioF()
            pixmap = tinted_pixmap("lock" if row.locked else "unlock", 16, text, ratio)
            painter.setOpacity(color.alphaF())
            painter.drawPixmap(areas.lock.toRect(), pixmap)
            painter.setOpacity(1.0)
        _draw_key(painter, areas.key, row.key, option.font, text)
        painter.restore()

    # -- typing a name --------------------------------------------------------------------

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("class_panel.name")
        field.setAccessibleName(self.tr("Name of the class"))
        field.setMaxLength(_LONGEST_NAME)
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Not while somebody types: the row may be drawn anew meanwhile.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """The name belongs to the project: the panel says what was typed, and hears the rest."""
        row: ClassRow | None = index.data(Role.ROW)
        if isinstance(editor, QLineEdit) and row is not None:
            typed = editor.text().strip()
            if typed and typed != row.label_class.name:
                self.renamed.emit(row.label_class.id, typed)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        left = RowAreas(option.rect).name(with_lock=False).left() - 4
        # To the right end of the row: a long name needs the room while it is typed.
        right = option.rect.right() - 6
        editor.setGeometry(left, option.rect.top() + 2, right - left, ROW_HEIGHT - 4)

    # -- words ----------------------------------------------------------------------------

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        row: ClassRow | None = index.data(Role.ROW)
        if event.type() != QEvent.Type.ToolTip or row is None:
            return super().helpEvent(event, view, option, index)
        part = RowAreas(view.visualRect(index)).part_at(event.pos())
        QToolTip.showText(event.globalPos(), self._words(part, row), view)
        return True

    def _words(self, part: Part, row: ClassRow) -> str:
        if part is Part.EYE:
            if not can_be_hidden(row.label_class):
                return self.tr("The background is never painted over the image")
            word = self.tr("Hide") if row.label_class.visible else self.tr("Show")
            return self.tr("{0}; Alt+click shows this class alone").format(word)
        if part is Part.SWATCH:
            return self.tr("Change the colour")
        if part is Part.LOCK:
            if row.locked:
                return self.tr("Locked: nothing paints over this class. Click to free it")
            return self.tr("Lock, so that nothing paints over this class")
        named = self.tr("{0} (class {1} in the masks)").format(
            row.label_class.name, row.label_class.id
        )
        key = self.tr("Key {0} chooses it. ").format(row.key) if row.key else ""
        return named + "\n" + key + self.tr("Double-click to rename.")


def _draw_ground(painter: QPainter, option: QStyleOptionViewItem) -> QColor:
    """The row's background; the colour its text has on it."""
    colors: QPalette = option.palette
    state: QStyle.StateFlag = option.state
    ground = QRectF(option.rect).adjusted(4, 1, -4, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    text = colors.color(QPalette.ColorRole.Text)
    if state & QStyle.StateFlag.State_Selected:
        # It is what is painted with: as clear with the pointer on the image as in the list.
        highlight = colors.color(QPalette.ColorRole.Highlight)
        painter.setBrush(faint(highlight, 0.24))
        painter.drawRoundedRect(ground, 6, 6)
        painter.setBrush(highlight)
        painter.drawRoundedRect(QRectF(ground.left(), ground.top(), 3, ground.height()), 1.5, 1.5)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Active:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(highlight, 1))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(faint(text, 0.06))
        painter.drawRoundedRect(ground, 6, 6)
    return text


def _draw_name(
    painter: QPainter,
    rect: QRect,
    label_class: LabelClass,
    option: QStyleOptionViewItem,
    text: QColor,
) -> None:
    font = QFont(option.font)
    if option.state & QStyle.StateFlag.State_Selected:
        font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(text if label_class.visible else faint(text, 0.55))
    elided = QFontMetrics(font).elidedText(
        label_class.name.replace("\n", " "), Qt.TextElideMode.ElideRight, rect.width()
    )
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


def _draw_swatch(painter: QPainter, rect: QRectF, label_class: LabelClass, text: QColor) -> None:
    if label_class.visible or not can_be_hidden(label_class):
        draw_class(painter, rect, label_class, text)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(*label_class.color), 2))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)


def _draw_key(painter: QPainter, rect: QRectF, key: str, font: QFont, text: QColor) -> None:
    small = QFont(font)
    small.setPointSizeF(max(7.0, font.pointSizeF() * 0.9))
    painter.setFont(small)
    painter.setPen(faint(text, 0.5))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)


def _draw_eye(painter: QPainter, rect: QRectF, color: QColor, *, closed: bool) -> None:
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 16, rect.height() / 16)
    pen = QPen(color, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lid = QPainterPath(QPointF(1.2, 8))
    if closed:
        lid.quadTo(QPointF(8, 14), QPointF(14.8, 8))
        painter.drawPath(lid)
        for start, end in _LASHES:
            painter.drawLine(QPointF(*start), QPointF(*end))
    else:
        lid.cubicTo(QPointF(4.2, 2.6), QPointF(11.8, 2.6), QPointF(14.8, 8))
        lid.cubicTo(QPointF(11.8, 13.4), QPointF(4.2, 13.4), QPointF(1.2, 8))
        painter.drawPath(lid)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(8, 8), 1.9, 1.9)
    painter.restore()
