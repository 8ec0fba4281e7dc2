"""Asked before a window or folder is closed while a training is under way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.labels import title_label


class LeaveDialog(QDialog):
    """Accepted: stop the training and leave. Rejected: stay."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("leave_training_dialog")
        self.setWindowTitle(self.tr("Training"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = title_label(self.tr("A training is under way"))
        text = QLabel(
            self.tr(
                "It ends with the window or folder: the step at hand is finished and saved, and "
                "you can resume the training when you open the folder again."
            )
        )
        text.setWordWrap(True)
        buttons = QDialogButtonBox()
        stop = QPushButton(self.tr("&Stop and close"))
        stop.setObjectName("leave_training_stop")
        stop.clicked.connect(self.accept)
        stay = QPushButton(self.tr("&Go on training"))
        stay.setObjectName("leave_training_stay")
        stay.setDefault(True)
        stay.clicked.connect(self.reject)
        buttons.addButton(stop, QDialogButtonBox.ButtonRole.DestructiveRole)
        buttons.addButton(stay, QDialogButtonBox.ButtonRole.RejectRole)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(text)
        column.addWidget(buttons)
        self.setMinimumWidth(420)
