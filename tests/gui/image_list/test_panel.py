"""The image list as a person uses it, on a real project."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from gui.image_list import ImageListPanel
from gui.image_list.model import Role
from gui.image_list.record_reader import ImageSource
from gui.image_list.view import ImageListView
from segmenter.project.project import Project
from segmenter.project.state import ImageRecord, State


def view_of(panel: ImageListPanel) -> ImageListView:
    found = panel.findChild(ImageListView)
    assert isinstance(found, ImageListView)
    return found


def filter_by(panel: ImageListPanel, text: str) -> None:
    field = panel.findChild(QLineEdit, "image_list.filter")
    assert isinstance(field, QLineEdit)
    field.clear()
    QTest.keyClicks(field, text)


def choose(panel: ImageListPanel, box: str, entry: str) -> None:
    found = panel.findChild(QComboBox, f"image_list.{box}")
    assert isinstance(found, QComboBox)
    found.setCurrentText(entry)
    assert found.currentText() == entry


def count_label(panel: ImageListPanel) -> QLabel:
    label = panel.findChild(QLabel, "image_list.count")
    assert isinstance(label, QLabel)
    return label


def count_line(panel: ImageListPanel) -> str:
    return count_label(panel).text().replace("\N{NO-BREAK SPACE}", " ")


def visible_texts(panel: ImageListPanel) -> str:
    return " ".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def test_images_are_listed_in_the_order_of_their_names(listed: ImageListPanel) -> None:
    assert listed.names == [
        "broken.jpg", "img1.jpg", "img2.jpg", "img10.jpg", "sub/img3.jpg", "sub/other.jpg",
    ]  # fmt: skip
    assert count_line(listed) == "6 images · 3 predicted · 1 approved · 1 failed"


def test_the_list_keeps_its_height_when_there_is_more_to_count(listed: ImageListPanel) -> None:
    label = count_label(listed)
    assert "\N{NO-BREAK SPACE}approved" in label.text()  # a number stays with its word
    before = listed.findChildren(QListView)[0].height()
    label.setText("1 image")
    QApplication.processEvents()
    assert listed.findChildren(QListView)[0].height() == before


def test_the_first_image_is_chosen_and_told(
    panel: ImageListPanel, project: Project, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.current_changed) as told:
        panel.set_project(project)
    assert told.args == ["broken.jpg"]
    assert panel.current_name == "broken.jpg"
    assert view_of(panel).currentIndex().row() == 0


def test_an_image_can_be_chosen_before_the_list_is_there(
    panel: ImageListPanel, project: Project, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.loaded):
        panel.set_project(project)
        panel.select("img10.jpg")
    assert panel.current_name == "img10.jpg"


def test_stepping_ends_at_both_ends(listed: ImageListPanel) -> None:
    assert not listed.step(-1)
    assert [listed.step(1) for _ in range(6)] == [True] * 5 + [False]
    assert listed.current_name == "sub/other.jpg"
    assert listed.step(-100)
    assert listed.current_name == "broken.jpg"


def test_arrow_keys_choose_and_tell(listed: ImageListPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(listed.current_changed) as told:
        QTest.keyClick(view_of(listed), Qt.Key.Key_Down)
    assert told.args == ["img1.jpg"]


def test_a_click_chooses(listed: ImageListPanel) -> None:
    view = view_of(listed)
    place = view.visualRect(view.model().index(2, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert listed.current_name == "img2.jpg"


def test_typing_a_name_goes_to_it(listed: ImageListPanel) -> None:
    QTest.keyClicks(view_of(listed), "img1")
    assert listed.current_name == "img1.jpg"
    QTest.keyClicks(view_of(listed), "0")
    assert listed.current_name == "img10.jpg"


def test_the_name_filter_narrows_the_list(listed: ImageListPanel) -> None:
    filter_by(listed, "IMG1")
    assert listed.names == ["img1.jpg", "img10.jpg"]
    assert count_line(listed) == "2 of 6 images"


def test_the_state_filter_and_the_order_work_together(listed: ImageListPanel) -> None:
    choose(listed, "state", "Predicted")
    choose(listed, "order", "Least certain first")
    assert listed.names == ["img2.jpg", "sub/img3.jpg", "img1.jpg"]
    choose(listed, "state", "All states")
    assert listed.names[:3] == ["img2.jpg", "img10.jpg", "sub/img3.jpg"]


def test_the_chosen_image_stays_chosen_in_another_order(
    listed: ImageListPanel, qtbot: QtBot
) -> None:
    listed.select("img2.jpg")
    with qtbot.assertNotEmitted(listed.current_changed):
        choose(listed, "order", "Least certain first")
    assert listed.current_name == "img2.jpg"
    assert view_of(listed).currentIndex().row() == 0


def test_filtering_the_chosen_image_away_keeps_it_open(
    listed: ImageListPanel, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(listed.current_changed):
        filter_by(listed, "sub")
    assert listed.current_name == "broken.jpg"
    assert not view_of(listed).currentIndex().isValid()
    listed.step(1)
    assert listed.current_name == "sub/img3.jpg"


def test_nothing_passes_the_filter_and_one_click_undoes_it(listed: ImageListPanel) -> None:
    filter_by(listed, "no such image")
    assert "No image passes the filter." in visible_texts(listed)
    button = listed.findChild(QPushButton, "image_list.clear_filter")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(listed.names) == 6
    assert not button.isVisible()


def test_clearing_takes_back_both_filters(listed: ImageListPanel) -> None:
    choose(listed, "state", "Failed")
    filter_by(listed, "img")
    assert listed.names == []
    button = listed.findChild(QPushButton, "image_list.clear_filter")
    assert isinstance(button, QPushButton)
    button.click()
    assert len(listed.names) == 6


def test_an_empty_folder_says_so(panel: ImageListPanel, tmp_path: Path, qtbot: QtBot) -> None:
    with Project.open(tmp_path) as empty:
        panel.set_scanning(True)
        with qtbot.waitSignal(panel.loaded):
            panel.set_project(empty)
        assert "Looking for images…" in visible_texts(panel)
        panel.set_scanning(False)
        assert "There are no images in this folder." in visible_texts(panel)
        assert panel.current_name == ""
        assert not panel.step(1)


def test_a_refresh_draws_the_new_state(
    listed: ImageListPanel, project: Project, qtbot: QtBot
) -> None:
    project.set_state("img1.jpg", State.APPROVED)
    listed.refresh(["img1.jpg"])
    index = view_of(listed).model().index(1, 0)
    qtbot.waitUntil(lambda: index.data(Role.RECORD).state is State.APPROVED)
    assert count_line(listed) == "6 images · 2 predicted · 2 approved · 1 failed"


def test_an_image_that_is_new_to_the_list_comes_in_at_its_place(
    listed: ImageListPanel, project: Project, folder: Path, qtbot: QtBot
) -> None:
    listed.select("img10.jpg")
    (folder / "img7.jpg").write_bytes((folder / "img1.jpg").read_bytes())
    project.scan(on_found=listed.refresh)
    listed.reload()
    qtbot.waitUntil(lambda: listed.names[2:5] == ["img2.jpg", "img7.jpg", "img10.jpg"])
    assert listed.current_name == "img10.jpg"


def test_an_image_that_is_gone_leaves_and_the_one_after_it_is_chosen(
    listed: ImageListPanel, project: Project, folder: Path, qtbot: QtBot
) -> None:
    listed.select("img2.jpg")
    (folder / "img2.jpg").unlink()
    project.scan()
    with qtbot.waitSignal(listed.loaded), qtbot.assertNotEmitted(listed.failed):
        listed.refresh(["img2.jpg"])
    assert "img2.jpg" not in listed.names
    assert listed.current_name == "img10.jpg"


def test_approving_under_a_filter_leaves_the_image_until_one_moves_on(
    listed: ImageListPanel, project: Project, qtbot: QtBot
) -> None:
    choose(listed, "state", "Predicted")
    listed.select("img2.jpg")
    project.set_state("img1.jpg", State.APPROVED)
    project.set_state("img2.jpg", State.APPROVED)
    listed.refresh(["img1.jpg", "img2.jpg"])
    qtbot.waitUntil(lambda: listed.names == ["img2.jpg", "sub/img3.jpg"])
    assert listed.current_name == "img2.jpg"


def test_choosing_an_image_the_filter_hides_shows_it(listed: ImageListPanel) -> None:
    filter_by(listed, "sub")
    listed.select("img2.jpg")
    assert listed.current_name == "img2.jpg"
    assert listed.names == ["img2.jpg", "sub/img3.jpg", "sub/other.jpg"]


def test_the_review_goes_from_the_least_certain_on(listed: ImageListPanel) -> None:
    seen = []
    for _ in range(3):
        assert listed.select_next_uncertain()
        seen.append(listed.current_name)
    assert seen == ["img2.jpg", "sub/img3.jpg", "img1.jpg"]


def test_the_neighbours_are_named_the_likeliest_first(listed: ImageListPanel) -> None:
    listed.select("img2.jpg")
    assert listed.names_around(before=1, after=2) == ["img10.jpg", "sub/img3.jpg", "img1.jpg"]
    listed.select("sub/other.jpg")
    assert listed.names_around(before=1, after=2) == ["sub/img3.jpg"]


def test_the_tooltip_gives_the_reason(listed: ImageListPanel) -> None:
    index = view_of(listed).model().index(0, 0)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert "broken.jpg" in tip
    assert "It is no image." in tip


def test_a_screen_reader_hears_name_and_state(listed: ImageListPanel) -> None:
    index = view_of(listed).model().index(2, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "img2.jpg, Predicted"


def test_closing_the_project_empties_the_list(listed: ImageListPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(listed.current_changed) as told:
        listed.set_project(None)
    assert told.args == [""]
    assert listed.names == []
    assert count_line(listed) == ""


def test_another_project_takes_its_place(
    listed: ImageListPanel, tmp_path: Path, sample: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "fig.jpg").write_bytes((sample / "fig.jpg").read_bytes())
    filter_by(listed, "img")
    with Project.open(other) as project:
        project.scan()
        with qtbot.waitSignal(listed.loaded):
            listed.set_project(project)
        assert listed.names == ["fig.jpg"]
        assert listed.current_name == "fig.jpg"
        assert count_line(listed) == "1 image"
        with qtbot.waitSignal(listed.current_changed):
            listed.set_project(None)


class ManyImages:
    """A hundred thousand images nobody has to have on a disk."""

    def __init__(self, count: int) -> None:
        self._records = {
            f"folder{number // 1000}/img{number}.jpg": ImageRecord(
                f"folder{number // 1000}/img{number}.jpg", State.PREDICTED, number / count
            )
            for number in range(count)
        }

    def images(self) -> list[ImageRecord]:
        return list(self._records.values())

    def image(self, name: str) -> ImageRecord:
        return self._records[name]

    def path_of(self, name: str) -> Path:
        return Path("nowhere") / name


@pytest.fixture
def many() -> ImageSource:
    return ManyImages(100_000)


def test_a_hundred_thousand_images_are_listed_filtered_and_sorted(
    panel: ImageListPanel, many: ImageSource, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.loaded, timeout=20_000):
        panel.set_project(many)
    assert count_line(panel) == "100,000 images · 100,000 predicted"
    choose(panel, "order", "Least certain first")
    panel.step(-100_000)
    panel.step(3)
    assert panel.current_name == "folder99/img99996.jpg"
    filter_by(panel, "r42/")
    assert count_line(panel) == "1,000 of 100,000 images"
    panel.select("folder42/img42000.jpg")
    view = view_of(panel)
    assert view.visualRect(view.currentIndex()).intersects(view.viewport().rect())


def test_rows_in_sight_stay_while_a_scan_finds_more(
    panel: ImageListPanel, many: ImageSource, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.loaded, timeout=20_000):
        panel.set_project(many)
    bar = view_of(panel).verticalScrollBar()
    bar.setValue(1_000_005)
    with qtbot.waitSignal(panel.loaded, timeout=20_000):
        panel.reload()
    assert bar.value() == 1_000_005


@pytest.mark.parametrize(
    ("key", "left"), [(Qt.Key.Key_Return, "img1"), (Qt.Key.Key_Escape, "")], ids=["enter", "escape"]
)
def test_enter_keeps_the_filter_and_escape_drops_it_and_both_give_the_keys_back(
    listed: ImageListPanel, qtbot: QtBot, key: Qt.Key, left: str
) -> None:
    filter_by(listed, "img1")
    field = listed.findChild(QLineEdit, "image_list.filter")
    assert field is not None
    with qtbot.waitSignal(listed.done):
        QTest.keyClick(field, key)
    assert field.text() == left
