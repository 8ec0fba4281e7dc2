"""Qt's Python types are all there before another thread asks for them."""

from __future__ import annotations

import subprocess
import sys

_CHILD = """
from PySide6 import QtCore, QtGui, QtWidgets
from gui.training.qt_types import QtTypes

app = QtWidgets.QApplication([])
modules = (QtCore, QtGui, QtWidgets)

def missing():
    return sum(name not in vars(module) for module in modules for name in dir(module))

turns, before = [], missing()
timer = QtCore.QTimer()
timer.timeout.connect(lambda: turns.append(missing()))
timer.start(0)
kept = QtTypes(app.quit)
app.exec()
print(before > 500, missing(), len(set(turns)) > 3)
"""


def test_all_types_are_made_in_many_turns_of_the_event_loop() -> None:
    """In a process where nobody has asked for them yet."""
    told = subprocess.run(
        [sys.executable, "-c", _CHILD], check=True, capture_output=True, text=True, timeout=120
    )
    assert told.stdout.split() == ["True", "0", "True"]
