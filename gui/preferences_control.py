"""Where the choices of the preferences dialog come from, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.settings import Settings
from gui.theme import MODES

if TYPE_CHECKING:
    from gui.correcting import Correcting
    from gui.main_window import MainWindow
    from gui.preferences import Choices, PreferencesDialog

BRUSHES = ("brush", "eraser", "restore")
"""The tools with a brush of their own, as their settings are called."""


class PreferencesControl(QObject):
    """Before the first folder is opened there are only settings; then also who lives by them."""

    def __init__(self, window: MainWindow, actions: Actions, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._settings = settings
        self._dialog: PreferencesDialog | None = None
        actions.on("edit.preferences", self._open)

    def _open(self) -> None:
        from gui.preferences import PreferencesDialog

        if self._dialog is None:
            self._dialog = PreferencesDialog(self._choices, self._undo_bytes, self._window)
            self._dialog.chosen.connect(self._apply)
            self._dialog.finished.connect(self._forget)
            self._keep_up_to_date(self._dialog)
            self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _keep_up_to_date(self, dialog: PreferencesDialog) -> None:
        """It stays open while work goes on behind it."""
        for mode in MODES:
            self._actions[f"view.theme_{mode}"].triggered.connect(dialog.refresh)
        correcting = self._correcting
        if correcting is not None:
            correcting.editor.history_changed.connect(dialog.refresh)
            self._window.workspace.view_panel.opacity_changed.connect(dialog.refresh)
            for brush in correcting.tools.brushes:
                brush.changed.connect(dialog.refresh)

    @property
    def _correcting(self) -> Correcting | None:
        desk = self._window.desk
        return desk.correcting if desk is not None else None

    def _forget(self) -> None:
        self._dialog = None

    def _choices(self) -> Choices:
        from gui.preferences import Choices

        settings = self._settings
        return Choices(
            undo_megabytes=settings.undo_megabytes,
            pen_pressure=all(settings.flag(f"{name}.pressure", False) for name in BRUSHES),
            theme=settings.theme,
            opacity=settings.opacity,
        )

    def _undo_bytes(self) -> int:
        correcting = self._correcting
        return correcting.undo_bytes if correcting is not None else 0

    def _apply(self, new: Choices) -> None:
        now, settings, correcting = self._choices(), self._settings, self._correcting
        if new.theme != now.theme:
            self._actions[f"view.theme_{new.theme}"].trigger()
        if new.undo_megabytes != now.undo_megabytes:
            settings.undo_megabytes = new.undo_megabytes
            if correcting is not None:
                correcting.set_undo_megabytes(new.undo_megabytes)
        if new.opacity != now.opacity:
            settings.opacity = new.opacity
            if correcting is not None:
                self._window.workspace.view_panel.set_opacity(new.opacity)
        if new.pen_pressure != now.pen_pressure:
            for name in BRUSHES:
                settings.set_flag(f"{name}.pressure", new.pen_pressure)
            for brush in correcting.tools.brushes if correcting is not None else ():
                brush.set_feels_pressure(new.pen_pressure)
        settings.save()
