"""A window on photos that were corrected, with two models whose every answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from known_networks import save_says
from managers import OpenManager
from pytestqt.qtbot import QtBot
from two_models import COLOR, SHARES
from windows import WAIT_MS, MakeWindow, trigger

from gui.main_window import MainWindow
from gui.models.manager_dialog import ManagerDialog
from segmenter.nn.card import ModelCard
from segmenter.project.project import Project


@pytest.fixture
def corrected(photos: Path) -> Path:
    """The folder; the upper part of three photos is petal, the rest of them background."""
    with Project.open(photos) as project:
        project.scan()
        project.add_class("background")
        project.add_class("petal", COLOR)
        for name, share in SHARES.items():
            mask = np.zeros(project.load_image(name).shape[:2], np.uint8)
            mask[: round(share * len(mask))] = 1
            project.save_mask(name, mask)
    return photos


@pytest.fixture
def models(corrected: Path) -> Path:
    """The project's own models: ``old`` says "background", ``new`` says "petal"; ``new`` held out
    two of the images."""
    with Project.open(corrected) as project:
        folder = project.models_folder
    card = ModelCard(
        name="Ground",
        origin="Made by a test.",
        created="2026-01-01T10:00:00+00:00",
        scores={"mean_iou": 0.25},
    )
    save_says(folder / "old.safetensors", "background", card=card)
    card = ModelCard(
        name="Petals",
        origin="Made by a test.",
        created="2026-02-01T10:00:00+00:00",
        scores={"mean_iou": 0.375, "iou": {"background": 0.0, "petal": 0.75}},
        training={"validation": ["astronaut.jpg", "cat.jpg"], "training_images": 1},
    )
    save_says(folder / "new.safetensors", "petal", card=card)
    return folder


@pytest.fixture
def window(make_window: MakeWindow, corrected: Path, models: Path) -> MainWindow:
    """``old`` is the model in use."""
    return make_window(corrected, model=models / "old.safetensors")


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> OpenManager:
    """Opens the manager by its action, and waits for its list."""

    def open_it() -> ManagerDialog:
        trigger(window, "model.manager")
        (manager,) = (each for each in window.findChildren(ManagerDialog) if each.isVisible())
        qtbot.waitUntil(lambda: bool(manager.list.entries), timeout=WAIT_MS)
        return manager

    return open_it


@pytest.fixture
def manager(opened: OpenManager) -> ManagerDialog:
    return opened()
