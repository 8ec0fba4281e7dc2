"""A merge of classes that is half done: what the labels say is not what the person meant."""

from __future__ import annotations

import pytest
from merging import Refusing
from trainings import RequestOf, training_of
from windows import trigger

from gui.main_window import MainWindow
from segmenter.errors import MaskwrightError


@pytest.fixture
def window(training_window: MainWindow) -> MainWindow:
    project = training_window.project
    assert project is not None
    background, thing = (each.id for each in project.classes)
    Refusing(project, 2)
    with pytest.raises(MaskwrightError, match="not authorized"):
        project.merges.merge([thing], background)
    assert "half done" in project.why_labels_stay
    return training_window


def test_nothing_is_learnt_now(window: MainWindow) -> None:
    trigger(window, "model.learn_now")
    assert window.project is not None
    assert window.messages.text == window.project.why_labels_stay
    assert not window.inference.is_running


def test_no_training_begins(window: MainWindow, request_of: RequestOf) -> None:
    training_of(window).start(request_of())
    assert window.project is not None
    assert window.messages.text == window.project.why_labels_stay
    assert not training_of(window).is_running
    assert window.project.runs.all() == []
