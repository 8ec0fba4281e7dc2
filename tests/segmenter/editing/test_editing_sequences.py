"""Whatever is done in whatever order, masks and histories are those of a model that simply copies
everything: two masks of several tiles that share one budget."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.typing import NDArray

from segmenter.editing.brush import BrushShape, stroke
from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.history import History, HistoryBudget
from segmenter.editing.protection import Protection
from segmenter.editing.rect import Rect
from segmenter.editing.stencil import Stencil
from segmenter.editing.step import step_between

Labels = NDArray[np.uint8]

SIZES = [(300, 200), (131, 257)]
LABELS = [0, 1, 2, 254, 255]

which = st.integers(0, len(SIZES) - 1)
labels = st.sampled_from(LABELS)
seeds = st.integers(0, 2**16)
names = st.sampled_from(["brush stroke", "fill", "polygon"])
coordinates = st.integers(-60, 320)
rects = st.builds(Rect, coordinates, coordinates, st.integers(0, 320), st.integers(0, 320))
protections = st.builds(
    Protection,
    locked=st.frozensets(labels, max_size=3),
    only_unlabelled=st.booleans(),
    only_class=st.none() | labels,
)


@dataclass
class ModelStep:
    name: str
    before: Labels
    after: Labels
    state: int
    """Which state of the labels it leads to."""

    @property
    def nbytes(self) -> int:
        """Of the same change, made at once over the whole mask."""
        height, width = self.after.shape
        whole = Rect(0, 0, width, height)
        step = step_between(self.name, [(whole, self.before.copy())], self.after, whole)
        assert step is not None
        step.pack()
        return step.nbytes


@dataclass
class ModelMask:
    """A mask with a history of whole copies."""

    labels: Labels
    protection: Protection = field(default_factory=Protection)
    done: list[ModelStep] = field(default_factory=list)
    undone: list[ModelStep] = field(default_factory=list)
    is_complete: bool = True
    bottom: int = 0
    name: str | None = None
    before: Labels | None = None

    @property
    def state(self) -> int:
        return self.done[-1].state if self.done else self.bottom

    def begin(self, name: str) -> None:
        self.name, self.before = name, self.labels.copy()

    def free(self) -> NDArray[np.bool_]:
        free = ~np.isin(self.labels, list(self.protection.locked))
        only = set()
        if self.protection.only_unlabelled:
            only.add(255)
        if self.protection.only_class is not None:
            only.add(self.protection.only_class)
        return free & np.isin(self.labels, list(only)) if only else free

    def paint(self, rect: Rect, pixels: Labels, value: int | Labels) -> Rect:
        """Pixel by pixel of a canvas that is larger than any stencil reaches."""
        height, width = self.labels.shape
        margin = 700
        where = np.zeros((height + 2 * margin, width + 2 * margin), bool)
        new = np.zeros(where.shape, np.uint8)
        place = (
            slice(rect.top + margin, rect.bottom + margin),
            slice(rect.left + margin, rect.right + margin),
        )
        where[place] = pixels
        new[place] = value
        image = (slice(margin, margin + height), slice(margin, margin + width))
        after = np.where(where[image] & self.free(), new[image], self.labels)
        rows, columns = np.nonzero(after != self.labels)
        self.labels = after
        if not rows.size:
            return Rect()
        left, top = int(columns.min()), int(rows.min())
        return Rect.between(left, top, int(columns.max()) + 1, int(rows.max()) + 1)


class Editing(RuleBasedStateMachine):
    """The masks as they are used, each beside its model."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = HistoryBudget()
        self.models: list[ModelMask] = []
        self.masks: list[EditableMask] = []
        self.order: list[tuple[ModelMask, ModelStep, int]] = []
        self.states = len(SIZES)
        self.positions: dict[int, object] = {}

    @initialize(limit=st.sampled_from([0, 2500, 6000, 20_000, 10**9]), seed=seeds)
    def open(self, limit: int, seed: int) -> None:
        self.budget.limit = limit
        rng = np.random.default_rng(seed)
        for number, (width, height) in enumerate(SIZES):
            small = rng.choice(LABELS, (height // 20 + 1, width // 20 + 1)).astype(np.uint8)
            start = np.kron(small, np.ones((20, 20), np.uint8))[:height, :width].copy()
            self.models.append(ModelMask(start.copy(), bottom=number))
            self.masks.append(EditableMask(start, History(self.budget)))

    # -- what a person does ---------------------------------------------------------------

    @rule(at=which, name=names)
    def begin(self, at: int, name: str) -> None:
        if self.models[at].name is not None:
            self._end(at)
        self.masks[at].begin(name)
        self.models[at].begin(name)

    @rule(at=which, rect=rects, seed=seeds, value=labels | st.none(), dense=st.booleans())
    def paint(self, at: int, rect: Rect, seed: int, value: int | None, dense: bool) -> None:
        rng = np.random.default_rng(seed)
        shape = (rect.height, rect.width)
        pixels = np.ones(shape, np.uint8) if dense else rng.integers(0, 2, shape, np.uint8)
        own = rng.choice(LABELS, shape).astype(np.uint8) if value is None else value
        self._paint(at, Stencil(rect, pixels), own)

    @rule(
        at=which,
        way=st.tuples(*[coordinates] * 4),
        size=st.integers(1, 120),
        shape=st.sampled_from(list(BrushShape)),
        value=labels,
    )
    def stroke(
        self, at: int, way: tuple[int, ...], size: int, shape: BrushShape, value: int
    ) -> None:
        x0, y0, x1, y1 = way
        self._paint(at, stroke((x0, y0), (x1, y1), size, shape), value)

    @rule(at=which, rect=rects, seed=seeds)
    def replace(self, at: int, rect: Rect, seed: int) -> None:
        mask, model = self._opened(at)
        new = np.random.default_rng(seed).choice(LABELS, (rect.height, rect.width))
        new = new.astype(np.uint8)
        version = mask.version
        changed = model.paint(rect, np.ones(new.shape, np.uint8), new)
        assert mask.replace(rect, new) == changed
        assert (mask.version > version) == (not changed.is_empty)

    @rule(at=which)
    def commit(self, at: int) -> None:
        assert self.masks[at].commit() == self._end(at)

    @rule(at=which)
    def roll_back(self, at: int) -> None:
        model = self.models[at]
        self.masks[at].roll_back()
        if model.name is not None:
            assert model.before is not None
            model.labels, model.name, model.before = model.before, None, None

    @rule(at=which)
    def undo(self, at: int) -> None:
        self._end(at)
        self.masks[at].undo()
        model = self.models[at]
        if model.done:
            step = model.done.pop()
            model.undone.append(step)
            model.labels = step.before.copy()

    @rule(at=which)
    def redo(self, at: int) -> None:
        self._end(at)
        self.masks[at].redo()
        model = self.models[at]
        if model.undone:
            step = model.undone.pop()
            model.done.append(step)
            model.labels = step.after.copy()

    @rule(at=which, protection=protections)
    def protect(self, at: int, protection: Protection) -> None:
        self.masks[at].protection = self.models[at].protection = protection

    @rule(at=which)
    def protect_nothing(self, at: int) -> None:
        self.masks[at].protection = self.models[at].protection = Protection()

    @rule(limit=st.sampled_from([0, 1000, 4000, 30_000, 10**9]))
    def set_budget(self, limit: int) -> None:
        self.budget.limit = limit
        self._make_room()

    @rule(at=which)
    def forget_history(self, at: int) -> None:
        model = self.models[at]
        self._end(at)
        self.masks[at].commit()
        self.masks[at].history.clear()
        self.order = [entry for entry in self.order if entry[0] is not model]
        model.done, model.undone, model.is_complete = [], [], False
        model.bottom, self.states = self.states, self.states + 1

    # -- the model's side -----------------------------------------------------------------

    def _opened(self, at: int) -> tuple[EditableMask, ModelMask]:
        if self.models[at].name is None:
            self.begin(at, "brush stroke")
        return self.masks[at], self.models[at]

    def _paint(self, at: int, stencil: Stencil, value: int | Labels) -> None:
        mask, model = self._opened(at)
        version = mask.version
        changed = model.paint(stencil.rect, stencil.pixels, value)
        assert mask.paint(stencil, value) == changed
        assert (mask.version > version) == (not changed.is_empty)

    def _end(self, at: int) -> bool:
        model = self.models[at]
        name, before = model.name, model.before
        model.name, model.before = None, None
        if name is None or before is None or (before == model.labels).all():
            return False
        step = ModelStep(name, before, model.labels.copy(), self.states)
        self.states += 1
        self.order = [
            entry for entry in self.order if not any(entry[1] is gone for gone in model.undone)
        ]
        model.undone = []
        model.done.append(step)
        self.order.append((model, step, step.nbytes))
        self._make_room()
        return True

    def _make_room(self) -> None:
        while sum(nbytes for *_, nbytes in self.order) > self.budget.limit and len(self.order) > 1:
            model, step, _ = self.order.pop(0)
            if model.done:
                assert model.done.pop(0) is step
                model.bottom, model.is_complete = step.state, False
            else:
                assert model.undone[-1] is step
                gone, model.undone = model.undone, []
                self.order = [
                    entry for entry in self.order if not any(entry[1] is each for each in gone)
                ]

    # -- always ---------------------------------------------------------------------------

    @invariant()
    def masks_and_histories_are_the_models(self) -> None:
        for mask, model in zip(self.masks, self.models, strict=True):
            np.testing.assert_array_equal(mask.labels, model.labels)
            assert mask.is_open == (model.name is not None)
            history = mask.history
            assert history.undo_name == (model.done[-1].name if model.done else "")
            assert history.redo_name == (model.undone[-1].name if model.undone else "")
            assert history.is_complete == model.is_complete
            assert history.is_at_start == (model.is_complete and not model.done)
            assert self.positions.setdefault(model.state, history.position) is history.position
        assert len(set(map(id, self.positions.values()))) == len(self.positions)

    @invariant()
    def every_byte_is_counted(self) -> None:
        assert self.budget.nbytes == sum(nbytes for *_, nbytes in self.order)
        assert self.budget.nbytes == sum(mask.history.nbytes for mask in self.masks)

    def teardown(self) -> None:
        """Whatever was done, undo leads back as far as the model does, and redo to the end."""
        for at, mask in enumerate(self.masks):
            self._end(at)
            mask.commit()
            while mask.history.undo_name:
                self.undo(at)
                np.testing.assert_array_equal(mask.labels, self.models[at].labels)
            assert not self.models[at].done
            while mask.history.redo_name:
                self.redo(at)
                np.testing.assert_array_equal(mask.labels, self.models[at].labels)
            assert not self.models[at].undone


TestEditing = Editing.TestCase
TestEditing.settings = settings(
    max_examples=80, stateful_step_count=40, deadline=None, derandomize=True
)
