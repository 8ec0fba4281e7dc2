"""The app's own icons: one SVG each, drawn in the palette's text colour, sharp at 1× to 3×."""

from __future__ import annotations

from functools import cache
from typing import Protocol
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from shiboken6 import isValid

from segmenter.paths import resource

# Pixels, not points: 16, 20 and 24 at ratio 1, 1.5, 2 and (for 20) 3. Qt takes the exact one.
_PIXELS = (16, 20, 24, 30, 32, 40, 48, 60)


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...


_wearers: WeakKeyDictionary[_HasIcon, str] = WeakKeyDictionary()


def wear_icon(wearer: _HasIcon, name: str) -> None:
    """Give an action or a button its icon, and a new one whenever the theme changes."""
    _wearers[wearer] = name
    wearer.setIcon(icon(name))


def retint() -> None:
    """Draw every icon anew in the palette's colours of now."""
    for wearer, name in list(_wearers.items()):
        if isValid(wearer):
            wearer.setIcon(icon(name))


def icon(name: str) -> QIcon:
    """The icon ``resources/icons/<name>.svg`` in the palette's colours of now.

    A Python QIconEngine that tints while painting would spare :func:`retint`, but PySide6
    6.11 crashes when Qt clones one.
    """
    return _icon(name, QGuiApplication.palette().color(QPalette.ColorRole.ButtonText).rgba())


def app_icon() -> QIcon:
    """The app's own, in colour, for windows and task bars."""
    made = QIcon()
    for pixels in (16, 32, 64, 128):
        made.addPixmap(app_pixmap(pixels))
    return made


def app_pixmap(size: int, ratio: float = 1.0) -> QPixmap:
    """The app's icon, ``size`` logical pixels wide."""
    return _drawn(QSvgRenderer(str(resource("icons", "maskwright.svg"))), size, ratio)


@cache
def _icon(name: str, rgba: int) -> QIcon:
    made = QIcon()
    for pixels in _PIXELS:
        pixmap = _rendered(name, pixels, rgba)
        made.addPixmap(pixmap)
        made.addPixmap(_faded(pixmap), QIcon.Mode.Disabled)
    return made


def tinted_pixmap(name: str, size: int, color: QColor, ratio: float = 1.0) -> QPixmap:
    """The icon in one colour, ``size`` logical pixels wide, sharp at the given pixel ratio."""
    pixmap = QPixmap(_rendered(name, round(size * ratio), color.rgba()))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    svg = resource("icons", f"{name}.svg").read_bytes()
    return QSvgRenderer(QByteArray(svg.replace(b"#000", color.encode())))


@cache
def _rendered(name: str, pixels: int, rgba: int) -> QPixmap:
    return _drawn(_renderer(name, QColor.fromRgba(rgba).name()), pixels)


def _drawn(renderer: QSvgRenderer, size: int, ratio: float = 1.0) -> QPixmap:
    pixels = round(size * ratio)
    pixmap = _clear_pixmap(pixels)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _faded(pixmap: QPixmap) -> QPixmap:
    faded = _clear_pixmap(pixmap.width())
    painter = QPainter(faded)
    painter.setOpacity(0.35)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return faded


def _clear_pixmap(pixels: int) -> QPixmap:
    pixmap = QPixmap(pixels, pixels)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap
