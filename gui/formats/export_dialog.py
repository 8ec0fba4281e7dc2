"""The dialog of Export: which format, of what, to where, and what will be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.formats.export_choices import ExportChoices
from gui.formats.export_form import ExportForm
from gui.formats.foreseeing import Foreseen, plan_words
from gui.formats.format_list import FormatList
from gui.formats.target_row import TargetRow
from gui.widgets.labels import error_label, muted_label, plain_label, title_label
from segmenter.formats.dataset import ExportOptions
from segmenter.formats.exporting import ExportPlan
from segmenter.formats.format import Format
from segmenter.project.classes import LabelClass
from segmenter.project.state import State

_PAUSE_MS = 120
"""Whoever types a path is looked ahead for when they pause."""


class ExportDialog(QDialog):
    """Asks; whoever opened it looks ahead and exports."""

    changed = Signal()
    """Something was chosen otherwise: what was looked up for it before is not wanted."""
    look_wanted = Signal()
    """What is chosen is another thing now: :meth:`show_foreseen` with what it would do."""
    export_wanted = Signal(object)
    """The ExportPlan, as it closes."""

    def __init__(
        self,
        folder: Path,
        formats: Sequence[Format],
        counts: Mapping[State, int],
        choices: ExportChoices,
        classes: Sequence[LabelClass],
        *,
        parent: QWidget | None = None,
    ) -> None:
        """``counts``: images by state; ``classes``: of the project."""
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder = folder
        self._foreseen: Foreseen | None = None
        self._list = FormatList(formats)
        self._form = ExportForm(counts, choices, classes)
        self._replace = QCheckBox(self.tr("&Replace the export that is there already"))
        self._replace.setObjectName("export.replace")
        self._replace.toggled.connect(self._update)
        self._replace.hide()
        self._target = TargetRow(folder, choices.place, zipped=choices.zipped, beside=self._replace)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.look_wanted)
        self._build()
        self._list.choose(choices.format)
        self._take_format()
        self._list.chosen.connect(self._take_format)
        self._form.changed.connect(self._change)
        self._target.changed.connect(self._change)
        self._list.setFocus()

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        lead = muted_label(
            self.tr(
                "Writes the masks of “{0}” for other programs. Formats keep every pixel unless "
                "they say otherwise."
            ).format(self._folder.name or self._folder)
        )
        self._list.setMinimumWidth(310)
        self._caution = muted_label(name="export.caution")
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._form)
        column.addWidget(self._caution)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(form)
        area.setMinimumWidth(390)
        both = QHBoxLayout()
        both.setSpacing(14)
        both.addWidget(self._list, 4)
        both.addWidget(area, 5)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 16)
        outer.setSpacing(10)
        outer.addWidget(title_label(self.tr("Export")))
        outer.addWidget(lead)
        outer.addLayout(both, 1)
        outer.addWidget(self._target)
        outer.addWidget(self._foot())
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._export.setDefault(True)
        self.setMinimumSize(QSize(740, 420))
        size = QSize(880, 680)
        parent = self.parentWidget()
        self.resize(size.boundedTo(parent.window().size()) if parent is not None else size)

    def _foot(self) -> QWidget:
        self._words = plain_label(name="export.words")
        self._trouble = error_label(name="export.trouble")
        # What stands here changes: the rest keeps its place.
        for words in (self._words, self._trouble):
            words.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._trouble.hide()
        self._export = QPushButton(self.tr("&Export"))
        self._export.setObjectName("export.begin")
        self._export.setProperty("primary", True)
        self._export.setEnabled(False)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("export.cancel")
        buttons = QDialogButtonBox()
        buttons.addButton(self._export, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.reject)
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._words)
        column.addWidget(self._trouble)
        column.addWidget(buttons)
        return foot

    # -- what is chosen -------------------------------------------------------------------

    @property
    def format(self) -> Format | None:
        return self._list.format

    @property
    def target(self) -> Path | None:
        """None where no full path is written."""
        return self._target.target

    @property
    def choices(self) -> ExportChoices:
        form, format = self._form, self.format
        return ExportChoices(
            format.key if format is not None else "",
            form.states,
            form.lists,
            form.share,
            form.ignore,
            form.images,
            form.separate,
            form.classes.chosen_names,
            self._target.wants_zip,
            self._target.place,
        )

    @property
    def options(self) -> ExportOptions:
        """What :attr:`choices` mean for the classes that there are."""
        return self.choices.options(self._form.classes.class_map)

    def show_foreseen(self, foreseen: Foreseen) -> None:
        """What :attr:`options` would do."""
        self._foreseen = foreseen
        self._replace.setVisible(foreseen.replaces)
        if not foreseen.replaces:
            self._replace.setChecked(False)
        plan = foreseen.plan
        self._say(plan_words(plan) if plan is not None else "", foreseen.trouble)
        self._update()

    # -- inside ---------------------------------------------------------------------------

    def _take_format(self) -> None:
        format = self.format
        if format is not None:
            self._form.set_format(format)
            self._target.set_format(format)
            self._show_caution(format)
        self._change()

    def _show_caution(self, format: Format) -> None:
        parts = [format.caution] if format.caution else []
        if not format.is_exact:
            parts.insert(
                0,
                self.tr(
                    "{0} stores outlines, not pixels: edges may come back a little different."
                ).format(format.title),
            )
        self._caution.setText(" ".join(parts))
        self._caution.setVisible(bool(parts))

    def _change(self) -> None:
        self._foreseen = None
        self.changed.emit()
        self._update()
        if self.target is None:
            self._pause.stop()
            self._say("", self.tr("Write where the export is to go, as a full path."))
        elif trouble := self._form.classes.trouble:
            self._pause.stop()
            self._say("", trouble)
        else:
            self._pause.start()

    def _say(self, words: str, trouble: str) -> None:
        self._words.setText(words)
        self._trouble.setText(trouble)
        self._words.setVisible(not trouble)
        self._trouble.setVisible(bool(trouble))

    @property
    def _plan(self) -> ExportPlan | None:
        """What can be exported as it is chosen now."""
        foreseen = self._foreseen
        if foreseen is None or (foreseen.replaces and not self._replace.isChecked()):
            return None
        return foreseen.plan

    def _update(self) -> None:
        self._export.setEnabled(self._plan is not None)

    def _begin(self) -> None:
        plan = self._plan
        if plan is not None:
            self.accept()
            self.export_wanted.emit(plan)
