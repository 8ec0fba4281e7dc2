"""Which tool is chosen, and how it is chosen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.actions import Actions
from gui.tools import open_polygons
from gui.tools.brush_settings import BrushSettings
from gui.tools.brush_tool import BrushTool
from gui.tools.eraser_tool import EraserTool
from gui.tools.fill_tool import FillTool
from gui.tools.hand_tool import HandTool
from gui.tools.pick_tool import PickTool
from gui.tools.polygon_tool import PolygonTool
from gui.tools.restore_tool import RestoreTool
from gui.tools.smart_tool import SmartTool
from gui.tools.stroke_tool import StrokeTool
from gui.tools.tool import Tool, ToolContext
from gui.tools.tool_pointer import ToolPointer
from gui.tools.wand_tool import WandTool

TOOLS: tuple[type[Tool], ...] = (
    BrushTool, EraserTool, PolygonTool, FillTool, WandTool, SmartTool, RestoreTool, PickTool,
)  # fmt: skip
"""In the order of the menu."""


class ToolBox(QObject):
    """Holds the tools, follows their actions, and gives the pointer to the chosen one; where
    none is chosen a hand moves the image."""

    tool_changed = Signal(object)
    """The Tool that is chosen; None where none is."""
    hint_changed = Signal(str)
    """What can be done with it now, one line; empty where there is nothing to say."""
    class_wanted = Signal()
    """Somebody wants to paint, and there is no class to paint with."""

    def __init__(
        self, context: ToolContext, actions: Actions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._canvas = context.canvas
        self._settings = context.settings
        self._actions = actions
        self._erase_target = context.erase_target
        self._tools = {kind.name: kind(context, self) for kind in TOOLS}
        polygon = self._tools[PolygonTool.name]
        assert isinstance(polygon, PolygonTool)
        self._polygon = polygon
        self._hand = HandTool(context, self)
        self._chosen: Tool = self._hand
        self._pointer = ToolPointer(context.canvas, self._tools[PickTool.name], self._put_away)
        self._pointer.set_tool(self._hand)
        context.canvas.set_pointer_target(self._pointer)
        for name, tool in self._tools.items():
            actions.on(name, partial(self.choose, name))
            tool.hint_changed.connect(self._tell_hint)
            tool.class_wanted.connect(self.class_wanted)
        actions.on("tool.smaller", lambda: self._chosen.change_size(-1))
        actions.on("tool.larger", lambda: self._chosen.change_size(1))

    @property
    def brushes(self) -> list[BrushSettings]:
        """Of the tools that brush."""
        return [tool.brush for tool in self._tools.values() if isinstance(tool, StrokeTool)]

    @property
    def tool(self) -> Tool | None:
        return None if self._chosen is self._hand else self._chosen

    def __getitem__(self, name: str) -> Tool:
        """The tool of this action's name, chosen or not."""
        return self._tools[name]

    def choose(self, name: str) -> None:
        """The tool of this action's name; an empty name puts all of them away. Remembered for
        the next folder."""
        self._take(self._tools.get(name, self._hand))
        self._settings.set_choice("tool", self._chosen.name)
        self._canvas.setFocus()

    def set_folder(self, folder: Path | None) -> None:
        """A folder was opened: the tool that was in use last is chosen again; None: closed."""
        name = self._settings.choice("tool", "") if folder is not None else ""
        self._erase_target.set_folder(folder)
        self._take(self._tools.get(name, self._hand))

    def left_open(self) -> str:
        """What was begun in this folder and waits there, as a text to be kept with it."""
        return open_polygons.as_text(self._polygon.left_open)

    def go_on_with(self, left_open: str) -> None:
        """What :meth:`left_open` was, in the folder that is opened now."""
        self._polygon.go_on_with(open_polygons.from_text(left_open))

    def take_back(self) -> bool:
        """The last part of what the tool has not finished; False where there is none."""
        return self._chosen.take_back()

    def finish(self) -> None:
        """The image is about to be another one: end what the tool has begun."""
        self._pointer.end()

    def resume(self) -> None:
        """The image is the same after all: go on with what the tool had begun."""
        self._chosen.resume()

    def _take(self, tool: Tool) -> None:
        if tool is self._chosen:
            return
        before, self._chosen = self._chosen, tool
        before.deactivate()
        if before.name:
            self._actions[before.name].setChecked(False)
        if tool.name:
            self._actions[tool.name].setChecked(True)
        self._pointer.set_tool(tool)
        tool.activate()
        self._canvas.set_pointer_target(self._pointer)
        self.tool_changed.emit(self.tool)
        self._tell_hint()

    def _put_away(self) -> bool:
        if self._chosen is self._hand:
            return False
        self.choose("")
        return True

    def _tell_hint(self) -> None:
        self.hint_changed.emit(self._chosen.hint)
