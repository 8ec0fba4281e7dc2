"""One model in the chooser: what it is, how good, how large, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import wear_icon
from gui.model_store import ModelEntry, megabytes

_CLASSES_SHOWN = 4


class ModelCardWidget(QFrame):
    """Says and asks; the chooser does."""

    use = Signal()
    download = Signal()
    cancel = Signal()
    remove = Signal()

    def __init__(self, entry: ModelEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName(f"model:{entry.name}")
        self._entry = entry
        title = QLabel(entry.title)
        title.setProperty("role", "heading")
        title.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(entry.title)
        summary = _muted(entry.trouble or entry.summary)
        facts = _muted("  ·  ".join(_facts(entry)))
        facts.setToolTip(", ".join(entry.classes))
        self._button = QPushButton()
        self._button.setObjectName("model_button")
        self._button.setMinimumWidth(120)
        self._button.clicked.connect(self._press)
        self._remove = QToolButton()
        self._remove.setObjectName("model_remove")
        self._remove.setProperty("flat", True)
        self._remove.setIconSize(QSize(16, 16))
        self._remove.setToolTip(self.tr("Remove {0} from this computer").format(entry.title))
        self._remove.setAccessibleName(self._remove.toolTip())
        wear_icon(self._remove, "delete")
        self._remove.clicked.connect(self.remove)
        self._remove.setVisible(entry.can_remove)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(self.tr("Download of {0}").format(entry.title))
        self._words = _muted("")
        self._strip = QWidget()
        strip = QHBoxLayout(self._strip)
        strip.setContentsMargins(0, 4, 0, 0)
        strip.addWidget(self._bar, 1)
        strip.addWidget(self._words)
        self._strip.hide()
        text = QVBoxLayout()
        text.setSpacing(3)
        for widget in (title, summary, facts, self._strip):
            text.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 12, 12)
        row.setSpacing(10)
        row.addLayout(text, 1)
        row.addWidget(self._remove)
        row.addWidget(self._button)
        self._downloading = False
        self.show_use(in_use=False, loading=False)

    def show_use(self, *, in_use: bool, loading: bool) -> None:
        """Whether this is the model that segments, and whether it is being loaded."""
        self.setProperty("chosen", in_use)
        self.style().unpolish(self)
        self.style().polish(self)
        if self._downloading:
            return
        if not self._entry.is_here:
            self._button.setText(self.tr("Download"))
            self._button.setEnabled(not self._entry.trouble)
        elif loading:
            self._button.setText(self.tr("Loading …"))
            self._button.setEnabled(False)
        else:
            self._button.setText(self.tr("In use") if in_use else self.tr("Use"))
            self._button.setEnabled(not in_use and not self._entry.trouble)
        self._button.setAccessibleName(f"{self._button.text()}: {self._entry.title}")

    def show_progress(self, done: int, total: int) -> None:
        """The model is on its way; bytes, ``total`` 0 where nobody knows."""
        self._downloading = True
        # In kilobytes: the bar counts in 32 bits.
        self._bar.setRange(0, total // 1000)
        self._bar.setValue(done // 1000)
        size = self.tr("{0} of {1}").format(megabytes(done), megabytes(total))
        self._words.setText(size if total else self.tr("Connecting …"))
        self._strip.show()
        self._button.setText(self.tr("Cancel"))
        self._button.setEnabled(True)

    def _press(self) -> None:
        if self._downloading:
            self.cancel.emit()
        elif self._entry.is_here:
            self.use.emit()
        else:
            self.download.emit()


def _facts(entry: ModelEntry) -> list[str]:
    facts = []
    if entry.scores:
        facts.append(entry.scores)
    if entry.classes:
        named = ", ".join(entry.classes[:_CLASSES_SHOWN])
        more = len(entry.classes) - _CLASSES_SHOWN
        facts.append(f"{named} and {more} more" if more > 0 else named)
    if entry.size:
        facts.append(megabytes(entry.size))
    if entry.license:
        facts.append(entry.license)
    return facts


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
