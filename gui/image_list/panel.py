"""The left side of the window: the project's images, found, filtered, in order, one chosen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QSize, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gui.image_list.catalogue import Catalogue, Order
from gui.image_list.empty_note import EmptyNote
from gui.image_list.filter_bar import FilterBar
from gui.image_list.model import ImageListModel
from gui.image_list.record_reader import ImageSource, RecordReader
from gui.image_list.row_delegate import THUMBNAIL, RowDelegate
from gui.image_list.state_look import state_word
from gui.image_list.thumbnail_loader import ThumbnailLoader
from gui.image_list.thumbnail_store import ThumbnailStore
from gui.image_list.view import ImageListView
from gui.widgets.labels import muted_label
from segmenter.paths import cache_folder
from segmenter.project.state import ImageRecord, State
from segmenter.wording import counted

_SETTLE = 700
"""Milliseconds until rows whose state or uncertainty changed move to their new places: while a
folder is being segmented the list must not jump about under the pointer at every image."""


class ImageListPanel(QWidget):
    """Filter and order above, the images below, their number at the foot.

    The project is read on a thread: after :meth:`set_project`, images appear when ``loaded``
    fires. :meth:`select` may be called at once, and takes effect then.
    """

    current_changed = Signal(str)
    """The name of the image that is chosen now; "" where none is."""
    done = Signal()
    """Enter or Escape in the filter: the keys belong to the image again."""
    loaded = Signal()
    """All images the project knows are listed."""
    busy_changed = Signal(bool)
    """Whether the project is being read."""
    counted = Signal()
    """How many images are in which state may be different now."""
    failed = Signal(str)
    """One sentence: the project could not be read."""
    activated = Signal(str)
    """Enter or a double click on an image."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: ImageSource | None = None
        self._current = ""
        self._uncertain = ""  # the image that the last step through the uncertain ones led to
        self._pending: str | None = None
        self._scanning = False
        self._following = False  # the view is being told what is chosen, nobody chose
        self._model = ImageListModel()
        self._thumbnails = ThumbnailLoader(
            ThumbnailStore(cache_folder() / "thumbnails"), Path, THUMBNAIL, self
        )
        self._reader = RecordReader(self)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE)
        self._build()
        self._connect()
        self._show_count()

    # -- what the window uses -------------------------------------------------------------

    def set_project(self, project: ImageSource | None) -> None:
        """List the images of ``project``; None empties the list."""
        self._project = project
        self._pending = None
        self._settle.stop()
        self._filter.clear_filter()
        self._reset_thumbnails()
        self._model.show(Catalogue(), Catalogue().arranged())
        self._choose("")
        self._reader.set_source(project)
        self._show_count()

    def refresh(self, names: Iterable[str]) -> None:
        """These images are new or have changed: read them again and draw their rows."""
        self._reader.read(names)

    def reload(self) -> None:
        """Read everything again (after a scan that found files gone)."""
        self._reader.read_all()

    def set_scanning(self, scanning: bool) -> None:
        """While the folder is still being searched an empty list says so."""
        self._scanning = scanning
        self._show_count()

    @property
    def current_name(self) -> str:
        """Of the image that is chosen; empty where none is."""
        return self._current

    @property
    def names(self) -> list[str]:
        """The names of the rows, as filtered and ordered."""
        return [self._model.record(row).name for row in range(self._model.rowCount())]

    @property
    def count(self) -> int:
        """How many images the project has, listed or not."""
        return len(self._model.catalogue)

    @property
    def is_busy(self) -> bool:
        return self._reader.is_busy

    def select(self, name: str) -> None:
        """Choose an image; one that the filter hides is shown nevertheless. A name that is not
        listed (yet) is chosen as soon as it is."""
        index = self._model.catalogue.index_of(name)
        if index is None:
            self._pending = name or None
            if not name:
                self._choose("")
            return
        self._pending = None
        if self._model.row_of(name) is None:
            self._arrange(keep=index)
        self._choose(name)

    def step(self, by: int) -> bool:
        """Choose the row ``by`` further down (negative: up), stopping at the ends; False where
        that is the row that was chosen already."""
        count = self._model.rowCount()
        row = self._model.row_of(self._current)
        if count == 0:
            return False
        target = 0 if row is None else min(max(row + by, 0), count - 1)
        if target == row:
            return False
        self._pending = None
        self._choose(self._model.record(target).name)
        return True

    def select_next_uncertain(self) -> bool:
        """Choose the least certain predicted image; from one that was reached this way, go on to
        the next in that order, also where it is corrected or approved by now. False where no
        other is left to look at."""
        catalogue = self._model.catalogue
        goes_on = self._current == self._uncertain
        index = catalogue.next_uncertain(catalogue.index_of(self._current) if goes_on else None)
        if index is not None and catalogue[index].name == self._current:
            index = catalogue.next_uncertain(index)
        if index is None or catalogue[index].name == self._current:
            return False
        self._uncertain = catalogue[index].name
        self.select(self._uncertain)
        return True

    def select_next_unapproved(self, besides: Iterable[str] = ()) -> bool:
        """Choose the next image of the list as it is shown, from the top again after the last,
        that can be approved and is not yet; False where there is none. ``besides``: names that
        count as approved already."""
        row = self._model.unapproved_row(self._model.row_of(self._current), besides)
        if row is None or self._model.record(row).name == self._current:
            return False
        self._pending = None
        self._choose(self._model.record(row).name)
        return True

    def state_of(self, name: str) -> State | None:
        """As the list shows it; None where the image isn't known."""
        index = self._model.catalogue.index_of(name)
        return None if index is None else self._model.catalogue[index].state

    def names_in_state(self, *states: State) -> list[str]:
        """The project's images in one of these states: from the chosen one on in the order of
        the list, then from its top, and at last those that the filter hides."""
        row = self._model.row_of(self._current)
        return self._model.names_in_state(states, 0 if row is None else row)

    def count_unapproved(self, besides: Iterable[str] = ()) -> int:
        """How many images of the whole project that is true of."""
        catalogue = self._model.catalogue
        return int(np.count_nonzero(catalogue.unapproved(np.arange(len(catalogue)), besides)))

    def names_around(self, before: int = 1, after: int = 2) -> list[str]:
        """The rows a person is likely to want next, the likeliest first: those below, then those
        above the current one."""
        row = self._model.row_of(self._current)
        if row is None:
            return []
        rows = [*range(row + 1, row + 1 + after), *range(row - 1, row - 1 - before, -1)]
        return [
            self._model.record(each).name for each in rows if 0 <= each < self._model.rowCount()
        ]

    def shutdown(self) -> None:
        """Stop the threads and wait for them."""
        self._settle.stop()
        self._reader.close()
        self._thumbnails.close()

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        self._filter = FilterBar(self)
        self._view = ImageListView(self)
        self._view.setObjectName("image_list.view")
        self._view.setAccessibleName(self.tr("Images"))
        self._view.setModel(self._model)
        self._view.setItemDelegate(RowDelegate(self._thumbnails.get, self._view))
        self._note = EmptyNote(self)
        self._count = muted_label(name="image_list.count")
        # Two lines from the start: the list above does not jump when there is more to count.
        self._count.setMinimumHeight(2 * self._count.fontMetrics().lineSpacing())

        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 8)
        foot.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._filter)
        self._rows = QStackedLayout()
        self._rows.addWidget(self._view)
        self._rows.addWidget(self._note)
        column.addLayout(self._rows, 1)
        column.addLayout(foot)
        self.setFocusProxy(self._view)
        self.setMinimumWidth(220)

    def _connect(self) -> None:
        self._filter.done.connect(self.done)
        self._filter.changed.connect(lambda: self._arrange(keep=None))
        self._settle.timeout.connect(self._settled)
        self._view.typed.connect(self._jump_to)
        self._view.rows_in_sight.connect(self._want_thumbnails)
        self._view.selectionModel().currentChanged.connect(self._row_chosen)
        self._view.activated.connect(self._row_activated)
        self._thumbnails.arrived.connect(self._draw_row)
        self._reader.loaded.connect(self._take_all)
        self._reader.changed.connect(self._take_changed)
        self._reader.busy_changed.connect(self._tell_busy)
        self._reader.failed.connect(self.failed)
        self._note.clear_filter.connect(self._filter.clear_filter)

    # -- records --------------------------------------------------------------------------

    def _take_all(self, catalogue: Catalogue) -> None:
        self._settle.stop()
        wanted = self._pending or self._current
        index = catalogue.index_of(wanted)
        row = self._model.row_of(self._current) or 0
        with self._view.kept_in_place():
            self._arrange(catalogue, keep=index)
        if index is not None:
            self._pending = None
            if wanted != self._current:
                self._choose(wanted)
        else:
            # Its file is gone, say: what has moved up into its place comes next.
            row = min(row, self._model.rowCount() - 1)
            self._choose(self._model.record(row).name if row >= 0 else "")
        self.loaded.emit()

    def _take_changed(self, records: list[ImageRecord]) -> None:
        for record in records:
            index = self._model.catalogue.index_of(record.name)
            before = None if index is None else self._model.catalogue[index]
            if before is not None and _file_of(before) != _file_of(record):
                self._thumbnails.forget(record.name)
                self._view.forget_rows_in_sight()
            self._model.update(record)
        self._show_count()
        if not self._settle.isActive() and (
            self._filter.state is not None or self._filter.order is not Order.NAME
        ):
            self._settle.start()

    def _tell_busy(self, busy: bool) -> None:
        self._show_count()
        self.busy_changed.emit(busy)

    # -- rows -----------------------------------------------------------------------------

    def _settled(self) -> None:
        """Rows move to where their new states put them. The image a person is looking at stays
        listed even if it no longer passes the filter."""
        listed = self._model.row_of(self._current) is not None
        with self._view.kept_in_place():
            self._arrange(keep=self._model.catalogue.index_of(self._current) if listed else None)

    def _arrange(self, catalogue: Catalogue | None = None, *, keep: int | None) -> None:
        """Filter and sort, and show the current image."""
        catalogue = self._model.catalogue if catalogue is None else catalogue
        chosen = self._filter
        indices = catalogue.arranged(chosen.order, chosen.text, chosen.state, keep)
        self._following = True
        self._model.show(catalogue, indices)
        self._following = False
        self._view.forget_rows_in_sight()
        self._set_current_row(self._model.row_of(self._current))
        self._show_count()

    def _choose(self, name: str) -> None:
        changed = name != self._current
        self._current = name
        self._set_current_row(self._model.row_of(name))
        if changed:
            self.current_changed.emit(name)

    def _set_current_row(self, row: int | None) -> None:
        """Show ``self._current`` as chosen, without telling anyone."""
        selection = self._view.selectionModel()
        index = QModelIndex() if row is None else self._model.index(row, 0)
        self._following = True
        selection.setCurrentIndex(index, selection.SelectionFlag.ClearAndSelect)
        self._following = False
        if row is not None:
            self._view.scrollTo(index)

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid() and not self._following:
            name = self._model.record(index.row()).name
            if name != self._current:
                self._current = name
                self._pending = None
                self.current_changed.emit(name)

    def _row_activated(self, index: QModelIndex) -> None:
        self.activated.emit(self._model.record(index.row()).name)

    def _jump_to(self, text: str) -> None:
        """To the next image whose file name starts so; more letters may stay where they are."""
        row = self._model.row_of(self._current)
        found = self._model.row_starting_with(text, 0 if row is None else row + (len(text) == 1))
        if found is not None:
            self._pending = None
            self._choose(self._model.record(found).name)

    # -- thumbnails -----------------------------------------------------------------------

    def _reset_thumbnails(self) -> None:
        path_of = Path if self._project is None else self._project.path_of
        self._thumbnails.reset(path_of, THUMBNAIL * self.devicePixelRatioF())
        self._view.forget_rows_in_sight()

    def _want_thumbnails(self, first: int, last: int) -> None:
        """Those in sight, then a page below and above: the next turn of the wheel."""
        page = last - first + 1
        rows = [
            *range(first, last + 1),
            *range(last + 1, last + 1 + page),
            *range(first - 1, first - 1 - page, -1),
        ]
        count = self._model.rowCount()
        self._thumbnails.want([self._model.record(row).name for row in rows if 0 <= row < count])

    def _draw_row(self, name: str) -> None:
        row = self._model.row_of(name)
        if row is not None:
            self._view.update(self._model.index(row, 0))

    # -- words ----------------------------------------------------------------------------

    def _show_count(self) -> None:
        catalogue, shown = self._model.catalogue, self._model.rowCount()
        self._count.setText(self._count_line(catalogue, shown))
        self.counted.emit()
        if shown == 0:
            if self._project is None:
                self._note.say_nothing()
            elif len(catalogue):
                self._note.say_filtered()
            elif self._scanning or self._reader.is_busy:
                self._note.say_searching()
            else:
                self._note.say_empty()
        self._rows.setCurrentWidget(self._view if shown else self._note)

    def _count_line(self, catalogue: Catalogue, shown: int) -> str:
        if self._project is None:
            return ""
        total = len(catalogue)
        images = counted(total, "image")
        if shown != total:
            return self.tr("{} of {}").format(f"{shown:,}", images)
        parts = [
            f"{catalogue.count(state):,}\N{NO-BREAK SPACE}{state_word(state).lower()}"
            for state in State
            if state is not State.NEW and catalogue.count(state)
        ]
        return " · ".join([images, *parts])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._reset_thumbnails()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(280, 600)


def _file_of(record: ImageRecord) -> tuple[int, int]:
    return record.file_size, record.modified_ns
