"""Bringing labels in: open, plan, and only then change anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np

from segmenter.cancel import CancelToken, Progress
from segmenter.closing import Closing
from segmenter.errors import MaskwrightError
from segmenter.formats import registry
from segmenter.formats.ahead import read_ahead
from segmenter.formats.class_matching import ClassMatch, make_classes, match_classes
from segmenter.formats.dataset import Incoming, IncomingImage, Labels
from segmenter.formats.exporting import Skipped
from segmenter.formats.format import Format
from segmenter.formats.label_pixels import apply_table
from segmenter.formats.matching import match
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.tidy_names import with_tidy_names
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.project.images import image_size
from segmenter.project.project import Project
from segmenter.project.stored_files import mask_file
from segmenter.wording import counted, shown


class Conflicts(StrEnum):
    """What becomes of a mask that is there already."""

    KEEP = "keep"
    REPLACE = "replace"


@dataclass(frozen=True)
class Match:
    """One incoming image whose image is in the project."""

    name: str
    """In the project."""
    incoming: IncomingImage
    has_mask: bool
    """Whether the project has a mask of it."""
    pixels: Mapping[int, int]
    """Incoming class id → pixels; unlabelled ones left out."""
    by_name: bool = False
    """It lies in a folder of another name than the source says, and was asked for all the same."""


@dataclass(frozen=True)
class ImportPlan:
    """What an import will do. All labels were decoded once to make it."""

    matches: tuple[Match, ...]
    """Images that can be imported, in the order of the source."""
    unmatched: tuple[Skipped, ...]
    """Entries without an image in the project, or with more than one."""
    unreadable: tuple[Skipped, ...]
    """Entries that are damaged or don't fit their image."""
    classes: tuple[ClassMatch, ...]
    """Those named by the source, or, where it has bare numbers, those that occur."""
    fill: str
    """The class that pixels without a label become; empty: they stay unlabelled."""
    without_entry: int
    """Images of the project that nothing of the source is for."""
    by_name: tuple[Skipped, ...] = ()
    """Entries that an image fits by its name alone, in a folder of another name. They are not
    among the matches: another video has the same names, of the same size."""
    keep_split: bool = False
    """Images are pinned to the side whose list they stand in there."""
    notes: tuple[str, ...] = ()
    """What a person should know of the source, one sentence each."""

    @cached_property
    def has_split(self) -> bool:
        """Whether the source says of images to be imported which side they are for."""
        return any(each.incoming.side is not None for each in self.matches)

    @cached_property
    def conflicts(self) -> tuple[Match, ...]:
        """Images that have a mask already."""
        return tuple(each for each in self.matches if each.has_mask)

    @cached_property
    def pixels(self) -> Mapping[int, int]:
        """Incoming class id → pixels, over all images."""
        found: Counter[int] = Counter()
        for each in self.matches:
            found.update(each.pixels)
        return found

    def pixels_of(self, class_id: int) -> int:
        """Of an incoming class, over all images."""
        return self.pixels.get(class_id, 0)


@dataclass(frozen=True)
class ImportReport:
    """What an import did."""

    imported: tuple[str, ...]
    """Names of the images whose mask was written."""
    kept: int
    """Masks that were there and were left as they are."""
    same: int
    """Masks that were there and are the incoming ones, pixel by pixel."""
    empty: int
    """Images without a single labelled pixel: nothing was written for them."""
    skipped: tuple[Skipped, ...]
    """Everything that was not imported because of what it is."""
    new_classes: tuple[LabelClass, ...]


class Import(Closing):
    """A source that is open, to be looked at and imported from; close it after."""

    def __init__(self, source: Source, format: Format, incoming: Incoming) -> None:
        """For :meth:`open`."""
        self._source = source
        self.format = format
        self.incoming = incoming

    @classmethod
    def open(
        cls,
        path: Path,
        format: Format | None = None,
        options: ReadOptions | None = None,
        cancel: CancelToken | None = None,
    ) -> Import:
        """Open a folder, a zip file or a file; without a format, the one that it looks like.

        Raises:
            MaskwrightError: it can't be opened as that, with file and place; looks like none; or
                needs more memory than there is.
            Cancelled: ``cancel`` was set; nothing is left open.
        """
        source = Source(path.absolute(), cancel)
        try:
            format = format or registry.detect(source)
            if format.reader is None:
                raise MaskwrightError(  # noqa: TRY301 - closes the source on its way
                    f"{format.title} can be exported, but not imported."
                )
            options = options or ReadOptions()
            if options.ignore is not None and not format.has_ignore:
                raise MaskwrightError(  # noqa: TRY301
                    f"{format.title} has no value for unlabelled pixels to choose."
                )
            incoming = with_tidy_names(format.reader.open(source, options))
            if not incoming.images:
                raise MaskwrightError(  # noqa: TRY301
                    f"{shown(path.name)} holds no labels in the format {format.title}."
                )
        except MemoryError as error:
            source.close()
            raise MaskwrightError(f"{shown(path.name)} needs more memory than is free.") from error
        except BaseException:
            source.close()
            raise
        source.cancel = CancelToken()  # the next steps have their own
        return cls(source, format, incoming)

    def close(self) -> None:
        self._source.close()

    def plan(
        self,
        project: Project,
        *,
        renamed: Mapping[str, str] | None = None,
        fill: str = "",
        by_name: bool = False,
        keep_split: bool = False,
        progress: Progress = lambda done, total: None,
        cancel: CancelToken | None = None,
    ) -> ImportPlan:
        """Match images and classes, and decode every label once, so that what is damaged is known
        before anything is changed. Meant for a thread of its own.

        Args:
            renamed: incoming class → class of the project, existing or new; empty to leave it out.
            fill: the class that pixels without a label become, e.g. ``background``; empty: they
                stay unlabelled.
            by_name: what an image fits by its name alone is for that image.
            keep_split: see :attr:`ImportPlan.keep_split`.

        Raises:
            MaskwrightError: ``renamed`` names a class that the source has not.
            Cancelled: ``cancel`` was set.
        """
        cancel = cancel or CancelToken()
        records = project.images()
        entries = self.incoming.images
        matching = match(
            [(each.name, *each.aliases) for each in entries],
            [each.name for each in records],
            self.incoming.written,
        )
        asked = set(matching.by_name) if by_name else set()
        pairs = [
            (entries[index], name, (index, name) in asked)
            for index, name in sorted((*matching.pairs, *asked))
        ]
        left = () if by_name else matching.by_name
        matches: list[Match] = []
        unreadable: list[Skipped] = []

        def look(pair: tuple[IncomingImage, str, bool]) -> Match | Skipped:
            entry, name, is_by_name = pair
            try:
                labels = _decoded(project, entry, name)
                has_mask = mask_file(project.data_folder, name).exists()
            except MaskwrightError as error:
                return Skipped(name, str(error))
            values = np.bincount(labels.ravel(), minlength=256)
            found = {int(id): int(values[id]) for id in np.flatnonzero(values[:UNLABELLED])}
            return Match(name, entry, has_mask, found, is_by_name)

        progress(0, len(pairs))
        for done, (_, result) in enumerate(read_ahead(pairs, look, cancel), start=1):
            if isinstance(result, Skipped):
                unreadable.append(result)
            else:
                matches.append(result)
            progress(done, len(pairs))
        return ImportPlan(
            tuple(matches),
            tuple(Skipped(entries[index].name, why) for index, why in matching.unmatched),
            tuple(unreadable),
            match_classes(project, self._counting(matches), renamed or {}),
            fill.strip(),
            len(records) - len(pairs),
            tuple(
                Skipped(
                    entries[index].name,
                    f"{shown(entries[index].name)} has but its name in common with {shown(name)}, "
                    "which lies in another folder.",
                )
                for index, name in left
            ),
            keep_split,
            (*self.incoming.notes, *self.incoming.found()),
        )

    def apply(
        self,
        project: Project,
        plan: ImportPlan,
        conflicts: Conflicts,
        *,
        approved: bool = False,
        progress: Progress = lambda done, total: None,
        cancel: CancelToken | None = None,
    ) -> ImportReport:
        """Do it; meant for a thread of its own. Each mask is durable when the next one begins:
        whatever ends this leaves whole masks, the old or the new ones.

        Args:
            approved: the images become ``approved``, not ``corrected``.

        Raises:
            MaskwrightError: the project can't be written to, with how far it came.
            Cancelled: ``cancel`` was set; what was imported until then stays.
        """
        cancel = cancel or CancelToken()
        if project.why_labels_stay:
            raise MaskwrightError(project.why_labels_stay)
        before = {each.id for each in project.classes}
        table = make_classes(project, plan.classes, plan.fill)
        done = _Done(project, conflicts, approved, plan.keep_split)

        def read(each: Match) -> Labels | Skipped | None:
            if each.has_mask and conflicts is Conflicts.KEEP:
                return None
            try:
                return apply_table(_decoded(project, each.incoming, each.name), table)
            except MaskwrightError as error:
                return Skipped(each.name, str(error))

        progress(0, len(plan.matches))
        for number, (each, result) in enumerate(read_ahead(plan.matches, read, cancel), start=1):
            done.take(each, result)
            progress(number, len(plan.matches))
        return ImportReport(
            tuple(done.imported),
            done.counts["kept"],
            done.counts["same"],
            done.counts["empty"],
            (*plan.unmatched, *plan.by_name, *plan.unreadable, *done.skipped),
            tuple(each for each in project.classes if each.id not in before),
        )

    def _counting(self, matches: list[Match]) -> tuple[LabelClass, ...]:
        classes = self.incoming.classes
        if self.incoming.has_named_classes:
            return classes
        found = {id for each in matches for id in each.pixels}
        return tuple(each for each in classes if each.id in found)


class _Done:
    """Saves masks, and remembers what became of each."""

    def __init__(
        self, project: Project, conflicts: Conflicts, approved: bool, keep_split: bool
    ) -> None:
        self._project, self._conflicts, self._approved = project, conflicts, approved
        self._keep_split = keep_split
        self.imported: list[str] = []
        self.skipped: list[Skipped] = []
        self.counts: Counter[str] = Counter()

    def take(self, each: Match, labels: Labels | Skipped | None) -> None:
        if isinstance(labels, Skipped):
            self.skipped.append(labels)
        elif labels is None:
            self.counts["kept"] += 1
        elif (labels == UNLABELLED).all():
            self.counts["empty"] += 1
        elif self._saved(each.name, labels) and self._keep_split and each.incoming.side is not None:
            self._project.pin(each.name, each.incoming.side)

    def _saved(self, name: str, labels: Labels) -> bool:
        """Whether the project has these labels now."""
        try:
            there = self._project.load_mask(name)
        except MaskwrightError:  # damaged; saving keeps it beside the new one
            there = None
        if there is not None and np.array_equal(there, labels):
            self.counts["same"] += 1
            return True
        if there is not None and self._conflicts is Conflicts.KEEP:
            self.counts["kept"] += 1  # somebody has made it since the plan
            return False
        try:
            self._project.save_mask(name, labels, approved=self._approved)
        except MaskwrightError as error:
            so_far = counted(len(self.imported), "mask")
            raise MaskwrightError(f"{error} {so_far} had been imported before.") from error
        self.imported.append(name)
        return True


def _decoded(project: Project, entry: IncomingImage, name: str) -> Labels:
    width, height = image_size(project.path_of(name))
    return entry.read((height, width))
