"""Asked before a class is deleted whose pixels are in use."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.class_dialogs.words import in_files, quoted
from gui.widgets.labels import muted_label, title_label
from segmenter.project.class_usage import MergePreview
from segmenter.project.classes import LabelClass


class DeleteDialog(QDialog):
    """What becomes of its pixels: unlabelled, part of another class, or nothing after all."""

    unlabel_wanted = Signal()
    merge_wanted = Signal()

    def __init__(self, label_class: LabelClass, found: MergePreview, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("delete_class_dialog")
        self.setWindowTitle(self.tr("Delete class"))
        name = quoted([label_class])
        title = title_label(self.tr("Delete {0}?").format(name))
        words = QLabel(
            self.tr("It is used in {0}. What becomes of its pixels?").format(in_files(found))
        )
        words.setObjectName("delete_words")
        words.setWordWrap(True)
        note = muted_label(self.tr("Either can be undone until the folder is closed."), wraps=False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button_name, text, do in (
            ("delete_cancel", self.tr("Cancel"), None),
            ("delete_merge", self.tr("&Merge into another class…"), self.merge_wanted),
            ("delete_unlabel", self.tr("Make them &unlabelled"), self.unlabel_wanted),
        ):
            button = QPushButton(text)
            button.setObjectName(button_name)
            button.clicked.connect(self.accept if do is not None else self.reject)
            if do is not None:
                button.clicked.connect(do)
            button.setDefault(do is None)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(10)
        for widget in (title, words, note):
            widget.setMinimumWidth(420)
            column.addWidget(widget)
        column.addSpacing(6)
        column.addLayout(buttons)
