"""Where a fine-tuning starts, on which device, and what the new model is called."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from gui.training.start_points import StartPoint, known_classes
from gui.widgets.labels import muted_label
from segmenter.prediction.device import Device

_LONGEST_NAME = 80


class StartForm(QWidget):
    """Three lines."""

    changed = Signal()
    """By a person: the start or the device."""

    def __init__(self, model: str, title: str, device: str, parent: QWidget | None = None) -> None:
        """``model``, ``device``: what is wanted, once it is among the choices; ``title``: what the
        model is called until it is known what there is."""
        super().__init__(parent)
        self._wanted_model, self._wanted_device = model, device
        self._points: list[StartPoint] = []
        self._devices: list[Device] = []
        self._classes: tuple[str, ...] = ()
        self._auto = ""
        self._start = _combo("fine_tune.start")
        self._start.addItem(title, model)
        self._about = muted_label(name="fine_tune.start_about")
        self._device = _combo("fine_tune.device")
        self._device.addItem(self.tr("Automatic"), "auto")
        self._name = QLineEdit()
        self._name.setObjectName("fine_tune.name")
        self._name.setMaxLength(_LONGEST_NAME)
        self._name.setPlaceholderText(self.tr("Named by day and time"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, (words, field) in enumerate(
            (
                (self.tr("Starts &from"), self._start),
                (self.tr("&Device"), self._device),
                (self.tr("&Name of the new model"), self._name),
            )
        ):
            label = QLabel(words)
            label.setBuddy(field)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
        grid.addWidget(self._about, 1, 1)
        self._start.activated.connect(self._take_start)
        self._device.activated.connect(self._take_device)

    # -- what is chosen -------------------------------------------------------------------

    @property
    def start(self) -> StartPoint | None:
        """None until it is known what there is."""
        place = self._start.currentIndex()
        return self._points[place] if 0 <= place < len(self._points) else None

    @property
    def wanted_model(self) -> str:
        """Also before it is known what there is; empty for a new network."""
        start = self.start
        return self._wanted_model if start is None else "" if start.is_new else start.model

    @property
    def device_choice(self) -> str:
        """``auto`` or a device's name."""
        return str(self._device.currentData())

    @property
    def device(self) -> Device | None:
        """The device that is meant; None until it is known what there is."""
        wanted = self._auto if self.device_choice == "auto" else self.device_choice
        return next((each for each in self._devices if each.name == wanted), None)

    @property
    def name(self) -> str:
        return self._name.text().strip()

    # -- what there is --------------------------------------------------------------------

    def show_starts(self, points: Sequence[StartPoint]) -> None:
        """What is wanted is chosen where it is among them, else the current model."""
        self._points = list(points)
        with QSignalBlocker(self._start):
            self._start.clear()
            for place, point in enumerate(points):
                in_use = self.tr("  ·  in use") if point.is_current else ""
                self._start.addItem(f"{point.title}{in_use}", point.model)
                self._start.setItemData(place, point.about, Qt.ItemDataRole.ToolTipRole)
            self._start.setCurrentIndex(max(0, self._start.findData(self._wanted_model)))
        self._tell_about()

    def show_classes(self, classes: Sequence[str]) -> None:
        """The names that will be learnt."""
        self._classes = tuple(classes)
        self._tell_about()

    def show_devices(self, devices: Sequence[Device], auto: str) -> None:
        """``auto``: the name of the one that is taken where nobody chooses."""
        self._devices, self._auto = list(devices), auto
        with QSignalBlocker(self._device):
            self._device.clear()
            taken = next((str(each) for each in devices if each.name == auto), auto)
            self._device.addItem(self.tr("Automatic: {0}").format(taken), "auto")
            if len(devices) > 1:
                for each in devices:
                    self._device.addItem(str(each), each.name)
            self._device.setCurrentIndex(max(0, self._device.findData(self._wanted_device)))

    # -- inside ---------------------------------------------------------------------------

    def _take_start(self) -> None:
        self._wanted_model = str(self._start.currentData())
        self._tell_about()
        self.changed.emit()

    def _take_device(self) -> None:
        self._wanted_device = self.device_choice
        self.changed.emit()

    def _tell_about(self) -> None:
        start = self.start
        if start is None:
            return
        parts = (start.about, known_classes(start, self._classes))
        self._about.setText("  ".join(_sentence(part) for part in parts if part))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "…")) else f"{words}."


def _combo(name: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(16)
    return box
