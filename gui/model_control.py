"""The model in the window: which one, where it computes, what went wrong, the manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.downloads import Downloads
from gui.folder import Folder
from gui.inference_worker import Inference, ModelFacts
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.model_store import title_of
from gui.settings import Settings
from gui.status_bar import StatusBar

if TYPE_CHECKING:
    from gui.models.library import ModelLibrary
    from gui.models.manager_dialog import Compare


class ModelControl(QObject):
    """Tells the status bar and the settings what the inference thread says of its model."""

    def __init__(
        self,
        window: QWidget,
        inference: Inference,
        downloads: Downloads,
        folder: Folder,
        *,
        compare: Callable[[], Compare | None],
        background: Background,
        settings: Settings,
        messages: MessageBar,
        status: StatusBar,
        actions: Actions,
    ) -> None:
        """``compare``: what opens the comparison of two models; None while no folder is open."""
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._compare = compare
        self._background = background
        self._settings = settings
        self._messages = messages
        self._status = status
        self._manager_action = actions["model.manager"]
        self._inference = inference
        self._downloads = downloads
        self._library: ModelLibrary | None = None
        self._warm = False
        actions.on("model.manager", self._show_manager)
        inference.model_chosen.connect(self._remember)
        inference.model_ready.connect(self._show_facts)
        inference.model_failed.connect(self._tell_failed)
        status.show_model(title_of(inference.model))

    def warm_up(self) -> None:
        """Import torch and load the model, once, now that the first image can be seen."""
        if not self._warm:
            self._warm = True
            self._inference.warm_up()

    def _remember(self, name: str) -> None:
        self._settings.model = name
        self._status.show_model(title_of(name))

    def _show_facts(self, facts: ModelFacts) -> None:
        self._status.show_model(facts.title)
        self._status.show_device(device_words(facts.device))

    def _tell_failed(self, name: str, sentence: str) -> None:
        self._messages.say(sentence, "error", self.tr("Models…"), self._manager_action.trigger)

    def _note_renamed(self, name: str, title: str) -> None:
        if name == self._inference.model:
            self._status.show_model(title)

    def _show_manager(self) -> None:
        from gui.models.manager_dialog import ManagerDialog

        window, project = self._window, self._folder.project
        for other in window.findChildren(ManagerDialog):
            other.close()
        library = self._made_library()
        library.set_models_folder(project.models_folder if project is not None else None)
        dialog = ManagerDialog(
            library,
            self._inference,
            self._downloads,
            compare=self._compare() if project is not None else None,
            read_only=project is not None and project.read_only,
            parent=window,
        )
        # Other models are "learnt here" then.
        self._folder.closing.connect(dialog.close)
        self._folder.opened.connect(dialog.close)
        dialog.show()

    def _made_library(self) -> ModelLibrary:
        """It lives on when the manager is closed: what was asked for is still done."""
        if self._library is None:
            from gui.models.library import ModelLibrary

            self._library = ModelLibrary(self._background, self)
            self._library.renamed.connect(self._note_renamed)
        return self._library


def device_words(device: str) -> str:
    """``cuda:0`` → ``GPU 0``, as the status bar shows it."""
    if device.startswith("cuda"):
        return f"GPU {device.partition(':')[2] or 0}"
    return {"cpu": "CPU", "mps": "Apple GPU"}.get(device, device)
