"""Where an export goes."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.formats.export_choices import offered_target
from segmenter.formats.format import Format


class TargetRow(QWidget):
    """Offers a place that follows the format, until somebody writes another one."""

    changed = Signal()

    def __init__(
        self,
        folder: Path,
        place: str,
        *,
        zipped: bool,
        beside: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """``place``: the folder in which the last export was put, empty where there was none;
        ``beside``: stands at the end of the second line."""
        super().__init__(parent)
        self._folder, self._place = folder, place
        self._format: Format | None = None
        self._is_own = False
        self._field = QLineEdit()
        self._field.setObjectName("export.target")
        self._field.setMinimumWidth(160)
        label = QLabel(self.tr("&Save to"))
        label.setBuddy(self._field)
        browse = QPushButton(self.tr("&Browse…"))
        browse.setObjectName("export.browse")
        self._zip = QCheckBox(self.tr("As one &zip file"))
        self._zip.setObjectName("export.zip")
        self._wants_zip = zipped
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self._field, 1)
        row.addWidget(browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        second = QHBoxLayout()
        second.setContentsMargins(0, 0, 0, 0)
        second.addWidget(self._zip)
        second.addStretch(1)
        second.addWidget(beside)
        column.addLayout(second)
        self._field.textEdited.connect(self._take_text)
        self._zip.toggled.connect(self._take_zip)
        browse.clicked.connect(self._browse)

    @property
    def target(self) -> Path | None:
        """None where nothing is written, or no full path."""
        words = self._field.text().strip()
        path = Path(words).expanduser() if words else None
        return path if path is not None and path.is_absolute() else None

    @property
    def wants_zip(self) -> bool:
        """For formats that leave it open."""
        return self._wants_zip

    @property
    def place(self) -> str:
        """The folder it is in."""
        return os.fspath(self.target.parent) if self.target is not None else ""

    def set_format(self, format: Format) -> None:
        """The place that is offered follows; one that somebody wrote gets another ending at
        most."""
        self._format = format
        with QSignalBlocker(self._zip):
            self._zip.setEnabled(not format.zipped)
            self._zip.setChecked(format.zipped or self._wants_zip)
        self._zip.setToolTip(
            self.tr("{0} is passed around as a zip file.").format(format.title)
            if format.zipped
            else ""
        )
        self._write()

    def _write(self) -> None:
        if self._format is None:
            return
        zipped = self._zip.isChecked()
        if not self._is_own:
            offered = offered_target(self._folder, self._place, self._format.key, zipped=zipped)
            self._field.setText(os.fspath(offered))
        elif (target := self.target) is not None:
            is_zip = target.suffix.lower() == ".zip"
            if zipped and not is_zip:
                self._field.setText(f"{target}.zip")
            elif is_zip and not zipped:
                self._field.setText(os.fspath(target.with_suffix("")))

    def _take_text(self) -> None:
        self._is_own = bool(self._field.text().strip())
        if self.target is not None and self._zip.isEnabled():
            with QSignalBlocker(self._zip):
                self._zip.setChecked(self.target.suffix.lower() == ".zip")
            self._wants_zip = self._zip.isChecked()
        self.changed.emit()

    def _take_zip(self, on: bool) -> None:
        self._wants_zip = on
        self._write()
        self.changed.emit()

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose the folder in which the export is put"))
        dialog.setObjectName("export_place_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if self.place:
            dialog.setDirectory(self.place)
        dialog.fileSelected.connect(self.put_in)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def put_in(self, place: str) -> None:
        """In this folder, under the name that it would have."""
        self._place, self._is_own = place, False
        self._write()
        self.changed.emit()
