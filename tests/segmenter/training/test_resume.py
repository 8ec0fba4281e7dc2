"""A run that was interrupted goes on as if nothing had happened."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from training_task import CLASSES, QUICK, SMALL, Task, learn_task

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.model_file import read_model, read_model_header
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.training import events
from segmenter.training.checkpoint import Checkpoint
from segmenter.training.fine_tune import FineTuned, resume_run, start_run
from segmenter.training.run_control import RunControl
from segmenter.training.run_folder import RunFolder
from segmenter.training.run_settings import RunSettings

RECIPE = QUICK.replace(epochs=2, steps_per_epoch=3, crop=49, copy_paste=0.5, validation_count=2)
"""Six steps in all."""
TINY = SMALL.replace(input_size=48, head_channels=8)

Begin = Callable[..., FineTuned]


def same(one: Path, two: Path) -> bool:
    first, second = (read_model(path).state_dict() for path in (one, two))
    return all(torch.equal(tensor, second[name]) for name, tensor in first.items())


def epochs_told(run: RunFolder) -> list[int]:
    return [event.epoch for event in run.events() if isinstance(event, events.Epoch)]


@pytest.fixture(scope="module", autouse=True)
def _every_step_is_told() -> Iterator[None]:
    """So that a listener can count them."""
    patch = pytest.MonkeyPatch()
    patch.setattr("segmenter.training.epoch_clock.SECONDS_BETWEEN_BATCH_EVENTS", 0.0)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def begin(task: Task) -> Begin:
    """A run from ImageNet weights, stopped after so many steps; 0 = not."""

    def begin(run: Path, stop_after: int = 0, **arguments: object) -> FineTuned:
        cancel = CancelToken()
        steps = 0

        def listen(event: events.Event) -> None:
            nonlocal steps
            steps += isinstance(event, events.Batch)
            if stop_after and steps == stop_after:
                cancel.cancel()

        wanted: dict[str, object] = {
            "config": TINY, "recipe": RECIPE, "on_event": listen, "cancel": cancel,
        }  # fmt: skip
        out = run.with_suffix(".safetensors")
        return learn_task(task, out, run=run, **{**wanted, **arguments})

    return begin


@pytest.fixture(scope="module")
def straight(begin: Begin, tmp_path_factory: pytest.TempPathFactory) -> FineTuned:
    """The run that nobody stopped."""
    return begin(tmp_path_factory.mktemp("straight") / "run")


@pytest.fixture(scope="module")
def _stopped(begin: Begin, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("stopped") / "run"
    assert begin(run, stop_after=5).stopped
    return run


@pytest.fixture
def stopped(_stopped: Path, tmp_path: Path) -> RunFolder:
    """The run of the same settings, stopped after its fifth step, and its model beside it."""
    shutil.copytree(_stopped, tmp_path / "run")
    return RunFolder(tmp_path / "run")


def test_the_weights_are_those_of_a_run_that_was_never_stopped(
    begin: Begin, straight: FineTuned, stopped: RunFolder, tmp_path: Path
) -> None:
    assert begin(tmp_path / "early", stop_after=2).stopped
    for run in (RunFolder(tmp_path / "early"), stopped):
        torch.manual_seed(99)  # what others drew meanwhile makes no difference
        resumed = resume_run(run)
        assert (resumed.stopped, resumed.epochs) == (False, 2)
        assert resumed.scores == straight.scores
        assert same(resumed.path, straight.path)


def test_so_are_those_of_one_that_was_stopped_while_it_was_scored(
    begin: Begin, straight: FineTuned, tmp_path: Path
) -> None:
    cancel = CancelToken()

    def stop(event: events.Event) -> None:
        if isinstance(event, events.Preview) and event.epoch == 1:
            cancel.cancel()

    result = begin(tmp_path / "run", on_event=stop, cancel=cancel)
    assert "while epoch 1 was scored" in result.reason
    assert same(resume_run(RunFolder(tmp_path / "run")).path, straight.path)


def test_a_run_that_was_killed_before_its_first_checkpoint_begins_anew(
    straight: FineTuned, stopped: RunFolder
) -> None:
    stopped.checkpoint.unlink()
    log = stopped.path / "events.jsonl"
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    told: list[events.Event] = []
    assert same(resume_run(stopped, on_event=told.append).path, straight.path)
    assert isinstance(told[0], events.Start)
    assert told[0].resumed_epoch == 0


def test_a_run_from_a_model_keeps_what_that_one_scored(
    begin: Begin, straight: FineTuned, tmp_path: Path
) -> None:
    from_model = {"config": None, "model": straight.path}
    other = begin(tmp_path / "other", **from_model)
    begin(tmp_path / "run", 2, **from_model)
    resumed = resume_run(RunFolder(tmp_path / "run"))
    assert resumed == FineTuned(resumed.path, *list(vars(other).values())[1:])
    assert epochs_told(RunFolder(tmp_path / "run")) == [0, 1, 2]


def test_what_was_told_after_the_checkpoint_is_told_once(stopped: RunFolder) -> None:
    log = stopped.path / "events.jsonl"
    assert isinstance(stopped.events()[-1], events.Stopped)
    before = log.read_bytes()
    log.write_bytes(before + b'{"event": "epoch", "epoch": 2, "epo')  # torn by a kill
    assert isinstance(stopped.events()[-1], events.Stopped)
    told: list[events.Event] = []
    resume_run(stopped, on_event=told.append)
    kept = stopped.events()
    assert kept[-len(told) :] == told
    assert epochs_told(stopped) == [1, 2]
    assert [type(e) for e in kept].count(events.Start) == 2
    assert not any(isinstance(event, events.Stopped) for event in kept)
    start = told[0]
    assert isinstance(start, events.Start)
    assert start.resumed_epoch == 1
    steps = [(e.epoch, e.batch) for e in kept if isinstance(e, events.Batch)]
    assert steps == [(epoch, step) for epoch in (1, 2) for step in (1, 2, 3)]


def test_a_checkpoint_is_there_from_the_first_step_on_and_within_long_epochs_too(
    begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segmenter.training.checkpointing.SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr("segmenter.training.checkpointing.SHARE_OF_TIME", 1e9)
    run = RunFolder(tmp_path / "run")
    found = []

    def look(event: events.Event) -> None:
        if isinstance(event, events.Batch) and run.checkpoint.exists():
            state = Checkpoint.load(run.checkpoint).state
            found.append((state["epoch"], state["steps"]))

    begin(run.path, on_event=look)
    assert found == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    assert not run.checkpoint.exists(), "there is nothing to go on with"


def test_a_pause_saves_everything_and_ends_with_a_word(task: Task, tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    told: list[str] = []
    saved: list[int] = []
    control = RunControl()

    def listen(event: events.Event) -> None:
        told.append(event.event)
        if isinstance(event, events.Batch):
            control.pause()
        if isinstance(event, events.Paused):
            saved.append(Checkpoint.load(run.checkpoint).state["steps"])
            if len(saved) < 3:
                control.resume()
            else:
                control.stop()

    settings = RunSettings(
        tmp_path / "model.safetensors",
        images=task.images,
        masks=task.masks,
        config=TINY,
        recipe=RECIPE,
        device="cpu",
        threads=1,
    )
    assert start_run(settings, run, on_event=listen, control=control).stopped
    assert saved == [1, 2, 3]
    words = [word for word in told if word in ("batch", "paused", "resumed", "stopped")]
    assert words == ["batch", "paused", "resumed"] * 2 + ["batch", "paused", "stopped"]


def test_a_model_that_was_deleted_meanwhile_is_written_again(stopped: RunFolder) -> None:
    settings = stopped.settings()
    out = stopped.path / "model.safetensors"  # where there is none yet
    text = (stopped.path / "settings.json").read_text()
    (stopped.path / "settings.json").write_text(text.replace(settings["out"], str(out)))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        resume_run(stopped, control=RunControl(cancel))
    told: list[events.Event] = []
    result = resume_run(stopped, on_event=told.append)
    assert result.path == out
    first = next(event for event in told if isinstance(event, events.Saved))
    assert first.epoch == 1
    assert read_model_header(out)[1].training["epoch"] == result.best_epoch


def test_an_image_that_is_gone_meanwhile_is_passed_over(
    begin: Begin, task: Task, tmp_path: Path
) -> None:
    shutil.copytree(task.images.parent, tmp_path / "task")
    images, masks = tmp_path / "task" / "images", tmp_path / "task" / "masks"
    begin(tmp_path / "run", 2, images=images, masks=masks)
    run = RunFolder(tmp_path / "run")
    facts = Checkpoint.load(run.checkpoint).facts
    (images / facts.training[0]).unlink()
    (masks / facts.validation[0]).unlink()
    told: list[events.Event] = []
    assert not resume_run(run, on_event=told.append).stopped
    start = told[0]
    assert isinstance(start, events.Start)
    assert (start.training_images, start.validation_images) == (9, 1)
    assert any("1 more image are not there" in e.text for e in told if isinstance(e, events.Note))


def test_a_run_goes_on_after_its_classes_were_changed(
    begin: Begin, task: Task, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("01.png", "02.png", "04.png"):
        shutil.copy(task.images / name, folder)
    with Project.open(folder) as project:
        project.scan()
        ids = project.class_ids_for(CLASSES)
        for name in ("01.png", "02.png", "04.png"):
            project.save_mask(name, ids[read_label_png(task.masks / name)])
        begin(tmp_path / "run", 2, images=None, masks=None, project=project)
        project.add_class("stem")
        project.remove_class(int(ids[1]))
    with Project.open(folder) as project:
        project.scan()
        result = resume_run(RunFolder(tmp_path / "run"), project)
    assert read_model_header(result.path)[0].classes == CLASSES
    assert not result.stopped


def test_a_run_that_is_done_or_going_on_is_not_begun_again(
    begin: Begin, straight: FineTuned, stopped: RunFolder
) -> None:
    done = RunFolder(straight.path.with_suffix(""))
    with pytest.raises(MaskwrightError, match=r"is done: its model is .*safetensors"):
        resume_run(done)
    with pytest.raises(MaskwrightError, match=r"There is a run in .* already"):
        begin(stopped.path)
    with stopped.locked():
        assert stopped.is_running
        with pytest.raises(MaskwrightError, match="going on in another process"):
            resume_run(stopped)
    assert not stopped.is_running
