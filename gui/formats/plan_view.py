"""What an import would do, with what can be decided about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.class_look import class_icon
from gui.dialogs import show_dialog
from gui.formats.class_mapping import ClassMapping
from gui.formats.class_table import ClassTable
from gui.formats.conflict_choice import ConflictChoice
from gui.formats.details_dialog import DetailsDialog
from gui.formats.import_words import Choice, match_words
from gui.formats.reading import Opened
from gui.review.statistics_dialog import short_number
from gui.widgets.card import card
from gui.widgets.labels import heading_label, muted_label, plain_label
from segmenter.project.classes import BACKGROUND, LabelClass

_LEAST_TABLE, _MOST_TABLE = 110, 330


class PlanView(QScrollArea):
    """Images, masks that are there already, classes, pixels without a label."""

    changed = Signal()
    """Something was decided otherwise."""
    by_name_wanted = Signal(bool)
    """What fits by its name alone is to be taken, or is not: it has to be read again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opened: Opened | None = None
        self._mapping: ClassMapping | None = None
        self._matches = plain_label(name="import.matches")
        self._notes = muted_label(name="import.notes")
        self._which = QPushButton(self.tr("Show &which…"))
        self._which.setObjectName("import.which")
        self._which.setProperty("link", True)
        self._which.clicked.connect(self._show_left_out)
        self._by_name = QCheckBox(self.tr("&Take also what lies in a folder of another name"))
        self._by_name.setObjectName("import.by_name")
        self._by_name.clicked.connect(self.by_name_wanted)
        self._keep_split = QCheckBox(self.tr("Keep its training and &validation images"))
        self._keep_split.setObjectName("import.keep_split")
        self._keep_split.setToolTip(
            self.tr("Fine-tuning learns from the same images, and is scored by the same ones")
        )
        self._conflicts = ConflictChoice()
        self._conflicts.changed.connect(self.changed)
        self._numbers = QPushButton(self.tr("Match by n&umber"))
        self._numbers.setObjectName("import.by_number")
        self._numbers.setProperty("link", True)
        self._numbers.setToolTip(
            self.tr("Give every number to the class of this folder that has it")
        )
        self._numbers.clicked.connect(self._match_numbers)
        header = self.tr("Class there"), self.tr("Pixels"), self.tr("Becomes here")
        self._table = ClassTable("import.classes", header, short_number)
        self._table.changed.connect(self.changed)
        self._fill = QComboBox()
        self._fill.setObjectName("import.fill")
        self._fill.setMinimumContentsLength(20)
        self._fill.setMaxVisibleItems(16)
        self._fill.activated.connect(lambda _: self.changed.emit())
        self._lay_out()

    def show_opened(self, opened: Opened, classes: Sequence[LabelClass]) -> None:
        """``classes``: of the project."""
        plan = opened.plan
        self._opened = opened
        self._mapping = ClassMapping(plan, classes)
        self._matches.setText(match_words(plan, len(opened.source.incoming.images)))
        self._which.setVisible(bool(plan.unmatched or plan.by_name or plan.unreadable))
        taken = opened.wanted.by_name
        self._by_name.setChecked(taken)
        self._by_name.setVisible(bool(plan.by_name) or taken)
        self._keep_split.setVisible(plan.has_split)
        notes = plan.notes
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._conflicts.show_conflicts(plan.conflicts)
        has_names = opened.source.incoming.has_named_classes
        self._numbers.setVisible(not has_names and self._mapping.can_match_numbers)
        self._table.show_rows(self._mapping)
        rows = len(plan.classes)
        wanted = self._table.height_of(rows)
        self._table.setFixedHeight(max(_LEAST_TABLE, min(wanted, _MOST_TABLE)))
        self._class_card.setVisible(rows > 0)
        self._offer_fill(classes, plan.fill)

    @property
    def choice(self) -> Choice | None:
        """None before anything was opened."""
        if self._opened is None or self._mapping is None:
            return None
        fill = self._fill.currentData() or ""
        keep_split = self._keep_split.isChecked() and self._opened.plan.has_split
        return Choice(self._opened.plan, self._mapping, self._conflicts.replaced, fill, keep_split)

    # -- inside ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(heading_label(self.tr("Classes")))
        head.addStretch(1)
        head.addWidget(self._numbers)
        title = QWidget()
        title.setLayout(head)
        head.setContentsMargins(0, 0, 0, 0)
        label = QLabel(self.tr("&Pixels without a label"))
        label.setBuddy(self._fill)
        fill = QHBoxLayout()
        fill.setContentsMargins(0, 0, 0, 0)
        fill.setSpacing(10)
        fill.addWidget(label)
        fill.addWidget(self._fill)
        fill.addStretch(1)
        filling = QWidget()
        filling.setLayout(fill)
        which = QHBoxLayout()
        which.setContentsMargins(0, 0, 0, 0)
        which.addWidget(self._matches, 1)
        which.addWidget(self._which, 0, Qt.AlignmentFlag.AlignTop)
        matches = QWidget()
        matches.setLayout(which)
        self._class_card = card(title, self._table, filling)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        heading = heading_label(self.tr("Images"))
        images = card(
            heading, matches, self._by_name, self._notes, self._keep_split, self._conflicts
        )
        column.addWidget(images)
        column.addWidget(self._class_card)
        column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)

    def _offer_fill(self, classes: Sequence[LabelClass], chosen: str) -> None:
        self._fill.clear()
        self._fill.addItem(self.tr("Stay unlabelled"), "")
        for each in classes:
            words = self.tr("Become “{0}”").format(each.name.replace("\n", " "))
            self._fill.addItem(class_icon(each, self._fill), words, each.name)
        if all(each.name != BACKGROUND for each in classes):
            words = self.tr("Become “{0}”").format(BACKGROUND)
            self._fill.addItem(words, BACKGROUND)
        self._fill.setCurrentIndex(max(0, self._fill.findData(chosen)))

    def _match_numbers(self) -> None:
        if self._mapping is not None:
            self._mapping.match_numbers()
            self._table.show_rows(self._mapping)
            self.changed.emit()

    def _show_left_out(self) -> None:
        if self._opened is not None:
            plan = self._opened.plan
            dialog = DetailsDialog(
                self.tr("Not imported"),
                self.tr("What has no image in this folder, or can't be used for it."),
                (*plan.unmatched, *plan.by_name, *plan.unreadable),
                (),
                self,
            )
            show_dialog(self, dialog)
