"""What is gathered from the events of a run, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest

from gui.training.iou_table import points
from gui.training.run_record import MOST_POINTS, RunRecord, Series
from gui.training.run_words import (
    cut_short,
    is_better,
    outcome,
    progress_words,
    run_title,
    short_words,
)
from segmenter.project.run_table import Run, RunStatus
from segmenter.training.events import (
    Batch,
    Done,
    Epoch,
    Failed,
    Note,
    Paused,
    Prepare,
    Preview,
    Resumed,
    Start,
    Stopped,
)


def start(resumed_epoch: int = 0, **changes: Any) -> Start:
    values: dict[str, Any] = {
        "classes": ("background", "cat"),
        "training_images": 7,
        "validation_images": 3,
        "epochs": 10,
        "batches": 4,
        "device": "cpu",
        "threads": 1,
        "seed": 0,
        "recipe": {},
        "validation": ("a.jpg", "b.jpg", "c.jpg"),
    }
    return Start(**{**values, **changes}, resumed_epoch=resumed_epoch)


def batch(epoch: int, number: int, loss: float = 1.0) -> Batch:
    return Batch(epoch, number, 4, loss, images_per_s=2.0, eta_s=90.0, rate=0.001)


def epoch(number: int, score: float | None, *, best: bool = False) -> Epoch:
    iou = {"background": score, "cat": score}
    loss = None if number == 0 else 0.5
    return Epoch(number, 10, loss, score, iou, score, score, 0.001, 2.0, 100.0, best)


def end(kind: type[Done] = Done, *, epochs: int = 10, best_epoch: int = 2,
        score: float | None = 0.721, reason: str = "All 10 epochs are done.") -> Done:  # fmt: skip
    return kind("m.safetensors", epochs, best_epoch, score, 75.0, reason, {})


def told(*events: Any) -> RunRecord:
    record = RunRecord()
    for event in events:
        record.take(event)
    return record


def test_curves_lie_on_the_axis_of_epochs() -> None:
    record = told(start(), epoch(0, 0.2), batch(1, 2), batch(1, 4), epoch(1, 0.3), batch(2, 1))
    assert record.loss.x == [0.5, 1.0, 1.25]
    assert record.mean_iou.x == [0, 1]
    assert (record.at_epoch, record.place) == (2, 1.25)


def test_what_was_told_after_the_checkpoint_is_forgotten_when_a_run_goes_on() -> None:
    record = told(
        start(), epoch(0, 0.2), batch(1, 4), epoch(1, 0.3, best=True), batch(2, 4),
        epoch(2, 0.4, best=True), batch(3, 1), start(resumed_epoch=1),
    )  # fmt: skip
    assert record.loss.x == [1.0]
    assert record.mean_iou.y == [0.2, 0.3]
    assert sorted(record.epochs) == [0, 1]
    assert record.best is not None
    assert record.best.epoch == 1
    record.take(batch(2, 1, loss=0.1))
    assert record.loss.x == [1.0, 1.25]


def test_the_best_epoch_is_the_newest_that_was_called_best() -> None:
    record = told(start(), epoch(0, 0.5, best=True), epoch(1, 0.4), epoch(2, 0.6, best=True),
                  epoch(3, 0.1))  # fmt: skip
    assert record.best is not None
    assert record.best.epoch == 2
    assert record.newest is not None
    assert record.newest.epoch == 3


def test_an_epoch_without_a_score_leaves_a_gap_in_the_curve_alone() -> None:
    record = told(start(), epoch(0, None), epoch(1, 0.4))
    assert record.mean_iou.x == [1]
    assert sorted(record.epochs) == [0, 1]


def test_the_time_left_counts_what_was_trained_since_the_epoch_that_told_it() -> None:
    record = told(start(), batch(1, 1))
    assert record.seconds_left == 90.0
    record.take(epoch(1, 0.5))
    record.take(batch(2, 4))
    assert record.seconds_left == pytest.approx(100.0 * 8 / 9)
    record.take(end())
    assert record.seconds_left is None


def test_a_long_curve_is_thinned_to_the_means_of_neighbours() -> None:
    curve = Series([float(i) for i in range(1000)], [float(i % 2) for i in range(1000)])
    thin = curve.thinned(100)
    assert len(thin.x) == 100
    assert thin.y == [0.5] * 100
    assert (thin.x[0], thin.x[-1]) == (4.5, 994.5)
    assert curve.thinned(1000) is curve


def test_a_very_long_curve_stays_small_and_keeps_its_shape() -> None:
    curve = Series()
    for number in range(50_000):
        curve.add(number / 100, float(number))
    assert len(curve.x) == len(curve.y) <= MOST_POINTS
    assert curve.x == sorted(curve.x)
    assert curve.y == pytest.approx([100 * x for x in curve.x])
    assert curve.x[-1] == 499.99


def test_the_smoothed_loss_begins_where_the_loss_does_and_stays_within_it() -> None:
    record = told(start(), batch(1, 1, 4.0), batch(1, 2, 0.0), batch(1, 3, 2.0))
    assert record.smooth_loss.x == record.loss.x
    assert record.smooth_loss.y == pytest.approx([4.0, 3.6 / 1.9, (3.24 + 2) / 2.71])


def test_the_best_of_a_class_is_of_whichever_epoch_still_counts() -> None:
    record = told(start(), epoch(0, 0.5), epoch(1, 0.7), epoch(2, 0.9), epoch(3, None))
    assert record.best_iou == {"background": 0.9, "cat": 0.9}
    record.take(start(resumed_epoch=1))
    assert record.best_iou == {"background": 0.7, "cat": 0.7}


def test_a_pause_lasts_until_the_run_goes_on_or_ends() -> None:
    record = told(start(), batch(1, 1), Paused(1))
    assert record.is_paused
    assert "paused" in progress_words(record)
    assert short_words(record) == "Epoch 1 of 10, paused"
    record.take(Resumed(1))
    assert not record.is_paused
    record.take(Paused(1))
    record.take(end(Stopped))
    assert not record.is_paused


def test_the_line_about_progress_follows_the_run() -> None:
    record = RunRecord()
    assert progress_words(record) == "Starting …"
    record.take(start())
    record.take(Prepare(3, 10))
    assert progress_words(record) == "Reading images and masks: 3 of 10"
    record.take(Prepare(10, 10))
    assert progress_words(record) == "Scoring the model it begins with …"
    record.take(batch(1, 1))
    assert progress_words(record) == "Epoch 1 of 10 · 2.0 images/s · 2 min left"
    record.take(epoch(1, 0.721, best=True))
    record.take(end())
    assert progress_words(record) == "Epoch 1 of 10 · Done in 1 min · best: 72.1% in epoch 1"
    assert progress_words(told(start(), Failed("The disk is full."))) == "Failed."


def test_a_run_that_ends_without_a_word_stands_still() -> None:
    record = RunRecord()
    record.break_off()
    assert record.is_over
    assert progress_words(record) == "Ended before anything was learnt"
    record.go_on()
    assert not record.is_over
    for event in (start(), epoch(1, 0.5, best=True), batch(2, 1)):
        record.take(event)
    record.break_off()
    assert record.seconds_left is None
    assert progress_words(record) == "Epoch 2 of 10 · Cut short · best: 50.0% in epoch 1"
    record = told(start(), end())
    record.break_off()
    assert not record.was_broken_off


def test_notes_and_previews_are_kept_the_newest_preview_of_each_image() -> None:
    record = told(
        start(), Note("Half the batch."), Preview(0, "a.jpg", "0.png"), Preview(1, "a.jpg", "1.png")
    )
    assert record.notes == ["Half the batch."]
    assert record.previews["a.jpg"].path == "1.png"


def test_what_came_of_a_run_is_said_with_the_score_before() -> None:
    record = told(start(), epoch(0, 0.653, best=True), end())
    assert (
        outcome(record, "Cats")
        == "“Cats” scores 72.1% on 3 held-out images (before the first step: 65.3%)."
    )
    stopped = told(start(), epoch(0, 0.653), batch(4, 1), end(Stopped, reason="Stopped."))
    assert outcome(stopped, "Cats").startswith("The training was stopped in epoch 4. “Cats” scores")
    nan = told(start(), end(Stopped, reason="The loss became nan in epoch 3: take a lower rate."))
    assert "ended early: The loss became nan" in outcome(nan, "Cats")
    worse = told(start(), epoch(0, 0.653), end(best_epoch=0, score=0.653))
    assert outcome(worse, "Cats") == (
        "No epoch was better than the model it began with, which scores 65.3% on 3 held-out images."
    )
    unknown = told(start(validation_images=0), end(score=None))
    assert "no labelled image was held out" in outcome(unknown, "Cats")
    assert outcome(told(start(validation_images=1), end()), "Cats").endswith("1 held-out image.")


def test_a_model_that_was_stopped_in_its_first_epoch_is_no_better_one() -> None:
    first = end(Stopped, epochs=0, best_epoch=0, score=None, reason="Stopped in epoch 1.")
    for held_out in (0, 3):
        record = told(start(validation_images=held_out), batch(1, 2), first)
        assert not is_better(record)
        words = outcome(record, "Cats")
        assert "stopped in epoch 1. Not one epoch was done" in words
        assert "held out" not in words


def test_a_model_without_a_score_says_why_it_has_none() -> None:
    trained = end(Stopped, epochs=1, best_epoch=1, score=None, reason="Stopped after 9 steps.")
    nothing_held_out = told(start(validation_images=0), trained)
    assert "no labelled image was held out" in outcome(nothing_held_out, "Cats")
    not_scored = told(start(validation_images=3), trained)
    assert "but was not scored on the 3 held-out images" in outcome(not_scored, "Cats")
    assert is_better(nothing_held_out)
    assert is_better(not_scored)


def test_a_run_that_was_cut_short_says_where() -> None:
    assert cut_short(told(start(), batch(7, 1))) == "A training was cut short in epoch 7 of 10."
    assert "before its first epoch" in cut_short(told(start()))
    stopped = told(start(), batch(7, 1), end(Stopped))
    assert cut_short(stopped) == "A training was stopped in epoch 7 of 10."


def test_a_run_is_listed_by_when_it_began_and_how_it_ended() -> None:
    name = "2026-11-23 05.18.13"
    assert run_title(name, None) == "2026-11-23 05:18"

    def listed(status: RunStatus, scores: dict[str, Any] | None) -> str:
        return run_title(name, Run(1, "", None, status, "standard", {}, [], scores, None))

    assert listed(RunStatus.FINISHED, {"mean_iou": 0.7214}) == "2026-11-23 05:18 · 72.1%"
    assert listed(RunStatus.STOPPED, {}) == "2026-11-23 05:18 · stopped"
    assert listed(RunStatus.RUNNING, None) == "2026-11-23 05:18"


@pytest.mark.parametrize(
    ("gained", "words"), [(0.034, "+3.4"), (-0.1, "−10.0"), (0.0, "±0.0"), (-0.0001, "±0.0")]
)
def test_gains_are_told_in_percentage_points(gained: float, words: str) -> None:
    assert points(gained) == words
