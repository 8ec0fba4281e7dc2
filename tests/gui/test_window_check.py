"""What the self-test finds out about the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gui.settings import Settings
from gui.window_check import check_picture, check_window
from segmenter.errors import MaskwrightError
from segmenter.project.project import Project


@pytest.fixture
def with_small_model(small_model: Path) -> None:
    settings = Settings()
    settings.model = str(small_model)
    settings.save()


@pytest.mark.usefixtures("with_small_model")
def test_a_window_that_works_is_described(qapp: QApplication, photos: Path) -> None:
    found = check_window(photos)
    assert found["platform"] == qapp.platformName()
    assert found["modules"] > 100
    assert found["icons"] > 50
    with Project.open(photos) as project:
        assert [record.name for record in project.images() if record.state == "predicted"]


@pytest.mark.usefixtures("with_small_model", "qapp")
def test_a_bug_in_the_window_is_told(photos: Path) -> None:
    def stumble() -> None:
        raise ZeroDivisionError("by zero")

    QTimer.singleShot(0, stumble)
    with pytest.raises(MaskwrightError, match=r"ran into a bug \(ZeroDivisionError: by zero\)"):
        check_window(photos)


@pytest.mark.usefixtures("qapp")
def test_an_empty_window_is_told() -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    with pytest.raises(MaskwrightError, match="The window is empty: 1 colours"):
        check_picture(image)
