"""What a person chose in a dialog, kept until the next time: of this folder, and of any."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from gui.settings import Settings
from segmenter.errors import MaskwrightError

if TYPE_CHECKING:
    from segmenter.project.project import Project

log = logging.getLogger(__name__)
T = TypeVar("T")


def recalled(
    name: str,
    project: Project,
    settings: Settings,
    from_text: Callable[[str], T | None],
    elsewhere: Callable[[T], T],
) -> T | None:
    """Of this folder; where nothing was kept, the last of any, with ``elsewhere`` leaving out what
    holds for one folder alone. ``from_text`` gives None for what was not kept by :func:`keep`."""
    of_folder = from_text(project.recall(name))
    if of_folder is not None:
        return of_folder
    of_any = from_text(settings.choice(name, ""))
    return elsewhere(of_any) if of_any is not None else None


def keep(name: str, project: Project, settings: Settings, text: str) -> None:
    """For this folder, and as the last of any."""
    settings.set_choice(name, text)
    settings.save()
    if not project.read_only:
        try:
            project.remember(name, text)
        except MaskwrightError as error:
            log.warning("the choices could not be kept: %s", error)
