"""Light and dark: one palette each, a short style sheet, and which of the two is on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from gui import icons
from segmenter.paths import resource

MODES = ("system", "light", "dark")
_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


@dataclass(frozen=True)
class Colors:
    """Every colour of one theme. Text on its surface has a contrast of at least 4.5."""

    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    faint: str
    hover: str
    pressed: str
    accent: str
    accent_hover: str
    link: str
    info: str
    warning: str
    error: str
    alarm: str
    """Of text that nobody should overlook."""


LIGHT = Colors(
    window="#f3f4f6", surface="#ffffff", raised="#ffffff", border="#d5d9e0", text="#1b1f24",
    muted="#57606a", faint="#9aa1ab", hover="#e6e9ee", pressed="#d9dee6", accent="#2563eb",
    accent_hover="#1d55d0", link="#1d55d0", info="#e4edff", warning="#fff3d1", error="#ffe4e4",
    alarm="#b3261e",
)  # fmt: skip
DARK = Colors(
    window="#202327", surface="#191b1f", raised="#2a2e34", border="#383d45", text="#e7e9ec",
    muted="#a3acb8", faint="#6b7480", hover="#2e333a", pressed="#393f48", accent="#2f6fe0",
    accent_hover="#4280ec", link="#86b4ff", info="#1f3252", warning="#473a17", error="#4f2527",
    alarm="#ff9d96",
)  # fmt: skip


class Theme(QObject):
    """Follows the system, or what the person chose instead."""

    changed = Signal()
    """The palette is another one now; icons have been drawn anew."""

    def __init__(self, app: QApplication, mode: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self.mode = mode
        self.colors = LIGHT
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self.set_mode(mode)

    @property
    def is_dark(self) -> bool:
        return self.colors is DARK

    def set_mode(self, mode: str) -> None:
        """``"system"``, ``"light"`` or ``"dark"``."""
        self.mode = mode
        self._app.styleHints().setColorScheme(_SCHEMES[mode])
        self._apply()

    def _apply(self) -> None:
        scheme = _SCHEMES[self.mode]
        if scheme == Qt.ColorScheme.Unknown:
            scheme = self._app.styleHints().colorScheme()
        self.colors = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        self._app.setPalette(palette(self.colors))
        self._app.setStyleSheet(style_sheet(self.colors))
        icons.retint()
        self.changed.emit()


def palette(colors: Colors) -> QPalette:
    """The palette that Fusion and our own painting draw with."""
    made = QPalette()
    role = QPalette.ColorRole
    for target, color in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.window),
        (role.Text, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Button, colors.raised),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.text),
        (role.ToolTipBase, colors.raised),
        (role.ToolTipText, colors.text),
        (role.Highlight, colors.accent),
        (role.HighlightedText, "#ffffff"),
        (role.Accent, colors.accent),
        (role.Link, colors.link),
        (role.LinkVisited, colors.link),
        (role.Mid, colors.border),
        (role.Midlight, colors.hover),
    ):
        made.setColor(target, QColor(color))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.faint))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colors.pressed))
    return made


def style_sheet(colors: Colors) -> str:
    """What Fusion does not say by palette alone: flat bars, round buttons, quiet edges."""
    # The images suit both themes. Qt takes forward slashes on every system.
    images = {
        "check": resource("icons", "check-on.svg").as_posix(),
        "chevron": resource("icons", "chevron-grey.svg").as_posix(),
        "chevron_up": resource("icons", "chevron-up-grey.svg").as_posix(),
    }
    return _SHEET.format(**vars(colors), **images)


_SHEET = """
QToolTip {{ color: {text}; background: {raised}; border: 1px solid {border}; padding: 4px 6px; }}
QMenuBar {{ background: {window}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 5px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {raised}; border: 1px solid {border}; padding: 5px; }}
QMenu::item {{ padding: 6px 26px 6px 10px; border-radius: 5px; }}
QMenu::item:selected {{ background: {accent}; color: #ffffff; }}
QMenu::item:disabled {{ color: {faint}; background: transparent; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 5px 8px; }}

QToolBar {{ background: {window}; border: 0; border-bottom: 1px solid {border};
            padding: 4px 6px; spacing: 2px; }}
QToolBar::separator {{ width: 1px; background: {border}; margin: 5px 3px; }}
QToolBar QToolButton, QToolButton[flat="true"] {{
    border: 1px solid transparent; border-radius: 6px; padding: 4px; background: transparent; }}
QToolBar QToolButton:hover, QToolButton[flat="true"]:hover {{ background: {hover}; }}
QToolBar QToolButton:pressed, QToolButton[flat="true"]:pressed {{ background: {pressed}; }}
QToolBar QToolButton:checked {{ background: {pressed}; border-color: {border}; }}
QToolBar QToolButton:focus, QToolButton[flat="true"]:focus {{ border-color: {accent}; }}
QToolButton[flat="true"][withText="true"] {{ padding: 3px 8px; }}
QToolButton[flat="true"]:checked {{ background: {info}; border-color: {accent}; }}

#tool_strip {{ background: {window}; border: 0; border-right: 1px solid {border}; }}
#tool_strip QToolButton {{
    border: 1px solid transparent; border-radius: 6px; padding: 0; background: transparent; }}
#tool_strip QToolButton:hover {{ background: {hover}; }}
#tool_strip QToolButton:pressed {{ background: {pressed}; }}
#tool_strip QToolButton:checked {{ background: {info}; border-color: {accent}; }}
#tool_strip QToolButton:focus {{ border-color: {accent}; }}
#tool_strip QToolButton::menu-indicator {{ image: none; }}

QPushButton[section="true"] {{ border: 1px solid transparent; background: transparent;
    padding: 3px 7px; font-weight: 600; text-align: left; }}
QPushButton[section="true"]:hover {{ background: {hover}; }}
QPushButton[section="true"]:focus {{ border-color: {accent}; }}

QPushButton {{ background: {raised}; border: 1px solid {border}; border-radius: 6px;
               padding: 6px 14px; min-height: 18px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {pressed}; }}
QPushButton:disabled {{ color: {faint}; background: transparent; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton[primary="true"] {{
    background: {accent}; border-color: {accent}; color: #ffffff; font-weight: 600; }}
QPushButton[primary="true"]:hover {{ background: {accent_hover}; }}
QPushButton[primary="true"]:focus {{ border-color: {text}; }}
QPushButton[primary="true"]:disabled {{
    background: {pressed}; border-color: {border}; color: {faint}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton[link="true"] {{ border: 1px solid transparent; background: transparent;
    color: {link}; padding: 4px 6px; text-align: left; }}
QPushButton[link="true"]:hover {{ background: {hover}; }}
QPushButton[link="true"]:focus {{ border-color: {accent}; }}
QPushButton[link="true"]:disabled {{ color: {faint}; }}

QLineEdit, QPlainTextEdit, QTextBrowser, QListWidget {{
    background: {surface}; border: 1px solid {border}; border-radius: 5px; padding: 4px 7px; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextBrowser:focus, QListWidget:focus {{
    border-color: {accent}; }}

QAbstractSpinBox {{ background: {surface}; border: 1px solid {border}; border-radius: 5px;
                   padding: 3px 2px; min-height: 18px;
                   qproperty-alignment: "AlignRight | AlignVCenter"; }}
QAbstractSpinBox:focus {{ border-color: {accent}; }}
QAbstractSpinBox:disabled {{ color: {faint}; background: {window}; }}
QAbstractSpinBox QLineEdit {{ border: 0; padding: 0; background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
    border: 0; border-radius: 3px; width: 17px; background: transparent; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {hover}; }}
QAbstractSpinBox::up-arrow {{ image: url("{chevron_up}"); width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ image: url("{chevron}"); width: 10px; height: 10px; }}

QComboBox {{ background: {raised}; border: 1px solid {border}; border-radius: 5px;
             padding: 4px 4px 4px 8px;
             selection-background-color: {accent}; selection-color: #ffffff; }}
QComboBox:hover {{ background: {hover}; }}
QComboBox:focus {{ border-color: {accent}; }}
QComboBox::drop-down {{ border: 0; width: 20px; }}
QComboBox::down-arrow {{ image: url("{chevron}"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {border}; padding: 3px;
    selection-background-color: {accent}; selection-color: #ffffff; outline: 0; }}

QSlider:horizontal {{ min-height: 22px; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {pressed}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {accent}; }}
QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
                              background: #ffffff; border: 1px solid {faint}; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ border-color: {accent}; }}

QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {faint}; border-radius: 4px;
                        background: {surface}; }}
QCheckBox::indicator:hover {{ border-color: {accent}; }}
QCheckBox::indicator:focus {{ border-color: {accent}; }}
QCheckBox::indicator:disabled {{ border-color: {border}; background: {window}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent};
                                image: url("{check}"); }}
QCheckBox::indicator:checked:disabled {{ background: {faint}; border-color: {faint}; }}
QCheckBox:disabled {{ color: {faint}; }}

QRadioButton {{ spacing: 8px; }}
QRadioButton::indicator {{ width: 13px; height: 13px; border: 1px solid {faint};
                           border-radius: 7px; background: {surface}; }}
QRadioButton::indicator:hover, QRadioButton::indicator:focus {{ border-color: {accent}; }}
QRadioButton::indicator:checked {{ width: 5px; height: 5px; border: 5px solid {accent};
                                   background: #ffffff; }}
QRadioButton:disabled {{ color: {faint}; }}

QStatusBar {{ background: {window}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: 0; }}
QSplitter::handle {{ background: {border}; }}
QSplitter::handle:hover {{ background: {accent}; }}
QProgressBar {{ border: 0; border-radius: 3px; background: {pressed}; max-height: 6px; }}
QProgressBar::chunk {{ border-radius: 3px; background: {accent}; }}

QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="error"] {{ color: {alarm}; font-weight: 600; }}
QLabel[role="title"] {{ font-size: 20px; font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="key"] {{ background: {hover}; border: 1px solid {border}; border-radius: 4px;
                      padding: 1px 6px; }}
QFrame[role="line"] {{ background: {border}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[role="card"] {{ background: {surface}; border: 1px solid {border}; border-radius: 8px; }}
QFrame[role="card"][chosen="true"] {{ border: 1px solid {accent}; }}
QFrame[choice="true"]:hover {{ border: 1px solid {faint}; }}
QFrame[choice="true"][chosen="true"] {{ border: 2px solid {accent}; }}
QFrame[bar="info"] {{ background: {info}; border: 1px solid {faint}; border-radius: 8px; }}
QFrame[bar="warning"] {{ background: {warning}; border: 1px solid {faint}; border-radius: 8px; }}
QFrame[bar="error"] {{ background: {error}; border: 1px solid {faint}; border-radius: 8px; }}

QTableView {{ background: {surface}; border: 0; }}
QHeaderView {{ background: {surface}; border: 0; }}
QHeaderView::section {{ background: {surface}; color: {muted}; border: 0;
                        border-bottom: 1px solid {border}; padding: 4px 8px; }}
QHeaderView::section:hover {{ color: {text}; }}

QScrollBar:vertical {{ width: 11px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 11px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {faint}; border-radius: 3px; margin: 2px 3px; }}
QScrollBar::handle:vertical {{ min-height: 28px; margin: 2px 3px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; margin: 3px 2px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
