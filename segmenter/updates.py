"""Is there a newer Maskwright? Asked only when a person asks; nothing about them is told."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import segmenter
from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.server_answer import SECONDS, ask_server, server_name
from segmenter.versions import Version, parse_version

REPOSITORY = "maskwright/maskwright"
"""Where releases are published, on GitHub; the packages and the docs name the same."""
HOMEPAGE = f"https://github.com/{REPOSITORY}"
RELEASES_PAGE = f"{HOMEPAGE}/releases"
RELEASES_ADDRESS = f"https://api.github.com/repos/{REPOSITORY}/releases?per_page=30"
RELEASES_VARIABLE = "MASKWRIGHT_RELEASES"
"""Another address that lists releases as GitHub does."""
_MOST_NOTES = 20_000


@dataclass(frozen=True)
class Release:
    """A version that can be downloaded."""

    version: Version
    notes: str
    """What is new, as Markdown; may be empty."""
    page: str
    """The address to download it from, for a browser."""


@dataclass(frozen=True)
class UpdateCheck:
    """What was found."""

    running: Version
    newest: Release | None
    """None: nothing has been published yet."""

    @property
    def is_newer(self) -> bool:
        """There is something to update to."""
        return self.newest is not None and self.newest.version > self.running


def check_for_updates(
    cancel: CancelToken | None = None,
    *,
    running: str = segmenter.__version__,
    seconds: float = SECONDS,
) -> UpdateCheck:
    """Ask for the list of releases and pick the newest one.

    Who runs a released version is told of released versions alone; who runs a candidate, of
    candidates too. Drafts and tags that are no version don't count.

    Raises:
        Cancelled: soon after Cancel.
        MaskwrightError: as :func:`segmenter.server_answer.ask_server`, and for an answer that is
            no list of releases.
    """
    address = os.environ.get(RELEASES_VARIABLE) or RELEASES_ADDRESS
    answer = ask_server(address, "application/vnd.github+json", cancel=cancel, seconds=seconds)
    version = parse_version(running)
    if version is None:
        raise ValueError(f"{running!r} is no version")
    found = [
        release
        for release, is_prerelease in _releases(answer, address)
        if version.is_prerelease or not is_prerelease
    ]
    return UpdateCheck(version, max(found, key=lambda release: release.version, default=None))


def _releases(answer: bytes, address: str) -> list[tuple[Release, bool]]:
    """Each release, and whether it is one to try out before the real one."""
    wrong = MaskwrightError(
        f"{server_name(address)} answered something that is no list of releases; try again later, "
        f"or look at {RELEASES_PAGE}."
    )
    try:
        listed = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise wrong
    return [release for each in listed if (release := _release(each)) is not None]


def _release(described: dict[str, Any]) -> tuple[Release, bool] | None:
    version = parse_version(str(described.get("tag_name", "")))
    if version is None or described.get("draft"):
        return None
    notes, page = described.get("body"), described.get("html_url")
    release = Release(
        version,
        notes=notes.strip()[:_MOST_NOTES] if isinstance(notes, str) else "",
        # A browser opens it: an address of the net, whatever the server says.
        page=page if isinstance(page, str) and page.startswith("https://") else RELEASES_PAGE,
    )
    return release, version.is_prerelease or bool(described.get("prerelease"))
