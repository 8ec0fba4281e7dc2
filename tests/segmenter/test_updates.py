"""Is there a newer Maskwright? Asked of a local server that lists releases as GitHub does."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from bad_server import Server, status, whole

from segmenter.errors import MaskwrightError
from segmenter.updates import (
    HOMEPAGE,
    RELEASES_ADDRESS,
    RELEASES_PAGE,
    RELEASES_VARIABLE,
    REPOSITORY,
    UpdateCheck,
    check_for_updates,
)


@pytest.fixture(autouse=True)
def _asks_here(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RELEASES_VARIABLE, server.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def release(tag: str, **more: Any) -> dict[str, Any]:
    return {"tag_name": tag, "draft": False, "prerelease": False, "body": "", **more}


def asked(server: Server, running: str, *releases: dict[str, Any]) -> UpdateCheck:
    server.content = json.dumps(releases).encode()
    server.answers = [whole]
    return check_for_updates(running=running)


def test_the_newest_version_counts_not_the_first_of_the_list(server: Server) -> None:
    check = asked(server, "0.1.0", release("v0.9.1"), release("v0.10.0"), release("v0.1.0"))
    assert check.is_newer
    assert str(check.newest and check.newest.version) == "0.10.0"


def test_notes_and_page_of_the_newest(server: Server) -> None:
    page = "https://github.com/somebody/maskwright/releases/tag/v2"
    check = asked(server, "1.0", release("v2.0", body=" **Faster**\n", html_url=page))
    assert check.newest is not None
    assert check.newest.notes == "**Faster**"
    assert check.newest.page == page


@pytest.mark.parametrize(
    "page", ["file:///etc/passwd", "javascript:1", "http://x.invalid", 7, None]
)
def test_only_addresses_of_the_net_are_opened(server: Server, page: object) -> None:
    check = asked(server, "1.0", release("v2.0", html_url=page))
    assert check.newest is not None
    assert check.newest.page == RELEASES_PAGE


@pytest.mark.parametrize("running", ["0.2.0", "0.3.0.dev1", "0.2"])
def test_nothing_newer(server: Server, running: str) -> None:
    assert not asked(server, running, release("v0.2.0"), release("v0.1.0")).is_newer


def test_candidates_are_for_those_who_run_one(server: Server) -> None:
    releases = release("v0.2.0rc2", prerelease=True), release("v0.1.0")
    assert not asked(server, "0.1.0", *releases).is_newer
    assert asked(server, "0.2.0rc1", *releases).is_newer


def test_a_candidate_learns_of_its_release(server: Server) -> None:
    check = asked(server, "0.2.0rc1", release("v0.2.0"), release("v0.2.0rc2", prerelease=True))
    assert str(check.newest and check.newest.version) == "0.2.0"


def test_the_mark_of_a_prerelease_counts_without_its_name(server: Server) -> None:
    assert not asked(server, "0.1.0", release("v0.2.0", prerelease=True)).is_newer


def test_drafts_and_other_tags_do_not_count(server: Server) -> None:
    check = asked(server, "0.1.0", release("v9.0", draft=True), release("nightly"), {"x": 1})
    assert check.newest is None
    assert not check.is_newer


@pytest.mark.parametrize(
    "content",
    [b"<html>Log in</html>", b'{"message": "moved"}', b'["v1.0"]', b"\xff\xfe", b"", b"[" * 99_999],
)
def test_an_answer_that_is_no_list_of_releases(server: Server, content: bytes) -> None:
    server.content = content
    server.answers = [whole]
    with pytest.raises(MaskwrightError, match="no list of releases"):
        check_for_updates()


def test_a_refusal_reaches_the_person(server: Server) -> None:
    server.answers = [status(404)]
    with pytest.raises(MaskwrightError, match="404"):
        check_for_updates()


def test_every_place_names_the_same_home() -> None:
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    urls = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["urls"]
    assert urls["Releases"] == RELEASES_PAGE
    assert urls["Homepage"] == HOMEPAGE
    assert RELEASES_ADDRESS.startswith(f"https://api.github.com/repos/{REPOSITORY}/releases")
