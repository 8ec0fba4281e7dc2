"""Where :mod:`gui.work` was."""

from gui.work import Work, nothing

__all__ = ["Work", "nothing"]
