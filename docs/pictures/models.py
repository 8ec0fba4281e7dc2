"""Models that have learnt: listed, and two of them side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QWidget

from gui.main_window import MainWindow
from gui.models.comparison_dialog import ComparisonDialog
from gui.models.manager_dialog import ManagerDialog
from pictures.window import act, dialog_of, opened, settle
from segmenter.project.project import Project
from segmenter.project.state import State

STEPS = {"Long lesson": 40, "Short lesson": 4}
"""Name of each model: so many steps it has learnt."""
NOTE = "Ends before it forgets what the starter knew."


def manager(window: MainWindow, folder: Path) -> QWidget:
    """Two that were learnt in the folder, and the ready-made ones."""
    _, new = learnt(folder)
    opened(window, folder)
    act(window, "model.manager")
    settle(window)
    dialog = dialog_of(window, "model_manager")
    assert isinstance(dialog, ManagerDialog)
    dialog.list.choose(str(new))
    settle(window)
    return dialog


def comparison(window: MainWindow, folder: Path) -> QWidget:
    """The better one is about to be used."""
    old, new = learnt(folder)
    opened(window, folder)
    assert window.teaching is not None
    window.teaching.comparing.show(str(old), str(new))
    dialog = dialog_of(window, "comparison_dialog")
    assert isinstance(dialog, ComparisonDialog)
    loop = QEventLoop()
    dialog.compared.connect(loop.quit)
    loop.exec()
    settle(window)
    return dialog


def learnt(folder: Path) -> list[Path]:
    """Every prediction is approved, and two models learn from them by the command line."""
    with Project.open(folder) as project:
        for image in project.images():
            project.set_state(image.name, State.APPROVED)
        models = project.models_folder
    made: list[Path] = []
    for name, steps in STEPS.items():
        path = models / f"{name}.safetensors"
        subprocess.run(
            [sys.executable, "-m", "segmenter.cli", "train", str(folder), "--recipe", "quick",
             "--set", f"steps={steps}", "--set", "views=1", "--set", "validation_count=4",
             "--name", name, "--note", NOTE if made else "", "--out", str(path)],
            check=True, stdout=subprocess.DEVNULL, env={**os.environ, "QT_QPA_PLATFORM": ""},
        )  # fmt: skip
        made.append(path)
    return made
