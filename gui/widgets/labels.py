"""Words in the window, in the few looks that the theme knows; always as they are, never as HTML."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def plain_label(words: str = "", *, name: str = "", wraps: bool = True) -> QLabel:
    """As the rest of the text."""
    return _label("", words, name, wraps)


def title_label(words: str = "", *, name: str = "", wraps: bool = False) -> QLabel:
    """Of a dialog or a page."""
    return _label("title", words, name, wraps)


def heading_label(words: str = "", *, name: str = "", wraps: bool = False) -> QLabel:
    """Of a part of one."""
    return _label("heading", words, name, wraps)


def muted_label(words: str = "", *, name: str = "", wraps: bool = True) -> QLabel:
    """What explains, paler than what it explains."""
    return _label("muted", words, name, wraps)


def error_label(words: str = "", *, name: str = "", wraps: bool = True) -> QLabel:
    """What is in the way."""
    return _label("error", words, name, wraps)


def set_role(label: QLabel, role: str) -> None:
    """Give another look to a label that is shown already; "" is the plain one."""
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)


def _label(role: str, words: str, name: str, wraps: bool) -> QLabel:
    label = QLabel(words)
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    return label
