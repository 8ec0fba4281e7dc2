"""What the Help menu does."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.dialogs import show_dialog
from gui.jobs import Background
from gui.message_bar import MessageBar


class HelpMenu(QObject):
    """Each dialog is imported when it is first asked for."""

    def __init__(
        self, window: QWidget, actions: Actions, messages: MessageBar, background: Background
    ) -> None:
        super().__init__(window)
        self._window = window
        self._messages = messages
        self._background = background
        actions.on("help.shortcuts", self._show_shortcuts)
        actions.on("help.report", self._copy_report)
        actions.on("help.log", self._open_log)
        actions.on("help.check_updates", self._check_updates)
        actions.on("help.about", self._show_about)

    def _show_shortcuts(self) -> None:
        from gui.shortcut_sheet import ShortcutSheet

        show_dialog(self._window, ShortcutSheet(self._window))

    def _show_about(self) -> None:
        from gui.about import AboutDialog

        show_dialog(self._window, AboutDialog(self._window))

    def _check_updates(self) -> None:
        from gui.update_dialog import UpdateDialog

        show_dialog(self._window, UpdateDialog(self._background, self._window))

    def _copy_report(self) -> None:
        from gui.log import report

        QGuiApplication.clipboard().setText(report())
        self._messages.say(self.tr("The report is on the clipboard."), fleeting=True)

    def _open_log(self) -> None:
        from segmenter.paths import log_folder

        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))
