"""Telling what happens: to whoever listens, to the run's folder, and at the end why it failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from segmenter.errors import MaskwrightError
from segmenter.prediction.memory import is_out_of_memory
from segmenter.training.events import Event, Failed, OnEvent
from segmenter.training.leftovers import sweep
from segmenter.training.run_folder import EventLog, RunFolder


@dataclass(frozen=True)
class Record:
    """Where a run's events go; called with each."""

    on_event: OnEvent
    log: EventLog | None

    def __call__(self, event: Event) -> None:
        if self.log is not None:
            self.log.write(event)
        self.on_event(event)


@contextmanager
def recorded(run: RunFolder | None, on_event: OnEvent | None) -> Iterator[Record]:
    """While a run goes on, which is kept in ``run`` if there is one.

    Raises :class:`MaskwrightError` where another process is at it; and tells the sentence of one
    that comes out of the block, as what memory that ran out becomes here.
    """
    listener: OnEvent = on_event if on_event is not None else lambda event: None
    if run is None:
        with _failures_told(Record(listener, None)) as record:
            yield record
        return
    with run.locked():
        sweep(run)
        log = EventLog(run)
        try:
            with _failures_told(Record(listener, log)) as record:
                yield record
        finally:
            log.close()


@contextmanager
def _failures_told(record: Record) -> Iterator[Record]:
    try:
        yield record
    except Exception as error:
        sentence = as_sentence(error)
        if sentence is None:
            raise
        record(Failed(str(sentence)))
        if sentence is error:
            raise
        raise sentence from error


def as_sentence(error: Exception) -> MaskwrightError | None:
    """What a person can cause, as an error for them; None for a bug."""
    if isinstance(error, MaskwrightError):
        return error
    if is_out_of_memory(error):
        return MaskwrightError(
            "The computer's memory ran out: close other programs, or take smaller crops or a "
            "smaller model; what was saved of the run is whole."
        )
    return None
