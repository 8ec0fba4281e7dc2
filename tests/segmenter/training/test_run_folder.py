"""What a run keeps on the disk, and how it reads it back after a kill."""

import json
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.training.events import Done, Event, Note, Stopped
from segmenter.training.quick_recipe import QUICK
from segmenter.training.recipes import STANDARD
from segmenter.training.run_folder import EventLog, RunFolder
from segmenter.training.run_settings import RunSettings, recipe_from_dict

DONE = {"path": "x", "epochs": 1, "best_epoch": 1, "mean_iou": 0.5, "seconds": 1.0, "reason": "."}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "run")
    run.begin(RunSettings(tmp_path / "model.safetensors"))
    return run


def test_somebody_who_only_looks_is_not_taken_for_a_training(run: RunFolder) -> None:
    with ExitStack() as looking:
        looking.enter_context(run.locked(0))
        soon = Timer(0.01, looking.pop_all().close)
        soon.start()
        assert not run.is_running
        soon.join()
    with run.locked(0):
        assert run.is_running


def write(run: RunFolder, *told: Event) -> None:
    log = EventLog(run)
    for event in told:
        log.write(event)
    log.close()


def test_settings_come_back_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.safetensors").touch()
    settings = RunSettings(
        out=Path("model.safetensors"),
        images=Path("bilder"),
        masks=tmp_path / "masks",
        classes=("a", "ü"),
        model=Path("own.safetensors"),
        config=ModelConfig(classes=("a", "ü"), multi_grid=(1, 2, 1)),
        recipe=STANDARD.replace(rate=0.5, epochs=7),
        validation=("one.jpg",),
        device="cpu",
        half=True,
        threads=3,
        card=ModelCard(name="Mine", note="…"),
        command="maskwright train",
    )
    run = RunFolder("run")
    run.begin(settings)
    monkeypatch.chdir("/")  # a run goes on from whatever folder
    back = run.restored(run.settings(), None)
    assert back.recipe == settings.recipe
    assert back.config == settings.config
    assert back.card == settings.card
    assert back.model == str(tmp_path / "own.safetensors")
    assert back.out == tmp_path / "model.safetensors"
    assert back.images == tmp_path / "bilder"
    assert back.to_dict() == settings.to_dict() | {
        key: str(tmp_path / name)
        for key, name in (
            ("out", "model.safetensors"),
            ("images", "bilder"),
            ("model", "own.safetensors"),
        )
    }


def test_a_model_of_the_zoo_stays_a_name(tmp_path: Path) -> None:
    assert RunSettings(tmp_path / "m", model="starter").to_dict()["model"] == "starter"


@pytest.mark.parametrize("recipe", [STANDARD.replace(epochs=3), QUICK.replace(seconds=2.0)])
def test_a_recipe_of_another_version_keeps_the_numbers_that_are_known(recipe: object) -> None:
    values = recipe.to_dict()  # type: ignore[attr-defined]
    assert recipe_from_dict(values) == recipe
    del values["seed"]
    assert recipe_from_dict(values | {"not_known_here": 1}) == recipe


def test_named_images_are_held_out_and_others_are_not(tmp_path: Path) -> None:
    def settings(*names: str) -> RunSettings:
        return RunSettings(tmp_path / "m", validation=names)

    there = ("a", "b", "c")
    parts = settings("c", "gone").split(there, {})
    assert (parts.training, parts.validation) == (("a", "b"), ("c",))
    with pytest.raises(MaskwrightError, match=r"None of the images .* gone"):
        settings("gone").split(there, {})
    with pytest.raises(MaskwrightError, match="leave some"):
        settings(*there).split(there, {})


def test_a_torn_line_is_as_if_it_had_not_been_told(run: RunFolder) -> None:
    write(run, Note("one"), Note("twö"))
    path = run.path / "events.jsonl"
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        texts = [event.text for event in run.events() if isinstance(event, Note)]
        assert texts == ["one", "twö"][: whole[:end].count(b"\n")]
    path.write_bytes(whole + b'[1]\n{"event": "note"}\n{"event": "of tomorrow"}\n\xff\n')
    assert len(run.events()) == 2
    path.unlink()
    assert run.events() == []


def test_a_run_that_goes_on_forgets_what_it_will_tell_again(run: RunFolder) -> None:
    log = EventLog(run)
    log.write(Note("kept"))
    length = log.length
    log.write(Note("after the checkpoint"))
    log.close()
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "no')
    log = EventLog(run)
    log.cut(length)
    log.write(Note("again"))
    log.close()
    assert run.events() == [Note("kept"), Note("again")]


def test_a_run_is_done_when_it_came_to_its_own_end(run: RunFolder) -> None:
    assert not run.is_done
    write(run, Stopped(**DONE))  # type: ignore[arg-type]
    assert not run.is_done
    write(run, Done(**DONE))  # type: ignore[arg-type]
    assert run.is_done


def test_a_folder_without_a_run_or_with_a_damaged_one_is_one_sentence(
    run: RunFolder, tmp_path: Path
) -> None:
    with pytest.raises(MaskwrightError, match="There is no run in"):
        RunFolder(tmp_path / "none").settings()
    settings = run.path / "settings.json"
    values = json.loads(settings.read_text())
    del values["recipe"]
    for content in ("", "[]", json.dumps(values), json.dumps(values | {"recipe": 3})):
        settings.write_text(content)
        with pytest.raises(MaskwrightError, match="is damaged"):
            run.restored(run.settings(), None)


def test_looking_at_a_run_that_was_deleted_does_not_make_its_folder(tmp_path: Path) -> None:
    assert not RunFolder(tmp_path / "runs" / "1").is_running
    assert not (tmp_path / "runs").exists()
