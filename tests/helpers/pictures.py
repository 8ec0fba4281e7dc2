"""What Qt has drawn, as arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget


def rgb_of(image: QImage) -> NDArray[np.uint8]:
    """uint8 h×w×3 RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def on_screen(window: QWidget) -> NDArray[np.uint8]:
    """A window's own pixels as they are now, uint8 h×w×3 RGB of the screen's; nothing is painted
    for it."""
    QApplication.processEvents()
    device = window.backingStore().paintDevice()
    assert isinstance(device, QImage)
    return rgb_of(device)
