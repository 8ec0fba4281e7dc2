"""The dashboard: states, classes, and how much people changed of what the model predicted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import close_row
from gui.review.copy_button import CopyButton
from gui.review.counting import Counting
from gui.review.figure_table import Cell, FigureTable
from gui.review.histogram import Histogram
from gui.review.state_bar import StateBar
from gui.widgets.card import card
from gui.widgets.labels import heading_label, muted_label, title_label
from gui.widgets.progress_row import ProgressRow
from segmenter.project.statistics_report import MOST_CHANGED, as_csv, as_text
from segmenter.wording import counted, percent

if TYPE_CHECKING:
    from segmenter.project.project import Project
    from segmenter.project.statistics import ClassStatistics, ProjectStatistics


class StatisticsDialog(QDialog):
    """States show at once; the rest follows once the files are read."""

    image_wanted = Signal(object)
    """The name of an image that was double-clicked."""

    def __init__(self, project: Project, counting: Counting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics_dialog")
        self.setWindowTitle(self.tr("Statistics"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._project = project
        self._counting = counting
        self._statistics: ProjectStatistics | None = None
        self._build()
        counting.progressed.connect(self._show_progress)
        counting.finished.connect(self._show)
        counting.stopped.connect(self._show_stopped)
        counting.failed.connect(self._show_failed)
        self.finished.connect(counting.stop)

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        head = title_label(self.tr("Statistics"))
        self._lead = muted_label(name="statistics.lead")
        self._states = StateBar()
        self._classes = FigureTable(
            "statistics.classes",
            (
                (self.tr("Class"), ""),
                (self.tr("Images"), self.tr("Masks that have the class")),
                (self.tr("Pixels"), self.tr("Of the class in all masks")),
                (self.tr("Share"), self.tr("Of all labelled pixels of the masks")),
                (
                    self.tr("Predicted"),
                    self.tr("Images without a mask whose prediction has the class"),
                ),
                (
                    self.tr("IoU"),
                    self.tr("Predictions and masks of the class, over all images with both"),
                ),
            ),
        )
        self._changed_words = muted_label(name="statistics.changed")
        self._histogram = Histogram()
        self._most_changed = FigureTable(
            "statistics.most_changed",
            (
                (self.tr("Most changed"), self.tr("Double click to go there")),
                (
                    self.tr("IoU"),
                    self.tr("Of prediction and mask, the mean over the classes in either"),
                ),
                (self.tr("Changed"), self.tr("Labelled pixels that got another class")),
                (self.tr("Unlabelled"), self.tr("Predicted pixels that the mask leaves out")),
            ),
            chooses=True,
        )
        self._most_changed.row_activated.connect(self._go_to)
        self._problems = muted_label(name="statistics.problems")
        self._stop = QPushButton(self.tr("Cancel"))
        self._stop.setObjectName("statistics.stop")
        self._stop.clicked.connect(self._stop_or_count)
        self._progress = ProgressRow(
            "statistics.progress", self.tr("Reading"), button=self._stop, right=8
        )
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        column.addWidget(card(self._states))
        self._class_card = card(heading_label(self.tr("Classes")), self._classes)
        self._change_card = card(
            heading_label(self.tr("What you changed")),
            self._changed_words,
            self._histogram,
            self._most_changed,
        )
        column.addWidget(self._class_card)
        column.addWidget(self._change_card)
        column.addWidget(self._problems)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 20, 14, 16)
        outer.setSpacing(8)
        outer.addWidget(head)
        outer.addWidget(self._lead)
        outer.addSpacing(4)
        outer.addWidget(self._progress)
        outer.addWidget(area, 1)
        outer.addSpacing(4)
        self._copy_buttons = (
            CopyButton(
                self.tr("Copy as &text"),
                self.tr("All of it, for a message or a note"),
                partial(self._reported, as_text),
            ),
            CopyButton(
                self.tr("Copy as CS&V"),
                self.tr("The classes, for a spreadsheet"),
                partial(self._reported, as_csv),
            ),
        )
        for button, name in zip(self._copy_buttons, ("copy_text", "copy_csv"), strict=True):
            button.setObjectName(f"statistics.{name}")
            button.setEnabled(False)
        outer.addWidget(close_row(self, *self._copy_buttons))
        for part in (self._class_card, self._change_card, self._problems):
            part.hide()
        self.setMinimumSize(QSize(620, 320))
        self.resize(700, 720)

    # -- counting -------------------------------------------------------------------------

    def count(self) -> None:
        """Show the states, and begin to read the rest."""
        records = self._project.images()
        self._states.show_states(Counter(record.state for record in records))
        where = self._project.folder.name or str(self._project.folder)
        self._lead.setText(self.tr("{0} in {1}").format(counted(len(records), "image"), where))
        self._stop.setText(self.tr("Cancel"))
        self._progress.show_progress(self.tr("Reading masks and predictions …"))
        self._progress.show()
        self._counting.start()

    def _stop_or_count(self) -> None:
        if self._counting.is_running:
            self._counting.stop()
        else:
            self.count()

    def _show_progress(self, done: int, total: int) -> None:
        words = self.tr("{0} of {1}").format(f"{done:,}", counted(total, "image"))
        self._progress.show_progress(words, done, total)

    def _show_stopped(self) -> None:
        self._progress.say(self.tr("Stopped before all images were read."))
        self._stop.setText(self.tr("Count again"))

    def _show_failed(self, sentence: str) -> None:
        self._show_stopped()
        self._progress.say(sentence)

    # -- figures --------------------------------------------------------------------------

    def _show(self, statistics: ProjectStatistics) -> None:
        self._statistics = statistics
        self._progress.hide()
        self._states.show_states(statistics.states)
        self._show_classes(statistics)
        self._show_changes(statistics)
        self._problems.setText("\n".join(statistics.problems))
        self._problems.setVisible(bool(statistics.problems))
        for button in self._copy_buttons:
            button.restore()
            button.setEnabled(True)

    def _show_classes(self, statistics: ProjectStatistics) -> None:
        total = statistics.labelled_pixels
        self._classes.show_rows([_class_row(each, total) for each in statistics.classes])
        self._class_card.setVisible(bool(statistics.classes))

    def _show_changes(self, statistics: ProjectStatistics) -> None:
        compared = statistics.compared
        both = statistics.agreement
        self._change_card.show()
        self._histogram.setVisible(bool(compared))
        self._most_changed.setVisible(bool(compared))
        if not compared:
            self._changed_words.setText(
                self.tr(
                    "Nothing to compare yet. Once you have corrected or approved images that "
                    "were predicted, it says here how much of the predictions you changed."
                )
            )
            return
        self._changed_words.setText(
            self.tr(
                "In {0} with a mask and a prediction you gave {1} of the pixels another class "
                "and left {2} unlabelled. Mean IoU of predictions and masks, where these are "
                "labelled: {3}. Below, the images by their IoU."
            ).format(
                counted(len(compared), "image"),
                percent(both.changed),
                percent(both.unlabelled),
                percent(both.mean_iou),
            )
        )
        scores = [each.agreement.mean_iou for each in compared if each.agreement is not None]
        self._histogram.show_scores([score for score in scores if score is not None])
        self._most_changed.show_rows(
            [
                (
                    Cell(PurePosixPath(each.name).name, tip=each.name),
                    Cell(percent(each.agreement.mean_iou), each.agreement.mean_iou),
                    Cell(percent(each.agreement.changed), each.agreement.changed),
                    Cell(percent(each.agreement.unlabelled), each.agreement.unlabelled),
                )
                for each in compared[:MOST_CHANGED]
                if each.agreement is not None
            ]
        )

    def _go_to(self, row: int) -> None:
        if self._statistics is not None:
            name = self._statistics.compared[row].name
            self.accept()
            self.image_wanted.emit(name)

    def _reported(self, report: Callable[[ProjectStatistics], str]) -> str:
        return report(self._statistics) if self._statistics is not None else ""


def _class_row(each: ClassStatistics, total: int) -> tuple[Cell, ...]:
    share = each.pixels / total if total else None
    return (
        Cell(each.label_class.name, label_class=each.label_class),
        Cell(f"{each.images:,}", each.images),
        Cell(short_number(each.pixels), each.pixels, tip=f"{each.pixels:,}"),
        Cell(percent(share), -1.0 if share is None else share, share=share),
        Cell(f"{each.predicted_images:,}", each.predicted_images),
        Cell(percent(each.iou), -1.0 if each.iou is None else each.iou),
    )


def short_number(number: int) -> str:
    """Three digits that count: 4,921,207 → 4.92 M."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        part = number / size
        if part >= 0.9995:
            digits = 2 if part < 9.995 else 1 if part < 99.95 else 0
            return f"{part:,.{digits}f} {unit}"
    return str(number)
