"""CHANGELOG.md, from which packages tell what is new."""

from __future__ import annotations

from pathlib import Path

import pytest
from linux.bundle_folder import PackagingError
from linux.changes import read_changes

import segmenter

ROOT = Path(__file__).parents[3]


def test_the_changelog_begins_with_this_version() -> None:
    releases = read_changes(ROOT / "CHANGELOG.md", segmenter.__version__)
    assert releases[0].version == segmenter.__version__
    assert releases == sorted(releases, key=lambda release: release.date, reverse=True)


def test_a_point_is_plain_text_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(
        "# Changes\n\n## 1.2 (2026-03-01)\n\n- A *new* `tool`,\n  see [here](x.md).\n- Two.\n"
        "\n## 1.1 (2026-01-31)\n\n- Old.\n",
        "utf-8",
    )
    new, old = read_changes(path, "1.2")
    assert new.points == ("A new tool, see here.", "Two.")
    assert f"{old.date:%Y-%m-%d}" == "2026-01-31"


@pytest.mark.parametrize(
    "text", ["# Changes\n", "## 1.1 (2026-01-31)\n\n- Old.\n", "## 1.2\n\n- A.\n",
             "## 1.2 (2026-01-31)\n\nNothing.\n"],
)  # fmt: skip
def test_a_version_of_which_nothing_is_told_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(text, "utf-8")
    with pytest.raises(PackagingError, match=r"CHANGELOG\.md"):
        read_changes(path, "1.2")
