"""Learn now: a new head on the frozen backbone's features, within seconds."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.card import creation_time
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.device import choose_device
from segmenter.prediction.memory import is_out_of_memory, release_memory
from segmenter.training import events
from segmenter.training.data import Examples
from segmenter.training.events import OnEvent
from segmenter.training.feature_store import FeatureStore
from segmenter.training.frozen_backbone import FrozenBackbone
from segmenter.training.held_out import IMAGES_OF, LEARNT_FROM, learnt_from
from segmenter.training.quick_features import Clock, FeatureReader, Gathered
from segmenter.training.quick_head import (
    MADE_HERE,
    HeadTrainer,
    can_go_on,
    has_learnt,
    head_config,
    names_by_elimination,
    with_known_head,
    with_new_head,
)
from segmenter.training.quick_recipe import QUICK, QuickRecipe
from segmenter.training.torch_settings import torch_settings
from segmenter.training.unusable import notes_on
from segmenter.wording import counted

PARTS = 1000
"""That ``progress`` counts to."""
SECONDS_BETWEEN_EVENTS = 0.5
_TELLING = 0.01
"""Share from which on the time left follows from what it took."""
PATIENCE = 4
"""Times the time that there is may be taken for the least number of steps."""


def learn_quick(
    network: DeepLabV3,
    examples: Examples,
    *,
    names: Sequence[str] | None = None,
    recipe: QuickRecipe = QUICK,
    device: str = "auto",
    threads: int | None = None,
    store: FeatureStore | None = None,
    clock: Clock = time.monotonic,
    progress: Progress | None = None,
    on_event: OnEvent | None = None,
    cancel: CancelToken | None = None,
    reads_all: bool = False,
) -> DeepLabV3:
    """A network that has learnt from the examples, after about ``recipe.time_for(...)`` seconds.

    Its backbone is that of ``network``, which stays as it is. Its classes are those of the
    examples. Where ``network`` knows all the classes that are labelled, its head goes on learning;
    otherwise a new head starts from nothing (see :func:`can_go_on`).

    For one thread at a time; PyTorch's settings are afterwards as they were.

    Args:
        names: learn from these images of the examples only.
        threads: of the CPU; not given, one core is left for the rest of the computer.
        store: keeps the features for the next call; not given, they are forgotten.
        clock: what counts as time; processor time where a busy machine is to be measured on.
        progress: told (done, total) some twice a second, by the time spent.
        on_event: told ``start``, ``prepare``, ``learns_from``, ``batch``, ``note`` and at the end
            ``done`` or ``stopped``, from this thread; see :mod:`segmenter.training.events`.
        cancel: ends early; what was learnt until then is returned.
        reads_all: where nobody waits: all views of all images are read, however long that takes,
            and the rest of the time is learnt for after that.

    Returns:
        In evaluation mode, on the CPU. Its card says what it learnt from.

    Raises:
        MaskwrightError: nothing is labelled, no image can be used, memory does not do, …
        Cancelled: before anything was learnt.
    """
    run = _Run(
        network,
        examples,
        tuple(examples.names if names is None else names),
        recipe,
        choose_device(device),
        threads if threads is not None else max(1, torch.get_num_threads() - 1),
        store if store is not None else FeatureStore(recipe.memory_megabytes * 1_000_000),
        clock,
        progress if progress is not None else lambda done, total: None,
        on_event if on_event is not None else lambda event: None,
        cancel if cancel is not None else CancelToken(),
        reads_all,
    )
    try:
        return run.learn()
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        if run.device == "cpu":
            raise MaskwrightError(
                "There is not enough memory to learn: close other programs or learn from fewer "
                "images."
            ) from error
        release_memory(run.device)
    # Outside the handler: the error held the tensors of the failed attempt.
    run.device = "cpu"
    run.tell(events.Note("The GPU's memory ran out: learning on the CPU."))
    return run.learn()


@dataclass
class _Run:
    """One call of :func:`learn_quick`."""

    network: DeepLabV3
    examples: Examples
    names: tuple[str, ...]
    recipe: QuickRecipe
    device: str
    threads: int
    store: FeatureStore
    clock: Clock
    progress: Progress
    tell: OnEvent
    cancel: CancelToken
    reads_all: bool
    last_told: float = -math.inf
    shown: float = 0.0

    def learn(self) -> DeepLabV3:
        if not self.names:
            raise MaskwrightError("There is no image to learn from yet: correct one first.")
        began = self.clock()
        seconds = self.recipe.time_for(len(self.names), self.device)
        self.tell(self._start())
        with torch_settings(self.recipe.seed, self.threads):
            gathered = self._gather(seconds)
            reading = self.clock() - began
            learnt, known = self._fresh_or_known(gathered)
            learnt.to(self.device).to(memory_format=torch.channels_last)
            trainer = HeadTrainer(
                learnt,
                gathered.views,
                self.recipe,
                self.device,
                rate=self.recipe.warm_rate if known else self.recipe.rate,
                knows=known,
            )
            try:
                steps, stopped = self._train(trainer, began, seconds)
            finally:
                trainer.close()
            learnt.cpu()
        took = self.clock() - began
        images_of = self.examples.images_of
        known_before = learnt_from(self.network.card, images_of)
        learnt.card = replace(
            learnt.card,
            name="",
            origin=f"Learnt from {counted(gathered.images, 'image')} on top of "
            f"{self.network.card.name or 'another model'}.",
            created=creation_time(),
            scores={},
            training={
                "recipe": self.recipe.to_dict(),
                "training_images": gathered.images,
                LEARNT_FROM: sorted(known_before.union(set(self.names) - set(gathered.unusable))),
                IMAGES_OF: images_of,
                MADE_HERE: not known,
                "steps": steps,
                "seconds": round(took, 1),
                "torch": torch.__version__,
            },
            note="",
        )
        self._end(steps, stopped, took, reading)
        return learnt

    def _start(self) -> events.Start:
        return events.Start(
            classes=self.examples.classes,
            training_images=len(self.names),
            validation_images=0,
            epochs=1,
            batches=self.recipe.steps,
            device=self.device,
            threads=self.threads,
            seed=self.recipe.seed,
            recipe=self.recipe.to_dict(),
            validation=(),
        )

    def _gather(self, seconds: float) -> Gathered:
        """Features of the images in an order of this seed and this many images, so that others
        are left out next time where not all can be looked at."""
        began = self.clock()
        order = np.random.default_rng((self.recipe.seed, len(self.names)))
        names = [self.names[i] for i in order.permutation(len(self.names))]
        share = self.recipe.reading_share
        config = head_config(self.network.config, self.examples.classes, self.recipe)
        reader = FeatureReader(
            self.examples,
            FrozenBackbone(self.network, self.device),
            self.store,
            config,
            self.recipe,
            clock=self.clock,
        )

        # Steps that are counted lead to the same model on every machine, however slow it reads.
        end = None if self.reads_all or self.recipe.steps > 0 else seconds * share

        def tell(done: int, total: int) -> None:
            spent = share * done / total if end is None else (self.clock() - began) / seconds
            self._show(min(spent, share), events.Prepare(done, total))

        gathered = reader.gather(names, end, self.cancel, tell)
        if len(gathered.unusable) == len(self.names):
            why = next(iter(gathered.unusable.values()))
            raise MaskwrightError(f"None of the images to learn from can be used: {why}")
        for note in notes_on(gathered.unusable):
            self.tell(events.Note(note))
        if not gathered.views:
            raise MaskwrightError(
                "Nothing is labelled in the images to learn from: paint some strokes first."
            )
        lacks = "time" if gathered.without_time else "memory" if gathered.without_memory else ""
        self.tell(events.LearnsFrom(gathered.images, len(self.names), lacks))
        return gathered

    def _fresh_or_known(self, gathered: Gathered) -> tuple[DeepLabV3, bool]:
        """The network to train, and whether its head knows something."""
        classes = self.examples.classes
        seen = np.zeros(256, bool)
        for view in gathered.views:
            seen |= np.bincount(view.labels.reshape(-1), minlength=256) > 0
        labelled = np.flatnonzero(seen[: len(classes)]).tolist()
        if len(labelled) == 1 and len(classes) > 1:
            raise MaskwrightError(
                f"Everything that is labelled is “{classes[labelled[0]]}”: paint what is "
                "something else, too, so that there is something to tell it from."
            )
        config = self.network.config
        former_names = self.examples.former_names
        if gathered.images <= self.recipe.few_images:
            former_names = names_by_elimination(config, classes, former_names, labelled)
        if can_go_on(self.network, classes, former_names, labelled):
            return with_known_head(self.network, classes, former_names), has_learnt(self.network)
        return with_new_head(self.network, classes, self.recipe), False

    def _train(self, trainer: HeadTrainer, began: float, seconds: float) -> tuple[int, bool]:
        """Steps taken, and whether somebody stopped it."""
        share = self.recipe.reading_share
        first = self.clock()
        # Reading may have taken less than its share, or more where one image is huge.
        least = seconds * (1 - share) / (1 if self.reads_all else 2)
        length = max(began + seconds - first, least)
        steps = 0
        while True:
            before = self.clock()
            if self.recipe.steps:
                done = steps / self.recipe.steps
            else:
                spent = (before - first) / length
                enough = steps / self.recipe.least_steps if self.recipe.least_steps else 1.0
                done = max(min(spent, enough), spent / PATIENCE)
            if done >= 1:
                return steps, False
            if self.cancel.is_cancelled:
                if not steps:
                    raise Cancelled
                return steps, True
            loss = trainer.step(done)
            steps += 1
            if not math.isfinite(loss):
                raise MaskwrightError(
                    f"Learning failed, the loss became {loss}: choose another model to start from."
                )
            now = self.clock()
            speed = steps * self.recipe.batch_size / max(1e-3, now - first)
            left = max(0.0, first + length - now)
            if done > _TELLING:
                left = max(0.0, (before - first) * (1 - done) / done - (now - before))
            part = (now - began) / max(1e-3, now - began + left)
            total = self.recipe.steps or round(steps * (1 + left / max(1e-3, now - first)))
            self._show(part, events.Batch(1, steps, total, loss, speed, left, trainer.rate_now))

    def _show(self, done: float, event: events.Event) -> None:
        now = self.clock()
        if now - self.last_told >= SECONDS_BETWEEN_EVENTS:
            self.last_told = now
            self.shown = max(self.shown, min(done, 1.0))  # an estimate, but it never goes back
            self.progress(round(PARTS * self.shown), PARTS)
            self.tell(event)

    def _end(self, steps: int, stopped: bool, took: float, reading: float) -> None:
        self.progress(PARTS, PARTS)
        kind = events.Stopped if stopped else events.Done
        how = "Stopped" if stopped else "The time is over"
        self.tell(
            kind(
                path="",
                epochs=1,
                best_epoch=1,
                mean_iou=None,
                seconds=round(took, 3),
                reason=f"{how} after {steps} steps, {reading:.1f} s of it reading.",
            )
        )
