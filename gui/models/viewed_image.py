"""From a compared image to what the viewer shows of it; for a pool thread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gui.canvas.content import Labels, prepare
from gui.models.label_viewer import Layer, ViewedImage
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.label_png import read_label_classes, read_label_png
from segmenter.project.project import Project
from segmenter.training.comparison import ImageChange
from segmenter.training.labelled_images import taught_labels


def load_viewed(project: Project, image: ImageChange) -> ViewedImage:
    """The photo, both predictions, and the mask in the same indices.

    Raises :class:`segmenter.errors.MaskwrightError` where the photo or a label file can't be read.
    """
    content = prepare(project.load_image(image.name))
    classes = read_label_classes(image.new_labels)
    found: dict[Layer, Labels | None] = {
        Layer.OLD: read_label_png(image.old_labels),
        Layer.NEW: read_label_png(image.new_labels),
        Layer.MASK: _mask(project, image.name, classes),
        Layer.PHOTO: None,
    }
    # An image that was replaced meanwhile may have another size: its labels are of no use then.
    size = (content.height, content.width)
    fitting = {
        layer: labels if labels is not None and labels.shape == size else None
        for layer, labels in found.items()
    }
    return ViewedImage(content, fitting, classes)


def _mask(project: Project, name: str, classes: Sequence[LabelClass]) -> Labels | None:
    """What the models were judged by. Values are ids of ``classes``, which bear the project's
    names."""
    labels = taught_labels(project, project.image(name))
    if labels is None:
        return None
    places = {each.name: each.id for each in classes}
    table = np.full(256, UNLABELLED, np.uint8)
    for each in project.classes:
        table[each.id] = places.get(each.name, UNLABELLED)
    return np.asarray(table[labels], np.uint8)
