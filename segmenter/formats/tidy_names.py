"""Names of classes as strangers have them, made such that a table and a list can hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from segmenter.formats.dataset import Classes, Incoming
from segmenter.wording import shown

LONGEST = 200
_KEPT_END = 60
_CONTROLS = dict.fromkeys((*range(32), 127), " ")


def with_tidy_names(incoming: Incoming) -> Incoming:
    """The same, with a note of each name that was changed or that several classes have."""
    classes = tuple(replace(each, name=tidy(each.name)) for each in incoming.classes)
    notes = (*_changed(incoming.classes, classes), *_shared(classes))
    return replace(incoming, classes=classes, notes=(*incoming.notes, *notes))


def tidy(name: str) -> str:
    """Without line breaks and other control characters; of one that is too long the middle is left
    out."""
    name = name.translate(_CONTROLS).strip()
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _KEPT_END - 1]}…{name[-_KEPT_END:]}"


def _changed(before: Classes, after: Classes) -> Iterator[str]:
    for old, new in zip(before, after, strict=True):
        if old.name.strip() != new.name:
            why = (
                f"is longer than {LONGEST} characters"
                if len(old.name.strip()) > LONGEST
                else "holds line breaks or other control characters"
            )
            yield f"The name of the class {new.id} {why}; it was read as {shown(new.name)}."


def _shared(classes: Classes) -> Iterator[str]:
    ids = defaultdict(list)
    for each in classes:
        ids[each.name].append(str(each.id))
    for name, numbers in ids.items():
        if len(numbers) > 1:
            *first, last = numbers
            yield (
                f"The classes {', '.join(first)} and {last} have one name, {shown(name)}, and "
                "become one."
            )
