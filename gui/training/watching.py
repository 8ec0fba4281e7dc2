"""Watching a training: fills the panel from the run that is under way, or from an earlier one."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.desk import Desk
from gui.jobs import Background
from gui.settings import Settings
from gui.status_bar import StatusBar
from gui.throttle import Throttle
from gui.training.panel import HEIGHT, LEAST_HEIGHT, RunEntry, TrainingPanel
from gui.training.past_runs import read_record, run_names
from gui.training.preview_image import draw_preview
from gui.training.qt_types import QtTypes
from gui.training.run_process import Ending
from gui.training.run_record import RunRecord
from gui.training.run_words import run_title, short_words
from gui.training.training import LiveRun, Training
from segmenter.cancel import CancelToken
from segmenter.project.classes import LabelClass, default_color
from segmenter.training.events import Batch, Event, Prepare, Preview

if TYPE_CHECKING:
    from gui.training.curves import Curves
    from segmenter.project.project import Project

log = logging.getLogger(__name__)

BETWEEN_MS = 250
"""Milliseconds between two drawings of what changes with every step."""
_HIGHEST = 4000
_KIND = "panel"


class Watching(QObject):
    """The panel is made, and what draws its curves imported, when it is first to be seen."""

    panel_made = Signal()

    def __init__(
        self,
        training: Training,
        desk: Desk,
        background: Background,
        settings: Settings,
        *,
        status: StatusBar,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._desk = desk
        self._background = background
        self._settings = settings
        self._status = status
        self._actions = actions
        self._project: Project | None = None
        self._names: list[str] = []
        """Of the runs in the folder, newest first."""
        self._names_are_read = False
        """Else there are but those that began in this window."""
        self.shown_name = ""
        self.record: RunRecord | None = None
        """Of the run that the panel shows."""
        self.panel: TrainingPanel | None = None
        self.curves: Curves | None = None
        """None until they can be drawn."""
        self._draw_soon = Throttle(self._draw, BETWEEN_MS, self)
        self._connect()

    # -- folders and runs -----------------------------------------------------------------

    def set_project(self, project: Project | None) -> None:
        """Another folder is open, or none: its newest run is shown."""
        self._project = project
        self._names, self._names_are_read = [], False
        self._show(None, "")
        self._status.show_training("")
        if project is not None and self._is_seen:
            self._read_names(project)

    def show_run(self, name: str) -> None:
        """An earlier run, or the one that is under way."""
        project, run = self._project, self._training.run
        if project is None or not name:
            return
        if run is not None and run.name == name:
            self._show(run.record, name)
            return
        self.shown_name = name

        def show(record: RunRecord) -> None:
            if project is self._project and self.shown_name == name:
                self._show(record, name)

        folder = project.runs.folder / name
        self._background.run(lambda _: read_record(folder), show, log.warning, kind=_KIND)

    # -- the panel ------------------------------------------------------------------------

    @property
    def _is_seen(self) -> bool:
        return self._actions["view.training"].isChecked()

    def _connect(self) -> None:
        settings, training = self._settings, self._training
        height = round(settings.number("training panel", HEIGHT, LEAST_HEIGHT, _HIGHEST))
        self._desk.bench.set_panel(self._made_panel, height)
        self._desk.bench.height_chosen.connect(
            lambda height: settings.set_number("training panel", height)
        )
        self._actions["view.training"].toggled.connect(self._toggle)
        training.begun.connect(self._begin)
        training.told.connect(self._take)
        training.ended.connect(self._end)
        training.state_changed.connect(self._show_state)
        self._toggle(self._is_seen)

    def _toggle(self, seen: bool) -> None:
        self._desk.bench.show_panel(seen)
        if seen:
            # In a turn of its own: the image above is painted anew in this one.
            QTimer.singleShot(0, self, self._fill)

    def _fill(self) -> None:
        self._show_names()
        self._draw_all()
        if self._project is not None and not self._names_are_read:
            self._read_names(self._project)

    def _made_panel(self) -> QWidget:
        panel = self.panel = TrainingPanel(self._actions)
        panel.run_chosen.connect(self.show_run)
        panel.image_chosen.connect(self._desk.workspace.image_list.select)

        def import_curves() -> None:
            self._background.run(
                _import_curves, lambda _: self._make_curves(panel), log.error, kind=_KIND
            )

        QtTypes(import_curves, panel)
        self.panel_made.emit()
        return panel

    def _make_curves(self, panel: TrainingPanel) -> None:
        from gui.training.curves import Curves

        curves = Curves()
        panel.set_curves(curves)

        def ready() -> None:
            self.curves = curves
            self._draw()

        curves.ready.connect(ready)

    def _read_names(self, project: Project) -> None:
        def show(names: list[str]) -> None:
            if project is not self._project:
                return
            run = self._training.run
            extra = [run.name] if run is not None and run.name not in names else []
            self._names, self._names_are_read = [*extra, *names], True
            self._show_names()
            if self.record is None and self._names:
                self.show_run(self._names[0])

        folder = project.runs.folder
        self._background.run(lambda _: run_names(folder), show, log.warning, kind=_KIND)

    # -- what happens ---------------------------------------------------------------------

    def _begin(self, run: LiveRun) -> None:
        if run.name not in self._names:
            self._names.insert(0, run.name)
        self._show(run.record, run.name)
        self._actions["view.training"].setChecked(True)
        self._status.show_training(short_words(run.record))

    def _take(self, event: Event) -> None:
        run = self._training.run
        if run is None:
            return
        self._status.show_training(short_words(run.record))
        if self.record is not run.record or not self._is_seen:
            return
        if isinstance(event, Batch | Prepare):
            self._draw_soon()
        elif isinstance(event, Preview):
            self._draw_preview(event)
        else:
            self._draw()
            self._draw_scores()

    def _end(self, run: LiveRun, ending: Ending) -> None:
        self._status.show_training("")
        self._show_names()
        if self.record is run.record:
            self._draw_all()

    def _show_state(self) -> None:
        if self.panel is not None:
            self.panel.show_stopping(self._training.is_stopping)
            self.panel.show_pause(self._training.is_paused, self._training.is_pausing)
        self._draw_soon()

    # -- drawing --------------------------------------------------------------------------

    def _show(self, record: RunRecord | None, name: str) -> None:
        self.record, self.shown_name = record, name
        self._show_names()
        self._draw_all()

    def _show_names(self) -> None:
        if self.panel is None:
            return
        known = {}
        if self._project is not None:
            known = {run.folder: run for run in self._project.runs.all(curves=False)}
        entries = [RunEntry(name, run_title(name, known.get(name))) for name in self._names]
        self.panel.show_runs(entries, self.shown_name)

    def _draw_all(self) -> None:
        if self.panel is None or not self._is_seen:
            return
        self._draw()
        self._draw_scores()
        self.panel.gallery.clear()
        if self.record is not None:
            for preview in self.record.previews.values():
                self._draw_preview(preview)

    def _draw(self) -> None:
        """What changes with every step."""
        if self.panel is None or not self._is_seen:
            return
        self.panel.show_record(self.record)
        if self.curves is not None and self.record is not None:
            self.curves.show_record(self.record)

    def _draw_scores(self) -> None:
        """What changes with every epoch."""
        if self.panel is not None and self.record is not None and self._is_seen:
            self.panel.show_scores(self.record, self._colors())

    def _colors(self) -> dict[str, tuple[int, int, int]]:
        if self._project is None:
            return {}
        return {each.name: each.color for each in self._project.classes}

    def _draw_preview(self, preview: Preview) -> None:
        project, record, panel = self._project, self.record, self.panel
        if project is None or record is None or record.start is None or panel is None:
            return
        place = list(record.previews).index(preview.name)
        colors = self._colors()
        classes = [
            LabelClass(number, name, colors.get(name, default_color(number, name)))
            for number, name in enumerate(record.start.classes)
        ]
        labels = _here(Path(preview.path), project.runs.folder / self.shown_name)

        def show(image: QImage) -> None:
            # Two epochs may be drawn at a time, and the older one be done last.
            if record is self.record and panel.gallery.epoch_at(place) <= preview.epoch:
                panel.gallery.show_picture(place, preview.name, image, preview.epoch)

        photo = project.path_of(preview.name)
        self._background.run(
            lambda _: draw_preview(photo, labels, classes), show, log.info, kind=_KIND
        )


def _here(path: Path, run: Path) -> Path:
    """Where a preview lies, also when the folder has been moved since."""
    moved = run / "previews" / path.name
    return moved if not path.is_absolute() or moved.is_file() else path


def _import_curves(cancel: CancelToken) -> None:
    import gui.training.curves  # noqa: F401
