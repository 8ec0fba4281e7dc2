"""Gets images ready to be shown, the neighbours of the current one ahead of time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gui.canvas.content import CanvasContent, LabelKind, Labels, prepare, thinned
from gui.canvas.image_pyramid import ImagePyramid
from gui.jobs import Background
from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.project.project import Project

BUDGET = 768 * 2**20
"""Bytes kept; the image that is shown and the one that is asked for next always are."""
THREADS = 2


@dataclass(frozen=True)
class Prepared:
    """One image as the canvas takes it, or the sentence that says why there is none."""

    name: str
    content: CanvasContent | None
    reason: str = ""
    note: str = ""
    """A sentence, where the image is there but not all that belongs to it."""
    stale: bool = False
    """The labels on disk have changed since; the photo itself is good."""

    @property
    def nbytes(self) -> int:
        return self.content.nbytes if self.content is not None else 0


class ImageLoader(QObject):
    """Keeps a few images prepared, the least recently wanted dropped first.

    Everything here runs on the GUI thread but :func:`load`, which runs on the pool: what is
    wanted is looked at anew whenever a thread is free, so stepping fast leaves no queue behind.
    """

    ready = Signal(object)
    """The Prepared image that is wanted first; again whenever its labels have changed."""

    def __init__(
        self, background: Background, parent: QObject | None = None, budget: int = BUDGET
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._budget = budget
        self._project: Project | None = None
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._wanted: list[str] = []
        self._loading: dict[str, CancelToken] = {}
        self._outdated: set[str] = set()
        """Loading now, and changed on disk since that began."""
        self._forgotten: set[str] = set()
        """Loading now, and of no use when that has ended."""

    def set_project(self, project: Project | None) -> None:
        """Forget every image of the project before."""
        self._project = project
        self._kept.clear()
        self._wanted = []
        self._outdated.clear()
        self._forgotten.clear()
        for token in self._loading.values():
            token.cancel()
        self._loading.clear()

    def want(self, names: list[str]) -> None:
        """The image to show now, then those to have ready; ``ready`` fires for the first, at
        once where it is prepared already."""
        self._wanted = names
        for name in reversed(names):
            if name in self._kept:
                self._kept.move_to_end(name)
        if names:
            kept = self._kept.get(names[0])
            if kept is not None and not kept.stale:
                self.ready.emit(kept)
        self._pump()

    def is_ready(self, name: str) -> bool:
        return name in self._kept and not self._kept[name].stale

    @property
    def nbytes(self) -> int:
        return sum(kept.nbytes for kept in self._kept.values())

    def labels_changed(self, name: str) -> None:
        """There is a new mask or prediction of this image on the disk."""
        kept = self._kept.get(name)
        if kept is not None:
            self._kept[name] = replace(kept, stale=True)
        if name in self._loading:
            self._outdated.add(name)
        self._pump()

    def all_labels_changed(self) -> None:
        """As :meth:`labels_changed`, of every image."""
        for name in {*self._kept, *self._loading}:
            self.labels_changed(name)

    def forget(self, names: Iterable[str]) -> None:
        """The files of these images are others now: photo and labels are read anew, and shown
        when they are ready."""
        for name in names:
            self._kept.pop(name, None)
            if name in self._loading:
                self._forgotten.add(name)
        self._pump()

    def mask_saved(self, name: str, labels: Labels) -> None:
        """The mask on the disk is ``labels`` now, or none is any more. What was prepared is as
        new where those are its own labels, which are edited in place."""
        if name in self._loading:
            self._outdated.add(name)
        kept = self._kept.get(name)
        if kept is None or kept.content is None:
            return
        if kept.content.labels is not None and kept.content.labels is not labels:
            self._kept[name] = replace(kept, stale=True)

    def _pump(self) -> None:
        for name in self._wanted:
            if len(self._loading) >= THREADS:
                return
            if name not in self._loading and not self.is_ready(name):
                self._start(name)

    def _start(self, name: str) -> None:
        if self._project is None:
            return
        stale = self._kept.get(name)
        photo = stale.content.photo if stale is not None and stale.content is not None else None
        self._loading[name] = self._background.run(
            partial(load, self._project, name, photo),
            self._keep,
            lambda sentence: self._keep(Prepared(name, None, sentence)),
            kind="load",
        )

    def _keep(self, prepared: Prepared) -> None:
        name = prepared.name
        self._loading.pop(name, None)
        if name in self._forgotten:
            self._forgotten.discard(name)
            self._outdated.discard(name)
            self._pump()
            return
        if name in self._outdated:
            self._outdated.discard(name)
            prepared = replace(prepared, stale=True)
        self._kept[name] = prepared
        # Newest last, but the one that is wanted first is the last to go.
        for wanted in reversed(self._wanted):
            if wanted in self._kept:
                self._kept.move_to_end(wanted)
        self._drop_surplus()
        if self._wanted and name == self._wanted[0]:
            self.ready.emit(prepared)
        self._pump()

    def _drop_surplus(self) -> None:
        while self.nbytes > self._budget and len(self._kept) > 2:
            dropped, _ = self._kept.popitem(last=False)
            # Not to be fetched again as long as there is no room for it.
            self._wanted = [name for name in self._wanted if name != dropped]


def load(project: Project, name: str, photo: ImagePyramid | None, cancel: CancelToken) -> Prepared:
    """Read and prepare one image with its mask, or else its prediction; on a pool thread.

    ``photo``: its pyramid where that is known and only the labels have changed. An image that
    can't be loaded comes back without content, with the reason.
    """
    content = None
    if photo is not None:
        content = CanvasContent(photo)
    else:
        try:
            content = prepare(project.load_image(name))
        except MaskwrightError as error:
            return Prepared(name, None, str(error))
    cancel.check()
    note = ""
    prediction = project.load_prediction(name)
    if prediction is not None:
        content.labels = _of_size(prediction.labels, content)
        content.kind = LabelKind.PREDICTION
        confidence = _of_size(prediction.confidence, content)
        content.confidence = None if confidence is None else thinned(confidence)
    cancel.check()
    try:
        mask = project.load_mask(name)
    except MaskwrightError as error:
        mask = None
        note = str(error)
    if mask is not None:
        content.labels = _of_size(mask, content)
        content.kind = LabelKind.MASK
        if content.labels is None:
            note = (
                f"The mask of {name} has another size than the image, which was replaced; "
                "it is not shown, and kept beside the new one once you paint."
            )
    return Prepared(name, content, note=note)


def _of_size(values: NDArray[np.uint8] | None, content: CanvasContent) -> NDArray[np.uint8] | None:
    """None where the image was replaced by one of another size since."""
    if values is None or values.shape != (content.height, content.width):
        return None
    return np.ascontiguousarray(values)
