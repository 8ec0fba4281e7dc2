"""The model in the window: which one, where it computes, what went wrong, the manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.actions import Actions
from gui.downloads import Downloads
from gui.inference_worker import Inference, ModelFacts
from gui.model_store import title_of

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.models.library import ModelLibrary


class ModelControl(QObject):
    """Tells the status bar and the settings what the inference thread says of its model."""

    def __init__(
        self, window: MainWindow, actions: Actions, inference: Inference, downloads: Downloads
    ) -> None:
        super().__init__(window)
        self._window = window
        self._manager_action = actions["model.manager"]
        self._inference = inference
        self._downloads = downloads
        self._library: ModelLibrary | None = None
        self._warm = False
        actions.on("model.manager", self._show_manager)
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
            sentence, "error", self.tr("Models…"), self._manager_action.trigger
        )

    def _note_renamed(self, name: str, title: str) -> None:
        if name == self._inference.model:
            self._window.status.show_model(title)

    def _show_manager(self) -> None:
        from gui.models.manager_dialog import ManagerDialog

        window, project = self._window, self._window.project
        for other in window.findChildren(ManagerDialog):
            other.close()
        library = self._made_library()
        library.set_models_folder(project.models_folder if project is not None else None)
        dialog = ManagerDialog(
            library,
            self._inference,
            self._downloads,
            compare=window.teaching.comparing.show
            if window.teaching is not None and project is not None
            else None,
            read_only=project is not None and project.read_only,
            parent=window,
        )
        # Other models are "learnt here" then.
        window.folder.closing.connect(dialog.close)
        window.folder.opened.connect(dialog.close)
        dialog.show()

    def _made_library(self) -> ModelLibrary:
        """It lives on when the manager is closed: what was asked for is still done."""
        if self._library is None:
            from gui.models.library import ModelLibrary

            self._library = ModelLibrary(self._window.background, self)
            self._library.renamed.connect(self._note_renamed)
        return self._library


def device_words(device: str) -> str:
    """``cuda:0`` → ``GPU 0``, as the status bar shows it."""
    if device.startswith("cuda"):
        return f"GPU {device.partition(':')[2] or 0}"
    return {"cpu": "CPU", "mps": "Apple GPU"}.get(device, device)
