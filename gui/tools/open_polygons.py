"""Polygons that were left open, as a text that the project keeps until the next time."""

from __future__ import annotations

import json
from collections.abc import Mapping

from gui.tools.polygon_draft import PolygonDraft


def as_text(drafts: Mapping[str, PolygonDraft]) -> str:
    """``drafts``: by the name of the image. Empty where there are none."""
    plain = {
        name: {"points": draft.points.tolist(), "handles": draft.handles}
        for name, draft in drafts.items()
        if not draft.is_empty
    }
    return json.dumps(plain) if plain else ""


def from_text(text: str) -> dict[str, PolygonDraft]:
    """What :func:`as_text` was given; without those that make no sense."""
    drafts: dict[str, PolygonDraft] = {}
    try:
        plain = json.loads(text) if text else {}
        for name, each in plain.items():
            drafts[name] = PolygonDraft(each["points"], each["handles"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return drafts
    return drafts
