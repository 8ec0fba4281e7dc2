"""Every number of a recipe with a line on what it is; what differs from the preset is marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import wear_icon
from gui.training.recipe_texts import FieldText, Group, groups_of, label_of
from gui.training.value_fields import ValueField, field_for
from gui.widgets.labels import heading_label, muted_label, set_role
from segmenter.errors import MaskwrightError
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.recipes import Recipe

AnyOf = Recipe | QuickRecipe

_LABEL_WIDTH = 150
_FIELD_WIDTH = 168


class RecipeEditor(QWidget):
    """Begins as a preset; asked for the recipe that its fields make.

    The fields are made one group after the other, so that the window never stands still for them.
    """

    changed = Signal()
    """By hand."""

    def __init__(self, preset: AnyOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fine_tune.editor")
        self._preset = preset
        self._values = _numbers(preset)
        self._rows: dict[str, _Row] = {}
        self._to_make = list(groups_of(preset))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(14)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._make_next)
        self._timer.start(0)

    # -- what it holds --------------------------------------------------------------------

    @property
    def recipe(self) -> AnyOf:
        """Raises :class:`MaskwrightError` with one sentence in the words of the fields, where the
        numbers don't go together."""
        try:
            return self._preset.replace(**self._values)
        except MaskwrightError as error:
            raise MaskwrightError(in_words(str(error), list(self._values))) from error

    @property
    def changes(self) -> dict[str, Any]:
        """The numbers that differ from the preset."""
        preset = _numbers(self._preset)
        return {name: value for name, value in self._values.items() if value != preset[name]}

    def show_changes(self, changes: Mapping[str, Any]) -> None:
        """The preset's numbers but for these."""
        self._values = {**_numbers(self._preset), **changes}
        self._show()

    def set_preset(self, preset: AnyOf) -> None:
        """What Reset leads to is another one of the same kind now; fields that a person has not
        changed follow."""
        changes = self.changes
        self._preset = preset
        self.show_changes(changes)

    def reset(self) -> None:
        """All as in the preset."""
        if self.changes:
            self.show_changes({})
            self.changed.emit()

    def field(self, name: str) -> ValueField:
        """The field of one number."""
        while self._to_make:
            self._make_next()
        return self._rows[name].field

    # -- inside ---------------------------------------------------------------------------

    def _made(self, group: Group) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(3, 1)
        head = heading_label(group.title)
        grid.addWidget(head, 0, 0, 1, 4)
        for place, (name, text) in enumerate(group.fields.items(), start=1):
            row = self._rows[name] = _Row(self._preset, name, text, grid, place)
            row.field.edited.connect(partial(self._take, name))
            row.back.clicked.connect(lambda _=False, n=name: self._take_back(n))
        return part

    def _make_next(self) -> None:
        if not self._to_make:
            self._timer.stop()
            return
        part = self._made(self._to_make.pop(0))
        self._column.addWidget(part)
        part.show()
        self._show()
        # All around makes room at once. By itself that takes a turn of the event loop for each
        # widget that this one is in, and what was made first is squeezed together until then.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)

    def _show(self) -> None:
        for name, row in self._rows.items():
            row.field.put(self._values[name])
        self._mark()

    def _take(self, name: str) -> None:
        self._values[name] = self._rows[name].field.content
        self._mark()
        self.changed.emit()

    def _take_back(self, name: str) -> None:
        row = self._rows[name]
        row.field.put(_numbers(self._preset)[name])
        row.field.setFocus()
        self._take(name)

    def _mark(self) -> None:
        """Dots and arrows where something differs, grey where something does not matter."""
        changes = self.changes
        for name, row in self._rows.items():
            row.mark(name in changes)
            row.set_matters(self._values)


class _Row:
    """One line of a grid: label, field, back to the preset, what it is."""

    def __init__(
        self, preset: AnyOf, name: str, text: FieldText, grid: QGridLayout, place: int
    ) -> None:
        self._text = text
        self._is_marked = False
        line = as_sentence(type(preset).lines[name])
        self.field = field_for(
            text,
            getattr(preset, name),
            type(preset).limits.get(name),
            type(preset).choices.get(name, ()),
        )
        self.field.setObjectName(f"fine_tune.{name}")
        self.field.setAccessibleName(text.label)
        self.field.setToolTip(line)
        self.field.setFixedWidth(_FIELD_WIDTH)
        self.label = QLabel(text.label)
        self.label.setBuddy(self.field)
        self.label.setToolTip(name)
        self.about = muted_label(line)
        self.back = QToolButton()
        self.back.setObjectName(f"fine_tune.{name}.back")
        self.back.setProperty("flat", True)
        self.back.setIconSize(QSize(16, 16))
        self.back.setAccessibleName(f"Reset {text.label}")
        self.back.setToolTip(self.back.tr("Back to the preset's value"))
        wear_icon(self.back, "undo")
        self.back.hide()
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        middle = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.label, place, 0, middle)
        grid.addWidget(self.field, place, 1, middle)
        grid.addWidget(self.back, place, 2, middle)
        grid.addWidget(self.about, place, 3, middle)

    def mark(self, is_changed: bool) -> None:
        if is_changed == self._is_marked:
            return
        self._is_marked = is_changed
        self.back.setVisible(is_changed)
        set_role(self.label, "heading" if is_changed else "")
        self.label.setText(f"{self._text.label} •" if is_changed else self._text.label)

    def set_matters(self, contents: dict[str, Any]) -> None:
        """Grey where the value of another field makes it mean nothing."""
        matters = True
        if self._text.needs is not None:
            name, wanted = self._text.needs
            value = contents.get(name)
            matters = bool(value) if wanted is None else value == wanted
        for widget in (self.label, self.field, self.about):
            widget.setEnabled(matters)


def _numbers(recipe: AnyOf) -> dict[str, Any]:
    return {name: value for name, value in recipe.to_dict().items() if name != "name"}


def as_sentence(line: str) -> str:
    """A recipe's line that can stand by itself, also where it goes on from the one before."""
    line = line.strip("…, ")
    return f"{line[0].upper()}{line[1:]}" + ("" if line.endswith(".") else ".")


def in_words(sentence: str, names: list[str]) -> str:
    """A recipe's own sentence, with its fields called as they are in the window."""
    for name in sorted(names, key=len, reverse=True):
        sentence = re.sub(rf"\b{name}\b", f"“{label_of(name)}”", sentence)
    return sentence.replace(" of a recipe", "").replace(" its “", " “")
