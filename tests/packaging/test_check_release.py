"""A release under a wrong name, or from a place where the app would not look, is stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import segmenter
from segmenter.updates import REPOSITORY

SCRIPT = Path(__file__).parents[2] / "packaging" / "check_release.py"
TAG = f"v{segmenter.__version__}"


@pytest.mark.parametrize(
    ("tag", "repository", "told"),
    [
        (TAG, REPOSITORY, []),
        ("v99.0", REPOSITORY, ["v99.0"]),
        (TAG, "somebody/maskwright", ["somebody/maskwright"]),
        (segmenter.__version__, "somebody/maskwright", ["The tag is", "updates"]),
    ],
)
def test_tag_and_place_are_those_of_the_app(tag: str, repository: str, told: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, str(SCRIPT), tag, repository], capture_output=True, text=True
    )
    assert ended.returncode == bool(told)
    assert len(ended.stderr.splitlines()) == len(told)
    assert all(words in ended.stderr for words in told)
