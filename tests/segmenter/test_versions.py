"""Which version is the newer one."""

from __future__ import annotations

import random

import pytest

import segmenter
from segmenter.versions import parse_version

IN_ORDER = [
    "0.1.0.dev3",
    "0.1.0a1",
    "0.1.0-alpha.2",
    "0.1.0b1",
    "0.1.0rc1",
    "0.1.0-rc.2",
    "0.1.0rc10",
    "v0.1.0",
    "0.1.0.post1",
    "0.1.1",
    "0.9",
    "0.10.0",
    "1.0.0-beta",
    "1.0",
    "1.0.0.1",
    "2026.11",
]


def test_older_comes_before_newer() -> None:
    shuffled = random.Random(5).sample(IN_ORDER, len(IN_ORDER))
    versions = [version for each in shuffled if (version := parse_version(each)) is not None]
    assert [str(version) for version in sorted(versions)] == [
        each.removeprefix("v") for each in IN_ORDER
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "1.0.0"), ("v1.2.3", "1.2.3"), ("1.0rc1", "1.0.0-RC.1"), ("1.0+cpu", "1.0+cuda")],
)
def test_two_ways_to_write_one_version(one: str, other: str) -> None:
    assert parse_version(one) == parse_version(other)


@pytest.mark.parametrize(
    "text", ["", "nightly", "v", "1.x", "1..2", "1.0nightly", "1.0\n2.0", "٣.٠", "9" * 5000]
)
def test_what_is_no_version(text: str) -> None:
    assert parse_version(text) is None


def test_what_comes_before_a_release_says_so() -> None:
    answers = {text: parse_version(text) for text in ("1.0.dev1", "1.0rc1", "1.0", "1.0.post1")}
    assert [v.is_prerelease for v in answers.values() if v] == [True, True, False, False]


def test_the_version_of_this_maskwright_is_one() -> None:
    assert str(parse_version(segmenter.__version__)) == segmenter.__version__
