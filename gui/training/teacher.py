"""Learns at once, in the inference thread, and keeps what makes the next time fast."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from gui.jobs import spare_threads
from gui.model_store import check_is_here
from gui.training.learnt_models import base_of, card_of, delete, free_path
from gui.training.lesson import Learnt, Lesson, LessonProgress
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.project.location import check_here
from segmenter.training.writable import check_folder_writable

if TYPE_CHECKING:
    from segmenter.nn.deeplabv3 import DeepLabV3
    from segmenter.training.data import Examples
    from segmenter.training.events import Event
    from segmenter.training.feature_store import FeatureStore
    from segmenter.training.quick_recipe import QuickRecipe

log = logging.getLogger(__name__)


class Teacher:
    """For one thread alone. torch has to be imported already.

    A model that learning at once has made learns on from the model it was made of, so that the
    same corrections lead to the same model however often they were learnt from, and the features
    that were computed stay right.
    """

    def __init__(self) -> None:
        self._base: tuple[str, DeepLabV3] | None = None
        self._store: FeatureStore | None = None

    def base_network(self, lesson: Lesson) -> tuple[str, DeepLabV3]:
        """The model to start from: its name and the network, kept for the next time.

        Raises :class:`MaskwrightError` where it can't be loaded.
        """
        from segmenter.nn.zoo import load_model

        check_is_here(lesson.model)
        name = base_of(lesson.model)
        if self._base is None or self._base[0] != name:
            self._base = None  # the memory of the one before
            self._base = name, load_model(name, download=False)
        return self._base

    def learn(
        self,
        lesson: Lesson,
        tell: Callable[[LessonProgress], None],
        note: Callable[[str], None],
    ) -> tuple[DeepLabV3, Learnt]:
        """The network that has learnt, saved in the project's models folder.

        ``note``: told one sentence where something is not as it should be and it goes on.

        Raises:
            MaskwrightError: nothing can be learnt, or the model can't be saved; one sentence.
            Cancelled: before anything was learnt, or given up; no file is left.
        """
        from segmenter.nn.model_file import save_model
        from segmenter.training import events
        from segmenter.training.data import ProjectExamples
        from segmenter.training.material import split_by
        from segmenter.training.quick import learn_quick

        began = monotonic()
        project = lesson.project
        if project.why_labels_stay:
            raise MaskwrightError(project.why_labels_stay)
        check_here(project.data_folder)
        check_folder_writable(project.models_folder)
        examples = ProjectExamples(project)
        base, network = self.base_network(lesson)
        planned, images, of, lacks = 0.0, 0, 0, ""

        def hear(event: Event) -> None:
            nonlocal planned, images, of, lacks
            if isinstance(event, events.Start):
                images = of = event.training_images
                planned = monotonic() + lesson.recipe.time_for(images, event.device)
            elif isinstance(event, events.LearnsFrom):
                images, lacks = event.images, event.lacks
                of = event.of if lacks else images  # the others have no label
            elif isinstance(event, events.Note):
                note(event.text)

        def count(done: int, total: int) -> None:
            now, share = monotonic(), done / total
            # A slow machine may take longer than was planned.
            left = (now - began) * (1 - share) / share if share > 0.2 else planned - now
            tell(LessonProgress(done, total, images, of, max(0.0, left)))

        # What is pinned to validation is never learnt, or a later score by it would be worthless.
        parts = split_by(lesson.recipe, _that_are_there(examples), examples.pinned)
        learnt = learn_quick(
            network,
            examples,
            names=parts.training,
            recipe=lesson.recipe,
            threads=spare_threads(),
            store=self._kept_features(lesson.recipe),
            progress=count,
            on_event=hear,
            cancel=lesson.enough,
        )
        lesson.cancel.check()
        stopped = lesson.enough.is_cancelled
        folder = project.models_folder
        learnt_from = int(learnt.card.training["training_images"])
        learnt.card = card_of(learnt.card, learnt_from, base, folder)
        path = free_path(folder, datetime.now())
        check_here(project.data_folder)  # it took a while
        save_model(learnt, path)
        if lesson.cancel.is_cancelled:  # while it was saved
            delete([path])
            raise Cancelled
        seconds = monotonic() - began
        log.info("learnt from %d images in %.1f s: %s", learnt_from, seconds, path.name)
        return learnt, Learnt(str(path), learnt_from, of, lacks, seconds, stopped)

    def _kept_features(self, recipe: QuickRecipe) -> FeatureStore:
        from segmenter.paths import cache_folder
        from segmenter.training.feature_store import FeatureStore

        if self._store is None:
            self._store = FeatureStore(
                recipe.memory_megabytes * 1_000_000,
                cache_folder() / "features",
                recipe.disk_megabytes * 1_000_000,
            )
        return self._store


def _that_are_there(examples: Examples) -> tuple[str, ...]:
    """Without images whose file was deleted since the folder was searched."""
    found = []
    for name in examples.names:
        try:
            examples.stamp(name)
        except MaskwrightError as error:
            log.info("not learning from it: %s", error)
        else:
            found.append(name)
    return tuple(found)
