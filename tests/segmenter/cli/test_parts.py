"""The small parts that every command is made of."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.options import parse_rates, parse_scales, parse_tile
from segmenter.cli.output import Output, table
from segmenter.cli.sources import Sources
from segmenter.errors import MaskwrightError


def test_tile_is_a_word_or_a_size() -> None:
    assert [parse_tile(text) for text in ("auto", "off", "512")] == ["auto", "off", 512]
    for wrong in ("", "7", "-512", "512px", "99999", "٥١٢"):
        with pytest.raises(typer.BadParameter):
            parse_tile(wrong)


def test_scales_are_numbers_with_commas() -> None:
    assert parse_scales("0.75, 1,1.25") == (0.75, 1.0, 1.25)
    for wrong in ("", "1;2", "0", "nan", "100", "1,"):
        with pytest.raises(typer.BadParameter):
            parse_scales(wrong)


def test_atrous_rates_are_whole_numbers_with_commas() -> None:
    assert parse_rates("3, 6,9") == (3, 6, 9)
    assert parse_rates(None) is None
    for wrong in ("", "3;6", "1.5,3", "3,"):
        with pytest.raises(typer.BadParameter):
            parse_rates(wrong)


@pytest.fixture
def usual_interrupt() -> Iterator[None]:
    """What starts the tests in the background may have told them to pass interrupts over."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("usual_interrupt")
def test_the_first_interrupt_sets_the_token_and_the_second_stops() -> None:
    with cancel_on_interrupt() as token:
        assert not token.is_cancelled
        os.kill(os.getpid(), signal.SIGINT)
        assert token.is_cancelled
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_after_the_work_an_interrupt_has_its_usual_effect_again() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with cancel_on_interrupt():
        assert signal.getsignal(signal.SIGINT) is not before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_name_no_terminal_can_show_still_makes_a_line_of_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Output(as_json=True).event("image", name="a\nb\udcff.jpg")
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert json.loads(line) == {"event": "image", "name": "a\nb\udcff.jpg"}


def test_text_is_for_people_and_events_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).event("start")
    Output(as_json=True).say("hello")
    assert capsys.readouterr().out == ""


def test_a_warning_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).warn("two\nlines")
    assert capsys.readouterr().err == "maskwright: two lines\n"


def test_columns_of_a_table_stand_in_line() -> None:
    assert table([("a", "1"), ("long name", "2")], header=("NAME", "N")) == (
        "NAME       N\na          1\nlong name  2"
    )


def test_names_in_several_folders_stay_apart(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b", tmp_path / "c" / "b"]
    for folder in paths:
        folder.mkdir(parents=True)
        (folder / "x.png").touch()
    images = Sources.of(paths).images(recursive=True)
    assert images == {
        "x.png": paths[0] / "x.png",
        "b/x.png": paths[1] / "x.png",
        "b 2/x.png": paths[2] / "x.png",
    }


def test_a_path_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MaskwrightError, match="is not there"):
        Sources.of([tmp_path / "nowhere"])


def test_many_warnings_are_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    Output(False).warn_each([f"No. {number}." for number in range(1022)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert "No. 19." in lines[19]
    assert "1,002 more" in lines[20]
