"""The model manager: choosing, importing, renaming, exporting, deleting, downloading from a real
local server. Real files, real events."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from known_networks import save_says
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot
from small_model import save_small_model
from windows import WAIT_MS, MakeWindow, go_to, run, states, trigger, wait_idle

from gui.main_window import MainWindow
from gui.model_store import imported_folder
from gui.models.manager_dialog import ManagerDialog
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model_header
from segmenter.nn.tensor_file import verify_file

LEFT = Qt.MouseButton.LeftButton
OpenManager = Callable[[], ManagerDialog]


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> OpenManager:
    """Opens the manager by its action, and waits for its list."""

    def open_it() -> ManagerDialog:
        trigger(window, "model.manager")
        (manager,) = (each for each in window.findChildren(ManagerDialog) if each.isVisible())
        qtbot.waitUntil(lambda: bool(manager.list.entries), timeout=WAIT_MS)
        return manager

    return open_it


@pytest.fixture
def manager(opened: OpenManager) -> ManagerDialog:
    return opened()


@pytest.fixture
def other_model(tmp_path: Path, sample: Path) -> Path:
    path = tmp_path / "three classes.safetensors"
    save_small_model(path, sample / "cat.jpg", seed=1, classes=("background", "cat", "sky"))
    return path


def button(manager: ManagerDialog, name: str) -> QPushButton:
    found = manager.findChild(QPushButton, name)
    assert found is not None
    return found


def words(manager: ManagerDialog, name: str) -> str:
    """Of a label that is shown; empty where it isn't."""
    label = manager.findChild(QLabel, name)
    assert label is not None
    return "" if label.isHidden() else label.text()


def press(manager: ManagerDialog, name: str) -> None:
    QTest.mouseClick(button(manager, name), LEFT)


def names(manager: ManagerDialog) -> list[str]:
    """Titles, from top to bottom."""
    return [entry.title for entry in manager.list.shown]


def title_in(path: Path) -> str:
    return read_model_header(path)[1].name


# -- the list ---------------------------------------------------------------------------------


def test_what_was_learnt_here_comes_first(manager: ManagerDialog) -> None:
    rows = manager.list.model()
    shown = [rows.index(row, 0).data() for row in range(rows.rowCount())]
    assert shown == [
        *("Learnt here", "Petals", "Ground"),
        *("Ready-made", "Starter", "VOC, MobileNetV3", "VOC, ResNet-50", "VOC, ResNet-101"),
    ]


def test_the_one_in_use_is_chosen_and_says_so(manager: ManagerDialog) -> None:
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.title == "Ground"
    assert button(manager, "model_use").text() == "In use"
    assert not button(manager, "model_use").isEnabled()
    assert words(manager, "model_title") == "Ground"
    assert "Mean IoU 25.0%" in words(manager, "model_facts")
    assert words(manager, "model_summary") == "Made by a test."


def test_details_tell_scores_and_origin(manager: ManagerDialog, models: Path) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    assert manager.details._scores.texts() == [["background", "0.0%"], ["petal", "75.0%"]]
    said = {label.text() for label in manager.details._more.findChildren(QLabel)}
    assert {"background, petal", "1 image", str(models / "new.safetensors")} <= said


def test_a_damaged_file_says_so_and_stops_no_other(
    models: Path, opened: OpenManager, qtbot: QtBot
) -> None:
    damaged = models / "damaged.safetensors"
    damaged.write_bytes(b"nothing of a model")
    manager = opened()
    assert {"damaged", "Petals", "Ground", "Starter"} <= set(names(manager))
    manager.list.choose(str(damaged))
    assert "damaged.safetensors is not a whole" in words(manager, "model_trouble")
    for name in ("model_use", "model_export", "model_compare"):
        assert not button(manager, name).isEnabled()
    press(manager, "model_delete")  # it can still be thrown away
    qtbot.waitUntil(lambda: "is deleted" in manager.messages.text, timeout=WAIT_MS)
    assert not damaged.exists()


def test_a_card_full_of_nonsense_is_shown_all_the_same(models: Path, opened: OpenManager) -> None:
    card = ModelCard(
        name="a\nb" * 300,
        created="yesterday",
        scores={"mean_iou": "high", "iou": {"cat": "good", "dog": 7, "": None}},
        training={"validation": 3, "command": ["a"], "epoch": {}, "training_images": True},
    )
    save_says(models / "odd.safetensors", "petal", card=card)
    manager = opened()
    assert manager.list.choose(str(models / "odd.safetensors"))
    assert not words(manager, "model_trouble")
    assert manager.details._scores.texts() == [["cat", "–"], ["dog", "–"], ["", "–"]]


def test_many_can_be_searched_and_sorted(models: Path, opened: OpenManager) -> None:
    for number, score in enumerate((0.4, 0.9, 0.6, 0.5)):
        card = ModelCard(
            name=f"Run {number}",
            created=f"2025-11-2{number}T10:00:00",
            scores={"mean_iou": score},
            note="windy day" if number == 2 else "",
        )
        save_says(models / f"{number}.safetensors", "petal", card=card)
    manager = opened()
    search = manager.findChild(QLineEdit, "model_search")
    sort = manager.findChild(QComboBox, "model_sort")
    assert search is not None
    assert sort is not None
    assert search.isVisible()
    assert names(manager)[:5] == ["Petals", "Ground", "Run 3", "Run 2", "Run 1"]
    QTest.keyClick(sort, Qt.Key.Key_Down)
    assert names(manager)[:4] == ["Run 1", "Run 2", "Run 3", "Run 0"]
    QTest.keyClicks(search, "WIND run")
    assert names(manager) == ["Run 2"]
    assert words(manager, "model_title") == "Run 2"
    search.clear()
    assert len(names(manager)) == 10


def test_with_few_there_is_nothing_to_search(manager: ManagerDialog) -> None:
    search = manager.findChild(QLineEdit, "model_search")
    assert search is not None
    assert not search.isVisible()


def test_a_model_that_arrives_while_it_is_open_is_listed(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    save_says(models / "later.safetensors", "petal", card=ModelCard(name="Later"))
    qtbot.waitUntil(lambda: "Later" in names(manager), timeout=WAIT_MS)
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.title == "Ground"  # what somebody looks at stays


def test_the_one_in_use_is_listed_wherever_it_lies(
    make_window: MakeWindow, corrected: Path, small_model: Path, qtbot: QtBot
) -> None:
    window = make_window(corrected, model=small_model)
    trigger(window, "model.manager")
    (manager,) = window.findChildren(ManagerDialog)
    qtbot.waitUntil(lambda: bool(manager.list.entries), timeout=WAIT_MS)
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.name == str(small_model)
    assert button(manager, "model_delete").isHidden()


# -- using ------------------------------------------------------------------------------------


def test_enter_uses_the_chosen_one(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    with qtbot.waitSignal(window.inference.model_ready, timeout=WAIT_MS):
        QTest.keyClick(manager.list, Qt.Key.Key_Return)
    assert window.inference.model == str(models / "new.safetensors")
    qtbot.waitUntil(lambda: button(manager, "model_use").text() == "In use", timeout=WAIT_MS)


def test_comparing_from_here(window: MainWindow, manager: ManagerDialog, models: Path) -> None:
    from gui.models.comparison_dialog import ComparisonDialog

    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_compare")
    (dialog,) = (each for each in window.findChildren(ComparisonDialog) if each.isVisible())
    dialog.reject()


# -- renaming and notes -----------------------------------------------------------------------


def test_renaming_where_the_title_stands(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    before = path.read_bytes()
    QTest.keyClick(manager.list, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "  Bare   ground ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: title_in(path) == "Bare ground", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Bare ground" in names(manager), timeout=WAIT_MS)
    verify_file(path)
    assert path.read_bytes()[-100_000:] == before[-100_000:]
    assert window.inference.model == str(path)
    in_status = window.status.findChild(QToolButton, "status_model")
    assert in_status is not None
    assert in_status.text() == "Bare ground"


def test_escape_leaves_the_title(manager: ManagerDialog, models: Path) -> None:
    QTest.keyClick(manager.list, Qt.Key.Key_F2)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "another")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert manager.isVisible()
    assert words(manager, "model_title") == "Ground"
    assert title_in(models / "old.safetensors") == "Ground"


def test_a_note_is_kept_when_one_goes_elsewhere(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    manager.details.note.setFocus()
    QTest.keyClicks(manager.details.note, "before the rain")
    manager.list.setFocus()
    manager.list.choose(str(models / "new.safetensors"))
    assert manager.details.note.toPlainText() == ""
    qtbot.waitUntil(lambda: read_model_header(path)[1].note == "before the rain", timeout=WAIT_MS)
    verify_file(path)
    assert read_model_header(models / "new.safetensors")[1].note == ""


def test_a_note_is_kept_when_the_window_is_closed(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    QTest.keyClicks(manager.details.note, "written last")
    manager.close()
    path = models / "old.safetensors"
    qtbot.waitUntil(lambda: read_model_header(path)[1].note == "written last", timeout=WAIT_MS)


def test_two_changes_at_once_are_both_made(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.details.note.setFocus()
    QTest.keyClicks(manager.details.note, "both")
    manager.details.title.edit()
    field = manager.findChild(QLineEdit, "model_title_field")
    assert field is not None
    field.setText("Two")
    QTest.keyClick(field, Qt.Key.Key_Return)
    path = models / "old.safetensors"
    qtbot.waitUntil(
        lambda: (title_in(path), read_model_header(path)[1].note) == ("Two", "both"),
        timeout=WAIT_MS,
    )


def test_ready_made_ones_are_not_renamed(manager: ManagerDialog) -> None:
    manager.list.choose("starter")
    QTest.keyClick(manager.list, Qt.Key.Key_F2)
    field = manager.findChild(QLineEdit, "model_title_field")
    assert field is not None
    assert field.isHidden()
    assert button(manager, "model_delete").isHidden()


def test_a_second_window_changes_nothing_of_the_folder(
    window: MainWindow, make_window: MakeWindow, corrected: Path, models: Path, qtbot: QtBot
) -> None:
    second = make_window(corrected, model="starter")
    assert second.project is not None
    assert second.project.read_only
    trigger(second, "model.manager")
    (manager,) = second.findChildren(ManagerDialog)
    qtbot.waitUntil(lambda: bool(manager.list.entries), timeout=WAIT_MS)
    manager.list.choose(str(models / "new.safetensors"))
    assert not button(manager, "model_delete").isEnabled()
    assert manager.details.note.isReadOnly()
    QTest.keyClick(manager.list, Qt.Key.Key_Delete)
    assert (models / "new.safetensors").exists()


# -- deleting ---------------------------------------------------------------------------------


def action(manager: ManagerDialog, name: str = "message_action") -> QPushButton:
    found = manager.messages.findChild(QPushButton, name)
    assert found is not None
    return found


def test_deleting_can_be_undone(manager: ManagerDialog, models: Path, qtbot: QtBot) -> None:
    path = models / "new.safetensors"
    before = path.read_bytes()
    manager.list.choose(str(path))
    QTest.keyClick(manager.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Petals" not in names(manager), timeout=WAIT_MS)
    assert not path.exists()
    assert manager.messages.text == "“Petals” is deleted."
    QTest.mouseClick(action(manager), LEFT)
    qtbot.waitUntil(lambda: "Petals" in names(manager), timeout=WAIT_MS)
    assert path.read_bytes() == before
    chosen = manager.list.chosen_entry
    assert chosen is not None
    assert chosen.title == "Petals"


def test_what_was_deleted_is_gone_for_good_once_the_manager_is_closed(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_delete")
    qtbot.waitUntil(lambda: "Petals" not in names(manager), timeout=WAIT_MS)
    manager.close()
    qtbot.waitUntil(
        lambda: [path.name for path in models.iterdir()] == ["old.safetensors"], timeout=WAIT_MS
    )


def test_the_one_in_use_asks_and_the_starter_takes_over(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "old.safetensors"
    press(manager, "model_delete")
    assert "is in use" in manager.messages.text
    assert path.exists()
    QTest.mouseClick(action(manager, "message_other_action"), LEFT)
    assert path.exists()
    assert window.inference.model == str(path)
    press(manager, "model_delete")
    QTest.mouseClick(action(manager), LEFT)
    qtbot.waitUntil(lambda: "Ground" not in names(manager), timeout=WAIT_MS)
    assert window.inference.model == "starter"
    assert str(path) not in [each.name for each in manager.list.entries]
    QTest.mouseClick(action(manager), LEFT)  # undo
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.inference.model == str(path), timeout=WAIT_MS)


def test_the_only_one_learnt_here_asks(
    window: MainWindow, manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_delete")
    qtbot.waitUntil(lambda: "Petals" not in names(manager), timeout=WAIT_MS)
    window.inference.use_model("starter")
    manager.list.choose(str(models / "old.safetensors"))
    press(manager, "model_delete")
    assert "the only model that has learnt from this folder" in manager.messages.text
    assert (models / "old.safetensors").exists()


def test_a_downloaded_one_asks_since_it_costs_a_download(
    window: MainWindow, opened: OpenManager, qtbot: QtBot
) -> None:
    from segmenter.nn import zoo

    path = zoo.path_of("voc-mobilenet")
    save_says(path, "petal")
    manager = opened()
    manager.list.choose("voc-mobilenet")
    press(manager, "model_delete")
    assert "downloaded again" in manager.messages.text
    QTest.mouseClick(action(manager), LEFT)
    qtbot.waitUntil(lambda: button(manager, "model_use").text() == "&Download", timeout=WAIT_MS)
    assert not path.exists()


# -- exporting and importing ------------------------------------------------------------------


def test_a_model_is_exported_where_one_wants_it(
    manager: ManagerDialog, models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    manager.list.choose(str(models / "new.safetensors"))
    press(manager, "model_export")
    dialog = manager.findChild(QFileDialog, "export_dialog")
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == "Petals.safetensors"
    target = tmp_path / "elsewhere.safetensors"
    dialog.selectFile(str(target))
    dialog.accept()
    qtbot.waitUntil(lambda: "Copied to" in manager.messages.text, timeout=WAIT_MS)
    assert target.read_bytes() == (models / "new.safetensors").read_bytes()


def test_exporting_onto_itself_is_one_sentence(
    manager: ManagerDialog, models: Path, qtbot: QtBot
) -> None:
    path = models / "new.safetensors"
    before = path.read_bytes()
    entry = next(each for each in manager.list.entries if each.path == path)
    manager._library.export(entry, path)
    qtbot.waitUntil(lambda: "is the model itself" in manager.messages.text, timeout=WAIT_MS)
    assert path.read_bytes() == before


def test_a_folder_that_takes_no_file_is_one_sentence(
    manager: ManagerDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("not a folder")
    entry = manager.list.chosen_entry
    assert entry is not None
    manager._library.export(entry, tmp_path / "file" / "copy.safetensors")
    qtbot.waitUntil(lambda: manager.messages.kind == "error", timeout=WAIT_MS)
    assert "copy.safetensors" in manager.messages.text


def test_a_model_file_is_imported_used_and_remembered(
    window: MainWindow,
    other_model: Path,
    make_window: MakeWindow,
    opened: OpenManager,
    qtbot: QtBot,
) -> None:
    go_to(qtbot, window, "rocket.jpg")
    run(qtbot, window, "segment.image")
    manager = opened()
    press(manager, "import_model")
    dialog = manager.findChild(QFileDialog, "import_dialog")
    assert dialog is not None
    dialog.selectFile(str(other_model))
    with qtbot.waitSignal(
        window.inference.model_ready,
        timeout=WAIT_MS,
        check_params_cb=lambda facts: facts.classes == ("background", "cat", "sky"),
    ):
        dialog.accept()
    (copy,) = imported_folder().glob("*.safetensors")

    def is_shown() -> bool:
        chosen = manager.list.chosen_entry
        return chosen is not None and chosen.name == str(copy)

    qtbot.waitUntil(is_shown, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: button(manager, "model_use").text() == "In use", timeout=WAIT_MS)
    manager.close()
    other_model.unlink()  # the copy is what counts
    run(qtbot, window, "segment.folder_again")
    assert window.project is not None
    assert {"cat", "sky"} <= {each.name for each in window.project.classes}
    window.close()
    assert make_window(model=window.settings.model).inference.model == str(copy)


def test_the_model_of_a_run_stays_and_the_next_run_has_the_new_one(
    window: MainWindow, other_model: Path, qtbot: QtBot
) -> None:
    trigger(window, "segment.folder")
    window.inference.use_model(str(other_model))
    wait_idle(qtbot, window)
    assert states(window)["rocket.jpg"] == "predicted"
    assert window.project is not None
    assert "sky" not in {each.name for each in window.project.classes}
    run(qtbot, window, "segment.folder_again")
    assert "sky" in {each.name for each in window.project.classes}


@pytest.mark.parametrize("name", ["text.safetensors", "text.pth"])
def test_a_file_that_is_no_model_is_one_sentence(
    manager: ManagerDialog, tmp_path: Path, name: str, qtbot: QtBot
) -> None:
    path = tmp_path / name
    path.write_text("this is no model")
    manager.import_file(str(path))
    qtbot.waitUntil(lambda: manager.messages.kind == "error", timeout=WAIT_MS)
    assert name in manager.messages.text
    assert not list(imported_folder().glob("*"))


def test_a_model_that_will_not_load_leaves_the_one_that_works(
    window: MainWindow, models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    go_to(qtbot, window, "rocket.jpg")
    run(qtbot, window, "segment.image")
    with qtbot.waitSignal(window.inference.model_failed, timeout=WAIT_MS):
        window.inference.use_model(str(tmp_path / "none.safetensors"))
    assert window.inference.model == str(models / "old.safetensors")
    assert window.settings.model == str(models / "old.safetensors")
    run(qtbot, window, "segment.image")
    assert states(window)["rocket.jpg"] == "predicted"


# -- downloading ------------------------------------------------------------------------------


class _Slow(SimpleHTTPRequestHandler):
    """Sends a little of every file, then waits until the test is over."""

    release: threading.Event

    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]
        outputfile.write(source.read(300_000))
        outputfile.flush()
        self.release.wait(60)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def slow_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server on this machine that has all of torchvision's files and never ends sending."""
    from segmenter.nn import zoo
    from segmenter.nn.official_weights import torchvision_source

    folder = tmp_path / "mirror"
    folder.mkdir()
    url = torchvision_source(zoo.find("voc-mobilenet")).url
    (folder / url.rsplit("/", 1)[-1]).write_bytes(bytes(2_000_000))
    release = threading.Event()
    handler = type("Handler", (_Slow,), {"release": release})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("MASKWRIGHT_MIRROR", f"http://127.0.0.1:{server.server_port}")
    yield
    release.set()
    server.shutdown()
    server.server_close()
    thread.join()
    shutil.rmtree(folder)


@pytest.mark.usefixtures("slow_mirror")
def test_a_download_shows_its_progress_and_can_be_cancelled(
    window: MainWindow, opened: OpenManager, qtbot: QtBot
) -> None:
    manager = opened()
    manager.list.choose("voc-mobilenet")
    assert button(manager, "model_use").text() == "&Download"
    with qtbot.waitSignal(
        window.downloads.progressed,
        timeout=WAIT_MS,
        check_params_cb=lambda name, done, total: done >= 256 * 1024 and total == 2_000_000,
    ):
        press(manager, "model_use")
    # It goes on while the manager is closed, and is seen in the next one.
    manager.close()
    manager = opened()
    manager.list.choose("voc-mobilenet")
    assert button(manager, "model_use").text() == "Cancel"
    with qtbot.waitSignal(window.downloads.cancelled, timeout=WAIT_MS):
        press(manager, "model_use")
    assert button(manager, "model_use").text() == "&Download"


@pytest.mark.usefixtures("slow_mirror")
def test_closing_the_window_ends_a_download(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(
        window.downloads.progressed,
        timeout=WAIT_MS,
        check_params_cb=lambda name, done, total: done > 0,
    ):
        window.downloads.start("voc-mobilenet")
    window.close()
    assert window.download_pool.close()


def test_closing_the_manager_at_once_disturbs_nothing(
    window: MainWindow, opened: OpenManager
) -> None:
    for _ in range(3):
        trigger(window, "model.manager")
        (manager,) = (each for each in window.findChildren(ManagerDialog) if each.isVisible())
        manager.close()
    assert "Starter" in names(opened())


def test_a_download_without_a_net_is_one_sentence(
    window: MainWindow, opened: OpenManager, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("MASKWRIGHT_MIRROR", "http://127.0.0.1:9")
    manager = opened()
    manager.list.choose("voc-mobilenet")
    with qtbot.waitSignal(window.downloads.failed, timeout=WAIT_MS):
        press(manager, "model_use")
    assert manager.messages.kind == "error"
    assert button(manager, "model_use").text() == "&Download"
