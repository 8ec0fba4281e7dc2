"""The model in the window: which one, where it computes, what went wrong, the chooser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.dialogs import show_dialog
from gui.downloads import Downloads
from gui.inference_worker import Inference, ModelFacts
from gui.jobs import Background
from gui.model_store import title_of

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class ModelControl(QObject):
    """Tells the status bar and the settings what the inference thread says of its model."""

    def __init__(
        self, window: MainWindow, actions: Actions, inference: Inference, downloads: Downloads
    ) -> None:
        super().__init__(window)
        self._window = window
        self._chooser_action = actions["model.manager"]
        self._inference = inference
        self._downloads = downloads
        self._warm = False
        actions.on("model.manager", self._show_chooser)
        inference.model_chosen.connect(self._remember)
        inference.model_ready.connect(self._show_facts)
        inference.model_failed.connect(self._tell_failed)
        window.status.show_model(title_of(inference.model))

    def warm_up(self) -> None:
        """Import torch and load the model, once, now that the first image can be seen."""
        if not self._warm:
            self._warm = True
            self._inference.warm_up()

    def _remember(self, name: str) -> None:
        self._window.settings.model = name
        self._window.status.show_model(title_of(name))

    def _show_facts(self, facts: ModelFacts) -> None:
        self._window.status.show_model(facts.title)
        self._window.status.show_device(device_words(facts.device))

    def _tell_failed(self, name: str, sentence: str) -> None:
        self._window.messages.say(
            sentence, "error", self.tr("Models…"), self._chooser_action.trigger
        )

    def _show_chooser(self) -> None:
        from gui.model_chooser import ModelChooser

        project = self._window.project
        folder: Path | None = project.models_folder if project is not None else None
        background: Background = self._window.background
        show_dialog(
            self._window,
            ModelChooser(
                self._inference,
                background,
                self._downloads,
                models_folder=folder,
                parent=self._window,
            ),
        )


def device_words(device: str) -> str:
    """``cuda:0`` → ``GPU 0``, as the status bar shows it."""
    if device.startswith("cuda"):
        return f"GPU {device.partition(':')[2] or 0}"
    return {"cpu": "CPU", "mps": "Apple GPU"}.get(device, device)
