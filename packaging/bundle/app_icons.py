"""The app's icon as Windows and macOS want it, drawn from its SVG. Needs no screen."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

_WINDOWS = (16, 20, 24, 32, 40, 48, 64, 256)
_INSTALLER = (164, 314)
_MACOS = (16, 32, 64, 128, 256, 512, 1024)
_MACOS_BODY = 824 / 1024
"""How much of its square an icon fills in the Dock, by Apple's template."""


def write_icons(svg: Path, folder: Path) -> None:
    """Write ``maskwright.ico``, ``maskwright.icns`` and ``installer.bmp``, the picture at the side
    of Windows' installer, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    windows = [drawn(svg, pixels) for pixels in _WINDOWS]
    windows[-1].save(
        folder / "maskwright.ico",
        append_images=windows[:-1],
        sizes=[image.size for image in windows],
        # Compressed ones are for 256 pixels alone; not every program reads small ones.
        bitmap_format="bmp",
    )
    macos = [drawn(svg, pixels, _MACOS_BODY) for pixels in _MACOS]
    macos[-1].save(folder / "maskwright.icns", append_images=macos[:-1])
    side, sign = Image.new("RGB", _INSTALLER, "#e9eef8"), drawn(svg, 112)
    side.paste(sign, ((side.width - sign.width) // 2, 72), sign)
    side.save(folder / "installer.bmp")


def drawn(svg: Path, pixels: int, body: float = 1.0) -> Image.Image:
    """A transparent square, RGBA; ``body``: the part of its width that the drawing fills."""
    canvas = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(0)
    painter = QPainter(canvas)
    margin = pixels * (1 - body) / 2
    QSvgRenderer(str(svg)).render(painter, QRectF(margin, margin, pixels * body, pixels * body))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(buffer, "PNG")  # type: ignore[call-overload]
    return Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGBA")
