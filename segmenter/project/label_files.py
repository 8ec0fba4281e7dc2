"""All label maps of a project, for work that goes through every one of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from segmenter.cancel import CancelToken, Progress
from segmenter.project.stored_files import (
    CONFIDENCE_SUFFIX,
    LABELS_SUFFIX,
    MASKS,
    PREDICTIONS,
    existing_files,
)

T = TypeVar("T")
_MOST_THREADS = 4
"""Beyond that the disk is what is waited for."""


@dataclass(frozen=True, slots=True)
class LabelFile:
    """The mask or the prediction of one image, also of one that is not in the folder now."""

    kind: str
    """``masks`` or ``predictions``: the folder it lies in."""
    stored: str
    """The image's :func:`stored_name`."""

    def path(self, folder: Path) -> Path:
        """Under the project's data folder, or another one laid out like it."""
        return folder / self.kind / (self.stored + LABELS_SUFFIX)


def label_files(folder: Path) -> list[LabelFile]:
    """Every mask, then every prediction, under the project's data folder or one laid out like
    it; none of the confidence maps."""
    return [
        LabelFile(kind, file[: -len(LABELS_SUFFIX)])
        for kind in (MASKS, PREDICTIONS)
        for file in sorted(existing_files(folder / kind))
        if file.endswith(LABELS_SUFFIX)
        and not (kind == PREDICTIONS and file.endswith(CONFIDENCE_SUFFIX))
    ]


def for_each(
    files: Sequence[LabelFile],
    work: Callable[[LabelFile], T],
    *,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[LabelFile, T]]:
    """Do it for every file on a few threads; yields the results in the order of the files.

    ``progress`` is called on the thread that iterates. When this ends, by whatever, no thread
    is at work any more.

    Raises:
        Cancelled: ``cancel`` was set; some files are done, some are not.
    """
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="labels")
    # A hundred thousand files are not all asked for at once.
    ahead = iter(files)
    under_way = deque((file, pool.submit(work, file)) for file in islice(ahead, 4 * threads))
    try:
        for done in range(1, len(files) + 1):
            file, future = under_way.popleft()
            result = future.result()
            under_way.extend((file, pool.submit(work, file)) for file in islice(ahead, 1))
            yield file, result
            if progress is not None:
                progress(done, len(files))
            if cancel is not None:
                cancel.check()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
