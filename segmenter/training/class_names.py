"""Which of a model's classes is which of the examples': told by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def places_of(
    model_classes: Sequence[str], classes: Sequence[str], former_names: Mapping[str, str]
) -> list[int | None]:
    """For each of ``model_classes`` its place in ``classes``; None where it is none of them.

    Upper and lower case count as the same. ``former_names``: a name that a class had once (it was
    renamed, or merged into another) → its name now; several classes of a model may be one now.
    """
    known = {name.casefold(): place for place, name in enumerate(classes)}
    former = {old.casefold(): known.get(now.casefold()) for old, now in former_names.items()}
    folded = [name.casefold() for name in model_classes]
    return [known.get(name, former.get(name)) for name in folded]
