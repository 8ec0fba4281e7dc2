"""The steps of every image, to be taken back and made again, within one budget of memory."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from segmenter.editing.step import LARGE, Step

BUDGET = 256 * 2**20
"""Bytes that the steps of all images may take together, unless a person sets another number."""
FRESH = 64 * 2**20
"""Bytes up to which the newest large step is left as it is: most likely it is the next to be taken
back, and that is several times as fast then. Older ones are unpacked when their turn comes near."""
BACKLOG = 128 * 2**20
"""Bytes of large steps that may wait to be packed; beyond it, the next step waits for them."""

logger = logging.getLogger(__name__)


class HistoryBudget:
    """Caps the bytes of several histories together; the oldest step of any of them goes first.

    Unlimited by count. The newest step stays, whatever it takes. Large steps are packed on a
    thread of their own, the newest when the next one comes or its bytes are needed; until they
    are, they don't push others out, for they will take a fraction. All methods are for one thread
    and take constant time a step.
    """

    def __init__(self, limit: int = BUDGET) -> None:
        self._limit = limit
        self._charges: OrderedDict[Step, tuple[History, int]] = OrderedDict()
        """Every step, oldest first, with what it was last seen to take."""
        self._nbytes = 0
        self._fresh: Step | None = None
        """The newest large step, not packed yet."""
        self._packing: OrderedDict[Step, Future[None]] = OrderedDict()
        self._unpacked_nbytes = 0
        self._foreseen: dict[Step, Future[None]] = {}
        """Those that are unpacked because they are likely to be toggled next: one to be taken
        back and one to be made again, beyond the limit."""

    @property
    def limit(self) -> int:
        """In bytes; setting it drops what is beyond it."""
        return self._limit

    @limit.setter
    def limit(self, limit: int) -> None:
        self._limit = limit
        self._make_room()

    @property
    def nbytes(self) -> int:
        """What the steps of all histories take now."""
        self._take_in()
        return self._nbytes

    def note(self, history: History, step: Step) -> None:
        """A step was made; make room for it."""
        self.foresee(())
        if step.is_large and not step.is_packed:
            self._pack_fresh()
            self._fresh = step
            self._unpacked_nbytes += step.nbytes
        else:
            step.pack()
        self._charges[step] = history, step.nbytes
        self._nbytes += step.nbytes
        self._make_room()
        while self._packing and self._unpacked_nbytes > BACKLOG:
            self._wait_for_one()

    def foresee(self, steps: Iterable[Step]) -> None:
        """These are the next to be taken back or made again, the likeliest first, and no others:
        have them unpacked by the thread."""
        wanted = [step for step in steps if LARGE < step.raw_nbytes <= FRESH]
        for step in [each for each in self._foreseen if each not in wanted]:
            self._give_up(step)
        for step in wanted:
            if step not in self._foreseen and step is not self._fresh:
                self._foreseen[step] = _packer().submit(step.unpack)

    def catch_up(self, step: Step) -> None:
        """It is toggled now: wait for its unpacking where that has begun, for to do it all over
        again would take as long; else there is no use in it."""
        unpacking = self._foreseen.get(step)
        if unpacking is None:
            return
        if unpacking.cancel():
            del self._foreseen[step]
        elif (error := unpacking.exception()) is not None:
            logger.error("A step of the history could not be unpacked.", exc_info=error)

    def _give_up(self, step: Step) -> None:
        unpacking = self._foreseen.pop(step)
        # Where it is being unpacked already it has to be let go of after that.
        unpacking.add_done_callback(lambda _: step.let_go())
        unpacking.cancel()

    def release(self, history: History, steps: Iterable[Step]) -> None:
        """These steps are gone."""
        for step in steps:
            if step in self._foreseen:
                self._give_up(step)
            if step not in self._charges:
                continue
            _, nbytes = self._charges.pop(step)
            self._nbytes -= nbytes
            if step in self._packing:
                self._packing.pop(step).cancel()
                self._unpacked_nbytes -= nbytes
            elif step is self._fresh:
                self._fresh = None
                self._unpacked_nbytes -= nbytes

    def settle(self) -> None:
        """Wait until every step is packed, then keep within the limit to the byte."""
        self._pack_fresh()
        while self._packing:
            self._wait_for_one()
        self._make_room()

    def _make_room(self) -> None:
        self._take_in()
        if self._fresh is not None and (self._nbytes > self._limit or self._fresh.nbytes > FRESH):
            self._pack_fresh()
        while self._nbytes - self._unpacked_nbytes > self._limit and len(self._charges) > 1:
            oldest, (owner, _) = next(iter(self._charges.items()))
            self.release(owner, [oldest])
            owner.forget(oldest)

    def _pack_fresh(self) -> None:
        """Have it packed by the thread."""
        if self._fresh is not None:
            self._packing[self._fresh] = _packer().submit(self._fresh.pack)
            self._fresh = None

    def _wait_for_one(self) -> None:
        next(iter(self._packing.values())).exception()  # waits, and doesn't raise
        self._take_in()

    def _take_in(self) -> None:
        """Note what steps take that were packed meanwhile; they are packed in order."""
        while self._packing:
            step, packing = next(iter(self._packing.items()))
            if not packing.done():
                return
            del self._packing[step]
            if (error := packing.exception()) is not None:
                logger.error("A step of the history could not be packed.", exc_info=error)
            history, nbytes = self._charges[step]
            self._charges[step] = history, step.nbytes
            self._nbytes += step.nbytes - nbytes
            self._unpacked_nbytes -= nbytes


@cache
def _packer() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="pack-history")


@dataclass(eq=False)
class History:
    """The steps of one image."""

    budget: HistoryBudget = field(default_factory=HistoryBudget)
    _done: deque[Step] = field(default_factory=deque)
    _undone: list[Step] = field(default_factory=list)
    is_complete: bool = True
    """Whether taking everything back leads to where the image was opened; not so once the
    oldest steps were dropped to stay within the budget."""
    _bottom: object = field(default_factory=object)

    @property
    def position(self) -> object:
        """Which state of the labels this is: the same object whenever undo or redo lead back to
        it, also after the steps before it were dropped."""
        return self._done[-1].state_after if self._done else self._bottom

    @property
    def undo_name(self) -> str:
        """Of the step that would be taken back; empty where there is none."""
        return self._done[-1].name if self._done else ""

    @property
    def redo_name(self) -> str:
        return self._undone[-1].name if self._undone else ""

    @property
    def nbytes(self) -> int:
        return sum(step.nbytes for step in (*self._done, *self._undone))

    @property
    def is_at_start(self) -> bool:
        """Nothing is left to take back, and nothing was dropped."""
        return self.is_complete and not self._done

    def add(self, step: Step) -> None:
        self.budget.release(self, self._undone)
        self._undone.clear()
        self._done.append(step)
        self.budget.note(self, step)

    def undo(self) -> Step | None:
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        self.budget.catch_up(self._undone[-1])
        return self._undone[-1]

    def redo(self) -> Step | None:
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        self.budget.catch_up(self._done[-1])
        return self._done[-1]

    def foresee(self) -> None:
        """Have the next steps at hand, once somebody has begun to go back and forth."""
        self.budget.foresee([each[-1] for each in (self._done, self._undone) if each])

    def forget(self, step: Step) -> None:
        """The budget dropped it: the oldest of all, so this image's oldest as well. What can be
        made again only after it goes with it."""
        if self._done and self._done[0] is step:
            self._bottom = self._done.popleft().state_after
            self.is_complete = False
        elif self._undone and self._undone[-1] is step:
            self.budget.release(self, self._undone)
            self._undone.clear()

    def clear(self) -> None:
        """Forget every step; where the image was opened can't be reached any more."""
        self.budget.release(self, (*self._done, *self._undone))
        self._done.clear()
        self._undone.clear()
        self._bottom = object()
        self.is_complete = False
