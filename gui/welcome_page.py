"""What a person sees first: open a folder, try the samples, go on with a recent one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.icons import app_pixmap, wear_icon
from gui.recent_folder import is_there, short_path
from gui.widgets.labels import heading_label, muted_label, title_label

_SHOWN_RECENT = 6


class WelcomePage(QWidget):
    """The start page; also says so while a folder is being opened."""

    folder_chosen = Signal(object)
    """A pathlib.Path of the recent list."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome_page")
        self._drop_hovers = False
        self._sign = QLabel()
        title = title_label(self.tr("Maskwright"))
        self._lead = muted_label()
        self.show_opening(None)
        self._open = QPushButton(self.tr("Open folder…"))
        self._open.setObjectName("welcome_open")
        self._open.setProperty("primary", True)
        self._open.setToolTip(actions["file.open_folder"].toolTip())
        self._open.clicked.connect(actions["file.open_folder"].trigger)
        self._sample = QPushButton(self.tr("Try the sample photos"))
        self._sample.setObjectName("welcome_sample")
        self._sample.setToolTip(actions["file.open_sample"].toolTip())
        self._sample.clicked.connect(actions["file.open_sample"].trigger)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._open)
        buttons.addWidget(self._sample)
        buttons.addStretch(1)
        self._hint = muted_label(
            self.tr("or drop a folder or images anywhere in this window"), wraps=False
        )
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)

        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(2)
        for widget, space in ((self._sign, 14), (title, 6), (self._lead, 18)):
            column.addWidget(widget)
            column.addSpacing(space)
        column.addLayout(buttons)
        column.addSpacing(10)
        column.addWidget(self._hint)
        column.addSpacing(28)
        column.addLayout(self._recent)
        column.addStretch(3)
        middle = QFrame()
        middle.setLayout(column)
        middle.setMaximumWidth(520)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout(self)
        row.setContentsMargins(32, 16, 32, 16)
        row.addStretch(1)
        row.addWidget(middle, 20)
        row.addStretch(1)
        self._draw_sign()

    def show_opening(self, folder: Path | None) -> None:
        """Say that ``folder`` is being opened; None: what the app is for."""
        self._lead.setText(
            self.tr("Opening {0} …").format(folder.name or str(folder))
            if folder is not None
            else self.tr(
                "Open a folder of images, let the model segment them, look at every mask. "
                "Nothing leaves this computer."
            )
        )

    def show_recent(self, folders: list[Path]) -> None:
        """List the recent folders; those that are gone can't be chosen."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not folders:
            return
        head = heading_label(self.tr("Recent folders"))
        self._recent.addWidget(head)
        self._recent.addSpacing(4)
        for folder in folders[:_SHOWN_RECENT]:
            self._recent.addWidget(self._recent_button(folder))

    def show_drop(self, hovers: bool) -> None:
        """Mark the page as a place to let go of what is being dragged."""
        self._drop_hovers = hovers
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop_hovers:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(self.palette().color(QPalette.ColorRole.Accent), 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawRoundedRect(self.rect().adjusted(12, 12, -12, -12), 10, 10)
            painter.end()

    def _recent_button(self, folder: Path) -> QPushButton:
        button = QPushButton()
        button.setProperty("link", True)
        wear_icon(button, "folder-open")
        button.setIconSize(QSize(18, 18))
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        where = short_path(folder.parent)
        button.setText(f" {folder.name or folder}   {where}".replace("&", "&&"))
        button.setToolTip(str(folder))
        button.setEnabled(is_there(folder))
        button.clicked.connect(lambda: self.folder_chosen.emit(folder))
        return button

    def _draw_sign(self) -> None:
        self._sign.setPixmap(app_pixmap(64, self.devicePixelRatioF()))
