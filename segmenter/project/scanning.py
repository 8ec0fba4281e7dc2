"""Bringing a project up to date with what lies in its folder."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from segmenter.atomic import is_leftover
from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.image_table import ImageTable, mended
from segmenter.project.label_png import read_grey_png_text
from segmenter.project.listing import Walk
from segmenter.project.state import ImageRecord, State
from segmenter.project.stored_files import (
    CONFIDENCE_SUFFIX,
    LABELS_SUFFIX,
    MASKS,
    PREDICTIONS,
    confidence_file,
    existing_files,
    prediction_file,
    stored_name,
)

UNCERTAINTY_TEXT = "maskwright:uncertainty"
"""PNG text chunk of a confidence map, so that it is known even without the database."""

CHANGED_REASON = "The image file has changed since its mask was made; look whether they still fit."

_BATCH = 1000

_Seen = tuple[int, int]
"""(bytes, time of the last change in ns); (-1, 0) where it is not a file that can be read."""

_log = logging.getLogger(__name__)


def scan_folder(
    folder: Path,
    data_folder: Path,
    images: ImageTable,
    *,
    may_delete: bool,
    cancel: CancelToken | None,
    on_found: Callable[[list[str]], None] | None,
) -> None:
    """See :meth:`Project.scan`. With ``may_delete`` (no other process writes here)
    leftovers of killed processes and predictions for a file that has changed are deleted."""
    scan = _Scan(data_folder, images, may_delete)
    walk = Walk(folder, cancel=cancel)
    everything: list[str] = []
    news: dict[str, _Seen] = {}
    for name, entry in walk:
        everything.append(name)
        seen = _size_and_time(entry)
        if not scan.is_known(name, seen):
            news[name] = seen
        if len(news) >= _BATCH:
            scan.store(news, on_found)
            news = {}
    scan.store(news, on_found)
    if walk.unreadable:
        # Whether their images are still there, nobody can tell now.
        prefixes = tuple(walk.unreadable)
        _log.warning("Folders that can't be read: %s", prefixes)
        everything += [r.name for r in images.all() if r.name.startswith(prefixes)]
    images.keep_only(everything)


class _Scan:
    def __init__(self, data_folder: Path, images: ImageTable, may_delete: bool) -> None:
        self._data_folder = data_folder
        self._images = images
        self._may_delete = may_delete
        self._masks = self._stored(MASKS)
        self._predictions = self._stored(PREDICTIONS)

    def is_known(self, name: str, seen: _Seen) -> bool:
        known = self._images.find(name)
        return (
            known is not None
            and (known.file_size, known.modified_ns) == seen
            and self._state_on_disk(known) is known.state
        )

    def store(self, news: dict[str, _Seen], on_found: Callable[[list[str]], None] | None) -> None:
        if not news:
            return
        # Computed from the records as they are then: meanwhile a prediction may have been saved.
        self._images.put_each(news, lambda name, before: self._record(name, news[name], before))
        if on_found is not None:
            on_found(list(news))

    def _record(self, name: str, seen: _Seen, before: ImageRecord | None) -> ImageRecord:
        size, modified = seen
        record = before or ImageRecord(name)
        if before is not None and (before.file_size, before.modified_ns) != seen:
            record = self._changed(before, size)
        record = replace(record, file_size=size, modified_ns=modified)
        state = self._state_on_disk(record)
        if state is State.PREDICTED and record.uncertainty is None:
            record = replace(record, uncertainty=self._uncertainty(name))
        return replace(record, state=state)

    def _changed(self, record: ImageRecord, size: int) -> ImageRecord:
        record = mended(record)
        # A copied folder has other times and the same sizes: its predictions still hold.
        if record.file_size in (-1, size):
            return record
        if record.state is State.PREDICTED:
            self._drop_prediction(record.name)
            return replace(record, state=State.NEW, uncertainty=None)
        if record.has_mask:
            return replace(record, reason=CHANGED_REASON)
        return record

    def _state_on_disk(self, record: ImageRecord) -> State:
        """The state, after masks and predictions that the database does not know: it was
        rebuilt, or the process was killed between writing a file and noting that it exists."""
        if record.state not in (State.NEW, State.PREDICTED):
            return record.state
        stored = stored_name(record.name)
        if stored + LABELS_SUFFIX in self._masks:
            return State.CORRECTED
        pair = {stored + LABELS_SUFFIX, stored + CONFIDENCE_SUFFIX}
        return State.PREDICTED if pair <= self._predictions else record.state

    def _uncertainty(self, name: str) -> float | None:
        with suppress(MaskwrightError, ValueError):
            text = read_grey_png_text(confidence_file(self._data_folder, name))
            return min(max(float(text.get(UNCERTAINTY_TEXT, "")), 0.0), 1.0)
        return None

    def _drop_prediction(self, name: str) -> None:
        self._predictions.discard(stored_name(name) + LABELS_SUFFIX)
        if self._may_delete:
            for file in (prediction_file, confidence_file):
                with suppress(OSError):
                    file(self._data_folder, name).unlink(missing_ok=True)

    def _stored(self, kind: str) -> set[str]:
        files = existing_files(self._data_folder / kind)
        if self._may_delete:
            for file in files:
                if is_leftover(file.rpartition("/")[2]):
                    with suppress(OSError):
                        (self._data_folder / kind / file).unlink()
        return files


def _size_and_time(entry: os.DirEntry[str]) -> _Seen:
    try:
        status = entry.stat()
    except OSError:
        return -1, 0
    if not stat.S_ISREG(status.st_mode):
        return -1, 0
    return status.st_size, status.st_mtime_ns
