"""Which classes are merged into which, what that changes, and how far it has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.class_dialogs.class_choice import ClassBox, ClassTicks
from gui.class_dialogs.words import in_files
from gui.widgets.labels import heading_label, muted_label, title_label
from segmenter.project.class_usage import ClassUsage
from segmenter.project.classes import LabelClass


class MergeDialog(QDialog):
    """Asks and shows; changes nothing itself."""

    merge_wanted = Signal(list, int)
    """Ids of the sources, and of the target."""
    cancel_wanted = Signal()
    """Stop merging, and take back what is done."""

    def __init__(
        self,
        classes: Sequence[LabelClass],
        sources: Collection[int],
        target: int | None,
        parent: QWidget,
    ) -> None:
        """``sources`` and ``target``: what is chosen to begin with."""
        super().__init__(parent)
        self.setObjectName("merge_dialog")
        self.setWindowTitle(self.tr("Merge classes"))
        self._usage: ClassUsage | None = None
        self._trouble = ""
        """Why nobody knows where they are used; empty while there is hope."""
        self._is_merging = False
        self._ticks = ClassTicks(classes)
        self._into = ClassBox(classes)
        self._preview = QLabel(self.tr("Looking where they are used …"))
        self._preview.setObjectName("merge_preview")
        self._preview.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._merge = QPushButton(self.tr("&Merge"))
        self._merge.setObjectName("merge_do")
        self._merge.setProperty("primary", True)
        self._merge.setDefault(True)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("merge_cancel")
        self._lay_out()
        self._ticks.tick(sources)
        self._into.choose(target if target is not None else -1)
        self._ticks.changed.connect(self._show_choice)
        self._into.currentIndexChanged.connect(self._show_choice)
        self._merge.clicked.connect(self._ask)
        self._cancel.clicked.connect(self.reject)
        self._show_choice()

    def show_counting(self, done: int, total: int) -> None:
        """How far looking through the files has come."""
        if self._usage is None:
            self._bar.setRange(0, total)
            self._bar.setValue(done)

    def show_usage(self, usage: ClassUsage) -> None:
        """What is used where is known now."""
        self._usage = usage
        self._show_choice()

    def show_trouble(self, sentence: str) -> None:
        """What is used where can't be known; they can be merged all the same."""
        self._trouble = sentence
        self._show_choice()

    def begin(self) -> None:
        """It is under way: nothing can be chosen, and Cancel takes it back."""
        self._is_merging = True
        self._bar.setRange(0, 0)
        for widget in (self._ticks, self._into, self._merge):
            widget.setEnabled(False)
        self._show_bar(True)
        self._cancel.setEnabled(True)

    def show_progress(self, words: str, done: int = 0, total: int = 0) -> None:
        """While it is under way."""
        self._preview.setText(words)
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def end(self) -> None:
        """It was cancelled or went wrong: choose anew."""
        self._is_merging = False
        for widget in (self._ticks, self._into, self._merge, self._cancel):
            widget.setEnabled(True)
        self._show_choice()

    def reject(self) -> None:
        if self._is_merging:
            self._cancel.setEnabled(False)
            self.cancel_wanted.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_merging:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)

    # -- inside ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        title = title_label(self.tr("Merge classes"))
        lead = muted_label(
            self.tr("In every mask and prediction of this folder, also of images that are not "
                    "shown.")
        )  # fmt: skip
        note = muted_label(
            self.tr("It can be undone until the folder is closed, and what you paint meanwhile "
                    "stays. Strokes painted before can't be undone one by one any more.")
        )  # fmt: skip
        merge = heading_label(self.tr("Give up these classes"))
        into = heading_label(self.tr("and make their pixels &part of"))
        into.setBuddy(self._into)
        self._ticks.setMinimumHeight(150)
        # What stands here changes: the window keeps its size.
        self._preview.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        kept = self._bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(kept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._merge)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(8)
        for widget in (title, lead):
            column.addWidget(widget)
        column.addSpacing(6)
        column.addWidget(merge)
        column.addWidget(self._ticks, 1)
        column.addWidget(into)
        column.addWidget(self._into)
        column.addSpacing(6)
        column.addWidget(self._preview)
        column.addWidget(self._bar)
        column.addWidget(note)
        column.addSpacing(6)
        column.addLayout(buttons)
        self.setMinimumWidth(420)
        self.resize(440, 560)

    def _sources(self) -> list[int]:
        return [id for id in self._ticks.ticked if id != self._into.class_id]

    def _show_choice(self) -> None:
        self._ticks.set_impossible(self._into.class_id)
        self._into.set_impossible(self._ticks.ticked)
        sources = self._sources()
        self._merge.setEnabled(bool(sources) and self._into.class_id >= 0)
        self._show_bar(self._usage is None and not self._trouble)
        if not sources:
            self._preview.setText(self.tr("Choose at least one class."))
        elif self._trouble:
            self._preview.setText(self._trouble)
        elif self._usage is None:
            self._preview.setText(self.tr("Looking where they are used …"))
        else:
            found = self._usage.of(sources)
            if found.is_empty:
                self._preview.setText(self.tr("No image uses them; only the list changes."))
            else:
                self._preview.setText(self.tr("Changes {0}.").format(in_files(found)))

    def _show_bar(self, visible: bool) -> None:
        self._bar.setVisible(visible)

    def _ask(self) -> None:
        self.merge_wanted.emit(self._sources(), self._into.class_id)
