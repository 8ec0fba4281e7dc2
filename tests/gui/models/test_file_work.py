"""Copying, deleting and bringing back model files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from known_networks import save_says

from gui.model_store import imported_folder
from gui.models import file_work
from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.model_file import read_model, read_model_header, rewrite_card
from segmenter.nn.tensor_file import verify_file


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_says(tmp_path / "here" / "model.safetensors", "petal")


def nothing(done: int, total: int) -> None:
    pass


def test_a_copy_is_the_same_to_the_byte_and_tells_how_far_it_is(
    model: Path, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    copy = file_work.export_model(
        model, tmp_path / "there" / "copy", lambda *at: seen.append(at), CancelToken()
    )
    assert copy.name == "copy.safetensors"
    assert copy.read_bytes() == model.read_bytes()
    size = model.stat().st_size
    assert seen[-1] == (size, size)
    assert len(seen) > 3


def test_a_copy_for_others_keeps_what_is_private(model: Path, tmp_path: Path) -> None:
    private = {"command": "maskwright train /home/ada/Patients", "validation": ["Jane Doe.jpg"]}
    card = ModelCard(name="Scars", training={**private, "epoch": 3})
    rewrite_card(model, card)
    before = model.read_bytes()
    copy = file_work.export_model(model, tmp_path / "copy.safetensors", nothing, CancelToken())
    assert read_model_header(copy)[1] == ModelCard(name="Scars", training={"epoch": 3})
    assert not any(word in copy.read_bytes() for word in (b"/home/ada", b"Jane Doe"))
    verify_file(copy)
    ours, others = read_model(model).state_dict(), read_model(copy).state_dict()
    assert ours.keys() == others.keys()
    assert all(ours[name].equal(others[name]) for name in ours)
    assert model.read_bytes() == before


@pytest.mark.parametrize("private", [{}, {"command": "maskwright train /home/ada"}])
def test_a_cancelled_copy_leaves_what_was_there(
    model: Path, tmp_path: Path, private: dict[str, str]
) -> None:
    rewrite_card(model, ModelCard(training=private))
    target = tmp_path / "copy.safetensors"
    target.write_bytes(b"what was there")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        file_work.export_model(model, target, lambda *at: cancel.cancel(), cancel)
    assert target.read_bytes() == b"what was there"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [target.name]


def test_what_is_no_model_is_not_handed_on(tmp_path: Path) -> None:
    source = tmp_path / "text.safetensors"
    source.write_text("no model")
    with pytest.raises(MaskwrightError, match="text"):
        file_work.export_model(source, tmp_path / "copy.safetensors", nothing, CancelToken())
    assert not (tmp_path / "copy.safetensors").exists()


def test_a_cancelled_import_keeps_nothing(model: Path) -> None:
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        file_work.import_model(model, lambda *at: cancel.cancel(), cancel)
    assert not list(imported_folder().glob("*"))


def test_imports_of_one_name_are_told_apart(model: Path) -> None:
    names = [file_work.import_model(model, nothing, CancelToken()).name for _ in range(2)]
    assert names == ["model.safetensors", "model-2.safetensors"]


def test_deleting_and_bringing_back(model: Path) -> None:
    before = model.read_bytes()
    aside = file_work.set_aside(model)
    assert not list(model.parent.glob("*.safetensors"))
    file_work.bring_back(aside, model)
    assert model.read_bytes() == before


def test_one_name_can_be_deleted_twice(model: Path) -> None:
    first = file_work.set_aside(model)
    save_says(model, "background")
    second = file_work.set_aside(model)
    assert first.exists()
    assert second.exists()
    file_work.bring_back(second, model)
    with pytest.raises(MaskwrightError, match="another file has its place"):
        file_work.bring_back(first, model)
    file_work.delete_for_good([first, second])
    assert [path.name for path in model.parent.iterdir()] == [model.name]


def test_what_is_gone_is_one_sentence(model: Path) -> None:
    model.unlink()
    with pytest.raises(MaskwrightError, match=r"model\.safetensors"):
        file_work.set_aside(model)
    with pytest.raises(MaskwrightError, match="can't be brought back"):
        file_work.bring_back(model.with_name("none"), model)


def test_what_a_killed_app_left_goes_in_time(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at once: another window may still bring it back."""
    file_work.set_aside(model)
    (model.parent / ".maskwright-0000-x.tmp").write_bytes(b"half a copy")
    save_says(model, "petal")
    file_work.forget_old(model.parent)
    assert len(os.listdir(model.parent)) == 3  # noqa: PTH208
    monkeypatch.setattr(file_work, "_FORGOTTEN_AFTER", -1.0)
    file_work.forget_old(model.parent)
    assert [path.name for path in model.parent.iterdir()] == [model.name]
    file_work.forget_old(model.parent / "none")
