"""The tools' surroundings: their panel, the switches that protect, what is missing to paint."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.editing.editor import Editor
from gui.message_bar import MessageBar
from gui.tools.protect_switches import ProtectSwitches
from gui.tools.tool import Tool
from gui.tools.tool_box import ToolBox
from gui.tools.tool_panel import ToolPanel
from gui.workspace import Workspace


class ToolWiring(QObject):
    """Between the tool box and the parts of the window that show what it says."""

    def __init__(
        self,
        tools: ToolBox,
        editor: Editor,
        workspace: Workspace,
        messages: MessageBar,
        actions: Actions,
    ) -> None:
        super().__init__(tools)
        self._tools = tools
        self._workspace = workspace
        self._messages = messages
        self._actions = actions
        self._no_class = self.tr("There is no class to paint with yet.")
        self._panel = ToolPanel(actions)
        workspace.show_tool_panel(self._panel)
        ProtectSwitches(actions, editor, workspace.canvas, self)
        self._panel.done.connect(workspace.canvas.setFocus)
        tools.tool_changed.connect(self._show_tool)
        tools.class_wanted.connect(self._ask_for_class)
        editor.class_changed.connect(self._stop_asking)
        self._show_tool(tools.tool)

    def _show_tool(self, tool: Tool | None) -> None:
        title = self._actions[tool.name].text().replace("&", "") if tool is not None else ""
        self._workspace.tool_section.set_title(title or self.tr("Tool"))
        self._panel.show_tool(tool)

    def _ask_for_class(self) -> None:
        if self._workspace.canvas.classes:
            self._messages.say(
                self.tr("Choose the class to paint with from the list, then paint."), fleeting=True
            )
            return
        self._messages.say(
            self._no_class,
            action=self.tr("Add class…"),
            do=self._actions["class.add"].trigger,
        )

    def _stop_asking(self) -> None:
        if self._messages.text == self._no_class:
            self._messages.clear()
