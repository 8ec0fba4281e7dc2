"""What runs that are over leave on the disk is not kept for ever."""

from pathlib import Path

import pytest
from filelock import FileLock
from training_task import CLASSES, QUICK, SMALL, Task

from segmenter.errors import MaskwrightError
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.training.events import Batch, Start
from segmenter.training.fine_tune import fine_tune, resume_run
from segmenter.training.leftovers import drop_older_checkpoints
from segmenter.training.recording import recorded
from segmenter.training.run_folder import RunFolder
from segmenter.training.run_settings import RunSettings

CUT = ".maskwright-0123abcd-x.tmp"
"""Of a checkpoint whose process was killed while it wrote."""


def made(runs: Path, name: str) -> RunFolder:
    """A run that was stopped."""
    run = RunFolder(runs / name)
    run.begin(RunSettings(runs / "model.safetensors"))
    run.checkpoint.write_bytes(b"weights")
    run.previews.mkdir()
    return run


def test_what_a_killed_process_was_writing_goes_when_its_run_goes_on(tmp_path: Path) -> None:
    run = made(tmp_path, "run")
    for folder in (run.path, run.previews):
        (folder / CUT).write_bytes(b"half of it")
    with pytest.raises(MaskwrightError), run.locked(), recorded(run, None):
        pass
    assert (run.path / CUT).exists(), "somebody is at it"
    with recorded(run, None):
        assert not list(run.path.rglob("*.tmp"))
    assert run.checkpoint.exists()


def test_only_the_newest_run_keeps_a_checkpoint(tmp_path: Path) -> None:
    older, running, newest, later = (made(tmp_path, f"2026-11-2{day} 10.00.00") for day in range(4))
    (older.path / CUT).write_bytes(b"half of it")
    elsewhere = made(tmp_path / "other", "2026-11-20 10.00.00")
    drop_older_checkpoints(elsewhere, tmp_path)
    assert older.checkpoint.exists(), "a run elsewhere takes nobody's place"
    with FileLock(running.lock_file):
        drop_older_checkpoints(newest, tmp_path)
    assert not older.checkpoint.exists()
    assert not (older.path / CUT).exists()
    assert older.settings(), "the rest of it stays"
    for run in (running, newest, later, elsewhere):
        assert run.checkpoint.exists()


def test_a_run_in_a_project_takes_the_place_of_the_one_before(task: Task, tmp_path: Path) -> None:
    names = ("01.png", "02.png")
    for name in names:
        (tmp_path / name).write_bytes((task.images / name).read_bytes())
    with Project.open(tmp_path) as project:
        project.scan()
        ids = project.class_ids_for(CLASSES)
        for name in names:
            project.save_mask(name, ids[read_label_png(task.masks / name)])
        before = made(project.runs.folder, "2026-11-20 10.00.00")
        fine_tune(
            project.models_folder / "new.safetensors",
            project=project,
            model=None,
            config=SMALL.replace(input_size=48, head_channels=8),
            recipe=QUICK.replace(epochs=1, steps_per_epoch=1, crop=49, validation_count=1),
            device="cpu",
            threads=1,
            run=project.runs.folder / "2026-11-23 10.00.00",
        )
        assert not before.checkpoint.exists()


def test_a_run_whose_checkpoint_was_dropped_does_not_begin_anew_unasked(tmp_path: Path) -> None:
    run = made(tmp_path, "run")
    start = Start(CLASSES, 2, 1, 1, 9, "cpu", 1, 0, {}, ("a.png",))
    with recorded(run, None) as record:
        record(start)
        record(Batch(1, 5, 9, 0.5, 1.0, 4.0))
    run.checkpoint.unlink()
    before = run.events()
    with pytest.raises(MaskwrightError, match="its checkpoint is gone"):
        resume_run(run)
    assert run.events() == before
