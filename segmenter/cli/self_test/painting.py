"""Whether what is painted is on the disk, to the pixel."""

from __future__ import annotations

from pathlib import Path

from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import PHOTOS, Workplace

STROKES = 10


def painted_folder(place: Workplace) -> Path:
    """Photos of their own, for the mask that :func:`paint_and_read_back` paints."""
    return place.photos("gemalt – ζωγραφική")


def paint_and_read_back(place: Workplace) -> str:
    """Strokes with the brush on one photo, saved, and read by a project that is opened anew."""
    import numpy as np

    from segmenter.editing.brush import BrushShape, stroke
    from segmenter.editing.editable_mask import EditableMask
    from segmenter.project.classes import UNLABELLED
    from segmenter.project.project import Project

    folder, name = painted_folder(place), PHOTOS[0]
    random = np.random.default_rng(0)
    with Project.open(folder) as project:
        project.scan()
        ids = [project.add_class(each).id for each in ("cat", "floor", "sky")]
        height, width = project.load_image(name).shape[:2]
        mask = EditableMask(np.full((height, width), UNLABELLED, np.uint8))
        for number in range(STROKES):
            ends = [tuple(map(float, random.uniform((0, 0), (width, height)))) for _ in range(2)]
            mask.begin("brush stroke")
            mask.paint(
                stroke(
                    (ends[0][0], ends[0][1]),
                    (ends[1][0], ends[1][1]),
                    5 + number,
                    BrushShape.ROUND if number % 2 else BrushShape.SQUARE,
                ),
                ids[number % len(ids)],
            )
            mask.commit()
        painted = mask.labels.copy()
        project.save_mask(name, painted)
    with Project.open(folder, read_only=True) as project:
        read = project.load_mask(name)
    if read is None or not np.array_equal(read, painted):
        raise StepFailed(f"The mask of {name} is not read as it was painted.")
    return f"{STROKES} strokes, {np.mean(painted != UNLABELLED):.0%} of the photo, all as painted."
