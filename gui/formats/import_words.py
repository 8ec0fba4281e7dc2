"""What an import would do and has done, in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from gui.formats.class_mapping import ClassMapping
from segmenter.formats.importing import Conflicts, ImportPlan, ImportReport
from segmenter.wording import counted, shown

_MOST_NAMES = 4


@dataclass(frozen=True)
class Choice:
    """What a person decided about a plan, as it was when this was made."""

    plan: ImportPlan
    """As the engine made it."""
    mapping: ClassMapping
    replaced: frozenset[str]
    """Names of the images whose mask gives way to the imported one."""
    fill: str = ""
    """The class that pixels without a label become; empty: none."""
    keep_split: bool = False
    """Images stay for training or validation, as the lists of the source have them."""

    @cached_property
    def decided(self) -> ImportPlan:
        """The plan without what is to stay as it is."""
        matches = tuple(
            each for each in self.plan.matches if not each.has_mask or each.name in self.replaced
        )
        return replace(
            self.plan,
            matches=matches,
            classes=self.mapping.matches,
            fill=self.fill,
            keep_split=self.keep_split,
        )

    @property
    def conflicts(self) -> Conflicts:
        return Conflicts.REPLACE if self.replaced else Conflicts.KEEP

    @property
    def kept(self) -> int:
        """Masks that are there and stay."""
        return len(self.plan.conflicts) - len(self.replaced)

    @cached_property
    def written(self) -> int:
        """Images that get a mask."""
        if self.fill:
            return len(self.decided.matches)
        taken = {each.incoming.id for each in self.mapping.matches if each.name}
        return sum(not taken.isdisjoint(each.pixels) for each in self.decided.matches)

    @property
    def new_names(self) -> list[str]:
        """Of the classes that would be made."""
        names = self.mapping.new_names
        known = {each.name for each in self.mapping.classes}
        return names if not self.fill or self.fill in {*known, *names} else [*names, self.fill]


def choice_words(choice: Choice) -> str:
    """``26 images get a mask; 2 keep the one they have. 3 new classes: …``."""
    written, kept = choice.written, choice.kept
    parts = [f"{counted(written, 'image')} {'gets' if written == 1 else 'get'} a mask"]
    if choice.replaced:
        parts[0] += f", {len(choice.replaced):,} in the place of the one there is"
    if kept:
        has = "keeps the one it has" if kept == 1 else "keep the one they have"
        parts.append(f"{kept:,} {has}")
    empty = len(choice.decided.matches) - written
    if empty:
        parts.append(f"{empty:,} {'has' if empty == 1 else 'have'} nothing to import")
    return f"{'; '.join(parts)}.{new_class_words(choice.new_names)}"


def match_words(plan: ImportPlan, entries: int) -> str:
    """How many of the entries fit, and what is with the others."""
    fitting = len(plan.matches)
    if entries == 1:
        first = "It fits an image of this folder." if fitting else ""
    else:
        first = f"{fitting:,} of {entries:,} entries fit an image of this folder."
    others = []
    if number := sum(each.by_name for each in plan.matches):
        fit = "fits" if number == 1 else "fit"
        others.append(f"{number:,} of them {fit} by name only, in a folder of another name.")
    if number := len(plan.unmatched):
        others.append(f"{number:,} {'names' if number == 1 else 'name'} no image here.")
    if number := len(plan.by_name):
        one = "1 fits an image by its name only, in a folder of another name."
        many = f"{number:,} fit an image by their name only, in a folder of another name."
        others.append(one if number == 1 else many)
    if number := len(plan.unreadable):
        others.append(f"{number:,} {'is' if number == 1 else 'are'} damaged or of another size.")
    if number := plan.without_entry:
        are = "image of the folder is" if number == 1 else "images of the folder are"
        others.append(f"{number:,} {are} not in it.")
    return "\n".join(each for each in (first, " ".join(others)) if each)


def report_words(source: str, choice: Choice, report: ImportReport) -> str:
    """What was done."""
    number = len(report.imported)
    words = f"Imported {counted(number, 'mask')} from {shown(source)}."
    kept = choice.kept + report.kept
    if kept:
        words += f" {kept:,} {'that was' if kept == 1 else 'that were'} there stayed."
    if report.same:
        words += f" {report.same:,} {'was' if report.same == 1 else 'were'} the same already."
    words += new_class_words([each.name for each in report.new_classes])
    if report.skipped:
        words += f" {len(report.skipped):,} left out."
    return words


def new_class_words(names: Collection[str]) -> str:
    """`` 2 new classes: “a” and “b”.``; empty where there is none."""
    if not names:
        return ""
    listed = [shown(name) for name in list(names)[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        return f" {len(names):,} new classes: {', '.join(listed)} and others."
    if len(listed) == 1:
        return f" 1 new class: {listed[0]}."
    return f" {len(listed)} new classes: {', '.join(listed[:-1])} and {listed[-1]}."
