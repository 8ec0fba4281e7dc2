"""All models: which one segments, and renaming, copying and deleting them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import close_row
from gui.downloads import Downloads
from gui.inference_worker import Inference, ModelFacts
from gui.message_bar import MessageBar
from gui.models.entries import Group, ModelEntry
from gui.models.file_work import SUFFIX
from gui.models.library import ModelLibrary
from gui.models.model_details import ModelDetails
from gui.models.model_list import ModelList
from gui.widgets.labels import muted_label
from segmenter.nn.catalogue import STARTER
from segmenter.nn.model_out.kinds import Kind

MANY = 8
"""Models from which searching and sorting help."""
Compare = Callable[[str, str], object]


class ManagerDialog(QDialog):
    """A window of its own. What it does shows at once; nothing waits for OK."""

    def __init__(
        self,
        library: ModelLibrary,
        inference: Inference,
        downloads: Downloads,
        *,
        compare: Compare | None = None,
        read_only: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``compare``: opens the comparison of two models, the old one first; None: no folder is
        open. ``read_only``: the project's own models stay as they are."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("model_manager")
        self.setWindowTitle(self.tr("Models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._library = library
        self._inference = inference
        self._downloads = downloads
        self._compare = compare
        self._read_only = read_only
        self._loading = ""
        self._choose_next = inference.model
        self._use_when_back = ""
        """A model that was in use when it was deleted."""
        self._build()
        self._connect()
        library.list_models(also=inference.model)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape is the cautious answer to a question; where there is none, it closes."""
        if event.key() != Qt.Key.Key_Escape or not self.messages.decline():
            super().keyPressEvent(event)

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        self.messages = MessageBar()
        self.list = ModelList()
        self.details = ModelDetails()
        self._search = QLineEdit()
        self._search.setObjectName("model_search")
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(self.tr("Search the models"))
        self._sort = QComboBox()
        self._sort.setObjectName("model_sort")
        self._sort.setAccessibleName(self.tr("Order of the models"))
        for words, key in (
            (self.tr("Newest first"), "newest"),
            (self.tr("Best first"), "best"),
            (self.tr("By name"), "name"),
            (self.tr("Largest first"), "size"),
        ):
            self._sort.addItem(words, key)
        self._finding = QWidget()
        row = QHBoxLayout(self._finding)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._search, 1)
        row.addWidget(self._sort)
        self._finding.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._finding)
        column.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(left)
        split.addWidget(self.details)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        left.setMinimumWidth(220)
        self.details.setMinimumWidth(400)
        split.setSizes([310, 490])
        self._import = QPushButton(self.tr("&Import model file…"))
        self._import.setObjectName("import_model")
        self._import.setAutoDefault(False)
        self._import.setToolTip(self.tr("Add a .safetensors or .pth file of your own"))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 8, 12)
        column.setSpacing(8)
        column.addWidget(self.messages)
        column.addWidget(self._made_strip())
        column.addWidget(split, 1)
        column.addWidget(close_row(self, self._import))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._find)
        self.setMinimumSize(QSize(660, 400))
        self.resize(self._wanted_size())
        self.list.setFocus()

    def _wanted_size(self) -> QSize:
        """No larger than the window behind it."""
        size, parent = QSize(840, 620), self.parentWidget()
        return size.boundedTo(parent.window().size()) if parent is not None else size

    def _made_strip(self) -> QWidget:
        self._words = muted_label(name="models.working", wraps=False)
        self._bar = QProgressBar()
        self._bar.setObjectName("models.progress")
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("models.cancel")
        self._cancel.setAutoDefault(False)
        self._strip = QWidget()
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(12)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        self._strip.hide()
        return self._strip

    def _connect(self) -> None:
        library, inference, downloads = self._library, self._inference, self._downloads
        library.listed.connect(self._show)
        library.working.connect(self._show_working)
        library.progressed.connect(self._show_progress)
        library.rested.connect(self._strip.hide)
        library.imported.connect(self._use_imported)
        library.exported.connect(self._tell_exported)
        library.deleted.connect(self._offer_undo)
        library.brought_back.connect(self._show_again)
        library.failed.connect(self._tell)
        inference.model_chosen.connect(self._mark)
        inference.model_loading.connect(self._note_loading)
        inference.model_ready.connect(self._note_ready)
        inference.model_failed.connect(self._note_failed)
        downloads.progressed.connect(self._mark)
        downloads.finished.connect(self._list_again)
        downloads.cancelled.connect(self._mark)
        downloads.failed.connect(self._tell_download_failed)
        rows, details = self.list, self.details
        rows.chosen.connect(self._show_details)
        rows.use_wanted.connect(self._use_chosen)
        rows.delete_wanted.connect(self._delete_chosen)
        rows.rename_wanted.connect(details.title.edit)
        details.use_wanted.connect(self._use_chosen)
        details.download_wanted.connect(self._download_chosen)
        details.cancel_wanted.connect(self._cancel_download)
        details.compare_wanted.connect(self._compare_chosen)
        details.export_wanted.connect(self._ask_where_to)
        details.delete_wanted.connect(self._delete_chosen)
        details.renamed.connect(library.rename)
        details.noted.connect(library.set_note)
        self._search.textChanged.connect(rows.search)
        self._sort.activated.connect(lambda _place: rows.sort_by(self._sort.currentData()))
        self._import.clicked.connect(self._ask_for_file)
        self._cancel.clicked.connect(self._cancel_work)
        self.finished.connect(self._let_go)

    # -- showing --------------------------------------------------------------------------

    def _show(self, entries: list[ModelEntry]) -> None:
        many = len(entries) > MANY
        self._finding.setVisible(many)
        if not many:
            self._search.clear()
        self.list.show_entries(entries, otherwise=self._choose_next)
        if self._choose_next and self.list.choose(self._choose_next):
            self._choose_next = ""
        self._mark()

    def _show_details(self, entry: ModelEntry | None) -> None:
        self.details.show_entry(entry, may_change=entry is not None and self._may_change(entry))
        self._mark()

    def _may_change(self, entry: ModelEntry) -> bool:
        return entry.is_own_file and not (self._read_only and entry.group is Group.OWN)

    def _mark(self, _: object = None) -> None:
        """Which model is in use, and what is on its way."""
        current = self._inference.model
        states = {current: self.tr("In use")}
        if self._loading:
            states[self._loading] = self.tr("Loading …")
        for entry in self.list.entries:
            under_way = self._downloads.state_of(entry.name)
            if under_way is not None:
                done, total = under_way
                states[entry.name] = f"{100 * done // total}%" if total else "…"
        self.list.show_states(states)
        shown = self.details.entry
        if shown is not None:
            self.details.show_use(
                in_use=shown.name == current,
                loading=shown.name == self._loading,
                can_compare=self._compare is not None,
                download=self._downloads.state_of(shown.name),
            )

    def _show_working(self, words: str) -> None:
        self._words.setText(words)
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        self._strip.show()

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setRange(0, total // 1000)
        self._bar.setValue(done // 1000)

    def _find(self) -> None:
        if self._finding.isVisible():
            self._search.setFocus()
            self._search.selectAll()

    # -- what a person does ---------------------------------------------------------------

    def _use_chosen(self) -> None:
        entry = self.list.chosen_entry
        if entry is None or entry.name == self._inference.model:
            return
        if entry.is_usable:
            self._use(entry.name)
        elif not entry.is_here and not entry.trouble:
            self._download_chosen()

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

    def _download_chosen(self) -> None:
        entry = self.list.chosen_entry
        if entry is not None:
            self._downloads.start(entry.name)
            self._mark()

    def _cancel_download(self) -> None:
        entry = self.list.chosen_entry
        if entry is not None:
            self._downloads.cancel(entry.name)

    def _compare_chosen(self) -> None:
        entry = self.list.chosen_entry
        if entry is not None and self._compare is not None:
            self._compare(self._inference.model, entry.name)

    def _delete_chosen(self) -> None:
        """Asks where it would be missed; otherwise it is gone, and can be brought back."""
        entry = self.list.chosen_entry
        if entry is None or not entry.is_deletable:
            return
        if entry.is_own_file and not self._may_change(entry):
            return
        why = self._why_ask(entry)
        if not why:
            self._delete(entry)
            return
        self.messages.say(
            why,
            "warning",
            self.tr("Delete it"),
            partial(self._delete, entry),
            otherwise=(self.tr("Keep it"), lambda: None),
        )

    def _why_ask(self, entry: ModelEntry) -> str:
        own = [e for e in self.list.entries if e.group is Group.OWN and e.is_usable]
        if entry.name == self._inference.model:
            return self.tr(
                "“{0}” is in use. If you delete it, the starter model segments from now on."
            ).format(entry.title)
        if entry in own and len(own) == 1:
            return self.tr("“{0}” is the only model that has learnt from this folder.").format(
                entry.title
            )
        if entry.group is Group.READY:
            return self.tr("“{0}” would have to be downloaded again.").format(entry.title)
        return ""

    def _delete(self, entry: ModelEntry) -> None:
        self._use_when_back = ""
        if entry.name == self._inference.model:
            self._use_when_back = entry.name
            self._use(STARTER)
        self._library.delete(entry)

    def _offer_undo(self, entry: ModelEntry, aside: Path) -> None:
        self.messages.say(
            self.tr("“{0}” is deleted.").format(entry.title),
            "info",
            self.tr("Undo"),
            partial(self._library.bring_back, entry, aside),
        )

    def _show_again(self, name: str) -> None:
        self._choose_next = name
        if name == self._use_when_back:
            self._use_when_back = ""
            self._use(name)

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
        self.messages.clear()
        self._library.import_file(Path(path))

    def _use_imported(self, name: str) -> None:
        self._choose_next = name
        self._use(name)

    def _ask_where_to(self) -> None:
        entry = self.list.chosen_entry
        if entry is None or entry.path is None:
            return
        dialog = QFileDialog(self, self.tr("Export the model"))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [
                self.tr("For Maskwright (*.safetensors)"),
                self.tr("For other programs: ONNX (*.onnx)"),
                self.tr("For other programs: TorchScript (*.pt)"),
            ]
        )
        dialog.filterSelected.connect(lambda chosen: _follow_filter(dialog, chosen))
        dialog.setDefaultSuffix("safetensors")
        dialog.selectFile(f"{_file_stem(entry.title)}.safetensors")
        dialog.fileSelected.connect(lambda path: self._library.export(entry, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _tell_exported(self, path: Path) -> None:
        if path.suffix.lower() == SUFFIX:
            self.messages.say(self.tr("Copied to {0}.").format(path))
        else:
            self.messages.say(self.tr("Exported to {0}.").format(path))

    def _cancel_work(self) -> None:
        self._library.cancel()
        self._cancel.setEnabled(False)

    # -- what the worker and the downloads say --------------------------------------------

    def _list_again(self, _name: str) -> None:
        self._library.list_models()

    def _tell_download_failed(self, _name: str, sentence: str) -> None:
        self._tell(sentence)
        self._mark()

    def _note_loading(self, name: str) -> None:
        self._loading = name
        self._mark()

    def _note_ready(self, _: ModelFacts) -> None:
        self._loading = ""
        self._mark()

    def _note_failed(self, _name: str, sentence: str) -> None:
        self._loading = ""
        self._tell(sentence)
        self._mark()

    def _tell(self, sentence: str) -> None:
        self.messages.say(sentence, "error")

    def _let_go(self) -> None:
        self.details.note.finish()
        self._library.tidy()


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """The file is called after the kind that was chosen."""
    suffix = chosen.rpartition("*.")[2].rstrip(")")
    dialog.setDefaultSuffix(suffix)
    for name in dialog.selectedFiles()[:1]:
        path = Path(name)
        known = path.suffix.lower() in {SUFFIX, *(kind.suffix for kind in Kind)}
        dialog.selectFile(f"{path.stem if known else path.name}.{suffix}")


def _file_stem(title: str) -> str:
    """As a file name on every system."""
    clean = "".join(c if c.isalnum() or c in " ._-" else "-" for c in title).strip(" .")
    return clean[:80] or "model"
