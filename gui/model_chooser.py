"""Choose, download, import and remove models."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import close_row
from gui.downloads import Downloads
from gui.inference_worker import Inference, ModelFacts
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.model_card import ModelCardWidget
from gui.model_store import ModelEntry, import_model, model_entries, remove_model
from segmenter.cancel import CancelToken

T = TypeVar("T")


class ModelChooser(QDialog):
    """A card for every model. What it does shows at once; nothing waits for OK."""

    def __init__(
        self,
        inference: Inference,
        background: Background,
        downloads: Downloads,
        *,
        models_folder: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``models_folder``: the open project's own models."""
        super().__init__(parent)
        self.setObjectName("model_chooser")
        self.setWindowTitle(self.tr("Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._inference = inference
        self._background = background
        self._downloads = downloads
        self._models_folder = models_folder
        self._cards: dict[str, ModelCardWidget] = {}
        self._tokens: list[CancelToken] = []
        self._loading = ""
        self._build()
        self._connect()
        self._list()

    def _build(self) -> None:
        head = QLabel(self.tr("The model that segments"))
        head.setProperty("role", "title")
        lead = QLabel(
            self.tr(
                "All of them work on this computer alone. A larger one is more exact and slower; "
                "scores compare models of the same classes."
            )
        )
        lead.setProperty("role", "muted")
        lead.setWordWrap(True)
        self.messages = MessageBar()
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._column)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._import = QPushButton(self.tr("&Import model file…"))
        self._import.setObjectName("import_model")
        self._import.setToolTip(self.tr("Add a .safetensors or .pth file of your own"))
        self._import.clicked.connect(self._ask_for_file)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 14, 16)
        column.setSpacing(8)
        column.addWidget(head)
        column.addWidget(lead)
        column.addSpacing(4)
        column.addWidget(self.messages)
        column.addWidget(area, 1)
        column.addSpacing(4)
        column.addWidget(close_row(self, self._import))
        self.setMinimumSize(QSize(520, 380))
        self.resize(640, 600)

    def _connect(self) -> None:
        downloads, inference = self._downloads, self._inference
        self.finished.connect(self._drop_jobs)
        downloads.progressed.connect(self._tell_progress)
        downloads.finished.connect(self._list)
        downloads.cancelled.connect(self._list)
        downloads.failed.connect(self._tell_download_failed)
        inference.model_loading.connect(self._note_loading)
        inference.model_ready.connect(self._note_ready)
        inference.model_failed.connect(self._note_failed)

    def _run(self, work: Callable[[CancelToken], T], done: Callable[[T], None]) -> None:
        """On a pool thread; dropped when the chooser is closed meanwhile."""
        token = self._background.run(work, done, self._tell_failed, kind="models", counts=False)
        self._tokens.append(token)

    def _drop_jobs(self) -> None:
        for token in self._tokens:
            token.cancel()

    # -- the list -------------------------------------------------------------------------

    def _list(self) -> None:
        folder = self._models_folder

        def read(_: object) -> list[ModelEntry]:
            more = sorted(folder.glob("*.safetensors")) if folder is not None else []
            return model_entries(more)

        self._run(read, self._show)

    def _show(self, entries: list[ModelEntry]) -> None:
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.deleteLater()
        self._cards = {}
        for place, entry in enumerate(entries):
            card = ModelCardWidget(entry)
            card.use.connect(partial(self._use, entry.name))
            card.download.connect(partial(self._downloads.start, entry.name))
            card.cancel.connect(partial(self._downloads.cancel, entry.name))
            card.remove.connect(partial(self._remove, entry.name))
            self._column.insertWidget(place, card)
            self._cards[entry.name] = card
            under_way = self._downloads.state_of(entry.name)
            if under_way is not None:
                card.show_progress(*under_way)
        self._mark()

    def _mark(self) -> None:
        for name, card in self._cards.items():
            card.show_use(in_use=name == self._inference.model, loading=name == self._loading)

    # -- what a person does ---------------------------------------------------------------

    def _use(self, name: str) -> None:
        self.messages.clear()
        self._loading = name
        self._inference.use_model(name)
        if self._inference.is_running:
            self._loading = ""
            self.messages.say(
                self.tr("The run under way ends with the model it began with; this one is next.")
            )
        self._mark()

    def _remove(self, name: str) -> None:
        def work(_: object) -> None:
            remove_model(name)

        if name == self._inference.model:
            self.messages.say(
                self.tr("This model is in use; choose another one before you remove it."),
                "warning",
            )
            return
        self._run(work, lambda _: self._list())

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Import a model"))
        dialog.setObjectName("import_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Models (*.safetensors *.pth *.pt)"))
        dialog.fileSelected.connect(self.import_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def import_file(self, path: str) -> None:
        """Copy this model file to the others, then use it."""
        self._import.setEnabled(False)
        self.messages.say(self.tr("Checking {0} …").format(Path(path).name))
        self._run(partial(import_model, Path(path)), self._use_imported)

    def _use_imported(self, path: Path) -> None:
        self._import.setEnabled(True)
        self._list()
        self._use(str(path))

    def _tell_failed(self, sentence: str) -> None:
        self._import.setEnabled(True)
        self._say_error(sentence)

    # -- what the worker and the downloads say --------------------------------------------

    def _tell_progress(self, name: str, done: int, total: int) -> None:
        if name in self._cards:
            self._cards[name].show_progress(done, total)

    def _tell_download_failed(self, name: str, sentence: str) -> None:
        self._say_error(sentence)
        self._list()

    def _note_loading(self, name: str) -> None:
        self._loading = name
        self._mark()

    def _note_ready(self, facts: ModelFacts) -> None:
        self._loading = ""
        self._mark()

    def _note_failed(self, name: str, sentence: str) -> None:
        self._loading = ""
        self._say_error(sentence)
        self._mark()

    def _say_error(self, sentence: str) -> None:
        self.messages.say(sentence, "error")
