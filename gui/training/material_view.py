"""What a fine-tuning learns from: images by state and side, pixels by class; what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.icons import tinted_pixmap
from gui.review.figure_table import Cell, FigureTable
from gui.review.statistics_dialog import short_number
from gui.widgets.labels import muted_label, plain_label
from gui.widgets.progress_row import ProgressRow
from segmenter.project.state import ImageRecord, State
from segmenter.training.labelled_images import LabelledImages
from segmenter.training.material import Material, Presence
from segmenter.wording import counted

_SIGN = 16


class MaterialView(QWidget):
    """States show at once; the rest follows once the masks are read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = muted_label(name="fine_tune.images")
        self._progress = ProgressRow("fine_tune.counting", self.tr("Reading masks"))
        self._table = FigureTable(
            "fine_tune.classes",
            (
                (self.tr("Class"), ""),
                (self.tr("To learn from"), self.tr("Images to learn from that have the class")),
                (self.tr("Pixels"), self.tr("Of the class in the images to learn from")),
                (self.tr("Held out"), self.tr("Images to score by that have the class")),
                (self.tr("Pixels"), self.tr("Of the class in the images to score by")),
            ),
        )
        self.warnings = Warnings("fine_tune.warnings")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addWidget(self._progress)
        column.addWidget(self.warnings)
        column.addWidget(self._table)
        self._table.hide()

    def show_records(self, records: Sequence[ImageRecord]) -> None:
        """The images to learn from, before a look at their masks."""
        corrected = sum(each.state is State.CORRECTED for each in records)
        self._words.setText(f"{_states(len(records), corrected)}.")
        self._progress.show_progress(self.tr("Reading masks …"), 0, max(1, len(records)))
        self._progress.setVisible(bool(records))

    def show_progress(self, done: int, total: int) -> None:
        words = self.tr("Reading masks: {0} of {1}").format(done, total)
        self._progress.show_progress(words, done, max(1, total))

    def show_trouble(self, sentence: str) -> None:
        """The masks could not be read."""
        self._progress.hide()
        self.warnings.show_sentences([sentence])

    def show_material(self, images: LabelledImages, material: Material) -> None:
        """What was counted, as the sides are now."""
        self._progress.hide()
        self._words.setText(_summary(images, material))
        self.warnings.show_sentences(material.warnings)
        self._table.show_rows([_row(each) for each in material.classes])
        self._table.setVisible(bool(images.images) and bool(material.classes))


class Warnings(QFrame):
    """Sentences one below the other, each with a sign; hidden while there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("bar", "warning")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 9, 12, 9)
        self._column.setSpacing(6)
        self.sentences: list[str] = []
        self.hide()

    def show_sentences(self, sentences: Sequence[str]) -> None:
        if list(sentences) == self.sentences:
            return
        self.sentences = list(sentences)
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for sentence in sentences:
            self._column.addWidget(_line(sentence))
        self.setVisible(bool(sentences))


class _Sign(QWidget):
    """Drawn in the text's colour of now, whatever the theme."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(_SIGN, _SIGN + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        color = self.palette().color(QPalette.ColorRole.WindowText)
        pixmap = tinted_pixmap("warning", _SIGN, color, self.devicePixelRatioF())
        QPainter(self).drawPixmap(0, 1, pixmap)


def _line(sentence: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(9)
    row.addWidget(_Sign(), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(plain_label(sentence), 1)
    return line


def _row(each: Presence) -> tuple[Cell, ...]:
    return (
        Cell(each.label_class.name, label_class=each.label_class),
        *(
            cell
            for images, pixels in (
                (each.training_images, each.training_pixels),
                (each.held_out_images, each.held_out_pixels),
            )
            for cell in (
                Cell(f"{images:,}" if images else "–", images),
                Cell(short_number(pixels) if pixels else "–", pixels, tip=f"{pixels:,}"),
            )
        ),
    )


def _summary(images: LabelledImages, material: Material) -> str:
    words = f"{_states(len(images.images), images.number(State.CORRECTED))}"
    if material.obstacle:
        return f"{words}."
    pinned = len(images.pinned)
    held_out = len(material.held_out)
    if not held_out:
        sides = "it learns from all of them" if len(images.images) > 1 else "it learns from it"
        sides += ", and none is held out to score by"
    elif {each.name for each in material.held_out} & {each.name for each in material.training}:
        sides = "it learns from it and is scored by it"
    else:
        sides = f"it learns from {len(material.training)} and is scored by {held_out} held out"
    if pinned:
        sides += f" ({pinned} pinned by you)"
    words = f"{words}; {sides}."
    if 0.005 <= material.unlabelled_share <= 0.5:
        words += f" {material.unlabelled_share:.0%} of the pixels are unlabelled and don't count."
    return words


def _states(total: int, corrected: int) -> str:
    images = counted(total, "labelled image")
    approved = total - corrected
    if not total:
        return "No labelled image yet"
    if not approved or not corrected:
        return f"{images}, {'all ' if total > 1 else ''}{'corrected' if corrected else 'approved'}"
    return f"{images}: {corrected:,} corrected and {approved:,} approved"
