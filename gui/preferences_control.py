"""Where the choices of the preferences dialog come from, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.settings import Settings
from gui.theme import MODES

if TYPE_CHECKING:
    from gui.correcting import Correcting
    from gui.preferences import Choices, PreferencesDialog
    from gui.view_panel import ViewPanel

BRUSHES = ("brush", "eraser", "restore")
"""The tools with a brush of their own, as their settings are called."""


class PreferencesControl(QObject):
    """Before the first folder is opened there are only settings; then also who lives by them."""

    def __init__(self, window: QWidget, actions: Actions, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._settings = settings
        self._correcting: Correcting | None = None
        self._view_panel: ViewPanel | None = None
        self._dialog: PreferencesDialog | None = None
        actions.on("edit.preferences", self._open)

    def tell(self, correcting: Correcting, view_panel: ViewPanel) -> None:
        """From now on these live by what is chosen, and have it changed elsewhere."""
        self._correcting, self._view_panel = correcting, view_panel

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
        if self._view_panel is not None:
            self._view_panel.opacity_changed.connect(dialog.refresh)
        if self._correcting is not None:
            self._correcting.editor.history_changed.connect(dialog.refresh)
            for brush in self._correcting.tools.brushes:
                brush.changed.connect(dialog.refresh)

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
            if self._view_panel is not None:
                self._view_panel.set_opacity(new.opacity)
        if new.pen_pressure != now.pen_pressure:
            for name in BRUSHES:
                settings.set_flag(f"{name}.pressure", new.pen_pressure)
            for brush in correcting.tools.brushes if correcting is not None else ():
                brush.set_feels_pressure(new.pen_pressure)
        settings.save()
