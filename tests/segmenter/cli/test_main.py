"""What `maskwright` does with what is typed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import COMMAND, CommandLine, child_environment

import segmenter
from segmenter.cli.main import COMMANDS, HIDDEN_COMMANDS, main


def test_help_lists_every_command_that_is_not_hidden(maskwright: CommandLine) -> None:
    told = maskwright("--help")
    assert told.code == 0
    listed = re.findall(r"^  ([a-z][a-z-]+)  ", told.stdout.split("Commands:")[1], re.MULTILINE)
    assert sorted(listed) == sorted(set(COMMANDS) - set(HIDDEN_COMMANDS))


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_is_there_without_torch_and_qt(command: list[str]) -> None:
    code = (
        "import sys\nfrom segmenter.cli.main import main\n"
        f"code = main([*{command!r}, '--help'])\n"
        "heavy = {'torch', 'torchvision', 'PySide6', 'cv2'} & set(sys.modules)\n"
        "assert not heavy - {'cv2'}, heavy\nsys.exit(code)"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert child.returncode == 0, child.stderr
    assert child.stdout.startswith("Usage: maskwright")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"maskwright {segmenter.__version__}\n"


@pytest.mark.parametrize(
    "typed",
    [
        ["segment"],
        ["segment", "photos", "--tile", "7"],
        ["segment", "photos", "--scales", "1,big"],
        ["segment", "photos", "--no-such-option"],
        ["segmnet", "photos"],
        ["--no-such-option"],
        ["models"],
        ["models", "no-such-command"],
        ["train"],
        ["train", "folder", "--images", "a", "--masks", "b"],
        ["train", "--images", "a", "--masks", "b"],
        ["train", "folder", "--decoder"],
        ["evaluate", "--images", "a"],
    ],
)
def test_what_makes_no_sense_ends_with_2(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == 2
    told = capsys.readouterr()
    assert not told.out
    assert told.err.startswith(("maskwright: ", "Usage: "))
    if told.err.startswith("maskwright: "):
        assert told.err.count("\n") == 1
        assert "--help" in told.err


@pytest.mark.parametrize(
    "typed",
    [
        ["nowhere"],
        ["segment", "nowhere"],
        ["segment", ".", "--model", "no-such-model"],
        ["models", "info", "no-such-model"],
        ["models", "verify", "voc-resnet101"],
        ["train", "nowhere"],
        ["evaluate", "--images", "a", "--masks", "b"],
    ],
)
def test_what_can_not_be_done_ends_with_1_and_one_line(
    typed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sample: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "cat.jpg").write_bytes((sample / "cat.jpg").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(typed) == 1
    told = capsys.readouterr()
    assert not told.out
    assert told.err.startswith("maskwright: ")
    assert told.err.count("\n") == 1


def test_without_a_screen_the_window_says_so(maskwright: CommandLine) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has no screen without DISPLAY")
    for typed in ([], ["."], ["--", "."]):
        told = maskwright(*typed, DISPLAY=None, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
        assert told.code == 1
        assert "There is no screen here" in told.stderr
        assert told.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has no screen without DISPLAY")
def test_images_selected_in_one_folder_open_together(
    maskwright: CommandLine, sample: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "cat.jpg"
    elsewhere.write_bytes((sample / "cat.jpg").read_bytes())
    cat, dogs = str(sample / "cat.jpg"), str(sample / "dogs.jpg")
    no_screen = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "QT_QPA_PLATFORM": None}
    assert "There is no screen here" in maskwright(cat, dogs, **no_screen).stderr
    for typed in ([cat, str(elsewhere)], [cat, str(sample)]):
        told = maskwright(*typed, **no_screen)
        assert told.code == 2
        assert "it opens one folder, not 2" in told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="X11 is asked on Linux alone")
@pytest.mark.parametrize("display", [":4711", "unix:4711.0", "localhost:59535", "nonsense", ":²"])
def test_a_display_that_nothing_answers_at_is_told(maskwright: CommandLine, display: str) -> None:
    told = maskwright(".", DISPLAY=display, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=None)
    assert told.code == 1
    assert f"nothing answers at DISPLAY={display}" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_closed_pipe_is_no_traceback(maskwright: CommandLine) -> None:
    child = subprocess.Popen(
        [*COMMAND, "models", "list", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(),
    )
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert b"Traceback" not in child.stderr.read()
    child.stderr.close()
    child.wait()
