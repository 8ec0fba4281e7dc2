"""The window: makes the parts and wires them. Each part knows itself alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFileDialog, QMainWindow, QStackedWidget

from gui.actions import Actions, Situation
from gui.downloads import Downloads
from gui.drop import dropped_folder, dropped_labels, folder_of
from gui.folder import Folder
from gui.help_menu import HelpMenu
from gui.inference_worker import Inference
from gui.jobs import Background, Jobs
from gui.menus import ToolBar, fill_menu_bar
from gui.message_bar import MessageBar
from gui.model_control import ModelControl
from gui.preferences_control import PreferencesControl
from gui.recent_menu import RecentMenu
from gui.rescan import Rescan
from gui.segmenting import Segmenting
from gui.settings import Settings
from gui.stage import Stage
from gui.status_bar import StatusBar
from gui.theme import MODES, Theme
from gui.welcome_page import WelcomePage
from segmenter.errors import MaskwrightError

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.desk import Desk
    from gui.formats.formats_control import FormatsControl
    from gui.training.teaching import Teaching
    from gui.workspace import Workspace
    from segmenter.project.project import Project

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """One window on one folder."""

    idle = Signal()
    """No background job is left: opening, searching, loading images, segmenting."""

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.settings = settings
        self.theme = theme
        self.actions_by_name = Actions(self)
        self.jobs = Jobs(self)
        self.background = Background(self.jobs, self, threads=3)
        self.folder = Folder(self.background, self)
        self.download_pool = Background(self.jobs, self, threads=2)
        self.downloads = Downloads(self.download_pool, self)
        self.inference = Inference(self.jobs, settings.model, self)
        self.desk: Desk | None = None
        """What works on an open folder; None before the first one is opened."""
        self.teaching: Teaching | None = None
        """By what the model learns; made with the desk."""
        self.formats: FormatsControl | None = None
        """Export and import; made with the desk."""
        self._pending: tuple[Path, str] | None = None
        self._select_on_open = ""
        self._closed = False
        self._build()
        self._rescan = Rescan(self.folder, self.jobs, self.messages, self)
        self._segmenting = Segmenting(self.inference, self.status.progress, self.messages, self)
        self._model = ModelControl(
            self,
            self.inference,
            self.downloads,
            self.folder,
            compare=lambda: self.teaching.comparing.show if self.teaching is not None else None,
            background=self.background,
            settings=settings,
            messages=self.messages,
            status=self.status,
            actions=self.actions_by_name,
        )
        HelpMenu(self, self.actions_by_name, self.messages, self.background)
        self._preferences = PreferencesControl(self, self.actions_by_name, settings)
        self._connect()
        self._restore()
        self._update_actions()

    # -- for tests and scripts from outside -----------------------------------------------

    @property
    def project(self) -> Project | None:
        """The folder that is open."""
        return self.folder.project

    @property
    def shown_name(self) -> str:
        """The image on the canvas; empty where there is none."""
        return self.desk.view.shown_name if self.desk is not None else ""

    @property
    def canvas(self) -> Canvas:
        return self.workspace.canvas

    @property
    def workspace(self) -> Workspace:
        """Image list, canvas and side panel; made when they are first needed."""
        return self._made_desk().workspace

    def open_folder(self, path: str | Path, select: str = "") -> None:
        """Open a folder, or the folder of an image and show that image.

        Returns at once; ``idle`` fires when all is loaded. What goes wrong is said in the
        message bar. During a run that run is stopped first.
        """
        try:
            folder, name = folder_of(Path(path))
        except MaskwrightError as error:
            self.messages.say(str(error), "error")
            return
        select = select or name
        if self.inference.is_running:
            self._pending = (folder, select)
            self._end_run()
            return
        if self._is_saved(partial(self.open_folder, folder, select)):
            self.messages.clear()
            self._select_on_open = select
            self.folder.open(folder)

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        actions = self.actions_by_name
        self.setWindowTitle("Maskwright")
        self.setAcceptDrops(True)
        self.setMinimumSize(700, 440)
        self.resize(1280, 800)
        self._recent = RecentMenu(self.settings, self)
        actions["file.open_recent"].setMenu(self._recent)
        fill_menu_bar(self.menuBar(), actions)
        self.addToolBar(ToolBar(actions, self))
        self.messages = MessageBar()
        self.welcome = WelcomePage(actions)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._stage = Stage(self._pages, self.messages)
        self.setCentralWidget(self._stage)
        self.status = StatusBar(actions)
        self.setStatusBar(self.status)

    def _made_desk(self) -> Desk:
        if self.desk is None:
            from gui.desk import Desk
            from gui.formats.formats_control import FormatsControl
            from gui.training.teaching import Teaching

            self.desk = Desk(
                self.background,
                self.jobs,
                self.messages,
                self.status,
                self.settings,
                actions=self.actions_by_name,
                parent=self,
            )
            self.teaching = Teaching(
                self.desk,
                self.inference,
                self._segmenting,
                jobs=self.jobs,
                background=self.background,
                settings=self.settings,
                messages=self.messages,
                status=self.status,
                actions=self.actions_by_name,
                parent=self,
            )
            self.formats = FormatsControl(
                self.desk,
                self.background,
                self.messages,
                self.settings,
                status=self.status,
                actions=self.actions_by_name,
                parent=self,
            )
            self._preferences.tell(self.desk.correcting, self.desk.workspace.view_panel)
            self.teaching.running_changed.connect(self._follow_run)
            self._pages.addWidget(self.desk.bench)
            self.desk.bench.foot_changed.connect(self._stage.place)
            self.desk.shown_changed.connect(self._update_actions)
            self.desk.workspace.image_list.counted.connect(self._update_actions)
            self.desk.first_shown.connect(self._model.warm_up)
            self._segmenting.replacement_ready.connect(self.desk.correcting.replace_by_prediction)
        return self.desk

    def _connect(self) -> None:
        on = self.actions_by_name.on
        on("file.open_folder", self._ask_for_folder)
        on("file.open_recent", self._show_recent)
        on("file.open_sample", self._open_sample)
        on("file.refresh", self._search_anew)
        on("file.close", self.close_folder)
        on("file.quit", self.close)
        on("segment.image", self._segment_image)
        on("segment.folder", self._segment_folder)
        on("segment.folder_again", self._segment_folder_again)
        on("segment.cancel", self._segmenting.cancel)
        on("view.full_screen", self._toggle_full_screen)
        for mode in MODES:
            on(f"view.theme_{mode}", partial(self._set_theme, mode))
        self._recent.chosen.connect(self.open_folder)
        self.welcome.folder_chosen.connect(self.open_folder)
        self.jobs.idle.connect(self.idle)
        self.folder.opening.connect(self._tell_opening)
        self.folder.opened.connect(self._show_project)
        self.folder.closing.connect(self._let_go)
        self.folder.images_found.connect(self._add_images)
        self.folder.scanned.connect(self._finish_scan)
        self.folder.failed.connect(self._tell_folder_failed)
        self._segmenting.image_changed.connect(self._refresh_image)
        self._segmenting.running_changed.connect(self._follow_run)
        self._segmenting.again_wanted.connect(self._segment_folder_again)
        self._segmenting.show_image.connect(self._select)

    def _restore(self) -> None:
        settings, actions = self.settings, self.actions_by_name
        geometry = settings.layout("window")
        if geometry is not None:
            self.restoreGeometry(geometry)
        actions["view.overlay"].setChecked(True)
        for name, default in (
            ("view.outline", False),
            ("view.image_list", True),
            ("view.side_panel", True),
            ("view.training", False),
        ):
            actions[name].setChecked(settings.flag(name, default))
        actions[f"view.theme_{settings.theme}"].setChecked(True)
        self.welcome.show_recent(settings.recent)

    # -- folders --------------------------------------------------------------------------

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a folder of images"))
        dialog.setObjectName("open_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        recent = self.settings.recent
        if recent:
            dialog.setDirectory(str(recent[0].parent))
        dialog.fileSelected.connect(self.open_folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_recent(self) -> None:
        # The menu entry opens its submenu by itself; the keys open it here.
        self._recent.popup(self.mapToGlobal(self.rect().center()))

    def _open_sample(self) -> None:
        def copy(_: object) -> Path:
            from segmenter.project.samples import copy_samples, default_folder

            folder = default_folder()
            copy_samples(folder)
            return folder

        self.background.run(
            copy, self.open_folder, lambda text: self.messages.say(text, "error"), kind="open"
        )

    def close_folder(self) -> None:
        """Back to the start page."""
        if self.inference.is_running:
            self._pending = (Path(), "")
            self._end_run()
            return
        if self._is_saved(self.close_folder):
            self.folder.close()
            self._show_welcome()

    def _is_saved(self, later: Callable[[], object]) -> bool:
        """End the training and save every mask. False where that takes an answer or a moment:
        ``later`` is called when it is done, or is to be done without, and has to begin anew:
        masks may have been painted meanwhile, and images are segmented."""
        if self.teaching is not None and not self.teaching.training.leave_first(later):
            return False
        return self.desk is None or self.desk.correcting.save_first(later)

    def _tell_opening(self, path: Path) -> None:
        self.welcome.show_opening(path)
        self._pages.setCurrentWidget(self.welcome)

    def _show_project(self, project: Project) -> None:
        self.settings.add_recent(project.folder)
        self.setWindowTitle(
            f"{project.folder.name or project.folder} — Maskwright"
            + (self.tr(" (read-only)") if project.read_only else "")
        )
        notes = [note for note in (project.read_only_reason, *project.notes) if note]
        if notes:
            self.messages.say(" ".join(notes), "warning")
        desk = self._made_desk()
        desk.set_project(project, self._select_on_open)
        self._pages.setCurrentWidget(desk.bench)
        desk.workspace.canvas.setFocus()
        self._update_actions()

    def _add_images(self, names: list[str]) -> None:
        if self.desk is not None:
            self.desk.add_images(names)

    def _finish_scan(self) -> None:
        images = self.workspace.image_list
        images.set_scanning(False)
        self._rescan.finish()
        images.reload()

    def _search_anew(self) -> None:
        if self.project is not None and self.desk is not None:
            self._rescan.begin(self.project, self.desk)

    def _tell_folder_failed(self, path: Path, sentence: str) -> None:
        self._rescan.give_up()
        self.messages.say(sentence, "error")
        if self.project is None:
            self._show_welcome()
        else:
            self.workspace.image_list.set_scanning(False)

    def _let_go(self) -> None:
        if self.desk is not None:
            self.desk.set_project(None)
        self.messages.clear()  # it spoke of this folder, and may offer to do something there

    def _show_welcome(self) -> None:
        self.setWindowTitle("Maskwright")
        self.welcome.show_opening(None)
        self.welcome.show_recent(self.settings.recent)
        self._pages.setCurrentWidget(self.welcome)
        self.status.show_zoom(None)
        self.status.show_pointer("")
        self._update_actions()

    # -- segmenting -----------------------------------------------------------------------

    def _segment_image(self) -> None:
        if self.project is not None and self.desk is not None:
            self.desk.segment_current(self._segmenting, self.project)

    def _segment_folder(self) -> None:
        if self.project is not None:
            self._segmenting.folder(self.project)

    def _segment_folder_again(self) -> None:
        if self.project is not None:
            self._segmenting.folder_again(self.project)

    def _end_run(self) -> None:
        """Something else waits for it: a lesson that isn't over is not worth keeping."""
        self.inference.give_up()
        self._segmenting.cancel()

    def _refresh_image(self, name: str) -> None:
        if self.desk is not None and self.project is not None:
            self.desk.labels_changed(name)

    def _select(self, name: str) -> None:
        self.workspace.image_list.select(name)

    def _follow_run(self, running: bool) -> None:
        self._update_actions()
        if running or self._pending is None:
            return
        (path, select), self._pending = self._pending, None
        if path == Path():
            self.close_folder()
        else:
            self.open_folder(path, select)

    # -- view -----------------------------------------------------------------------------

    def _set_theme(self, mode: str) -> None:
        self.settings.theme = mode
        self.theme.set_mode(mode)

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # -- Qt's events ----------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # After the first paint: the icons of the menus, which nobody sees until one is opened.
        QTimer.singleShot(0, self.actions_by_name.dress)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.desk is None or not self.desk.key_pressed(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.desk is not None:
            self.desk.key_released(event)
        super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_folder(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.welcome.show_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.welcome.show_drop(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.welcome.show_drop(False)
        labels = dropped_labels(event.mimeData())
        if labels is not None and self.formats is not None and self.project is not None:
            event.acceptProposedAction()
            self.formats.import_from(labels)
            return
        dropped = dropped_folder(event.mimeData())
        if dropped is not None:
            event.acceptProposedAction()
            self.open_folder(*dropped)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save, then stop every thread; what is not done within two seconds is left to end by
        itself. Where a mask can't be saved the window stays, and asks."""
        if self._closed:
            event.accept()
            return
        if not self._is_saved(self.close):
            event.ignore()
            return
        event.accept()
        self._closed = True
        self._save_layout()
        self.hide()
        QGuiApplication.processEvents()
        if not self.inference.stop():
            log.info("closing while the inference thread is busy")
        self.folder.close()
        self.download_pool.close()
        self.background.close()
        if self.desk is not None:
            self.desk.close()

    # -- inside ---------------------------------------------------------------------------

    def _save_layout(self) -> None:
        settings = self.settings
        settings.set_layout("window", self.saveGeometry())
        if self.desk is not None:
            settings.set_layout("splitter", self.desk.layout_state())
        for name in ("view.outline", "view.image_list", "view.side_panel", "view.training"):
            settings.set_flag(name, self.actions_by_name[name].isChecked())
        settings.save()

    def _update_actions(self) -> None:
        view = self.desk.view if self.desk is not None and self.project is not None else None
        self.actions_by_name.show_available(
            Situation(
                has_project=self.project is not None,
                has_images=view is not None and self.workspace.image_list.count > 0,
                has_current=view is not None and bool(view.current_name),
                shows_image=view is not None and view.shows_image,
                is_running=self.inference.is_running,
            )
        )
