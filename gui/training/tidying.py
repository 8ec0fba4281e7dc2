"""After a lesson: deletes the models of earlier ones that nobody needs any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.inference_worker import Inference
from gui.jobs import Background
from gui.training.learnt_models import delete, superseded
from gui.training.lesson import LessonEnd
from segmenter.cancel import CancelToken

if TYPE_CHECKING:
    from segmenter.project.project import Project

log = logging.getLogger(__name__)

_KIND = "tidy"


class Tidying(QObject):
    """Reads and deletes in the background. What is needed is asked last, and here, where models
    are chosen: much may have happened since the lesson began."""

    def __init__(
        self,
        inference: Inference,
        background: Background,
        chosen: Callable[[], str],
        parent: QObject,
    ) -> None:
        """``chosen``: the model that somebody is about to begin a training with, or ""."""
        super().__init__(parent)
        self._chosen = chosen
        self._inference = inference
        self._background = background
        inference.taught.connect(self._tidy)

    def _tidy(self, end: LessonEnd) -> None:
        if end.learnt is None:
            return
        if end.kept is None:
            # Here and now: it is rare, and where the window was closed nothing else runs any more.
            delete([Path(end.learnt.model)])
            return
        # One can go back to the model before.
        needed = {end.lesson.model, end.learnt.model}
        self._background.run(
            lambda _: _found(end.lesson.project), partial(self._tell_apart, needed), log.warning,
            kind=_KIND,
        )  # fmt: skip

    def _tell_apart(self, needed: set[str], found: list[Path]) -> None:
        facts = self._inference.facts
        loaded = facts.name if facts is not None else ""
        needed = {*needed, self._inference.model, loaded, self._chosen()}
        kept = {Path(each).resolve() for each in needed}
        spare = [each for each in found if each.resolve() not in kept]

        def work(_: CancelToken) -> None:
            delete(spare)

        self._background.run(work, lambda _: None, log.warning, kind=_KIND)


def _found(project: Project) -> list[Path]:
    """The models that newer ones have taken the place of, but for the one that the last training
    began with: it may still have to be read, also by a resumed one.

    Raises :class:`MaskwrightError` where the project was closed.
    """
    newest = project.runs.all(curves=False)[:1]
    began_with = {Path(str(run.settings.get("model", ""))).resolve() for run in newest}
    return [each for each in superseded(project.models_folder) if each.resolve() not in began_with]
