"""The library of models where threads are busy and people change their mind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
from known_networks import save_says
from pytestqt.qtbot import QtBot
from windows import WAIT_MS

from gui.jobs import Background, Jobs
from gui.models.entries import Group, entry_of_file
from gui.models.library import ModelLibrary
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model_header


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background(Jobs(), threads=1)
    yield background
    assert background.close(60)


@pytest.fixture
def busy(background: Background) -> Iterator[threading.Event]:
    """The only thread does something else until this is set."""
    release = threading.Event()
    background.run(lambda _: release.wait(60), lambda _: None, pytest.fail, kind="other")
    yield release
    release.set()


@pytest.fixture
def library(background: Background) -> ModelLibrary:
    return ModelLibrary(background)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_says(tmp_path / "own" / "mine.safetensors", "petal", card=ModelCard(name="Mine"))


def told(library: ModelLibrary) -> list[str]:
    """What it says, as it comes."""
    said: list[str] = []
    library.working.connect(said.append)
    library.rested.connect(lambda: said.append("rested"))
    library.deleted.connect(lambda *_: said.append("deleted"))
    library.brought_back.connect(lambda _: said.append("brought back"))
    library.renamed.connect(lambda _, title: said.append(title))
    library.imported.connect(lambda _: said.append("imported"))
    library.failed.connect(said.append)
    return said


def test_a_deletion_that_waits_for_its_thread_can_be_cancelled(
    library: ModelLibrary, busy: threading.Event, model: Path, qtbot: QtBot
) -> None:
    said = told(library)
    library.delete(entry_of_file(model, Group.OWN))
    library.cancel()
    with qtbot.waitSignal(library.rested, timeout=WAIT_MS):
        busy.set()
    assert said == ["Deleting Mine …", "Cancelling …", "brought back", "rested"]
    assert [path.name for path in model.parent.iterdir()] == ["mine.safetensors"]


def test_a_deletion_that_is_cancelled_too_late_is_taken_back(
    library: ModelLibrary, background: Background, model: Path, qtbot: QtBot
) -> None:
    said = told(library)
    library.delete(entry_of_file(model, Group.OWN))
    assert not wait(background._running.values(), timeout=60).not_done
    assert not model.exists()
    with qtbot.waitSignal(library.rested, timeout=WAIT_MS):
        library.cancel()
    assert said == ["Deleting Mine …", "Cancelling …", "brought back", "rested"]
    assert [path.name for path in model.parent.iterdir()] == ["mine.safetensors"]


def test_an_import_that_is_cancelled_too_late_leaves_no_copy(
    library: ModelLibrary, background: Background, model: Path, qtbot: QtBot
) -> None:
    from gui.model_store import imported_folder

    said = told(library)
    library.import_file(model)
    assert not wait(background._running.values(), timeout=60).not_done
    assert list(imported_folder().iterdir())
    with qtbot.waitSignal(library.rested, timeout=WAIT_MS):
        library.cancel()
    assert "imported" not in said
    assert not list(imported_folder().iterdir())


def test_the_next_piece_of_work_waits_until_the_cancelled_one_has_ended(
    library: ModelLibrary, busy: threading.Event, model: Path, qtbot: QtBot
) -> None:
    said = told(library)
    entry = entry_of_file(model, Group.OWN)
    library.rename(entry, "No")
    library.rename(entry, "Yes")
    library.cancel()
    assert library.is_working
    assert said == ["Renaming …", "Cancelling …"]
    with qtbot.waitSignal(library.rested, timeout=WAIT_MS):
        busy.set()
    assert said == ["Renaming …", "Cancelling …", "Renaming …", "Yes", "rested"]
    assert read_model_header(model)[1].name == "Yes"


def test_what_is_finished_when_it_is_cancelled_and_stays_is_told(
    library: ModelLibrary, background: Background, model: Path, qtbot: QtBot
) -> None:
    said = told(library)
    library.rename(entry_of_file(model, Group.OWN), "Other")
    assert not wait(background._running.values(), timeout=60).not_done
    with qtbot.waitSignal(library.rested, timeout=WAIT_MS):
        library.cancel()
    assert said == ["Renaming …", "Cancelling …", "Other", "rested"]


def test_undo_is_done_even_if_it_is_cancelled(
    library: ModelLibrary, model: Path, qtbot: QtBot
) -> None:
    """Else nobody could ask for it again, and the file would go in time."""
    entry = entry_of_file(model, Group.OWN)
    with qtbot.waitSignal(library.deleted, timeout=WAIT_MS) as deleted:
        library.delete(entry)
    library.bring_back(*deleted.args)
    with qtbot.waitSignal(library.brought_back, timeout=WAIT_MS):
        library.cancel()
    assert model.exists()


def test_what_can_not_be_deleted_is_told(library: ModelLibrary, model: Path, qtbot: QtBot) -> None:
    entry = entry_of_file(model, Group.OWN)
    model.unlink()
    said = told(library)
    with qtbot.waitSignal(library.rested, timeout=WAIT_MS):
        library.delete(entry)
    assert said[1:-2] == ["brought back"]
    assert "mine.safetensors" in said[-2]
