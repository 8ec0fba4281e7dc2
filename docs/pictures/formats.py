"""Taking masks out, and bringing them in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.formats.export_dialog import ExportDialog
from gui.formats.import_dialog import ImportDialog
from gui.main_window import MainWindow
from pictures.window import act, dialog_of, opened, settle
from segmenter.project.project import Project
from segmenter.project.state import State

CORRECTED = ("cat.jpg", "dogs.jpg", "flower.jpg")
NOT_EXPORTED = "rocket.jpg"


def exporting(window: MainWindow, folder: Path) -> QWidget:
    """Some images are approved, some corrected, the rest predicted."""
    with Project.open(folder) as project:
        label(project)
    opened(window, folder)
    act(window, "file.export")
    settle(window)
    dialog = dialog_of(window, "export_dialog")
    assert isinstance(dialog, ExportDialog)
    settle(window)
    show_path(dialog, "export.target", "Pictures/Sample photos-coco")
    settle(window)
    return dialog


def importing(window: MainWindow, folder: Path) -> QWidget:
    """From a folder of the same photos, some of which have masks here already, and one of which
    is not here."""
    source = folder.with_name("Field work")
    shutil.copytree(folder, source)
    shutil.copyfile(source / "cat.jpg", source / "stranger.jpg")
    with Project.open(source) as project:
        project.scan()
        label(project)
        project.save_mask(
            "stranger.jpg", np.zeros(project.load_image("stranger.jpg").shape[:2], np.uint8)
        )
        for class_id, name in ((1, "animal"), (2, "plant")):
            if any(each.id == class_id for each in project.classes):
                project.change_class(class_id, name=name)
            else:
                project.add_class(name, wanted_id=class_id)
    target = folder.with_name("field-work-coco")
    subprocess.run(
        [sys.executable, "-m", "segmenter.cli", "export", str(source), str(target),
         "--format", "coco", "--images", "none"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with Project.open(folder) as project:
        for name in CORRECTED:
            project.set_approved(name, True)
    opened(window, folder)
    act(window, "file.import")
    settle(window)
    dialog = dialog_of(window, "import_dialog")
    assert isinstance(dialog, ImportDialog)
    dialog.set_path(target)
    settle(window)
    show_path(dialog, "import.source", "Downloads/field-work-coco")
    return dialog


def show_path(dialog: QWidget, field: str, path: str) -> None:
    """One that a person may have, in the place of one that no picture is like another in."""
    edit = dialog.findChild(QLineEdit, field)
    assert edit is not None
    edit.setText(f"/home/anna/{path}")


def label(project: Project) -> None:
    """Approve the predictions of all but one, and correct a few."""
    for image in project.images():
        if image.name != NOT_EXPORTED and image.state is State.PREDICTED:
            project.set_approved(image.name, True)
    for name in CORRECTED:
        mask = project.load_mask(name)
        assert mask is not None
        mask = mask.copy()
        mask[: mask.shape[0] // 3] = 0
        project.save_mask(name, mask)
