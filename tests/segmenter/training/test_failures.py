"""What ends a run, or does not: each with one clear sentence, and with what was good kept."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor
from training_task import CLASSES, GROWING_WEIGHTS, QUICK, SMALL, Task, learn_task

from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import read_model_header
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.training import events
from segmenter.training.checkpoint import Checkpoint
from segmenter.training.fine_tune import FineTuned, resume_run
from segmenter.training.recording import as_sentence
from segmenter.training.run_folder import RunFolder

RECIPE = QUICK.replace(epochs=2, steps_per_epoch=2, crop=49, validation_count=2)
TINY = SMALL.replace(input_size=48, head_channels=8)

Train = Callable[..., FineTuned]
needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")


@pytest.fixture
def told() -> list[events.Event]:
    return []


@pytest.fixture
def train(task: Task, tmp_path: Path, told: list[events.Event]) -> Train:
    """A new network, the run kept in ``run``; checkpoints are written after each step."""

    def train(**arguments: object) -> FineTuned:
        usual: dict[str, object] = {
            "config": TINY, "recipe": RECIPE, "run": tmp_path / "run", "on_event": told.append,
        }  # fmt: skip
        out = tmp_path / "model.safetensors"
        return learn_task(task, **{"out": out, **usual, **arguments})  # type: ignore[arg-type]

    return train


@pytest.fixture
def fill_disk() -> Iterator[Callable[[], None]]:
    """From the call on, no file can grow beyond 100 kB; ends with the test, or by a second call."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def switch() -> None:
        now = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000 if now == soft else soft, hard))

    yield switch
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@needs_limits
@pytest.mark.usefixtures("_saved_and_told_each_step")
def test_a_disk_that_fills_up_keeps_the_best_model_and_the_last_checkpoint(
    train: Train, told: list[events.Event], tmp_path: Path, fill_disk: Callable[[], None]
) -> None:
    def listen(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Saved):
            fill_disk()

    result = train(on_event=listen)
    fill_disk()
    assert result.stopped
    assert "checkpoint.pt" in result.reason
    assert "could not be saved" in result.reason
    assert read_model_header(result.path)[1].training["epoch"] == result.best_epoch == 1
    last = told[-1]
    assert isinstance(last, events.Stopped)
    assert last.reason == result.reason
    run = RunFolder(tmp_path / "run")
    state = Checkpoint.load(run.checkpoint).state
    assert (state["epoch"], state["steps"]) == (1, 3)
    assert not list(run.path.glob("*.tmp"))
    assert resume_run(run).epochs == 2


@needs_limits
@pytest.mark.usefixtures("_saved_and_told_each_step")
def test_a_disk_that_is_full_from_the_first_step_is_one_sentence(
    train: Train, told: list[events.Event], tmp_path: Path, fill_disk: Callable[[], None]
) -> None:
    def listen(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Batch):
            fill_disk()

    with pytest.raises(MaskwrightError, match="could not be saved") as error:
        train(on_event=listen)
    fill_disk()
    assert told[-1] == events.Failed(str(error.value))
    assert RunFolder(tmp_path / "run").events()[-1] == told[-1]
    assert not (tmp_path / "model.safetensors").exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB, where whoever runs the tests may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True
    )
    if not made or made.returncode:
        pytest.skip("mounting a disk is not allowed")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_room_for_checkpoints_is_looked_for_before_the_first_step(
    train: Train, told: list[events.Event], small_disk: Path
) -> None:
    with pytest.raises(MaskwrightError, match=r"has \d+ MB left, and .* take \d+ MB"):
        train(run=small_disk / "run")
    assert not any(isinstance(event, events.Batch) for event in told)
    assert isinstance(RunFolder(small_disk / "run").events()[-1], events.Failed)


@pytest.mark.usefixtures("_saved_and_told_each_step")
def test_a_loss_that_is_no_number_keeps_the_checkpoint_before_it(
    train: Train, told: list[events.Event], tmp_path: Path
) -> None:
    begun = train(recipe=RECIPE.replace(epochs=1))
    mad = RECIPE.replace(**GROWING_WEIGHTS)
    result = train(
        recipe=mad, config=None, model=begun.path, run=tmp_path / "mad", out=tmp_path / "b"
    )
    assert result.stopped
    assert "lower rate" in result.reason
    state = Checkpoint.load(tmp_path / "mad" / "checkpoint.pt").state
    assert all(tensor.isfinite().all() for tensor in state["network"].values())


def test_memory_that_runs_out_is_told_and_smaller_parts_go_on(
    train: Train, told: list[events.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = DeepLabV3.forward_with_auxiliary

    def in_small_memory(network: DeepLabV3, images: Tensor) -> tuple[Tensor, Tensor | None]:
        if len(images) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return whole(network, images)

    monkeypatch.setattr(DeepLabV3, "forward_with_auxiliary", in_small_memory)
    assert not train(recipe=RECIPE.replace(epochs=1)).stopped
    notes = [event.text for event in told if isinstance(event, events.Note)]
    assert notes == ["Memory ran out: batches go through it 2 crops at a time now."]


def test_the_computers_own_memory_is_a_sentence_and_a_bug_stays_a_bug() -> None:
    for error in (MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")):
        assert "memory ran out" in str(as_sentence(error))
    assert as_sentence(KeyError("x")) is None


def test_images_deleted_while_it_learns_are_passed_over(
    train: Train, told: list[events.Event], task: Task, tmp_path: Path
) -> None:
    shutil.copytree(task.images.parent, tmp_path / "task")
    images, masks = tmp_path / "task" / "images", tmp_path / "task" / "masks"

    def listen(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Saved) and event.epoch == 1:
            start = next(each for each in told if isinstance(each, events.Start))
            (images / start.validation[0]).unlink()
            for path in sorted(masks.rglob("*.png"))[:6]:
                path.unlink()

    recipe = RECIPE.replace(cache_megabytes=0)
    result = train(images=images, masks=masks, recipe=recipe, on_event=listen)
    assert (result.stopped, result.epochs) == (False, 2)
    notes = [event.text for event in told if isinstance(event, events.Note)]
    assert any("passed over" in note for note in notes)
    assert any("scored no more" in note for note in notes)


def test_classes_that_are_deleted_or_merged_while_it_learns_are_learnt_to_the_end(
    train: Train, task: Task, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    names = ("01.png", "02.png", "04.png", "05.png")
    with Project.open(folder) as window:
        for name in names:
            shutil.copy(task.images / name, folder)
        window.scan()
        ids = window.class_ids_for([*CLASSES, "leaf"])
        for name in names:
            window.save_mask(name, ids[read_label_png(task.masks / name)])

        def listen(event: events.Event) -> None:
            if isinstance(event, events.Saved) and event.epoch == 1:
                window.merges.merge([int(ids[1])], int(ids[2]))
                window.remove_class(int(ids[0]))

        with Project.open(folder, read_only=True) as project:
            result = train(
                images=None,
                masks=None,
                project=project,
                recipe=RECIPE.replace(cache_megabytes=0),
                on_event=listen,
            )
    assert (result.stopped, result.epochs) == (False, 2)
    assert read_model_header(result.path)[0].classes == (*CLASSES, "leaf")


def test_a_folder_that_is_deleted_ends_the_run(
    train: Train, told: list[events.Event], task: Task, tmp_path: Path
) -> None:
    shutil.copytree(task.images.parent, tmp_path / "task")

    def listen(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Saved):
            shutil.rmtree(tmp_path / "task")

    result = train(
        images=tmp_path / "task" / "images",
        masks=tmp_path / "task" / "masks",
        recipe=RECIPE.replace(cache_megabytes=0, epochs=9),
        on_event=listen,
    )
    assert result.stopped
    assert "None of the images to learn from can be read any more" in result.reason
    assert read_model_header(result.path)[1].training["epoch"] == 1


def test_a_folder_that_is_moved_while_it_learns_is_not_made_anew(
    train: Train, told: list[events.Event], tmp_path: Path
) -> None:
    kept = tmp_path / "kept"

    def listen(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, events.Batch) and kept.exists():
            kept.rename(tmp_path / "away")

    with pytest.raises(MaskwrightError, match="is gone"):
        train(on_event=listen, run=kept / "runs" / "1", out=kept / "models" / "m.safetensors")
    assert not kept.exists()
    assert (tmp_path / "away" / "runs" / "1" / "checkpoint.pt").is_file()
    assert not any(isinstance(event, events.Preview) for event in told)
