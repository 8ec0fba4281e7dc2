"""How well each class is found: now, at its best, and compared with the model a run began with."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from gui.review.figure_table import Cell, FigureTable
from gui.training.run_record import RunRecord
from segmenter.project.classes import LabelClass, default_color
from segmenter.wording import percent

Color = tuple[int, int, int]
_ANY_HEIGHT = 16_777_215
"""Qt's own word for “no limit”."""


class IouTable(FigureTable):
    """A row a class; scrolls where there are more than fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "training_iou",
            [
                (self.tr("Class"), self.tr("As the run names it")),
                (
                    self.tr("IoU"),
                    self.tr("Intersection over union on the held-out images, after this epoch"),
                ),
                (self.tr("Best"), self.tr("The class's own best epoch until now")),
                (
                    self.tr("Gain"),
                    self.tr("Percentage points gained since the model the run began with"),
                ),
            ],
            parent=parent,
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def show_record(self, record: RunRecord, colors: Mapping[str, Color]) -> None:
        """``colors``: of the project's classes, by name; others get the one they would have."""
        classes = record.start.classes if record.start is not None else ()
        newest, first = record.newest, record.first
        rows = []
        for index, name in enumerate(classes):
            color = colors.get(name, default_color(index, name))
            now = newest.iou.get(name) if newest is not None else None
            before = first.iou.get(name) if first is not None else None
            gained = None if now is None or before is None else now - before
            rows.append(
                [
                    Cell(name, label_class=LabelClass(index, name, color), tip=name),
                    _percent(now, bar=True),
                    _percent(record.best_iou.get(name)),
                    Cell("–" if gained is None else points(gained), gained or 0.0),
                ]
            )
        self.show_rows(rows)
        self.setMinimumHeight(0)
        self.setMaximumHeight(_ANY_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(345, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(330, 60)


def points(gained: float) -> str:
    """``0.034`` → ``+3.4``: percentage points."""
    text = f"{100 * gained:+.1f}".replace("-", "−")
    return "±0.0" if text.endswith("0.0") and text[1:] == "0.0" else text


def _percent(share: float | None, *, bar: bool = False) -> Cell:
    if share is None:
        return Cell(percent(share), -1.0)
    return Cell(percent(share), share, share=share if bar else None)
