"""What this is, which version, whose work it stands on."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

import segmenter
from gui.dialogs import close_row, show_dialog
from gui.widgets.labels import muted_label, title_label


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle(self.tr("About Maskwright"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = title_label("Maskwright")
        version = muted_label(
            self.tr("Version {0}, with Qt {1} and PyTorch {2}").format(
                segmenter.__version__, qVersion(), _torch_version()
            )
        )
        text = QLabel(
            self.tr(
                "Turns a folder of images into segmentation masks with a DeepLabv3 model that "
                "learns from your corrections. Everything happens on this computer.\n\n"
                "The network follows “Rethinking Atrous Convolution for Semantic Image "
                "Segmentation” (Chen, Papandreou, Schroff and Adam, 2017).\n\n"
                "Licensed under the Apache License 2.0. It stands on the work of many others."
            )
        )
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        licences = QPushButton(self.tr("&Licences and credits…"))
        licences.setObjectName("about_licences")
        licences.setAutoDefault(False)
        licences.clicked.connect(self._show_licences)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(version)
        column.addSpacing(8)
        column.addWidget(text)
        column.addSpacing(10)
        column.addWidget(close_row(self, licences))
        self.setFixedWidth(440)

    def _show_licences(self) -> None:
        from gui.notices_dialog import NoticesDialog

        show_dialog(self, NoticesDialog(self))


def _torch_version() -> str:
    """Which tells the flavour too, such as 2.13.0+cpu; read without importing torch."""
    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return "?"
