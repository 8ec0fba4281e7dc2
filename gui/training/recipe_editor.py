"""Every number of a recipe with a line on what it is; what differs from the preset is marked."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
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
from segmenter.errors import MaskwrightError
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.recipes import Recipe

AnyOf = Recipe | QuickRecipe

_LABEL_WIDTH = 150
_FIELD_WIDTH = 168


class RecipeEditor(QWidget):
    """Begins as a preset; asked for the recipe that its fields make."""

    changed = Signal()
    """By hand."""

    def __init__(self, preset: AnyOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fine_tune.editor")
        self._preset = preset
        self._rows: dict[str, _Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for group in groups_of(preset):
            column.addWidget(self._made(group))
        self.show_recipe(preset)

    # -- what it holds --------------------------------------------------------------------

    @property
    def recipe(self) -> AnyOf:
        """Raises :class:`MaskwrightError` with one sentence in the words of the fields, where the
        numbers don't go together."""
        try:
            return self._preset.replace(**self._contents())
        except MaskwrightError as error:
            raise MaskwrightError(in_words(str(error), list(self._rows))) from error

    @property
    def changed_fields(self) -> list[str]:
        """Names of those that differ from the preset."""
        preset = self._preset.to_dict()
        return [name for name, value in self._contents().items() if value != preset[name]]

    def show_recipe(self, recipe: AnyOf) -> None:
        """Its numbers, marked where they differ from the preset."""
        for name, value in recipe.to_dict().items():
            if name in self._rows:
                self._rows[name].field.put(value)
        self._mark()

    def set_preset(self, preset: AnyOf) -> None:
        """What Reset leads to is another one of the same kind now; fields that a person has not
        changed follow."""
        changed = {name: self._rows[name].field.content for name in self.changed_fields}
        self._preset = preset
        for name, value in {**preset.to_dict(), **changed}.items():
            if name in self._rows:
                self._rows[name].field.put(value)
        self._mark()

    def reset(self) -> None:
        """All as in the preset."""
        if self.changed_fields:
            self.show_recipe(self._preset)
            self.changed.emit()

    def field(self, name: str) -> ValueField:
        """The field of one number."""
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
        head = QLabel(group.title)
        head.setProperty("role", "heading")
        grid.addWidget(head, 0, 0, 1, 4)
        for place, (name, text) in enumerate(group.fields.items(), start=1):
            self._rows[name] = _Row(self._preset, name, text, grid, place)
            self._rows[name].field.edited.connect(self._take)
            self._rows[name].back.clicked.connect(lambda _=False, n=name: self._take_back(n))
        return part

    def _contents(self) -> dict[str, Any]:
        return {name: row.field.content for name, row in self._rows.items()}

    def _take(self) -> None:
        self._mark()
        self.changed.emit()

    def _take_back(self, name: str) -> None:
        self._rows[name].field.put(self._preset.to_dict()[name])
        self._rows[name].field.setFocus()
        self._take()

    def _mark(self) -> None:
        changed, contents = set(self.changed_fields), self._contents()
        for name, row in self._rows.items():
            row.mark(name in changed)
            row.set_matters(contents)


class _Row:
    """One line of a grid: label, field, back to the preset, what it is."""

    def __init__(
        self, preset: AnyOf, name: str, text: FieldText, grid: QGridLayout, place: int
    ) -> None:
        self._text = text
        line = type(preset).lines[name]
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
        self.about = QLabel(line)
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.back = QToolButton()
        self.back.setObjectName(f"fine_tune.{name}.back")
        self.back.setProperty("flat", True)
        self.back.setIconSize(QSize(16, 16))
        self.back.setAccessibleName(f"Reset {text.label}")
        self.back.setToolTip(self.back.tr("Back to the preset's value"))
        wear_icon(self.back, "undo")
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        middle = Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.label, place, 0, middle)
        grid.addWidget(self.field, place, 1, middle)
        grid.addWidget(self.back, place, 2, middle)
        grid.addWidget(self.about, place, 3, middle)

    def mark(self, is_changed: bool) -> None:
        self.back.setVisible(is_changed)
        self.label.setProperty("role", "heading" if is_changed else "")
        self.label.setText(f"{self._text.label} •" if is_changed else self._text.label)
        self.label.style().unpolish(self.label)
        self.label.style().polish(self.label)

    def set_matters(self, contents: dict[str, Any]) -> None:
        """Grey where the value of another field makes it mean nothing."""
        matters = True
        if self._text.needs is not None:
            name, wanted = self._text.needs
            value = contents.get(name)
            matters = bool(value) if wanted is None else value == wanted
        for widget in (self.label, self.field, self.about):
            widget.setEnabled(matters)


def in_words(sentence: str, names: list[str]) -> str:
    """A recipe's own sentence, with its fields called as they are in the window."""
    for name in sorted(names, key=len, reverse=True):
        sentence = re.sub(rf"\b{name}\b", f"“{label_of(name)}”", sentence)
    return sentence.replace(" of a recipe", "").replace(" its “", " “")
