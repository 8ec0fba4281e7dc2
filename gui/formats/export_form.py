"""Which images an export takes, and what it makes of lists, image files, unlabelled pixels and
classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gui.formats.class_table import ClassTable
from gui.formats.export_choices import ExportChoices
from gui.formats.export_classes import ExportClasses
from gui.formats.state_choice import StateChoice
from gui.widgets.card import card
from gui.widgets.labels import heading_label
from gui.widgets.number_field import NumberField
from segmenter.formats.dataset import ImageFiles, Lists
from segmenter.formats.format import Format
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.state import State

_MOST_ROWS = 6
"""Of more classes one scrolls."""


class ExportForm(QWidget):
    """Everything but the format and the place."""

    changed = Signal()

    def __init__(
        self,
        counts: Mapping[State, int],
        choices: ExportChoices,
        classes: Sequence[LabelClass],
        parent: QWidget | None = None,
    ) -> None:
        """``classes``: of the project."""
        super().__init__(parent)
        self._states = StateChoice(counts)
        self._states.choose(choices.states)
        self._lists = _box("export.lists")
        for words, lists in (
            (self.tr("None"), Lists.NONE),
            (self.tr("Training and validation"), Lists.SHARE),
            (self.tr("As fine-tuning splits it"), Lists.PROJECT),
        ):
            self._lists.addItem(words, lists)
        self._share = NumberField()
        self._share.setObjectName("export.share")
        self._share.setRange(1, 99)
        self._share.setSuffix("%")
        self._share.setAccessibleName(self.tr("Share for validation"))
        self._share_words = QLabel(self.tr("for validation"))
        self._images = _box("export.images")
        for words, how in (
            (self.tr("Copied along"), ImageFiles.COPY),
            (self.tr("Linked: no extra space"), ImageFiles.HARD_LINK),
            (self.tr("Symbolic links"), ImageFiles.SYMLINK),
            (self.tr("Left out: labels alone"), ImageFiles.NONE),
        ):
            self._images.addItem(words, how)
        self._separate = QCheckBox(self.tr("Each connected region is an o&bject of its own"))
        self._separate.setObjectName("export.separate")
        self._separate.setChecked(choices.separate)
        self._classes = ExportClasses(classes, choices.classes)
        header = self.tr("Class here"), self.tr("Number"), self.tr("Becomes there")
        self._table = ClassTable("export.classes", header, str)
        self._table.show_rows(self._classes)
        self._table.setFixedHeight(self._table.height_of(min(len(classes), _MOST_ROWS)))
        self._ignore = NumberField()
        self._ignore.setObjectName("export.ignore")
        self._ignore.setRange(0, UNLABELLED)
        self._lists.setCurrentIndex(max(0, self._lists.findData(choices.lists)))
        self._images.setCurrentIndex(max(0, self._images.findData(choices.images)))
        self._share.setValue(round(100 * choices.share))
        self._ignore.setValue(choices.ignore)
        self._ignore_label = QLabel(self.tr("&Unlabelled pixels get"))
        self._lay_out()
        self._states.changed.connect(self.changed)
        self._separate.toggled.connect(self.changed)
        self._table.changed.connect(self.changed)
        self._share.valueChanged.connect(self.changed)
        self._ignore.valueChanged.connect(self.changed)
        self._images.currentIndexChanged.connect(self.changed)
        self._lists.currentIndexChanged.connect(self._take_lists)
        self._show_share()

    # -- what is chosen -------------------------------------------------------------------

    @property
    def states(self) -> frozenset[State]:
        return self._states.states

    @property
    def lists(self) -> Lists:
        return Lists(self._lists.currentData())

    @property
    def share(self) -> float:
        return self._share.value() / 100

    @property
    def images(self) -> ImageFiles:
        return ImageFiles(self._images.currentData())

    @property
    def ignore(self) -> int:
        """Where the format has no choice it is not asked for, and 255."""
        return self._ignore.value() if self._ignore.isEnabled() else UNLABELLED

    @property
    def separate(self) -> bool:
        """Of formats of objects."""
        return self._separate.isChecked()

    @property
    def classes(self) -> ExportClasses:
        return self._classes

    def set_format(self, format: Format) -> None:
        """Ask for what it has a choice of."""
        with QSignalBlocker(self._ignore):
            self._ignore.setEnabled(format.has_ignore)
        for part in (self._ignore, self._ignore_label):
            part.setVisible(format.has_ignore)
        self._separate.setVisible(format.has_objects)

    # -- inside ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        share = QHBoxLayout()
        share.setSpacing(6)
        share.addWidget(self._share)
        share.addWidget(self._share_words)
        share.addStretch(1)
        rows = (
            (QLabel(self.tr("&Image files")), self._images),
            (QLabel(self.tr("&Lists")), self._lists),
        )
        for row, (label, field) in enumerate(rows):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addLayout(share, 2, 1)
        self._ignore_label.setBuddy(self._ignore)
        grid.addWidget(self._ignore_label, 3, 0)
        ignore = QHBoxLayout()
        ignore.addWidget(self._ignore)
        ignore.addStretch(1)
        grid.addLayout(ignore, 3, 1)
        grid.addWidget(self._separate, 4, 0, 1, 2)
        held = QWidget()
        held.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(card(heading_label(self.tr("Images")), self._states))
        column.addWidget(card(heading_label(self.tr("Files")), held))
        if self._classes.sources:
            column.addWidget(card(heading_label(self.tr("Classes")), self._table))

    def _take_lists(self) -> None:
        self._show_share()
        self.changed.emit()

    def _show_share(self) -> None:
        for part in (self._share, self._share_words):
            part.setVisible(self.lists is Lists.SHARE)


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(18)
    return box
