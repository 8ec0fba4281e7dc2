"""Held-out images with what the newest epoch makes of them; a click opens one on the canvas."""

from __future__ import annotations

from pathlib import PurePosixPath

from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

PICTURES = 3
_WORDS = 18
"""Pixels below a picture, for its name."""
_ROUND = 5.0


class Gallery(QWidget):
    """Up to three pictures in a row, as large as there is room for."""

    chosen = Signal(object)
    """The name of the image that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_gallery")
        self.pictures = [Picture(number) for number in range(PICTURES)]
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for picture in self.pictures:
            row.addWidget(picture, 1)
            picture.chosen.connect(self.chosen)

    def show_picture(self, place: int, name: str, image: QImage, epoch: int) -> None:
        """``place`` from 0 on; what there is no place for isn't shown."""
        if place < len(self.pictures):
            self.pictures[place].show_image(name, image, epoch)
            self._align()

    def epoch_at(self, place: int) -> int:
        """Of the picture at this place; -1 where there is none."""
        return self.pictures[place].epoch if place < len(self.pictures) else -1

    def clear(self) -> None:
        for picture in self.pictures:
            picture.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._align()

    def _align(self) -> None:
        """The pictures stand on one line, whatever their shapes, and the names in it below."""
        self._row.activate()
        highest = max(picture.fitted.height() for picture in self.pictures)
        for picture in self.pictures:
            picture.stand_in(highest)


class Picture(QWidget):
    """One image in its proportions, its name below."""

    chosen = Signal(object)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.setObjectName(f"training_picture_{number}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.name = ""
        self.epoch = -1
        self._image = QImage()
        self._row_height = 0.0
        self._pressed = False

    @property
    def image(self) -> QImage:
        """What is shown; null where nothing is."""
        return self._image

    def show_image(self, name: str, image: QImage, epoch: int) -> None:
        self.name, self._image, self.epoch = name, image, epoch
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        began = self.tr("the model it started from") if epoch == 0 else ""
        when = began or self.tr("epoch {0}").format(epoch)
        self.setToolTip(self.tr("{0}, {1}. Click to open it").format(name, when))
        self.setAccessibleName(self.toolTip())
        self.update()

    @property
    def fitted(self) -> QSizeF:
        """How large the picture is shown; nothing where there is none."""
        if self._image.isNull():
            return QSizeF(0, 0)
        size = self._image.size().toSizeF()
        return size.scaled(self._room.size(), Qt.AspectRatioMode.KeepAspectRatio)

    def stand_in(self, row_height: float) -> None:
        """At the foot of a row as high as the highest picture beside this one."""
        self._row_height = row_height
        self.update()

    def clear(self) -> None:
        self.name, self._image, self.epoch = "", QImage(), -1
        self.unsetCursor()
        self.setToolTip("")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(190, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(70, 60)

    # -- Qt's events ----------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        frame = self._frame()
        shape = QPainterPath()
        shape.addRoundedRect(frame, _ROUND, _ROUND)
        painter.setClipPath(shape)
        painter.drawImage(frame, self._image)
        painter.setClipping(False)
        role = QPalette.ColorRole.Accent if self._is_pointed_at else QPalette.ColorRole.Mid
        painter.setPen(QPen(self.palette().color(role), 2 if self._is_pointed_at else 1))
        painter.drawPath(shape)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        words = QRectF(0, frame.bottom() + 1, self.width(), _WORDS)
        name = self.fontMetrics().elidedText(
            PurePosixPath(self.name).name, Qt.TextElideMode.ElideMiddle, self.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, name)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.button() == Qt.MouseButton.LeftButton

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed and self.name and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.name)
        self._pressed = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.name and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.name)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    # -- inside ---------------------------------------------------------------------------

    @property
    def _is_pointed_at(self) -> bool:
        return self.hasFocus() or self.underMouse()

    @property
    def _room(self) -> QRectF:
        return QRectF(1, 1, self.width() - 2, self.height() - _WORDS - 2)

    def _frame(self) -> QRectF:
        """Where the picture lies: at the foot of its row, with its name right below it."""
        room, size = self._room, self.fitted
        foot = room.center().y() + max(self._row_height, size.height()) / 2
        return QRectF(
            room.center().x() - size.width() / 2,
            foot - size.height(),
            size.width(),
            size.height(),
        )
