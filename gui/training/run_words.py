"""What is said about a run in words."""

from __future__ import annotations

from gui.image_rate import duration
from gui.training.run_record import RunRecord
from segmenter.project.run_table import Run, RunStatus
from segmenter.training.events import Done, Failed, Stopped
from segmenter.wording import counted


def progress_words(record: RunRecord) -> str:
    """One line for the panel, such as ``Epoch 7 of 60 · 3.2 images/s · 4 min left``."""
    if record.is_over:
        return f"{epoch_words(record)}{_end_words(record)}"
    if record.start is None:
        return "Starting …"
    parts = [epoch_words(record).removesuffix(" · ") or _preparing(record)]
    if record.is_paused:
        return " · ".join([*parts, "paused"])
    if record.images_per_s:
        parts.append(speed_words(record.images_per_s))
    if record.seconds_left:
        parts.append(f"{duration(record.seconds_left)} left")
    return " · ".join(part for part in parts if part)


def stopping_words(record: RunRecord) -> str:
    """In its place once the run was asked to stop, such as ``Epoch 7 of 60 · stopping …``."""
    if record.is_over:
        return progress_words(record)
    return f"{epoch_words(record)}stopping …" if record.at_epoch else "Stopping …"


def short_words(record: RunRecord) -> str:
    """For the status bar, such as ``Epoch 7 of 60, 4 min left``."""
    if record.start is None or not record.at_epoch:
        return "Training starts …"
    words = f"Epoch {record.at_epoch} of {record.total}"
    if record.is_paused:
        return f"{words}, paused"
    return f"{words}, {duration(record.seconds_left)} left" if record.seconds_left else words


def epoch_words(record: RunRecord) -> str:
    """``Epoch 7 of 60 · ``; empty before the first."""
    if not record.at_epoch:
        return ""
    return f"Epoch {record.at_epoch} of {record.total} · "


def speed_words(images_per_s: float) -> str:
    if images_per_s >= 0.95:
        return f"{images_per_s:.1f} images/s"
    return f"{1 / images_per_s:.1f} s an image"


def outcome(record: RunRecord, name: str) -> str:
    """What came of a run that has ended: the sentence for the message bar."""
    end, first = record.end, record.first
    if not isinstance(end, Done):
        return "The training left no model."
    stopped = f"The training was stopped in epoch {max(1, record.at_epoch)}. "
    lead = stopped if isinstance(end, Stopped) else ""
    if isinstance(end, Stopped) and not end.reason.startswith("Stopped"):
        lead = f"The training ended early: {end.reason} "
    held_out = record.start.validation_images if record.start is not None else 0
    before = first.mean_iou if first is not None else None
    images = counted(held_out, "held-out image")
    if end.epochs == 0:
        return f"{lead}Not one epoch was done, so there is no new model worth using yet."
    if end.mean_iou is None and held_out == 0:
        return f"{lead}“{name}” is trained; no labelled image was held out to score it by."
    if end.mean_iou is None:
        return f"{lead}“{name}” is trained, but was not scored on the {images}."
    if end.best_epoch == 0:
        return (
            f"{lead}No epoch was better than the model it began with, which scores "
            f"{end.mean_iou:.1%} on {images}."
        )
    compared = f" (before the first step: {before:.1%})" if before is not None else ""
    return f"{lead}“{name}” scores {end.mean_iou:.1%} on {images}{compared}."


def cut_short(record: RunRecord) -> str:
    """A run that ended with the window that watched it: what is said when the folder is opened."""
    if not record.at_epoch:
        return "A training was cut short before its first epoch was over."
    how = "was stopped" if isinstance(record.end, Stopped) else "was cut short"
    return f"A training {how} in epoch {record.at_epoch} of {record.total}."


def run_title(name: str, run: Run | None) -> str:
    """For the list of runs, such as ``2026-11-23 05:18 · 72.1%``. ``name``: of its folder, which
    says when it began; ``run``: what the project knows of it."""
    day, _, rest = name.partition(" ")
    hour = rest.replace(".", ":")[:5]
    parts = [f"{day} {hour}".strip()]
    if run is not None:
        score = (run.scores or {}).get("mean_iou")
        if isinstance(score, float):
            parts.append(f"{score:.1%}")
        if run.status not in (RunStatus.FINISHED, RunStatus.RUNNING):
            parts.append(run.status.value)
    return " · ".join(parts)


def is_better(record: RunRecord) -> bool:
    """Whether there is a new model worth looking at."""
    end = record.end
    if not isinstance(end, Done) or end.epochs == 0:
        return False
    nothing_held_out = record.start is not None and record.start.validation_images == 0
    return end.best_epoch > 0 or (end.mean_iou is None and nothing_held_out)


def _end_words(record: RunRecord) -> str:
    end = record.end
    if isinstance(end, Failed):
        return "Failed."
    if isinstance(end, Stopped):
        return f"Stopped after {duration(end.seconds)}{_best(record)}"
    if end is not None:
        return f"Done in {duration(end.seconds)}{_best(record)}"
    if not record.at_epoch:
        return "Ended before anything was learnt"
    return f"Cut short{_best(record)}"


def _best(record: RunRecord) -> str:
    best = record.best
    if best is None or best.mean_iou is None:
        return ""
    if best.epoch == 0:
        return f" · none better than the {best.mean_iou:.1%} it began with"
    return f" · best: {best.mean_iou:.1%} in epoch {best.epoch}"


def _preparing(record: RunRecord) -> str:
    prepare = record.prepare
    if prepare is None:
        return "Starting …"
    if prepare.done < prepare.total:
        return f"Reading images and masks: {prepare.done} of {prepare.total}"
    return "Scoring the model it begins with …" if record.first is None else "Starting …"
