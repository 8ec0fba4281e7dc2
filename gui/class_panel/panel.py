"""The classes of the project, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui.class_panel.model import ClassModel, can_be_hidden
from gui.class_panel.row_delegate import ClassRowDelegate
from gui.class_panel.view import ClassListView
from segmenter.project.classes import LabelClass


class ClassPanel(QWidget):
    """Shows classes and lets a person hide them, or all but one (Alt+click)."""

    visibility_changed = Signal(int, bool)
    """Class id and whether it is shown now; one signal for each class that changed."""
    current_changed = Signal(int)
    """The id of the class that is chosen; −1 where none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ClassModel()
        self._current: int | None = None
        self._following = False  # the view is being told what is chosen, nobody chose
        self._title = QLabel(self.tr("Classes"), self)
        self._title.setProperty("role", "heading")
        self._show_all = QPushButton(self.tr("Show all"), self)
        self._show_all.setObjectName("class_panel.show_all")
        self._show_all.setProperty("link", True)
        self._show_all.setToolTip(self.tr("Show the hidden classes again"))
        self._view = ClassListView(self)
        self._view.setObjectName("class_panel.view")
        self._view.setAccessibleName(self.tr("Classes"))
        self._view.setModel(self._model)
        self._view.setItemDelegate(ClassRowDelegate(self._view))
        self._note = QLabel(self.tr("Segment an image, and its classes appear here."), self)
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setProperty("role", "muted")
        self._note.setMargin(16)
        self._lay_out()
        self._view.toggled.connect(self._toggle)
        self._view.solo_wanted.connect(self._solo_or_all)
        self._view.customContextMenuRequested.connect(self._open_menu)
        self._view.selectionModel().currentChanged.connect(self._row_chosen)
        self._show_all.clicked.connect(self.show_all)
        self._update_state()

    def set_classes(self, classes: Sequence[LabelClass]) -> None:
        """List these; the class that was chosen stays so where it is still there."""
        if list(classes) == self._model.classes:
            return
        self._following = True
        self._model.set_classes(classes)
        row = self._row_of_current()
        # On a reset Qt may have put the first class in the place of the chosen one.
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

    def set_class_visible(self, class_id: int, visible: bool) -> None:
        row = self._model.row_of(class_id)
        if row is not None:
            self._change(row, visible)
            self._update_state()

    def solo(self, class_id: int) -> None:
        """Show this class alone."""
        for row, each in enumerate(self._model.classes):
            self._change(row, each.id == class_id)
        self._update_state()

    def show_all(self) -> None:
        for row in range(len(self._model.classes)):
            self._change(row, True)
        self._update_state()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 4)
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._show_all)
        # The title keeps its place whether the button is there or not.
        kept = self._show_all.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._show_all.setSizePolicy(kept)
        self._body = QStackedLayout()
        self._body.addWidget(self._view)
        self._body.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._body, 1)
        self.setFocusProxy(self._view)
        self.setMinimumWidth(160)

    def _toggle(self, row: int) -> None:
        self._change(row, not self._model.classes[row].visible)
        self._update_state()

    def _solo_or_all(self, row: int) -> None:
        """Alone; or, where it is alone already, all of them again."""
        chosen = self._model.classes[row]
        if not can_be_hidden(chosen):
            return
        others = [each for each in self._model.classes if each != chosen and can_be_hidden(each)]
        if chosen.visible and not any(each.visible for each in others):
            self.show_all()
        else:
            self.solo(chosen.id)

    def _change(self, row: int, visible: bool) -> None:
        if self._model.set_visible(row, visible):
            self.visibility_changed.emit(self._model.classes[row].id, visible)

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid() and not self._following:
            chosen = self._model.classes[index.row()].id
            if chosen != self._current:
                self._current = chosen
                self.current_changed.emit(chosen)

    def _row_of_current(self) -> int | None:
        return None if self._current is None else self._model.row_of(self._current)

    def _open_menu(self, place: QPoint) -> None:
        index = self._view.indexAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index.isValid() and can_be_hidden(self._model.classes[index.row()]):
            row, label_class = index.row(), self._model.classes[index.row()]
            hide_or_show = self.tr("Hide") if label_class.visible else self.tr("Show")
            menu.addAction(hide_or_show, lambda: self._toggle(row))
            menu.addAction(self.tr("Show only this"), lambda: self.solo(label_class.id))
        menu.addAction(self.tr("Show all"), self.show_all)
        menu.popup(self._view.viewport().mapToGlobal(place))

    def _update_state(self) -> None:
        hidden = [each for each in self._model.classes if not each.visible and can_be_hidden(each)]
        self._show_all.setVisible(bool(hidden))
        self._body.setCurrentWidget(self._view if self._model.classes else self._note)
