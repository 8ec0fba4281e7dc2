"""What the tools have in common whose region takes a while to find."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.tools.busy_sign import BusySign
from gui.tools.newest import Newest
from gui.tools.region_tool import RegionTool
from gui.tools.tool import ToolContext


class ComputingTool(RegionTool):
    """Looks for its region off the GUI thread, and says so where that takes long. Enter that
    comes before it is found is heeded then, unless something else was asked meanwhile."""

    kind = ""
    """Of the jobs that look for it."""

    def __init__(self, context: ToolContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._newest = Newest(context.background, self.kind, self)
        self._newest.busy_changed.connect(self._follow_busy)
        self._newest.failed.connect(self.cancel)
        self._sign = BusySign(context.canvas, self.busy_words(), self)
        self._to_apply = False
        """Enter was pressed; what is being computed is applied when it is there."""

    def busy_words(self) -> str:
        """What is shown while it takes long."""
        return self.tr("Looking …")

    def _apply_when_found(self, *, is_there: bool) -> bool:
        """Fill the region, at once or as soon as it is known; ``is_there``: something to fill,
        once nothing is being computed. Whether it was filled at once."""
        if self._newest.is_busy:
            self._to_apply = True
        elif is_there and self.may_begin():
            region = self.region
            self.cancel()
            return self.apply(region)
        return False

    def _drop_found(self) -> None:
        """Neither what was found nor what is still being looked for is wanted any more."""
        self._to_apply = False
        self._newest.drop()
        self.show_region(None)

    def _follow_busy(self, busy: bool) -> None:
        self._sign.set_busy(busy)
        if not busy and self._to_apply:
            self._to_apply = False
            self.confirm()
