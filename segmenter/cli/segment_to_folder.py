"""Masks written to a folder of the person's choice, with no project."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.cancel import CancelToken
from segmenter.cli.segment_job import Job, Settings
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.images import load_image
from segmenter.project.label_png import write_label_png
from segmenter.project.overlay import write_overlay_jpeg
from segmenter.project.stored_files import stored_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from segmenter.prediction.pipeline import Outcome
    from segmenter.prediction.prediction import Prediction
    from segmenter.prediction.predictor import Predictor


def mask_path(out: Path, name: str) -> Path:
    """``dogs/rex.jpg`` → ``OUT/dogs/rex.jpg.png``: two files that differ in extension only keep
    a mask each, as in a project."""
    return out / f"{stored_name(name)}.png"


def overlay_path(out: Path, name: str) -> Path:
    """``dogs/rex.jpg`` → ``OUT/dogs/rex.jpg.overlay.jpg``."""
    return out / f"{stored_name(name)}.overlay.jpg"


def classes_of(names: Iterable[str]) -> list[LabelClass]:
    """A model's classes as they are written to files: the id is the output channel."""
    return [LabelClass(i, name, default_color(i, name)) for i, name in enumerate(names)]


def folder_job(images: dict[str, Path], out: Path, settings: Settings) -> Job:
    """Segment ``images`` (name → file) into ``out``."""
    names = [name for name in images if not (settings.only_new and mask_path(out, name).exists())]

    def store(name: str, rgb: NDArray[np.uint8], prediction: Prediction) -> None:
        classes = classes_of(prediction.classes)
        if settings.overlay:
            write_overlay_jpeg(overlay_path(out, name), rgb, prediction.labels, classes)
        # Last, since --only-new takes its presence for "done".
        write_label_png(mask_path(out, name), prediction.labels, classes, durable=False)

    def run(predictor: Predictor, cancel: CancelToken) -> Iterable[Outcome]:
        from segmenter.prediction.pipeline import predict_images

        return predict_images(
            predictor,
            names,
            load=lambda name: load_image(images[name]),
            store=store,
            cancel=cancel,
        )

    def written(name: str) -> dict[str, str]:
        files = {"mask": str(mask_path(out, name))}
        if settings.overlay:
            files["overlay"] = str(overlay_path(out, name))
        return files

    return Job(names, out, run, written)
