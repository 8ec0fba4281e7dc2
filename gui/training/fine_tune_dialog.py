"""The dialog of Fine-tune: how, from what, how long it takes, and what is in the way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.model_store import title_of
from gui.training.advanced import Advanced
from gui.training.fine_tune_choices import Choices
from gui.training.learnt_models import base_of
from gui.training.material_view import MaterialView
from gui.training.outlook import (
    CPU,
    PaceOf,
    fit_of,
    is_published,
    long_words,
    short_words,
    size_words,
    sized,
    task_of,
    time_of,
)
from gui.training.preset_cards import PresetCards
from gui.training.recipe_editor import AnyOf
from gui.training.run_request import RunRequest
from gui.training.start_form import StartForm
from gui.training.start_points import StartPoint
from gui.widgets.card import card
from gui.widgets.labels import (
    error_label,
    heading_label,
    muted_label,
    plain_label,
    set_role,
    title_label,
)
from segmenter.errors import MaskwrightError
from segmenter.prediction.device import Device
from segmenter.project.state import ImageRecord
from segmenter.training.estimate import Task
from segmenter.training.labelled_images import LabelledImages
from segmenter.training.material import Material, material
from segmenter.training.recipes import RECIPES


class FineTuneDialog(QDialog):
    """Open at once; what has to be read or counted for it arrives while it stands."""

    wanted = Signal(object)
    """The :class:`RunRequest`, as it closes."""

    def __init__(
        self,
        folder: str,
        current: str,
        choices: Choices,
        pace_of: PaceOf,
        parent: QWidget | None = None,
    ) -> None:
        """
        Args:
            folder: its name.
            current: the model in use.
            choices: of the last time.
            pace_of: how fast this computer is at a task.
        """
        super().__init__(parent)
        self.setObjectName("fine_tune_dialog")
        self.setWindowTitle(self.tr("Fine-tune"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder, self._current = folder, current
        self._pace_of = pace_of
        self._changes = {name: dict(choices.changed(name)) for name in RECIPES}
        self._records: list[ImageRecord] = []
        self._images: LabelledImages | None = None
        self._materials: dict[object, Material] = {}
        """By what decides the sides: of thousands of images that takes a while."""
        self._task: Task | None = None
        self._cards = PresetCards()
        # What learning at once has made has seen every labelled image, and nothing would be left to
        # judge it by.
        self._default = base_of(current)
        self._wanted = choices.model or self._default
        self._form = StartForm(self._wanted, title_of(self._wanted), choices.device)
        self._material_view = MaterialView()
        self._advanced = Advanced()
        self._build()
        self._cards.choose(choices.recipe)
        self._shown = choices.recipe
        self._advanced.show_recipe(RECIPES[choices.recipe], self._changes[choices.recipe])
        self._advanced.set_open(choices.shows_advanced)
        self._cards.chosen.connect(self._take_preset)
        self._form.changed.connect(self._update)
        self._advanced.changed.connect(self._update)
        self._cards.take_focus()
        self._update()

    # -- building -------------------------------------------------------------------------

    def _build(self) -> None:
        head = title_label(self.tr("Fine-tune"))
        lead = muted_label(name="fine_tune.lead")
        lead.setText(
            self.tr(
                "The model learns from what you corrected in “{0}”, in a process of its own: go "
                "on working meanwhile. The new model is used once you say so."
            ).format(self._folder)
        )
        self._size_words = muted_label(name="fine_tune.size")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addWidget(self._cards)
        column.addWidget(card(self._form, self._size_words))
        column.addWidget(card(heading_label(self.tr("Learns from")), self._material_view))
        column.addWidget(self._advanced)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(22, 18, 12, 14)
        outer.setSpacing(8)
        outer.addWidget(head)
        outer.addWidget(self._area, 1)
        outer.addWidget(self._foot())
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
        self._start.setDefault(True)  # wherever the focus is, Enter starts
        self.setMinimumSize(QSize(600, 360))
        self.resize(self._wanted_size())

    def _foot(self) -> QWidget:
        self._time_words = plain_label(name="fine_tune.time")
        self._trouble = error_label(name="fine_tune.trouble")
        buttons = QDialogButtonBox()
        self._start = QPushButton(self.tr("Start &training"))
        self._start.setObjectName("fine_tune.begin")
        self._start.setProperty("primary", True)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("fine_tune.cancel")
        buttons.addButton(self._start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.reject)
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 2, 10, 0)
        column.setSpacing(6)
        column.addWidget(self._trouble)
        column.addWidget(self._time_words)
        column.addWidget(buttons)
        return foot

    def _wanted_size(self) -> QSize:
        """Large enough for all but the numbers, wide enough for a line about each of them, and no
        larger than the window behind it."""
        size = QSize(900, 720)
        parent = self.parentWidget()
        return size.boundedTo(parent.window().size()) if parent is not None else size

    # -- what there is --------------------------------------------------------------------

    def show_records(self, records: Sequence[ImageRecord], classes: Sequence[str]) -> None:
        """The labelled images and the classes, before the masks are read."""
        self._records = list(records)
        self._form.show_classes(classes)
        self._material_view.show_records(records)
        self._update()

    def show_progress(self, done: int, total: int) -> None:
        self._material_view.show_progress(done, total)

    def show_images(self, images: LabelledImages) -> None:
        """What was counted."""
        self._images = images
        self._materials.clear()
        self._update()

    def show_trouble(self, sentence: str) -> None:
        """It could not be counted."""
        self._material_view.show_trouble(sentence)

    def show_starts(self, points: Sequence[StartPoint]) -> None:
        self._form.show_starts(points)
        self._update()

    def show_devices(self, devices: Sequence[Device], auto: str) -> None:
        self._form.show_devices(devices, auto)
        self._update()

    # -- what is chosen -------------------------------------------------------------------

    @property
    def chosen_model(self) -> str:
        """That the training would begin with; empty for a new network."""
        return self._form.wanted_model

    @property
    def choices(self) -> Choices:
        """For the next time."""
        self._changes[self._shown] = self._advanced.changes
        start = self._form.start
        # A default isn't remembered: the next time another model may be in use.
        model = start.model if start is not None and start.model != self._default else ""
        return Choices(
            self._cards.choice,
            {name: dict(each) for name, each in self._changes.items()},
            self._form.device_choice,
            model,
            self._advanced.is_open,
        )

    @property
    def request(self) -> RunRequest:
        """Raises :class:`MaskwrightError` where the numbers make no sense."""
        recipe, start = self._advanced.recipe, self._form.start
        network = None
        if start is not None and start.is_new:
            size = self._images.typical_size if self._images is not None else (0, 0)
            network = start.network((), size, as_published=is_published(recipe))
        return RunRequest(
            recipe,
            start.model if start is not None else self._current,
            self._form.device_choice,
            self._form.name,
            network,
        )

    @property
    def task(self) -> Task | None:
        """What decides how long it takes, as it is chosen; None until that is known."""
        return self._task

    def _take_preset(self, name: str) -> None:
        self._changes[self._shown] = self._advanced.changes
        self._shown = name
        self._advanced.show_recipe(RECIPES[name], self._changes[name])
        self._update()

    def _begin(self) -> None:
        if self._start.isEnabled():
            request = self.request
            self.accept()
            self.wanted.emit(request)

    # -- what follows ---------------------------------------------------------------------

    def _update(self) -> None:
        """Everything that follows from the choices and from what is known by now."""
        trouble = ""
        try:
            recipe: AnyOf | None = self._advanced.recipe
        except MaskwrightError as error:
            recipe, trouble = None, str(error)
        start, images = self._form.start, self._images
        self._task = None
        self._time_words.setText("")
        if recipe is not None and start is not None and images is not None:
            found = self._material(images, recipe)
            self._material_view.show_material(images, found)
            trouble = found.obstacle
            if not trouble:
                self._foresee(recipe, start, images, found)
        elif images is None and not self._records:
            trouble = self.tr("No image is corrected or approved yet: correct one first.")
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self._time_words.setVisible(not trouble)
        if start is None:
            is_ready = self._wanted == self._current
        else:
            is_ready = not start.is_new or images is not None
        self._start.setEnabled(not trouble and is_ready)

    def _material(self, images: LabelledImages, recipe: AnyOf) -> Material:
        key = type(recipe), recipe.validation_fraction, recipe.validation_count
        if key not in self._materials:
            self._materials[key] = material(images, recipe)
        return self._materials[key]

    def _foresee(
        self, recipe: AnyOf, start: StartPoint, images: LabelledImages, found: Material
    ) -> None:
        device = self._form.device or CPU
        task = task_of(recipe, start, images, found)
        fit = fit_of(recipe, task, device)
        self._advanced.set_preset(sized(RECIPES[recipe.name], recipe, fit))
        recipe = self._advanced.recipe
        task = self._task = task_of(recipe, start, images, found)
        words, is_warning = size_words(recipe, task, device, fit)
        self._size_words.setText(words)
        set_role(self._size_words, "error" if is_warning else "muted")
        time = time_of(task, device, self._pace_of)
        self._time_words.setText(long_words(time))
        self._cards.show_time(recipe.name, short_words(time))
        for name in RECIPES:
            if name != recipe.name:
                self._show_time_of(name, start, images, device)

    def _show_time_of(
        self, name: str, start: StartPoint, images: LabelledImages, device: Device
    ) -> None:
        try:
            recipe = RECIPES[name].replace(**self._changes[name])
        except MaskwrightError:
            self._cards.show_time(name, "")
            return
        task = task_of(recipe, start, images, self._material(images, recipe))
        self._cards.show_time(name, short_words(time_of(task, device, self._pace_of)))
