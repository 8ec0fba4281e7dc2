"""Which tool is chosen, and how it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.actions import Actions
from gui.tools.brush_tool import BrushTool
from gui.tools.tool import Tool, ToolContext

TOOLS: tuple[type[Tool], ...] = (BrushTool,)
"""In the order of the menu."""


class ToolBox(QObject):
    """Holds the tools, follows their actions, and gives the pointer to the chosen one."""

    tool_changed = Signal(object)
    """The Tool that is chosen; None where none is."""

    def __init__(
        self, context: ToolContext, actions: Actions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._actions = actions
        self._tools = {kind.name: kind(context, self) for kind in TOOLS}
        self._chosen: Tool | None = None
        for name in self._tools:
            actions[name].triggered.connect(lambda _=False, name=name: self.choose(name))

    @property
    def tool(self) -> Tool | None:
        return self._chosen

    def choose(self, name: str) -> None:
        """The tool of this action's name; an empty name puts all of them away."""
        tool = self._tools.get(name)
        if tool is self._chosen:
            return
        if self._chosen is not None:
            self._chosen.deactivate()
        self._chosen = tool
        self._context.canvas.set_pointer_target(tool)
        if tool is not None:
            self._actions[name].setChecked(True)
            tool.activate()
        self.tool_changed.emit(tool)

    def cancel(self) -> None:
        """Drop what the tool has not finished."""
        if self._chosen is not None:
            self._chosen.cancel()
