"""The classes of a project: an id that never changes, a name, a colour."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

UNLABELLED = 255
"""The mask value of pixels nobody has labelled; never a class id."""
MAX_CLASS_ID = 254
BACKGROUND = "background"

# Told apart at a glance on photos, light and dark, also by most colour-blind people: neighbours
# differ in lightness as well as in hue.
_COLORS = (
    (240, 80, 220), (42, 157, 244), (230, 57, 70), (255, 200, 46), (46, 184, 114),
    (171, 71, 188), (255, 138, 31), (0, 200, 214), (240, 98, 178), (139, 195, 74),
    (92, 107, 232), (176, 115, 72), (20, 135, 128), (255, 121, 108), (126, 166, 255),
    (196, 164, 0), (122, 62, 177), (102, 222, 172), (184, 36, 92), (222, 184, 240),
    (84, 120, 44),
)  # fmt: skip


@dataclass(frozen=True)
class LabelClass:
    """One thing to segment."""

    id: int
    """0–254; never changes, never reused."""
    name: str
    color: tuple[int, int, int]
    """RGB, 0–255."""
    visible: bool = True


def default_color(class_id: int, name: str = "") -> tuple[int, int, int]:
    """The colour a new class starts with: black for the background, for other low ids one chosen by
    hand, then hues a golden angle apart."""
    if name == BACKGROUND:
        return (0, 0, 0)
    if class_id < len(_COLORS):
        return _COLORS[class_id]
    hue = (class_id * 0.381966) % 1.0
    value = (0.95, 0.72)[class_id % 2]
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.72, value)
    return round(red * 255), round(green * 255), round(blue * 255)
