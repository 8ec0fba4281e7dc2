"""The classes of the open project: what its panel, its menu and its keys change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QColorDialog

from gui.actions import Actions
from gui.class_merging import ClassMerging
from gui.class_panel import ClassPanel
from gui.class_panel.model import can_be_hidden
from gui.class_renaming import ClassRenaming
from gui.dialogs import show_dialog
from gui.editing.editor import Editor
from gui.message_bar import MessageBar
from segmenter.errors import MaskwrightError
from segmenter.project.classes import BACKGROUND, LabelClass, default_color

if TYPE_CHECKING:
    from segmenter.project.project import Project

_KEYS = 10
"""Classes that have a number key."""
_OFFERED = 48
"""Colours that Qt's dialog shows side by side."""
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_NATIVE = QKeySequence.SequenceFormat.NativeText
_CHOSEN = "chosen_class"
"""Under this name the project keeps which class was painted with."""


class ClassControl(QObject):
    """The project's classes are the truth; everybody who shows them hears ``classes_changed``."""

    classes_changed = Signal(list)
    """The LabelClass of each class, sorted by id."""

    def __init__(
        self,
        panel: ClassPanel,
        editor: Editor,
        merging: ClassMerging,
        renaming: ClassRenaming,
        messages: MessageBar,
        *,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._editor = editor
        self._merging = merging
        self._renaming = renaming
        self._unnamed: int | None = None
        """A class that was just added: its first name is no rename."""
        self._messages = messages
        self._actions = actions
        self._project: Project | None = None
        self._classes: list[LabelClass] = []
        self._connect()

    def _connect(self) -> None:
        panel, on = self._panel, self._actions.on
        self.classes_changed.connect(panel.set_classes)
        panel.rename_wanted.connect(self._rename)
        panel.recolor_wanted.connect(self._ask_for_color)
        panel.visibility_changed.connect(self._set_visible)
        panel.lock_wanted.connect(self._editor.lock_class)
        panel.current_changed.connect(lambda _: self._update_actions())
        self._editor.class_changed.connect(self._keep_to_known)
        self._editor.protection_changed.connect(
            lambda: panel.set_locked(self._editor.protection.locked)
        )
        on("class.add", self._add)
        on("class.rename", lambda: self._with_chosen(panel.rename))
        on("class.recolor", lambda: self._with_chosen(self._ask_for_color))
        on("class.delete", lambda: self._with_chosen(self._delete))
        on("class.merge", lambda: self._merging.ask(self._chosen_ids(), None))
        on("class.undo_merge", self._merging.undo)
        on("class.undo_rename", self._renaming.undo)
        self._editor.refused.connect(self._merging.settle)
        self._merging.classes_changed.connect(self.refresh)
        self._merging.merged_into.connect(panel.select)
        self._merging.changed.connect(self._update_actions)
        self._renaming.classes_changed.connect(self.refresh)
        self._renaming.changed.connect(self._update_actions)
        on("class.last", self._swap)
        on("class.solo", lambda: self._with_chosen(panel.solo_or_all))
        on("class.show_all", panel.show_all)
        for row in range(_KEYS):
            on(_choose_action(row), partial(self._choose_row, row))

    # -- the project ----------------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Show and change the classes of this project from now on; the one that was painted
        with the last time is chosen again."""
        self._remember()
        self._project = None
        self.refresh()
        self._project = project
        self._merging.set_project(project)
        self._renaming.set_project(project)
        self._unnamed = None
        self._editor.set_protection(replace(self._editor.protection, locked=frozenset()))
        chosen = project.recall(_CHOSEN) if project is not None else ""
        self.refresh()
        if chosen.isdigit():
            self._panel.select(int(chosen))

    def _remember(self) -> None:
        chosen = self._panel.current_class
        if self._project is not None and not self._project.read_only and chosen is not None:
            # What can't be written now costs a click the next time.
            with suppress(MaskwrightError):
                self._project.remember(_CHOSEN, str(chosen.id))

    def refresh(self) -> None:
        """Look what classes the project has now; a segmented image may have brought some."""
        classes = self._project.classes if self._project is not None else []
        if classes != self._classes:
            chosen = self._panel.current_class
            self._tell(classes)
            if self._panel.current_class is None:
                self._choose_beside(chosen)
        self._update_actions()

    def _tell(self, classes: list[LabelClass]) -> None:
        self._classes = classes
        self._editor.set_known_classes([each.id for each in classes])
        self.classes_changed.emit(classes)

    def _choose_beside(self, gone: LabelClass | None) -> None:
        """Whoever takes the brush can paint at once: with what comes after the class that was
        chosen and is gone, or with the first class."""
        choice = [each for each in self._classes if each.name != BACKGROUND] or self._classes
        if choice:
            after = [each for each in choice if gone is not None and each.id > gone.id]
            self._panel.select((after or (choice if gone is None else choice[-1:]))[0].id)

    # -- choosing -------------------------------------------------------------------------

    def _choose_row(self, row: int) -> None:
        if row < len(self._classes):
            self._panel.select(self._classes[row].id)

    def key_pressed(self, event: QKeyEvent) -> bool:
        """A key that nobody wanted: whoever pressed the number of a class that isn't there is
        told so."""
        key = event.key()
        if not (Qt.Key.Key_0 <= key <= Qt.Key.Key_9) or event.modifiers() & ~_KEYPAD:
            return False
        row = (key - Qt.Key.Key_0 - 1) % _KEYS
        if self._project is None or row < len(self._classes):
            return False
        words = self.tr("No class has the key {0} yet.").format(key - Qt.Key.Key_0)
        if not self._project.read_only:
            add = self._actions["class.add"].shortcut().toString(_NATIVE)
            words += " " + self.tr("{0} adds one.").format(add)
        self._messages.say(words, fleeting=True)
        return True

    def _swap(self) -> None:
        if not self._editor.swap_class():
            words = self.tr("You have chosen no other class yet, so there is none to go back to.")
            self._messages.say(words, fleeting=True)

    def _keep_to_known(self, class_id: int) -> None:
        """Nobody paints with a class that was deleted meanwhile, or with a label of a mask from
        elsewhere that is no class here."""
        if class_id >= 0 and self._find(class_id) is None:
            self._editor.set_class(next(iter(self._chosen_ids()), None))

    # -- changing -------------------------------------------------------------------------

    def _add(self) -> None:
        """A class with a name to be typed over. The first one brings the background with it:
        without a second class there is nothing to tell it from."""
        project = self._project
        if project is None:
            return
        try:
            if not project.classes:
                project.add_class(BACKGROUND)
            added = project.add_class(self._free_name())
        except MaskwrightError as error:
            self._say_error(error)
            return
        self._actions["view.side_panel"].setChecked(True)
        self.refresh()
        self._panel.select(added.id)
        self._unnamed = added.id
        self._panel.rename(added.id)

    def _free_name(self) -> str:
        taken = {each.name for each in self._classes}
        number = 1
        while (name := self.tr("class {0}").format(number)) in taken:
            number += 1
        return name

    def _rename(self, class_id: int, name: str) -> None:
        if self._project is None:
            return
        try:
            if class_id == self._unnamed:
                self._project.change_class(class_id, name=name)
            else:
                self._renaming.rename(class_id, name)
        except MaskwrightError as error:
            self._offer_merge(error, class_id, name)
        self._unnamed = None
        self.refresh()

    def _offer_merge(self, error: MaskwrightError, class_id: int, name: str) -> None:
        """Who gives a class the name of another one may mean that they are the same."""
        other = next((each for each in self._classes if each.name == name), None)
        if other is None or other.id == class_id:
            self._say_error(error)
            return
        self._messages.say(
            str(error),
            "warning",
            self.tr("Merge into it…"),
            partial(self._merging.ask, [class_id], other.id),
        )

    def _set_visible(self, visible: dict[int, bool]) -> None:
        project = self._project
        if project is not None:
            self._change(project, partial(project.show_classes, visible))

    def _ask_for_color(self, class_id: int) -> None:
        """Each colour that is tried shows on the image at once; Cancel brings the old one back."""
        label_class = self._find(class_id)
        if label_class is None:
            return
        dialog = QColorDialog(QColor(*label_class.color), self._panel.window())
        dialog.setObjectName("class_color_dialog")
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setOption(QColorDialog.ColorDialogOption.NoEyeDropperButton)
        for place in range(_OFFERED):
            # Those that new classes get: told apart on photos, as Qt's own are not.
            dialog.setStandardColor(place, QColor(*default_color(place)))
        dialog.setWindowTitle(self.tr("Colour of {0}").format(label_class.name))
        dialog.currentColorChanged.connect(partial(self._try_color, class_id))
        dialog.colorSelected.connect(partial(self._recolor, class_id))
        dialog.finished.connect(self.refresh)
        dialog.finished.connect(dialog.deleteLater)
        show_dialog(self._panel.window(), dialog)

    def _try_color(self, class_id: int, color: QColor) -> None:
        self._tell([
            replace(each, color=_rgb(color)) if each.id == class_id else each
            for each in self._classes
        ])  # fmt: skip

    def _recolor(self, class_id: int, color: QColor) -> None:
        project = self._project
        if project is not None and self._find(class_id) is not None:
            self._change(project, partial(project.change_class, class_id, color=_rgb(color)))

    def _change(self, project: Project, change: Callable[[], object]) -> None:
        """What is shown already; where it can't be written down, all is shown as it was."""
        try:
            change()
        except MaskwrightError as error:
            self._say_error(error)
            self._tell(project.classes)
        self.refresh()

    def _delete(self, class_id: int) -> None:
        label_class = self._find(class_id)
        if label_class is not None:
            self._merging.delete(label_class)

    # -- inside ---------------------------------------------------------------------------

    def _find(self, class_id: int) -> LabelClass | None:
        return next((each for each in self._classes if each.id == class_id), None)

    def _chosen_ids(self) -> list[int]:
        chosen = self._panel.current_class
        return [chosen.id] if chosen is not None else []

    def _with_chosen(self, do: Callable[[int], object]) -> None:
        for class_id in self._chosen_ids():
            do(class_id)

    def _say_error(self, error: MaskwrightError) -> None:
        self._messages.say(str(error), "warning")

    def _update_actions(self) -> None:
        actions, project = self._actions, self._project
        writable = project is not None and not project.read_only
        current = self._panel.current_class
        chosen = current is not None
        for name, makes_sense in (
            ("class.add", writable),
            ("class.rename", writable and chosen),
            ("class.recolor", chosen),
            ("class.delete", writable and chosen),
            ("class.merge", writable and len(self._classes) > 1),
            ("class.undo_merge", self._merging.can_undo),
            ("class.undo_rename", self._renaming.can_undo),
            ("class.last", len(self._classes) > 1),
            ("class.solo", current is not None and can_be_hidden(current)),
            ("class.show_all", bool(self._classes)),
        ):
            actions[name].setEnabled(makes_sense)
        for row in range(_KEYS):
            action = actions[_choose_action(row)]
            is_there = row < len(self._classes)
            words = self._classes[row].name.replace("&", "&&") if is_there else ""
            action.setText(words or self.tr("Class {0}").format(row + 1))
            action.setEnabled(is_there)


def _choose_action(row: int) -> str:
    """Of the row's number key: 1 to 9, then 0."""
    return f"class.choose_{(row + 1) % 10}"


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()
