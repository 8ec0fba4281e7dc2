"""How a change of a score reads: an arrow, a sign and points; the colour only underlines it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QColor, QPalette

SMALLEST = 0.0005
"""What rounds to less than a tenth of a point counts as no change."""


class Tone(StrEnum):
    """What a figure says, for the colour it is written in."""

    BETTER = "better"
    WORSE = "worse"


def change_of(old: float | None, new: float | None) -> float | None:
    """None where one of them is unknown."""
    return new - old if old is not None and new is not None else None


def change_text(change: float | None) -> str:
    """In points: ``▲ +6.8``, ``▼ −2.1``, ``= 0.0``; a dash where it is unknown."""
    if change is None:
        return "–"
    if abs(change) < SMALLEST:
        return "= 0.0"
    return f"▲ +{100 * change:.1f}" if change > 0 else f"▼ −{-100 * change:.1f}"


def tone_of(change: float | None) -> Tone | None:
    if change is None or abs(change) < SMALLEST:
        return None
    return Tone.BETTER if change > 0 else Tone.WORSE


def tone_color(tone: Tone | None, palette: QPalette) -> QColor:
    """Readable on the palette's base; its text colour for no tone."""
    is_dark = palette.color(QPalette.ColorRole.Base).lightness() < 128
    match tone:
        case Tone.BETTER:
            return QColor("#57cc7a" if is_dark else "#14713a")
        case Tone.WORSE:
            return QColor("#ff9d96" if is_dark else "#b3261e")
    return palette.color(QPalette.ColorRole.Text)
