"""Small parts on their own: jobs, image rate, settings, icons, theme, message bar."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot
from windows import WAIT_MS

from gui.actions import SECTIONS
from gui.icons import icon, tinted_pixmap, wear_icon
from gui.image_rate import ImageRate, duration
from gui.jobs import Background, Jobs, spare_threads
from gui.message_bar import MessageBar
from gui.settings import Settings
from gui.theme import DARK, LIGHT, Colors, Theme
from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.paths import resource


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""

    def luminance(name: str) -> float:
        color = QColor(name)
        red, green, blue = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (color.redF(), color.greenF(), color.blueF())
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_surface(colors: Colors) -> None:
    for surface in (colors.window, colors.surface, colors.raised, colors.hover):
        assert contrast(colors.text, surface) >= 7
        assert contrast(colors.muted, surface) >= 4.5
    for bar in (colors.info, colors.warning, colors.error):
        assert contrast(colors.text, bar) >= 7
    assert contrast("#ffffff", colors.accent) >= 4.5
    assert contrast(colors.link, colors.window) >= 4.5


def test_every_icon_of_an_action_is_a_file_and_every_file_draws(qapp: QApplication) -> None:
    used = {spec.icon for section in SECTIONS for spec in section.specs}
    files = {path.stem for path in resource("icons").glob("*.svg")}
    assert used <= files
    for name in files - {"maskwright", "check-on", "chevron-grey", "chevron-up-grey"}:
        image = tinted_pixmap(name, 24, QColor("#123456"), 2.0).toImage()
        assert image.width() == 48
        colors = [image.pixelColor(x, y) for x in range(48) for y in range(48)]
        inked = [color for color in colors if color.alpha() > 250]
        assert inked, name
        # Not to the last bit: where ink is put on ink, alpha rounds.
        assert all(abs(color.red() - 0x12) <= 4 for color in inked), name
        assert all(abs(color.blue() - 0x56) <= 4 for color in inked), name


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_icons_are_drawn_for_the_screen_not_scaled(qapp: QApplication, ratio: float) -> None:
    pixmap = icon("fit").pixmap(QSize(20, 20), ratio)
    assert pixmap.size() == QSize(round(20 * ratio), round(20 * ratio))


def test_icons_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    theme = qapp.findChild(Theme) or Theme(qapp)
    button = QToolButton()
    qtbot.addWidget(button)
    wear_icon(button, "stop")

    def ink() -> int:
        image = button.icon().pixmap(QSize(24, 24), 1.0, QIcon.Mode.Normal).toImage()
        return image.pixelColor(12, 12).lightness()  # the square inside of the ring

    theme.set_mode("light")
    assert ink() < 60
    theme.set_mode("dark")
    assert ink() > 200
    theme.set_mode("system")


def test_idle_fires_once_all_jobs_have_ended_and_never_inside_a_call(qtbot: QtBot) -> None:
    jobs = Jobs()
    fired: list[bool] = []
    jobs.idle.connect(lambda: fired.append(jobs.is_idle))
    jobs.begin("load")
    jobs.begin("scan")
    jobs.end("load")
    QApplication.processEvents()
    assert fired == []
    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        jobs.end("scan")
        assert fired == []
    assert fired == [True]


def test_background_work_comes_back_on_the_gui_thread(qtbot: QtBot) -> None:
    jobs = Jobs()
    background = Background(jobs)
    seen: list[object] = []

    def work(cancel: CancelToken) -> str:
        seen.append(threading.current_thread() is threading.main_thread())
        return "result"

    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        background.run(
            work,
            lambda result: seen.extend(
                (result, threading.current_thread() is threading.main_thread())
            ),
            seen.append,
            kind="test",
        )
    assert seen == [False, "result", True]
    assert background.close()


def test_what_a_person_can_mend_arrives_as_a_sentence(qtbot: QtBot) -> None:
    jobs = Jobs()
    background = Background(jobs)
    sentences: list[str] = []

    def work(cancel: CancelToken) -> None:
        raise MaskwrightError("The disk is full.")

    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        background.run(work, lambda _: None, sentences.append, kind="test")
    assert sentences == ["The disk is full."]
    assert background.close()


def test_cancelled_work_delivers_nothing(qtbot: QtBot) -> None:
    jobs = Jobs()
    background = Background(jobs, threads=1)
    go = threading.Event()
    delivered: list[object] = []
    with qtbot.waitSignal(jobs.idle, timeout=WAIT_MS):
        token = background.run(
            lambda _: go.wait(30), delivered.append, delivered.append, kind="test"
        )
        token.cancel()
        go.set()
    assert delivered == []
    assert background.close()


def test_closing_does_not_wait_for_ever() -> None:
    background = Background(Jobs(), threads=1)
    go = threading.Event()
    background.run(lambda _: go.wait(30), print, print, kind="test")
    assert not background.close(0.05)
    go.set()


def test_closing_does_not_wait_for_work_that_never_began() -> None:
    background = Background(Jobs(), threads=1)

    def until_cancelled(cancel: CancelToken) -> None:
        while not cancel.is_cancelled:
            threading.Event().wait(0.001)

    background.run(until_cancelled, print, print, kind="test")
    background.run(lambda _: None, print, print, kind="test")
    assert background.close(60.0)


def test_the_network_leaves_a_core_to_the_window() -> None:
    assert spare_threads() >= 1


def test_the_image_rate_leaves_the_first_image_out() -> None:
    rate = ImageRate()
    rate.note(0, now=0.0)
    assert rate.words(10) == ""
    rate.note(1, now=9.0)  # loading the model took its time
    assert rate.words(10) == ""
    rate.note(3, now=10.0)
    assert rate.images_per_second == pytest.approx(2.0)
    assert rate.words(10) == "2.0 images/s, 4 s left"
    rate.note(10, now=13.5)
    assert rate.words(10) == "2.0 images/s"


def test_slow_runs_are_told_in_seconds_an_image() -> None:
    rate = ImageRate()
    rate.note(1, now=0.0)
    rate.note(2, now=4.0)
    assert rate.words(52) == "4.0 s an image, 3 min left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (59, "59 s"), (150, "2 min"), (7900, "2 h 12 min")]
)
def test_durations_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_settings_survive_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.ini"
    settings = Settings(path)
    settings.opacity = 0.25
    settings.model = "voc-resnet50"
    settings.theme = "dark"
    settings.set_flag("view.outline", True)
    for number in range(14):
        settings.add_recent(tmp_path / f"ünï & {number}")
    settings.add_recent(tmp_path / "ünï & 9")
    settings.save()
    again = Settings(path)
    assert again.opacity == 0.25
    assert again.model == "voc-resnet50"
    assert again.theme == "dark"
    assert again.flag("view.outline", False)
    assert len(again.recent) == 10
    assert again.recent[:2] == [tmp_path / "ünï & 9", tmp_path / "ünï & 13"]
    again.clear_recent()
    assert again.recent == []


def test_settings_that_make_no_sense_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    path.write_text(
        "recent=\n[view]\nopacity=much\ntheme=pink\n[layout]\nwindow=oops\n[flags]\nview.outline=7\n"
    )
    settings = Settings(path)
    assert settings.opacity == 0.5
    assert settings.theme == "system"
    assert settings.recent == []
    assert settings.layout("window") is None
    assert not settings.flag("view.outline", False)


def test_a_message_has_at_most_one_thing_to_do(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    done: list[str] = []
    bar.say("It broke.", "error", "Mend it", lambda: done.append("mended"))
    assert bar.text == "It broke."
    assert bar.kind == "error"
    button = bar.findChild(QPushButton, "message_action")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["mended"]
    assert bar.text == ""


def test_a_click_on_a_message_leaves_the_keys_where_they_were(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bar, canvas, other = MessageBar(), QLineEdit(), QPushButton()
    column = QVBoxLayout(window)
    for each in (canvas, bar, other):
        column.addWidget(each)
    bar.say("It broke.", "error", "Mend it", lambda: None)
    window.show()
    window.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    button = bar.findChild(QPushButton, "message_action")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert canvas.hasFocus()


def test_a_fleeting_message_goes_by_itself_and_another_takes_its_place(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.message_bar.FLEETING_MS", 1)
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.say("Done.", fleeting=True)
    bar.say("Mind this.", "warning")
    QApplication.processEvents()
    assert bar.text == "Mind this."
    bar.say("Done.", fleeting=True)
    qtbot.waitUntil(lambda: bar.text == "")


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_message_that_is_to_be_answered_comes_back_after_a_fleeting_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, *, by_hand: bool
) -> None:
    monkeypatch.setattr("gui.message_bar.FLEETING_MS", 60_000 if by_hand else 1)
    bar = MessageBar()
    qtbot.addWidget(bar)
    done: list[str] = []
    bar.say("It broke.", "error", "Mend it", lambda: done.append("mended"))
    bar.say("By the way.", fleeting=True)
    bar.say("And by the way.", fleeting=True)
    button, close = (
        bar.findChild(QAbstractButton, name) for name in ("message_action", "message_close")
    )
    assert button is not None
    assert close is not None
    assert button.isHidden()
    if by_hand:
        close.click()
    qtbot.waitUntil(lambda: bar.text == "It broke.")
    assert bar.kind == "error"
    button.click()
    assert done == ["mended"]
    assert bar.text == ""
    bar.say("It broke.", "error", "Mend it", lambda: None)
    bar.say("By the way.", fleeting=True)
    bar.clear()
    assert bar.text == ""


@pytest.mark.parametrize("asked", ["", "It broke."])
def test_a_fleeting_message_that_another_took_the_place_of_never_comes_back(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setattr("gui.message_bar.FLEETING_MS", 1)
    bar = MessageBar()
    qtbot.addWidget(bar)
    if asked:
        bar.say(asked, "error", "Mend it", lambda: None)
    said: list[str] = []
    bar.changed.connect(lambda: said.append(bar.text))
    bar.say("Learnt; predicting …", action="Go back", do=lambda: None, fleeting=True)
    bar.say("Learnt; all predicted.", action="Go back", do=lambda: None, fleeting=True)
    qtbot.waitUntil(lambda: bar.text == asked)
    assert said == ["Learnt; predicting …", "Learnt; all predicted.", *([asked] if asked else [])]


def test_a_bug_on_a_pool_thread_is_told_and_ends_the_waiting(qtbot: QtBot) -> None:
    jobs = Jobs()
    background = Background(jobs)
    told: list[str] = []
    with capture_exceptions() as errors:
        background.run(lambda _: 1 // 0, lambda _: None, told.append, kind="load")
        qtbot.waitUntil(lambda: jobs.is_idle)
    background.close()
    assert [kind for kind, _, _ in errors] == [ZeroDivisionError]
    assert len(told) == 1
    assert "bug" in told[0]
