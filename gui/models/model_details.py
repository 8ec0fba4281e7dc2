"""All about the chosen model, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.model_store import megabytes
from gui.models.entries import ModelEntry
from gui.models.model_words import class_scores, detail_rows, facts_of
from gui.models.note_field import NoteField
from gui.models.title_field import TitleField
from gui.review.figure_table import Cell, FigureTable
from gui.widgets.labels import error_label, heading_label, muted_label, plain_label
from gui.widgets.progress_row import ProgressRow
from gui.widgets.section import Section
from segmenter.wording import percent


class ModelDetails(QScrollArea):
    """Says and asks; the manager does."""

    use_wanted = Signal()
    download_wanted = Signal()
    cancel_wanted = Signal()
    compare_wanted = Signal()
    export_wanted = Signal()
    delete_wanted = Signal()
    renamed = Signal(object, str)
    """The :class:`ModelEntry` as it was shown, and its new title."""
    noted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_details")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._entry: ModelEntry | None = None
        self._may_change = False
        self._is_downloading = False
        self._build()
        self.show_entry(None)

    @property
    def entry(self) -> ModelEntry | None:
        return self._entry

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = TitleField()
        self.title.renamed.connect(self._tell_renamed)
        self._facts = muted_label(name="model_facts")
        self._summary = plain_label(name="model_summary")
        self._trouble = error_label(name="model_trouble")
        self._note_head = heading_label(self.tr("Note"))
        self.note = NoteField()
        self.note.written.connect(self._tell_noted)
        self._scores = FigureTable(
            "model_scores", ((self.tr("Class"), ""), (self.tr("IoU"), self.tr("As its card says")))
        )
        self._download = ProgressRow("model_download", self.tr("Downloading"))
        self._more = Section("model_more", self.tr("Details"))
        self._more.set_open(False)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(18, 4, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self._facts)
        column.addWidget(self._summary)
        column.addWidget(self._trouble)
        column.addSpacing(2)
        column.addWidget(self._made_buttons())
        column.addWidget(self._download)
        column.addSpacing(6)
        column.addWidget(self._note_head)
        column.addWidget(self.note)
        column.addSpacing(6)
        column.addWidget(self._scores)
        column.addWidget(self._more)
        column.addStretch(1)
        self._body = body
        self.setWidget(body)

    def _made_buttons(self) -> QWidget:
        self._use = self._button("model_use", "", self._press_use)
        self._use.setProperty("primary", True)
        self._compare = self._button(
            "model_compare", self.tr("&Compare…"), self.compare_wanted.emit
        )
        self._compare.setToolTip(self.tr("With the model in use, on your corrected images"))
        self._export = self._button("model_export", self.tr("&Export…"), self.export_wanted.emit)
        self._export.setToolTip(
            self.tr("To a file for Maskwright, or for other programs as ONNX or TorchScript")
        )
        self._delete = self._button("model_delete", self.tr("&Delete"), self.delete_wanted.emit)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self._use, self._compare, self._export, self._delete):
            row.addWidget(button)
        row.addStretch(1)
        return buttons

    def _button(self, name: str, words: str, do: object) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        return button

    # -- showing --------------------------------------------------------------------------

    def show_entry(self, entry: ModelEntry | None, *, may_change: bool = False) -> None:
        """``may_change``: its file may be renamed, written to and deleted."""
        is_other = entry is None or self._entry is None or entry.name != self._entry.name
        if is_other:
            self.note.finish()
        self._entry, self._may_change = entry, may_change
        self._body.setVisible(entry is not None)
        if entry is None:
            return
        if is_other or not self.title.is_edited:
            self.title.show_title(entry.title, can_rename=may_change and entry.is_usable)
        facts = facts_of(entry)
        self._facts.setText("  ·  ".join(facts))
        self._facts.setVisible(bool(facts))
        self._summary.setText(entry.summary)
        self._summary.setVisible(bool(entry.summary))
        self._trouble.setText(entry.trouble)
        self._trouble.setVisible(bool(entry.trouble))
        has_note = entry.is_usable and (may_change or bool(entry.card.note))
        self._note_head.setVisible(has_note)
        self.note.setVisible(has_note)
        self.note.setReadOnly(not may_change)
        if is_other or not self.note.hasFocus():
            self.note.show_note(entry.card.note)
        self._show_scores(entry)
        self._show_more(entry)
        if is_other:
            self.verticalScrollBar().setValue(0)

    def show_use(
        self, *, in_use: bool, loading: bool, can_compare: bool, download: tuple[int, int] | None
    ) -> None:
        """What the first button does now, and how far a download has come."""
        entry = self._entry
        if entry is None:
            return
        self._is_downloading = download is not None
        self._download.setVisible(self._is_downloading)
        if download is not None:
            done, total = download
            size = self.tr("{0} of {1}").format(megabytes(done), megabytes(total))
            # In kilobytes: the bar counts in 32 bits.
            self._download.show_progress(
                size if total else self.tr("Connecting …"), done // 1000, total // 1000
            )
            words, enabled = self.tr("Cancel"), True
        elif not entry.is_here:
            words, enabled = self.tr("&Download"), not entry.trouble
        elif loading:
            words, enabled = self.tr("Loading …"), False
        elif in_use:
            words, enabled = self.tr("In use"), False
        else:
            words, enabled = self.tr("&Use"), not entry.trouble
        self._use.setText(words)
        self._use.setEnabled(enabled)
        self._compare.setVisible(entry.is_here)
        self._compare.setEnabled(can_compare and entry.is_usable and not in_use)
        self._export.setVisible(entry.is_here)
        self._export.setEnabled(entry.is_usable)
        self._delete.setVisible(entry.is_deletable)
        self._delete.setEnabled(self._may_change or not entry.is_own_file)

    def _show_scores(self, entry: ModelEntry) -> None:
        rows = class_scores(entry)
        self._scores.setVisible(bool(rows))
        self._scores.show_rows(
            [(Cell(name), Cell(percent(iou), -1.0 if iou is None else iou)) for name, iou in rows]
        )

    def _show_more(self, entry: ModelEntry) -> None:
        rows = detail_rows(entry)
        self._more.setVisible(bool(rows))
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(11, 2, 4, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (name, value) in enumerate(rows):
            key, words = muted_label(name, wraps=False), plain_label(value)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(key, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words, place, 1)
        self._more.set_body(body)

    # -- asking ---------------------------------------------------------------------------

    def _press_use(self) -> None:
        if self._is_downloading:
            self.cancel_wanted.emit()
        elif self._entry is not None and self._entry.is_here:
            self.use_wanted.emit()
        else:
            self.download_wanted.emit()

    def _tell_renamed(self, title: str) -> None:
        if self._entry is not None:
            self.renamed.emit(self._entry, title)

    def _tell_noted(self, note: str) -> None:
        if self._entry is not None:
            self.noted.emit(self._entry, note)
