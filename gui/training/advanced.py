"""The part of the dialog that folds: every number of the chosen recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.training.recipe_editor import AnyOf, RecipeEditor
from gui.widgets.labels import muted_label
from gui.widgets.section import Section


class Advanced(Section):
    """Its fields are made when it is first unfolded: nobody who only presses Start waits for
    them."""

    changed = Signal()
    """A number, by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("fine_tune.advanced", "&Advanced", parent)
        self.editor: RecipeEditor | None = None
        """None until the fields are made."""
        self._preset: AnyOf | None = None
        self._changes: dict[str, Any] = {}
        self._reset = QPushButton()
        self.set_open(False)
        self.toggled.connect(lambda is_open: self._make() if is_open else None)

    # -- what it holds --------------------------------------------------------------------

    @property
    def changes(self) -> dict[str, Any]:
        """Numbers that differ from the preset; together they may make no sense."""
        if self.editor is None:
            return dict(self._changes)
        return self.editor.changes

    @property
    def recipe(self) -> AnyOf:
        """Raises :class:`segmenter.errors.MaskwrightError` where the numbers make no sense."""
        assert self._preset is not None
        if self.editor is not None:
            return self.editor.recipe
        return self._preset.replace(**self._changes)

    def show_recipe(self, preset: AnyOf, changes: Mapping[str, Any]) -> None:
        """Another recipe, and what differs in it."""
        self._preset, self._changes = preset, dict(changes)
        self.editor = None
        if self.is_open:
            self._make()
        self._tell_number()

    def set_preset(self, preset: AnyOf) -> None:
        """The same recipe, sized anew; what a person has changed stays."""
        if preset == self._preset:
            return
        self._preset = preset
        if self.editor is not None:
            self.editor.set_preset(preset)
        self._tell_number()

    # -- inside ---------------------------------------------------------------------------

    def _make(self) -> None:
        if self.editor is not None or self._preset is None:
            return
        editor = self.editor = RecipeEditor(self._preset)
        editor.show_changes(self._changes)
        about = muted_label(self.tr("What differs from the preset has a dot, and an arrow back."))
        reset = self._reset = QPushButton(self.tr("&Reset all"))
        reset.setObjectName("fine_tune.reset")
        reset.setAutoDefault(False)
        reset.clicked.connect(editor.reset)
        head = QHBoxLayout()
        head.addWidget(about, 1)
        head.addWidget(reset)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(11, 4, 2, 4)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(editor)
        editor.changed.connect(self._take)
        self.set_body(body)
        self._tell_number()

    def _take(self) -> None:
        self._tell_number()
        self.changed.emit()

    def _tell_number(self) -> None:
        number = len(self.changes)
        words = self.tr("&Advanced")
        if number:
            words += " – " + (
                self.tr("1 number changed")
                if number == 1
                else self.tr("{0} numbers changed").format(number)
            )
        self.set_title(words)
        if self.editor is not None:
            self._reset.setEnabled(bool(number))
