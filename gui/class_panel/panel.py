"""The classes of the project: which one is painted with, which are shown, which are locked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions
from gui.class_panel.model import ClassModel, can_be_hidden
from gui.class_panel.row_areas import ROW_HEIGHT
from gui.class_panel.row_delegate import ClassRowDelegate
from gui.class_panel.view import ClassListView
from gui.widgets.labels import heading_label, muted_label
from segmenter.project.classes import LabelClass

_OF_THE_CLASS = (
    ("class.rename", "class.recolor", "class.merge", "class.delete"),
    ("class.solo", "class.show_all"),
)
"""Actions of the context menu, in groups."""
ROWS_KEPT = 6
"""For so many classes there is always room, whatever stands above and below."""


class ClassPanel(QWidget):
    """Shows classes; says what a person wants of them, and changes their visibility itself."""

    visibility_changed = Signal(object)
    """A dict: id of each class that changed → whether it is shown now."""
    current_changed = Signal(int)
    """The id of the class that is chosen; −1 where none is."""
    rename_wanted = Signal(int, str)
    """Class id and the name that was typed."""
    recolor_wanted = Signal(int)
    """The id of the class that is to have another colour."""
    done = Signal()
    """A name was typed, or not after all: the keys belong to the image again."""
    lock_wanted = Signal(int, bool)
    """Class id, and whether nothing may paint over it."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._model = ClassModel()
        self._current: int | None = None
        self._following = False  # the view is being told what is chosen, nobody chose
        self._title = heading_label(self.tr("Classes"))
        self._show_all = QPushButton(self.tr("Show all"), self)
        self._show_all.setObjectName("class_panel.show_all")
        self._show_all.setProperty("link", True)
        self._show_all.setToolTip(self.tr("Show the hidden classes again"))
        self._view = ClassListView(self)
        self._view.setObjectName("class_panel.view")
        self._view.setAccessibleName(self.tr("Classes"))
        self._view.setModel(self._model)
        self._delegate = ClassRowDelegate(self._view)
        self._view.setItemDelegate(self._delegate)
        self._lay_out()
        self._connect()
        self._update_state()

    def set_classes(self, classes: Sequence[LabelClass]) -> None:
        """List these; the class that was chosen stays so where it is still there."""
        if list(classes) == self._model.classes:
            return
        self._following = True
        self._model.set_classes(classes)
        row = self._row_of_current()
        # Qt may have put a neighbour in the place of a chosen class that is gone.
        self._view.setCurrentIndex(QModelIndex() if row is None else self._model.index(row))
        self._following = False
        if row is None and self._current is not None:
            self._current = None
            self.current_changed.emit(-1)
        self._update_state()

    @property
    def classes(self) -> list[LabelClass]:
        """With the visibility a person has chosen."""
        return list(self._model.classes)

    @property
    def current_class(self) -> LabelClass | None:
        row = self._row_of_current()
        return None if row is None else self._model.classes[row]

    def select(self, class_id: int) -> None:
        """Choose a class; an id that is not listed changes nothing."""
        row = self._model.row_of(class_id)
        if row is not None:
            self._view.setCurrentIndex(self._model.index(row))

    def rename(self, class_id: int) -> None:
        """Let the name be typed in place; ``rename_wanted`` tells what came of it."""
        row = self._model.row_of(class_id)
        if row is not None:
            self._view.scrollTo(self._model.index(row))
            self._view.edit(self._model.index(row))

    def set_locked(self, ids: frozenset[int]) -> None:
        """Show a lock at these classes."""
        self._model.set_locked(ids)

    def set_class_visible(self, class_id: int, visible: bool) -> None:
        self._change({class_id: visible})

    def solo(self, class_id: int) -> None:
        """Show this class alone."""
        self._change({each.id: each.id == class_id for each in self._model.classes})

    def solo_or_all(self, class_id: int) -> None:
        """Alone; or, where it is alone already, all of them again."""
        row = self._model.row_of(class_id)
        if row is None or not can_be_hidden(self._model.classes[row]):
            return
        chosen = self._model.classes[row]
        others = [each for each in self._model.classes if each != chosen and can_be_hidden(each)]
        if chosen.visible and not any(each.visible for each in others):
            self.show_all()
        else:
            self.solo(class_id)

    def show_all(self) -> None:
        self._change({each.id: True for each in self._model.classes})

    def _lay_out(self) -> None:
        add = QToolButton(self)
        add.setDefaultAction(self._actions["class.add"])
        self._actions.dress("class.add")
        add.setObjectName("class_panel.add")
        add.setProperty("flat", True)
        add.setIconSize(QSize(16, 16))
        add.setAccessibleName(self.tr("Add class"))
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 4)
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._show_all)
        head.addWidget(add)
        # The title keeps its place whether the button is there or not.
        kept = self._show_all.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._show_all.setSizePolicy(kept)
        self._empty = self._empty_note()
        self._body = QStackedLayout()
        self._body.addWidget(self._view)
        self._body.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._body, 1)
        self.setFocusProxy(self._view)
        self.setMinimumWidth(160)

    def _empty_note(self) -> QWidget:
        """What is there to be done without classes."""
        note = muted_label(
            self.tr("No classes yet. Add one to paint with, or segment an image: the model "
                    "brings its own.")
        )  # fmt: skip
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton(self.tr("Add class"))
        button.setObjectName("class_panel.add_first")
        button.setToolTip(self._actions["class.add"].toolTip())
        button.clicked.connect(self._actions["class.add"].trigger)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(note)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        return page

    def _connect(self) -> None:
        view = self._view
        view.toggled.connect(self._toggle)
        view.solo_wanted.connect(lambda row: self.solo_or_all(self._id_of(row)))
        view.recolor_wanted.connect(lambda row: self.recolor_wanted.emit(self._id_of(row)))
        view.lock_toggled.connect(self._toggle_lock)
        # By the action, so that it is refused where nothing may be renamed.
        view.rename_wanted.connect(lambda _: self._actions["class.rename"].trigger())
        view.delete_wanted.connect(self._actions["class.delete"].trigger)
        view.customContextMenuRequested.connect(self._open_menu)
        view.selectionModel().currentChanged.connect(self._row_chosen)
        self._delegate.renamed.connect(self.rename_wanted)
        self._delegate.closeEditor.connect(self.done)  # after the view, which takes the keyboard
        self._show_all.clicked.connect(self.show_all)

    def _id_of(self, row: int) -> int:
        return self._model.classes[row].id

    def _toggle(self, row: int) -> None:
        label_class = self._model.classes[row]
        self._change({label_class.id: not label_class.visible})

    def _toggle_lock(self, row: int) -> None:
        class_id = self._id_of(row)
        self.lock_wanted.emit(class_id, class_id not in self._model.locked)

    def _change(self, wanted: dict[int, bool]) -> None:
        changed = self._model.set_visible(wanted)
        if changed:
            self._update_state()
            self.visibility_changed.emit(changed)

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid() and not self._following:
            chosen = self._id_of(index.row())
            if chosen != self._current:
                self._current = chosen
                self.current_changed.emit(chosen)

    def _row_of_current(self) -> int | None:
        return None if self._current is None else self._model.row_of(self._current)

    def _open_menu(self, place: QPoint) -> None:
        """Of the class under the pointer, which the right button has chosen."""
        index = self._view.indexAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index.isValid():
            row, label_class = index.row(), self._model.classes[index.row()]
            self._view.setCurrentIndex(index)
            locked = label_class.id in self._model.locked
            for group in _OF_THE_CLASS:
                for name in group:
                    self._actions.dress(name)
                    menu.addAction(self._actions[name])
                menu.addSeparator()
            if can_be_hidden(label_class):
                hide_or_show = self.tr("Hide") if label_class.visible else self.tr("Show")
                menu.addAction(hide_or_show, lambda: self._toggle(row))
            lock_or_free = self.tr("Unlock") if locked else self.tr("Lock")
            menu.addAction(lock_or_free, lambda: self._toggle_lock(row))
        else:
            menu.addAction(self._actions["class.add"])
            menu.addAction(self._actions["class.show_all"])
        menu.popup(self._view.viewport().mapToGlobal(place))

    def _keep_room(self) -> None:
        self._view.setMinimumHeight(min(len(self._model.classes), ROWS_KEPT) * ROW_HEIGHT)

    def _update_state(self) -> None:
        hidden = [each for each in self._model.classes if not each.visible and can_be_hidden(each)]
        self._show_all.setVisible(bool(hidden))
        self._body.setCurrentWidget(self._view if self._model.classes else self._empty)
        self._keep_room()
