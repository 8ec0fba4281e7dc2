"""The checkpoint's file: whole, readable without running code, and honest about what is wrong."""

from pathlib import Path
from typing import Any

import pytest
import torch

from segmenter.errors import MaskwrightError
from segmenter.training.checkpoint import VERSION, Checkpoint, Facts

FACTS = Facts(
    config={"classes": ["a", "b"]},
    recipe={"name": "standard"},
    classes=("a", "b"),
    class_ids=(0, 7),
    training=("one.jpg", "ünïcode/two.jpg"),
    validation=("three.jpg",),
    card={"name": "x"},
)


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    state: dict[str, Any] = {
        "weights": torch.arange(5.0),
        "epoch": 3,
        "rates": [0.1, 0.2],
        "best": None,
    }
    Checkpoint(FACTS, state, told=123).save(tmp_path / "c.pt")
    back = Checkpoint.load(tmp_path / "c.pt")
    assert back.facts == FACTS
    assert back.told == 123
    assert torch.equal(back.state.pop("weights"), state.pop("weights"))
    assert back.state == state
    assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]


def test_a_full_disk_is_said_and_the_file_before_stays(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")  # limits the size of files
    path = tmp_path / "c.pt"
    Checkpoint(FACTS, {"epoch": 1}, told=0).save(path)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(MaskwrightError, match=r"c\.pt.* could not be saved"):
            Checkpoint(FACTS, {"much": torch.zeros(1_000_000)}, told=0).save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]


def test_what_is_no_checkpoint_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    Checkpoint(FACTS, {"epoch": 1}, told=0).save(path)
    whole = path.read_bytes()
    torch.save({"version": VERSION + 1}, path)
    newer = path.read_bytes()
    torch.save([1, 2], path)
    for content in (whole[:-100], b"", b"nonsense", path.read_bytes(), newer):
        path.write_bytes(content)
        with pytest.raises(MaskwrightError) as error:
            Checkpoint.load(path)
        assert str(error.value).count(".") >= 1
        assert "\n" not in str(error.value)
    with pytest.raises(MaskwrightError, match="can't be read"):
        Checkpoint.load(tmp_path / "none.pt")


def test_reading_one_runs_no_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "touched",))  # type: ignore[return-value]

    torch.save({"version": VERSION, "state": Evil()}, tmp_path / "c.pt")
    with pytest.raises(MaskwrightError, match="no checkpoint"):
        Checkpoint.load(tmp_path / "c.pt")
    assert not (tmp_path / "touched").exists()
