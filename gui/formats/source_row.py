"""What is imported: a folder, a zip file or a file, and in which format it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from gui.formats.reading import Wanted
from gui.widgets.number_field import NumberField
from segmenter.formats.format import Format
from segmenter.project.classes import UNLABELLED

_PAUSE_MS = 350
"""Whoever types a path or a number is waited for."""


class SourceRow(QWidget):
    """Two lines: where from; as what."""

    changed = Signal()
    """By a person, who means it now."""

    def __init__(
        self, formats: Sequence[Format], place: str, parent: QWidget | None = None
    ) -> None:
        """``place``: where the last import came from."""
        super().__init__(parent)
        self._formats = tuple(formats)
        self._place = place
        self._field = QLineEdit()
        self._field.setObjectName("import.source")
        self._field.setPlaceholderText(
            self.tr("A folder, a zip file, or a JSON, XML or other file of labels")
        )
        self._format = QComboBox()
        self._format.setObjectName("import.format")
        self._format.addItem(self.tr("As it looks"), "")
        for each in formats:
            self._format.addItem(each.title, each.key)
            summary = each.summary[:1].upper() + each.summary[1:]
            place_of = self._format.count() - 1
            self._format.setItemData(place_of, summary, Qt.ItemDataRole.ToolTipRole)
        self._format.setMinimumContentsLength(22)
        self._format.setMaxVisibleItems(20)
        self._ignore = NumberField()
        self._ignore.setObjectName("import.ignore")
        self._ignore.setRange(0, UNLABELLED)
        self._ignore.setValue(UNLABELLED)
        self._ignore_label = QLabel(self.tr("&Unlabelled pixels have"))
        self._ignore_label.setBuddy(self._ignore)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self._lay_out()
        self._field.textEdited.connect(lambda _: self._pause.start())
        self._field.editingFinished.connect(self._hurry)
        self._format.activated.connect(lambda _: self.changed.emit())
        self._ignore.valueChanged.connect(lambda _: self._pause.start())
        self.show_format(None)

    @property
    def wanted(self) -> Wanted | None:
        """None where nothing is named."""
        words = self._field.text().strip()
        if not words:
            return None
        # Where nobody chose another value, the format knows its own.
        given = self._ignore.value() if not self._ignore.isHidden() else UNLABELLED
        path = Path(words).expanduser()
        return Wanted(path, self._chosen, None if given == UNLABELLED else given)

    @property
    def _chosen(self) -> Format | None:
        """By a person."""
        key = self._format.currentData()
        return next((each for each in self._formats if each.key == key), None)

    @property
    def place(self) -> str:
        """For the next time."""
        return self._place

    def set_path(self, path: Path) -> None:
        """Chosen or dropped; it is detected anew."""
        self._field.setText(os.fspath(path))
        self._format.setCurrentIndex(0)
        with QSignalBlocker(self._ignore):
            self._ignore.setValue(UNLABELLED)
        self.show_format(None)
        self._place = os.fspath(path.parent)
        self._pause.stop()
        self.changed.emit()

    def show_format(self, format: Format | None) -> None:
        """What it was found to be, and what can be said about that; None: nobody knows."""
        if format is None:
            format = self._chosen
        found = self.tr("As it looks: {0}").format(format.title) if format is not None else ""
        is_guessed = self._format.currentIndex() == 0
        self._format.setItemText(0, found if found and is_guessed else self.tr("As it looks"))
        for part in (self._ignore, self._ignore_label):
            part.setVisible(format is not None and format.has_ignore)

    # -- inside ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        label = QLabel(self.tr("&From"))
        label.setBuddy(self._field)
        folder = QPushButton(self.tr("F&older…"))
        folder.setObjectName("import.browse_folder")
        folder.clicked.connect(lambda: self._browse(QFileDialog.FileMode.Directory))
        file = QPushButton(self.tr("Fi&le…"))
        file.setObjectName("import.browse_file")
        file.clicked.connect(lambda: self._browse(QFileDialog.FileMode.ExistingFile))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(folder)
        buttons.addWidget(file)
        format_label = QLabel(self.tr("For&mat"))
        format_label.setBuddy(self._format)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self._format)
        second.addSpacing(14)
        second.addWidget(self._ignore_label)
        second.addWidget(self._ignore)
        second.addStretch(1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self._field, 0, 1)
        grid.addLayout(buttons, 0, 2)
        grid.addWidget(format_label, 1, 0)
        grid.addLayout(second, 1, 1, 1, 2)

    def _hurry(self) -> None:
        """Enter, or the field was left: what was written is meant."""
        if self._pause.isActive():
            self._pause.stop()
            self.changed.emit()

    def _browse(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self, self.tr("Choose what to import"))
        dialog.setObjectName("import_source_dialog")
        dialog.setFileMode(mode)
        if self._place:
            dialog.setDirectory(self._place)
        dialog.fileSelected.connect(lambda path: self.set_path(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
