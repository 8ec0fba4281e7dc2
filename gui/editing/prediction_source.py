"""The model's labels of the shown image, in memory only while somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from gui.canvas.content import CanvasContent, LabelKind, Labels
from gui.jobs import Background
from segmenter.cancel import CancelToken
from segmenter.project.project import Project


class PredictionSource(QObject):
    """The project keeps predictions as compressed files, and that is where an image that has a
    mask leaves its own: one byte a pixel is spent on it for as long as it is wanted."""

    changed = Signal()
    """``labels()`` gives something else now."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._project: Project | None = None
        self._name = ""
        self._content: CanvasContent | None = None
        self._read: Labels | None = None
        self._wanted_by: set[str] = set()
        self._token: CancelToken | None = None

    def show(self, project: Project | None, name: str, content: CanvasContent | None) -> None:
        """This image, or this new content of it, is on the canvas now."""
        self._project, self._name, self._content = project, name, content
        self._read = None
        self._stop()
        self._read_if_wanted()
        self.changed.emit()

    def labels(self) -> Labels | None:
        content = self._content
        if content is not None and content.kind is LabelKind.PREDICTION:
            return content.labels
        return self._read

    @property
    def is_pending(self) -> bool:
        """It is being read; ``changed`` follows."""
        return self._token is not None

    def want(self, who: str, wanted: bool) -> None:
        """``who`` needs :meth:`labels`, or doesn't any more."""
        if wanted:
            self._wanted_by.add(who)
            self._read_if_wanted()
            return
        self._wanted_by.discard(who)
        if not self._wanted_by:
            self._stop()
            self._read = None

    def fetch(self, done: Callable[[Labels | None], None]) -> None:
        """Call ``done`` with the labels once they are read, at once where they are; None where
        the image has no prediction. Not called where another image is shown by then."""
        labels = self.labels()
        if labels is not None or self._project is None or self._content is None:
            done(labels)
            return
        project, name = self._project, self._name

        def hand_over(read: Labels | None) -> None:
            content = self._content  # the photo may have been replaced since
            if self._project is project and self._name == name and content is not None:
                done(_fitting(read, content))

        self._background.run(
            partial(_read, project, name), hand_over, lambda _: hand_over(None), kind="load"
        )

    def before_edit(self) -> None:
        """The shown labels are about to become a mask, in place."""
        content = self._content
        if content is None or content.kind is not LabelKind.PREDICTION or content.labels is None:
            return
        self._read = content.labels.copy() if self._wanted_by else None

    def _read_if_wanted(self) -> None:
        if (
            not self._wanted_by
            or self._token is not None
            or self._project is None
            or self.labels() is not None
        ):
            return
        self._token = self._background.run(
            partial(_read, self._project, self._name),
            self._keep,
            lambda _: self._keep(None),
            kind="load",
        )

    def _keep(self, labels: Labels | None) -> None:
        self._token = None
        if self._content is not None and self._wanted_by:
            self._read = _fitting(labels, self._content)
            self.changed.emit()

    def _stop(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None


def _read(project: Project, name: str, _: CancelToken) -> Labels | None:
    return project.load_prediction_labels(name)


def _fitting(labels: Labels | None, content: CanvasContent) -> Labels | None:
    """None where the photo was replaced by one of another size since."""
    if labels is None or labels.shape != (content.height, content.width):
        return None
    return labels
