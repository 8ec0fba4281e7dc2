"""Reading what comes next on a few threads while this one writes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from segmenter.cancel import CancelToken

T = TypeVar("T")
R = TypeVar("R")
_MOST_THREADS = 4
"""Beyond that the disk is what is waited for."""


def read_ahead(
    items: Iterable[T], read: Callable[[T], R], cancel: CancelToken
) -> Iterator[tuple[T, R]]:
    """(item, what ``read`` made of it) in the order of the items; only as many results as there
    are threads wait to be taken. When this ends, by whatever, no thread is at work any more.

    Raises:
        Cancelled: ``cancel`` was set, asked before each item.
    """
    threads = max(1, min(_MOST_THREADS, (os.cpu_count() or 2) - 1))
    waiting = iter(items)
    with ThreadPoolExecutor(threads, thread_name_prefix="formats") as pool:
        under_way = deque((item, pool.submit(read, item)) for item in islice(waiting, threads + 1))
        try:
            while under_way:
                cancel.check()
                item, future = under_way.popleft()
                result = future.result()
                under_way.extend((each, pool.submit(read, each)) for each in islice(waiting, 1))
                yield item, result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
