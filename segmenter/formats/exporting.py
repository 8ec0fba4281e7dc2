"""Taking a project's labels out: plan first, then do, wholly or not at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.formats.ahead import read_ahead
from segmenter.formats.dataset import (
    Classes,
    ExportOptions,
    Labelled,
    Labels,
    Lists,
    SkippedError,
)
from segmenter.formats.format import Format
from segmenter.formats.label_pixels import apply_table
from segmenter.formats.naming import problem_of, unique_stems
from segmenter.formats.target import check_target, exported_to, is_zip
from segmenter.formats.writer import Writer
from segmenter.project.classes import MAX_CLASS_ID, UNLABELLED, LabelClass
from segmenter.project.images import image_size
from segmenter.project.project import Project
from segmenter.project.split import split
from segmenter.project.state import ImageRecord, Side, State
from segmenter.wording import shown


@dataclass(frozen=True)
class Skipped:
    """An image that was left out, and why: one sentence."""

    name: str
    reason: str


@dataclass(frozen=True)
class ExportPlan:
    """What an export will do. Made without a look at any pixels."""

    format: Format
    target: Path
    """A folder, or a zip file."""
    options: ExportOptions
    classes: Classes
    """As they are exported: mapped, sorted by id."""
    images: tuple[ImageRecord, ...]
    """Those in the states that were chosen, in the project's order."""
    left_out: Mapping[State, int]
    """Images in other states."""
    sides: Mapping[str, Side]
    """Name → the list it will stand in; empty without lists."""
    replace: bool = False


@dataclass(frozen=True)
class ExportReport:
    """What an export did."""

    target: Path
    exported: int
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    """What a person should know, one sentence each."""


def plan_export(
    project: Project,
    format: Format,
    target: Path,
    options: ExportOptions,
    *,
    replace: bool = False,
) -> ExportPlan:
    """Say what :func:`export` will do. A format that its users pass around as a zip file, and
    whose target is not named so, gets ``.zip`` at its end.

    Args:
        replace: an export that is there already may be replaced.

    Raises:
        MaskwrightError: it can't be done: the target, no image in these states, the class mapping,
            or an ignore value that is a class.
    """
    _writer_of(format)
    if format.zipped and not is_zip(target):
        target = target.with_name(target.name + ".zip")
    target = target.absolute()
    check_target(target, project, replace=replace)
    records = project.images()
    chosen = tuple(each for each in records if each.state in options.states)
    if not chosen:
        states = ", ".join(sorted(options.states))
        raise MaskwrightError(f"There is nothing to export: no image is {states}.")
    classes = mapped_classes(project.classes, options.class_map)
    _check_ignore(format, options.ignore, classes)
    left_out = Counter(each.state for each in records if each.state not in options.states)
    return ExportPlan(
        format, target, options, classes, chosen, left_out, _sides(chosen, options), replace
    )


def export(
    project: Project,
    plan: ExportPlan,
    *,
    progress: Progress = lambda done, total: None,
    finishing: Progress = lambda done, total: None,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Do it; meant for a thread of its own. An image whose mask or file can't be read is skipped
    and reported. Nothing stands at the target before all does.

    Args:
        progress: of images.
        finishing: of files that are brought to the disk, or packed, after the last image.

    Raises:
        MaskwrightError: it failed as a whole, or no image could be taken along.
        Cancelled: ``cancel`` was set.
    """
    cancel = cancel or CancelToken()
    # It may have come to be since.
    check_target(plan.target, project, replace=plan.replace)
    table = _table(project.classes, plan.options.class_map)
    # Told apart from all images, so that what is exported of one can't be taken for another's.
    stems = unique_stems([each.name for each in project.images()])
    notes: dict[str, None] = {}
    skipped: list[Skipped] = []
    about: dict[str, object] = {"format": plan.format.key}

    def note(sentence: str) -> None:
        notes[sentence] = None

    def read(record: ImageRecord) -> Labelled | Skipped:
        try:
            labels = _labels_of(project, record, table)
        except MaskwrightError as error:
            return Skipped(record.name, str(error))
        path, side = project.path_of(record.name), plan.sides.get(record.name)
        return Labelled(
            record.name, stems.get(record.name, record.name), path, record.state, side, labels
        )

    with exported_to(plan.target, about, cancel, finishing) as folder:
        write = _writer_of(plan.format)
        writing = write(folder, plan.classes, plan.options, note)
        total = len(plan.images)
        progress(0, total)
        for done, (record, item) in enumerate(read_ahead(plan.images, read, cancel), start=1):
            if isinstance(item, Skipped):
                skipped.append(item)
            else:
                try:
                    writing.add(item)
                except SkippedError as error:
                    skipped.append(Skipped(record.name, str(error)))
            progress(done, total)
        if len(skipped) == total:
            raise MaskwrightError(
                f"None of the {total} images could be exported; the first: {skipped[0].reason}"
            )
        writing.finish()
    return ExportReport(plan.target, total - len(skipped), tuple(skipped), tuple(notes))


def mapped_classes(classes: Sequence[LabelClass], class_map: Mapping[int, int]) -> Classes:
    """The classes with their ids in an export. Several with one id get the name of that which keeps
    its id, or else of that which comes first in ``class_map``.

    Raises:
        MaskwrightError: the mapping names a class that is not, or an id that can't be.
    """
    known = {each.id for each in classes}
    for source, target in class_map.items():
        if source not in known:
            raise MaskwrightError(f"The project has no class with the id {source} to map.")
        if not 0 <= target <= UNLABELLED:
            raise MaskwrightError(
                f"The class id {source} can't become {target}: ids go from 0 to {MAX_CLASS_ID}, "
                f"and {UNLABELLED} leaves a class out."
            )
    found: dict[int, LabelClass] = {}
    places = {id: place for place, id in enumerate(class_map, start=1)}
    for each in sorted(classes, key=lambda c: (places.get(c.id, 0), c.id)):
        target = class_map.get(each.id, each.id)
        if target != UNLABELLED:
            found.setdefault(target, replace(each, id=target))
    if not found:
        raise MaskwrightError("There is nothing to export: the project has no class that is left.")
    return tuple(found[id] for id in sorted(found))


def _table(classes: Sequence[LabelClass], class_map: Mapping[int, int]) -> Labels:
    """256 × uint8: stored value → value in the export. Pixels of deleted classes are unlabelled."""
    table = np.full(256, UNLABELLED, np.uint8)
    for each in classes:
        table[each.id] = class_map.get(each.id, each.id)
    return table


def _labels_of(project: Project, record: ImageRecord, table: Labels) -> Labels:
    name = record.name
    if problem := problem_of(name):
        raise MaskwrightError(problem)
    labels = project.load_mask(name) if record.state is not State.PREDICTED else None
    if labels is None:
        labels = project.load_prediction_labels(name)
    if labels is None:
        raise MaskwrightError(f"{shown(name)} has neither a mask nor a prediction.")
    width, height = image_size(project.path_of(name))
    if labels.shape != (height, width):
        h, w = labels.shape
        raise MaskwrightError(
            f"The mask of {shown(name)} is {w} × {h} pixels, but the image {width} × {height}: "
            "it has changed since; correct it again."
        )
    return apply_table(labels, table)


def _sides(records: Sequence[ImageRecord], options: ExportOptions) -> dict[str, Side]:
    names = [each.name for each in records]
    if options.lists is Lists.NONE:
        return {}
    if options.lists is Lists.PROJECT:
        pinned = {each.name: each.side for each in records if each.side is not None}
        held_out = set(split(names, pinned=pinned, least=0).validation)
    else:
        share = options.validation_share
        if not 0 <= share <= 1:
            raise MaskwrightError("The share of validation images is a number from 0 to 1.")
        wanted = round(share * len(names)) or int(share > 0 and len(names) > 1)
        held_out = set(sorted(names, key=lambda name: _drawn(options.seed, name))[:wanted])
    return {name: Side.VALIDATION if name in held_out else Side.TRAINING for name in names}


def _drawn(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode("utf-8", "surrogatepass")).digest()


def _check_ignore(format: Format, ignore: int, classes: Classes) -> None:
    if ignore != UNLABELLED and not format.has_ignore:
        raise MaskwrightError(f"{format.title} has no value for unlabelled pixels to choose.")
    if not 0 <= ignore <= UNLABELLED:
        raise MaskwrightError(f"The ignore value is one of 0 to {UNLABELLED}, not {ignore}.")
    for each in classes:
        if each.id == ignore:
            raise MaskwrightError(
                f"The ignore value {ignore} is the id of the class {shown(each.name)}; choose "
                "another one, or map the class to another id."
            )


def _writer_of(format: Format) -> Writer:
    if format.writer is None:
        raise MaskwrightError(f"{format.title} can be imported, but not exported.")
    return format.writer
