"""Reading the label files of a whole project, and only those that have changed since."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from segmenter.cancel import CancelToken, Progress
from segmenter.project.state import ImageRecord
from segmenter.project.stored_files import mask_file, prediction_file

Found = TypeVar("Found")
Stamp = tuple[int, int, int, int]
"""Time of the last change (ns) and bytes of mask and prediction; −1 where a file is not."""

_BATCH = 256


def label_stamp(data_folder: Path, name: str) -> Stamp:
    """Another one as soon as one of the image's files was written again."""
    return (*_stamp(mask_file(data_folder, name)), *_stamp(prediction_file(data_folder, name)))


def read_each(
    records: Sequence[ImageRecord],
    read: Callable[[ImageRecord], Found],
    progress: Progress,
    cancel: CancelToken,
    threads: int | None = None,
) -> list[Found]:
    """What ``read`` says of each image, in their order. It is called in some threads; what it
    raises ends this, and so does ``cancel``, with Cancelled. ``threads``: not given, a few, and
    the rest of the computer keeps one core.
    """

    def found_in(record: ImageRecord) -> Found:
        cancel.check()
        return read(record)

    found: list[Found] = []
    threads = threads or max(1, min(4, (os.cpu_count() or 2) - 1))
    with ThreadPoolExecutor(threads, thread_name_prefix="labels") as pool:
        # A future an image, but never 100,000 of them at once.
        for start in range(0, len(records), _BATCH):
            for each in pool.map(found_in, records[start : start + _BATCH]):
                found.append(each)
                progress(len(found), len(records))
                cancel.check()
    return found


def _stamp(path: Path) -> tuple[int, int]:
    try:
        seen = path.stat()
    except OSError:
        return -1, -1
    return seen.st_mtime_ns, seen.st_size
