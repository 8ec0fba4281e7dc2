"""Predictions kept in the project of a folder, where the app shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from segmenter.cancel import CancelToken
from segmenter.cli.segment_job import Job, Settings
from segmenter.errors import MaskwrightError
from segmenter.project.images import load_image
from segmenter.project.overlay import write_overlay_jpeg
from segmenter.project.project import Project
from segmenter.project.stored_files import PREDICTIONS, prediction_file, stored_name

if TYPE_CHECKING:
    from segmenter.prediction.pipeline import Outcome
    from segmenter.prediction.predictor import Predictor

OVERLAYS = "overlays"


def overlay_file(project: Project, name: str) -> Path:
    """``dogs/rex.jpg`` → ``maskwright/overlays/dogs/rex.jpg.jpg``."""
    return project.data_folder / OVERLAYS / f"{stored_name(name)}.jpg"


def project_job(folder: Path, settings: Settings, *, recursive: bool, cancel: CancelToken) -> Job:
    """Segment the images of ``folder`` into its project, which is made where there is none.

    Raises:
        MaskwrightError: the project can't be written to, e.g. as the app has it open.
    """
    project = Project.open(folder)
    try:
        _check_writable(project)
        project.scan(cancel=cancel)
        names = [
            record.name
            for record in project.images()
            if (recursive or "/" not in record.name)
            and (not settings.only_new or record.lacks_prediction)
        ]
    except BaseException:
        project.close()
        raise

    def run(predictor: Predictor, cancel: CancelToken) -> Iterator[Outcome]:
        from segmenter.prediction.segment_project import segment_project

        for outcome in segment_project(project, predictor, names, cancel=cancel):
            if settings.overlay and outcome.error is None:
                yield _with_overlay(project, outcome)
            else:
                yield outcome

    def written(name: str) -> dict[str, str]:
        files = {"mask": str(prediction_file(project.data_folder, name))}
        if settings.overlay:
            files["overlay"] = str(overlay_file(project, name))
        return files

    return Job(names, project.data_folder / PREDICTIONS, run, written, project.notes, project.close)


def _check_writable(project: Project) -> None:
    if project.read_only:
        raise MaskwrightError(
            f"{project.read_only_reason} Close that window first, or write the masks to another "
            "folder with --out."
        )


def _with_overlay(project: Project, outcome: Outcome) -> Outcome:
    """The outcome, after the overlay is written; an error where it could not be."""
    try:
        stored = project.load_prediction(outcome.name)
        if stored is not None:
            rgb = load_image(project.path_of(outcome.name))
            path = overlay_file(project, outcome.name)
            write_overlay_jpeg(path, rgb, stored.labels, project.classes)
    except MaskwrightError as error:
        return replace(outcome, error=str(error))
    return outcome
