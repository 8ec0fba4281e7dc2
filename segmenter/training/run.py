"""One run, from its settings to its model: everything around the loop."""

from __future__ import annotations

import copy
import time
from pathlib import Path

import torch

from segmenter.errors import MaskwrightError
from segmenter.prediction.device import choose_device
from segmenter.prediction.memory import is_out_of_memory
from segmenter.training import events
from segmenter.training.batches import Batches, batches_per_epoch, crop_threads
from segmenter.training.checkpoint import Checkpoint
from segmenter.training.checkpointing import Checkpointing
from segmenter.training.epoch_clock import epoch_event
from segmenter.training.fine_tuned import FineTuned
from segmenter.training.leftovers import drop_older_checkpoints
from segmenter.training.loop import LoopEnd, train
from segmenter.training.model_writer import ModelWriter
from segmenter.training.outset import Outset, begun, taken_up
from segmenter.training.preparation import (
    background_of,
    class_weights_of,
    read_everything,
)
from segmenter.training.previews import Previews
from segmenter.training.recording import Record, as_sentence
from segmenter.training.run_control import RunControl
from segmenter.training.run_folder import RunFolder
from segmenter.training.run_settings import RunSettings
from segmenter.training.state import Best, TrainingState
from segmenter.training.step import Stepper
from segmenter.training.team import ALONE, Team, device_of
from segmenter.training.torch_settings import torch_settings
from segmenter.training.validation import Validation
from segmenter.training.writable import check_writable


def carry_out(
    settings: RunSettings,
    record: Record,
    control: RunControl,
    run: RunFolder | None = None,
    checkpoint: Checkpoint | None = None,
    *,
    team: Team = ALONE,
) -> FineTuned:
    """Train as the settings say, from the beginning or from a checkpoint.

    Args:
        settings: with a :class:`Recipe`.
        record: told what happens.
        run: where to keep checkpoints and previews; None = nowhere.
        team: the processes that do this together; only its leader scores, tells and saves.

    Raises:
        MaskwrightError: it can't begin, or could not go on and left no model.
        Cancelled: before there was anything to save.
    """
    began = time.monotonic()
    device = device_of(team, choose_device(settings.device))
    threads = settings.threads or max(1, torch.get_num_threads() - 1)
    check_writable(settings.out)
    with torch_settings(settings.recipe.seed, threads):
        if checkpoint is None:
            outset = begun(settings, run.path.name if run else "", control.cancel)
        else:
            outset = taken_up(settings, checkpoint.facts)
        network, examples, recipe = outset.network, outset.examples, outset.recipe
        record(_start_event(outset, device, threads, checkpoint))
        for note in outset.notes:
            record(events.Note(note))

        cache = read_everything(
            examples, outset.parts, network.config, recipe, record, cancel=control.cancel
        )
        batches = Batches(
            cache,
            cache.labelled,
            recipe,
            input_size=network.config.input_size,
            background=background_of(examples.classes),
            threads=crop_threads(device),
            team=team,
        )
        validation = Validation(
            examples,
            [name for name in outset.parts.validation if name not in cache.unusable],
            device=device,
            threads=threads,
            previews=_previews(run, outset, record),
            tell=record,
            cancel=control.cancel,
            team=team,
        )
        writer = ModelWriter(settings.out, outset.card, settings.half, record)
        checkpoints = Checkpointing(run, record.log, outset.facts)
        checkpoints.check_room(network)
        network.to(device).to(memory_format=torch.channels_last)
        first = None
        if checkpoint is None and outset.has_to_improve:  # at its own output stride
            scores = validation.score(network, 0)
            record(epoch_event(0, recipe.all_epochs, scores, is_best=True))
            first = Best(copy.deepcopy(network).cpu().eval(), 0, scores)
        stepper = Stepper(
            network,
            recipe,
            device,
            class_weights=class_weights_of(cache, examples.classes, recipe),
            on_note=lambda text: record(events.Note(text)),
            team=team,
        )
        state = TrainingState(network, stepper, recipe)
        state.best = first
        if checkpoint is not None:
            _take_up(state, checkpoint)
            writer.go_on(state.best)
        else:
            checkpoints.save(state)  # what the model scored before is known from now on
            if run is not None and settings.project is not None:
                drop_older_checkpoints(run, settings.project.runs.folder)
        try:
            ending = train(
                state,
                batches,
                validation,
                recipe,
                save=writer.save if team.is_leader else lambda best: None,
                checkpoints=checkpoints,
                control=control,
                tell=record,
                team=team,
            )
        except Exception as error:
            if team.size > 1:  # the others wait for this one; torchrun ends them if it fails
                raise
            ending = _cut_short(error, state, writer)
    record(_last_event(ending, settings.out, time.monotonic() - began))
    if not ending.stopped:
        checkpoints.drop()
    best = ending.best
    return FineTuned(
        settings.out, best.scores, ending.epochs, best.epoch, ending.stopped, ending.reason
    )


def _start_event(
    outset: Outset, device: str, threads: int, checkpoint: Checkpoint | None
) -> events.Start:
    recipe, parts = outset.recipe, outset.parts
    return events.Start(
        classes=outset.examples.classes,
        training_images=len(parts.training),
        validation_images=len(parts.validation),
        epochs=recipe.all_epochs,
        batches=batches_per_epoch(len(parts.training), recipe),
        device=device,
        threads=threads,
        seed=recipe.seed,
        recipe=recipe.to_dict(),
        validation=parts.validation,
        resumed_epoch=0 if checkpoint is None else checkpoint.state["epoch"] - 1,
    )


def _previews(run: RunFolder | None, outset: Outset, record: Record) -> Previews | None:
    if run is None:
        return None
    return Previews(run.previews, outset.parts.validation, outset.examples.classes, record)


def _take_up(state: TrainingState, checkpoint: Checkpoint) -> None:
    try:
        state.take_up(checkpoint.state)
    except (LookupError, RuntimeError, TypeError, ValueError) as error:
        if is_out_of_memory(error):
            raise
        raise MaskwrightError(
            "The run's checkpoint does not fit its settings, so that it can't go on: start a new "
            "one from its model."
        ) from error


def _cut_short(error: Exception, state: TrainingState, writer: ModelWriter) -> LoopEnd:
    """A run that can't go on but has left a better model ends like one that was stopped, with the
    reason; any other error goes on."""
    sentence = as_sentence(error)
    if sentence is None or state.best is None or not writer.has_saved:
        raise error
    return LoopEnd(state.best, state.epoch - 1, stopped=True, reason=str(sentence))


def _last_event(ending: LoopEnd, out: Path, seconds: float) -> events.Done:
    kind = events.Stopped if ending.stopped else events.Done
    best = ending.best
    return kind(
        path=str(out),
        epochs=ending.epochs,
        best_epoch=best.epoch,
        mean_iou=best.mean_iou,
        seconds=round(seconds, 3),
        reason=ending.reason,
        scores=best.scores.to_dict() if best.scores is not None else {},
    )
