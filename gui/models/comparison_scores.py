"""The figures of a comparison: the verdict, and a table of classes with what changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from gui.models.change_words import (
    change_of,
    change_text,
    tone_color,
    tone_of,
)
from gui.review.figure_table import Cell, FigureTable
from gui.widgets.labels import heading_label, muted_label
from segmenter.project.classes import LabelClass, default_color
from segmenter.training.comparison import Comparison
from segmenter.wording import counted, percent

Color = tuple[int, int, int]
_MOST_ROWS = 9
"""The list of images below wants room, too."""


class ComparisonScores(QFrame):
    """Filled once the comparison is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._verdict = heading_label(name="compare.verdict", wraps=True)
        self._table = FigureTable(
            "compare.classes",
            (
                (self.tr("IoU"), self.tr("Of prediction and mask, over all compared images")),
                (self.tr("Old"), self.tr("What the old model gets")),
                (self.tr("New"), self.tr("What the new model gets")),
                (self.tr("Change"), self.tr("In points; an arrow up is better")),
            ),
            most_rows=_MOST_ROWS,
        )
        self._table.setAccessibleName(self.tr("Scores of both models by class"))
        self._note = muted_label(name="compare.note")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        for part in (self._verdict, self._table, self._note):
            column.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def table(self) -> FigureTable:
        return self._table

    def show_comparison(self, found: Comparison, colors: Mapping[str, Color]) -> None:
        """``colors``: of the project's classes, by name."""
        self._verdict.setText(_verdict(found))
        rows = [
            self._row(
                name,
                found.old.iou.get(name),
                found.new.iou.get(name),
                label_class=LabelClass(place, name, colors.get(name, default_color(place, name))),
                tip=self._unknown(found, name),
            )
            for place, name in enumerate(found.classes)
        ]
        for words, old, new in (
            (self.tr("Mean IoU"), found.old.mean_iou, found.new.mean_iou),
            (self.tr("Pixels right"), found.old.pixel_accuracy, found.new.pixel_accuracy),
            (self.tr("Boundary F"), found.old.boundary_f, found.new.boundary_f),
        ):
            rows.append(self._row(words, old, new))
        # The mean first: it is what decides.
        self._table.show_rows([rows[-3], *rows[:-3], *rows[-2:]])
        self._note.setText(found.note)
        self._note.setVisible(bool(found.note))

    def _row(
        self,
        words: str,
        old: float | None,
        new: float | None,
        *,
        label_class: LabelClass | None = None,
        tip: str = "",
    ) -> tuple[Cell, ...]:
        change = change_of(old, new)
        return (
            Cell(words, label_class=label_class, tip=tip),
            Cell(percent(old), _sortable(old)),
            Cell(percent(new), _sortable(new)),
            Cell(change_text(change), _sortable(change), ink=partial(tone_color, tone_of(change))),
        )

    def _unknown(self, found: Comparison, name: str) -> str:
        sides = []
        if name in found.unknown_to_old:
            sides.append(self.tr("The old model does not know this class, so it never finds it."))
        if name in found.unknown_to_new:
            sides.append(self.tr("The new model does not know this class, so it never finds it."))
        return " ".join(sides)


def _sortable(value: float | None) -> float:
    return -2.0 if value is None else value


def _verdict(found: Comparison) -> str:
    """One sentence with the figure that counts."""
    count = len(found.images)
    images = counted(count, "image")
    on = f"{images} that it has not learnt from" if found.held_out else images
    change = change_of(found.old.mean_iou, found.new.mean_iou)
    if change is None:
        return f"There is nothing to score on {images}."
    new, old = percent(found.new.mean_iou), percent(found.old.mean_iou)
    if found.old_learnt and change <= 0:
        them = "them" if count > 1 else "it"
        return (
            f"The new model gets a mean IoU of {new} on {on}. The old one’s {old} says little: it "
            f"may have learnt from {them}."
        )
    if tone_of(change) is None:
        return f"Both models score the same: mean IoU {new} on {on}."
    word = "better" if change > 0 else "worse"
    return f"The new model is {word}: mean IoU {new} on {on}, the old one’s is {old}."
