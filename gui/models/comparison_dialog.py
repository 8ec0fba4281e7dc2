"""Two models on the same images, side by side, and which of them is to be used."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.error_report import ErrorDialog
from gui.inference_worker import Inference
from gui.jobs import Background, Jobs
from gui.message_bar import MessageBar
from gui.models.change_list import ChangeList
from gui.models.change_words import SMALLEST
from gui.models.compare_run import CompareRun
from gui.models.comparison_scores import ComparisonScores
from gui.models.entries import ModelEntry, model_entries
from gui.models.label_viewer import LabelViewer, Layer, ViewedImage
from gui.models.model_choice import ModelChoice
from gui.models.viewed_image import load_viewed
from gui.widgets.labels import heading_label, muted_label
from gui.widgets.progress_row import ProgressRow
from segmenter.cancel import CancelToken
from segmenter.wording import counted, percent

if TYPE_CHECKING:
    from segmenter.project.project import Project
    from segmenter.training.comparison import Comparison, ImageChange


class ComparisonDialog(QDialog):
    """A window of its own beside the main one: painting goes on. Whatever it shows, the model that
    segments stays the one it was until a person presses one of its two last buttons."""

    model_changed = Signal(str)
    """A person has decided for the model that wasn't in use: its title."""
    compared = Signal()
    """A comparison has come to its end, whatever that is."""

    def __init__(
        self,
        project: Project,
        inference: Inference,
        background: Background,
        jobs: Jobs,
        *,
        old: str = "",
        new: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """``old``, ``new``: names of the zoo or model files. With both it begins at once;
        otherwise the person chooses."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("comparison_dialog")
        self.setWindowTitle(self.tr("Compare models"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._project = project
        self._inference = inference
        self._background = background
        self._jobs = jobs
        self._wanted = old or inference.model, new
        self._starts_at_once = bool(old and new)
        self._titles: dict[str, str] = {}
        self._run: CompareRun | None = None
        self._found: Comparison | None = None
        self._loading: CancelToken | None = None
        self._tokens: list[CancelToken] = []
        self._build()
        inference.model_chosen.connect(self._show_decisions)
        self.finished.connect(self._let_go)
        self._list_models()

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        self.messages = MessageBar()
        self._old = ModelChoice("compare.old", self.tr("The old model"))
        self._new = ModelChoice("compare.new", self.tr("The new model"))
        for box in (self._old, self._new):
            box.chosen.connect(self._take_choice)
        self._start = self._button("compare.start", self.tr("&Compare"), self._start_or_cancel)
        head = QHBoxLayout()
        head.setSpacing(8)
        for words, box in ((self.tr("Old"), self._old), (self.tr("New"), self._new)):
            label = heading_label(words)
            head.addWidget(label)
            head.addWidget(box, 1)
            head.addSpacing(8)
        head.addWidget(self._start)
        self._lead = muted_label(name="compare.lead")
        self._progress = ProgressRow("compare.progress", self.tr("Comparing"))
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self._made_figures())
        self.viewer = LabelViewer()
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.viewer)
        self._split.addWidget(right)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([400, 640])
        self._keep = self._button("compare.keep_old", "", lambda: self._decide_for(self._old))
        self._use = self._button("compare.use_new", "", lambda: self._decide_for(self._new))
        self._use.setProperty("primary", True)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self._lead, 1)
        last.addWidget(self._keep)
        last.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.messages)
        column.addWidget(self._progress)
        column.addWidget(self._split, 1)
        column.addLayout(last)
        self.setMinimumSize(QSize(760, 560))
        self.resize(QSize(1080, 760).boundedTo(self.screen().availableSize()))
        self._show_nothing()

    def _made_figures(self) -> QWidget:
        self.scores = ComparisonScores()
        self._hint = muted_label(
            self.tr(
                "Both models predict the same images: those that the new one held out, or all that "
                "are labelled. Their scores, and which images get better or worse, are shown here."
            ),
            name="compare.hint",
        )
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.images = ChangeList(self._project.path_of, self._background)
        self.images.chosen.connect(self._view)
        self._counts = heading_label(name="compare.counts")
        self._order = QComboBox()
        self._order.setObjectName("compare.order")
        self._order.setAccessibleName(self.tr("Order of the images"))
        for words in (self.tr("Better first"), self.tr("Worse first")):
            self._order.addItem(words)
        self._order.activated.connect(lambda _place: self._arrange())
        row = QHBoxLayout()
        row.addWidget(self._counts, 1)
        row.addWidget(self._order)
        figures = QWidget()
        figures.setMinimumWidth(370)
        column = QVBoxLayout(figures)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(10)
        column.addWidget(self._hint)
        column.addWidget(self.scores)
        column.addLayout(row)
        column.addWidget(self.images, 1)
        return figures

    def _button(self, name: str, words: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: do())
        return button

    # -- choosing -------------------------------------------------------------------------

    def _list_models(self) -> None:
        folder, wanted = self._project.models_folder, self._wanted

        self._tokens.append(
            self._background.run(
                lambda _: model_entries(folder, wanted),
                self._show_models,
                self._tell,
                kind="models",
            )
        )

    def _show_models(self, entries: list[ModelEntry]) -> None:
        old, new = self._wanted
        self._titles = {entry.name: entry.title for entry in entries}
        usable = [entry.name for entry in entries if entry.is_usable]
        # The newest of the folder's own comes first in the list.
        new = new or next((name for name in usable if name != old), "")
        self._old.show_models(entries, old)
        self._new.show_models(entries, new)
        self._take_choice()
        if self._starts_at_once and self._start.isEnabled():
            self.start()
        elif self._starts_at_once:
            for entry in entries:
                if entry.name in (old, new) and entry.trouble:
                    self._tell(entry.trouble)

    def _take_choice(self, _name: str = "") -> None:
        """Figures of other models don't stay beside these."""
        if self._found is not None:
            self._found = None
            self._show_nothing()
        old, new = self._old.chosen_model, self._new.chosen_model
        self._start.setEnabled(bool(old and new) and old != new)
        same = bool(old) and old == new
        self._lead.setText(self.tr("Choose two different models.") if same else "")

    # -- running --------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        return self._run is not None and self._run.is_running

    def start(self) -> None:
        """Compare the two chosen models."""
        self._end_run()
        self._found = None
        self.messages.clear()
        self._show_nothing()
        self._lead.setText(self.tr("The model in use stays until you decide."))
        run = self._run = CompareRun(self._background, self._jobs, self._project_owner())
        run.progressed.connect(self._show_progress)
        run.image_compared.connect(self.images.add_image)
        run.finished.connect(self._show)
        run.failed.connect(self._show_failed)
        run.cancelled.connect(self._show_cancelled)
        self._progress.show_progress(self.tr("Loading both models …"))
        self._counts.setText("")
        self._hint.hide()
        self.images.show()
        self._set_running(True)
        run.start(self._project.folder, self._old.chosen_model, self._new.chosen_model)

    def _project_owner(self) -> QWidget | None:
        """The window outlives this dialog, and so does the run until its process has ended."""
        parent = self.parent()
        return parent if isinstance(parent, QWidget) else None

    def _start_or_cancel(self) -> None:
        if self._run is not None and self._run.is_running:
            self._run.cancel()
        else:
            self.start()

    def _set_running(self, running: bool) -> None:
        self._start.setText(self.tr("Cancel") if running else self.tr("&Compare again"))
        for box in (self._old, self._new):
            box.setEnabled(not running)
        self._progress.setVisible(running)

    def _show_progress(self, done: int, total: int) -> None:
        words = self.tr("{0} of {1}").format(done, counted(total, "image"))
        self._progress.show_progress(words, done, total)

    def _show_failed(self, sentence: str, report: str) -> None:
        self._set_running(False)
        if report:
            self.messages.say(
                sentence, "error", self.tr("Report…"), lambda: ErrorDialog(report, self).open()
            )
        else:
            self._tell(sentence)
        self._lead.clear()
        self.compared.emit()

    def _show_cancelled(self) -> None:
        self._set_running(False)
        self._lead.setText(self.tr("Cancelled; nothing was changed."))
        self.compared.emit()

    def _tell(self, sentence: str) -> None:
        self.messages.say(sentence, "error")

    # -- what was found -------------------------------------------------------------------

    def _show_nothing(self) -> None:
        self._hint.show()
        self.images.hide()
        self.scores.hide()
        self._order.hide()
        self._counts.clear()
        self.images.show_images([])
        self.viewer.show_image(None)
        self._show_decisions()

    def _show(self, found: Comparison) -> None:
        self._found = found
        self._set_running(False)
        colors = {each.name: each.color for each in self._project.classes}
        self.scores.show_comparison(found, colors)
        self.scores.show()
        better = sum(each.change >= SMALLEST for each in found.images)
        worse = sum(each.change <= -SMALLEST for each in found.images)
        same = len(found.images) - better - worse
        self._counts.setText(
            self.tr("{0} better, {1} worse, {2} the same").format(better, worse, same)
        )
        self._order.show()
        looked_at = self.images.chosen_image
        # Who has gone to another image meanwhile goes on looking at it.
        self._arrange(keep_chosen=looked_at is not None and looked_at.number > 0)
        self._show_decisions()
        self.compared.emit()

    def _arrange(self, *, keep_chosen: bool = False) -> None:
        if self._found is not None:
            images = list(self._found.images)
            if self._order.currentIndex() == 1:
                images.reverse()
            self.images.show_images(images, keep_chosen=keep_chosen)

    def _view(self, image: ImageChange | None) -> None:
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        if image is None:
            return
        self._loading = self._background.run(
            lambda _: load_viewed(self._project, image),
            partial(self._show_viewed, image),
            self._tell,
            kind="compare",
        )

    def _show_viewed(self, image: ImageChange, viewed: ViewedImage) -> None:
        self._loading = None
        old, new = self._title(self._old), self._title(self._new)
        self.viewer.show_image(
            viewed,
            {
                Layer.OLD: self.tr("Old: {0}, {1}").format(old, percent(image.old)),
                Layer.NEW: self.tr("New: {0}, {1}").format(new, percent(image.new)),
                Layer.MASK: self.tr("Your mask"),
            },
        )

    def _title(self, box: ModelChoice) -> str:
        return self._titles.get(box.chosen_model, box.chosen_model)

    # -- deciding -------------------------------------------------------------------------

    def _show_decisions(self, _current: str = "") -> None:
        """Both buttons say what they do, whichever of the models is in use."""
        current = self._inference.model
        keep, use = self.tr("&Keep the old one"), self.tr("&Use the new model")
        if current == self._new.chosen_model:
            keep, use = self.tr("&Go back to the old one"), self.tr("&Keep the new model")
        elif current != self._old.chosen_model:
            keep = self.tr("Use the &old one")
        self._keep.setText(keep)
        self._use.setText(use)
        for button in (self._keep, self._use):
            button.setEnabled(self._found is not None)

    def _decide_for(self, box: ModelChoice) -> None:
        model = box.chosen_model
        if model != self._inference.model:
            self._inference.use_model(model)
            self.model_changed.emit(self._title(box))
        self.accept()

    # -- Qt's events ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if plain and self.viewer.image is not None:
            if event.isAutoRepeat() and event.key() == Qt.Key.Key_T:
                return
            if self.viewer.take_key(event.key(), pressed=True):
                return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and self.viewer.take_key(event.key(), pressed=False):
            return
        super().keyReleaseEvent(event)

    def _end_run(self) -> None:
        if self._run is not None:
            for signal in (
                self._run.progressed, self._run.image_compared, self._run.finished,
                self._run.failed, self._run.cancelled,
            ):  # fmt: skip
                signal.disconnect()
            self._run.close()
            self._run = None

    def _let_go(self) -> None:
        for token in self._tokens:
            token.cancel()
        if self._loading is not None:
            self._loading.cancel()
        self.images.stop()
        self._end_run()
