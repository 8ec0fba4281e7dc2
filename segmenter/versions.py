"""Which of two versions is the newer one; ``0.2.0rc1`` and ``v0.2.0-rc.1`` are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STAGES = {
    "dev": -4,
    "a": -3,
    "alpha": -3,
    "b": -2,
    "beta": -2,
    "c": -1,
    "rc": -1,
    "pre": -1,
    "preview": -1,
    "": 0,
    "post": 1,
}
_PATTERN = re.compile(
    r"v?(?P<numbers>\d+(\.\d+)*)"
    r"([-._]?(?P<stage>[a-z]+)[-._]?(?P<count>\d*))?"
    r"(\+[a-z0-9.-]+)?",
    re.IGNORECASE | re.ASCII,
)

_LONGEST = 64


@dataclass(frozen=True, order=True)
class Version:
    """Compared as people mean it: 0.10 is newer than 0.9, and 1.0 newer than its candidates."""

    numbers: tuple[int, ...]
    """Without zeros at the end: 1.0 and 1.0.0 are the same."""
    stage: int
    """Below 0 before the release, 0 the release itself, 1 what was mended right after it."""
    count: int
    text: str = field(compare=False)
    """As people write it, without a leading v."""

    @property
    def is_prerelease(self) -> bool:
        return self.stage < 0

    def __str__(self) -> str:
        return self.text


def parse_version(text: str) -> Version | None:
    """The version that a tag or a release is named after; None for ``nightly`` and the like.

    Reads what both `PEP 440 <https://peps.python.org/pep-0440/>`_ and
    `Semantic Versioning <https://semver.org>`_ write for releases and what comes before them.
    """
    text = text.strip()
    match = _PATTERN.fullmatch(text) if len(text) <= _LONGEST else None
    stage = (match["stage"] or "").lower() if match else ""
    if match is None or stage not in _STAGES:
        return None
    numbers = [int(number) for number in match["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return Version(
        tuple(numbers),
        _STAGES[stage],
        int(match["count"] or 0),
        text.removeprefix("v").removeprefix("V"),
    )
