"""`maskwright demo` where there is no screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Finished
from PIL import Image

from segmenter.project.samples import copy_samples, default_folder

Run = Callable[..., Finished]


def test_the_demo_segments_a_copy_of_the_samples_and_says_where(
    run: Run, tiny_model: Path, tmp_path: Path, sample: Path
) -> None:
    folder = tmp_path / "demo"
    done = run("demo", folder, "--model", tiny_model, "--no-window")
    assert (done.code, done.stderr) == (0, "")
    assert str(folder / "maskwright" / "overlays") in done.stdout
    names = sorted(path.name for path in sample.glob("*.jpg"))
    for name in names:
        with (
            Image.open(folder / "maskwright" / "predictions" / f"{name}.png") as mask,
            Image.open(sample / name) as photo,
            Image.open(folder / "maskwright" / "overlays" / f"{name}.jpg") as overlay,
        ):
            assert mask.size == photo.size == overlay.size
    again = run("demo", folder, "--model", tiny_model, "--no-window")
    assert again.code == 0
    assert "from the last time" in again.stdout
    assert "images segmented" not in again.stdout


def test_the_copy_keeps_what_a_person_changed(tmp_path: Path, sample: Path) -> None:
    assert copy_samples(tmp_path) == len(list(sample.glob("*.jpg")))
    (tmp_path / "cat.jpg").write_bytes(b"changed")
    (tmp_path / "rocket.jpg").unlink()
    assert copy_samples(tmp_path) == 1
    assert (tmp_path / "cat.jpg").read_bytes() == b"changed"


def test_the_copy_s_place_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKWRIGHT_DATA", str(tmp_path))
    assert default_folder() == tmp_path / "sample"


def test_where_nothing_can_be_written_the_demo_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("demo", tmp_path / "file" / "demo", "--no-window")
    assert done.code == 1
    assert "can't be copied" in done.stderr
    assert done.stderr.count("\n") == 1
