"""What a desktop knows the app by."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bundle.app_id import APP_ID
from linux.changes import read_changes
from linux.desktop_files import (
    SCREENSHOTS,
    desktop_entry,
    metainfo,
    mime_types,
    write_desktop_files,
)
from PIL import Image

import segmenter

ROOT = Path(__file__).parents[3]
RELEASES = read_changes(ROOT / "CHANGELOG.md", segmenter.__version__)


def test_folders_and_every_image_the_app_reads_open_with_it() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(desktop_entry())
    entry = parser["Desktop Entry"]
    assert entry["MimeType"].rstrip(";").split(";") == mime_types()
    assert {"inode/directory", "image/jpeg", "image/png", "image/tiff"} <= set(mime_types())
    assert entry["Exec"].split() == ["maskwright", "%F"]


def test_the_entry_has_the_name_the_window_gives() -> None:
    source = (ROOT / "gui/app.py").read_text("utf-8")
    assert 'setDesktopFileName("maskwright")' in source
    assert "StartupWMClass=maskwright" in desktop_entry()


def test_the_metainfo_tells_of_this_version_and_of_pictures_that_exist() -> None:
    root = ElementTree.fromstring(metainfo(RELEASES))
    assert root.findtext("id") == APP_ID
    release = root.find("releases/release")
    assert release is not None
    assert release.get("version") == segmenter.__version__
    assert [item.text for item in release.iter("li")] == list(RELEASES[0].points)
    pictures = [image.text or "" for image in root.iter("image")]
    assert len(pictures) == len(SCREENSHOTS)
    for address in pictures:
        _, _, path = address.partition(f"/v{segmenter.__version__}/")
        assert (ROOT / path).is_file()
    assert [one.get("type") for one in root.iter("screenshot")].count("default") == 1


def test_the_icon_is_drawn_with_round_corners(tmp_path: Path) -> None:
    write_desktop_files(tmp_path, RELEASES)
    icon = Image.open(tmp_path / "icons/hicolor/256x256/apps/maskwright.png").convert("RGBA")
    assert icon.size == (256, 256)
    assert icon.getpixel((0, 0)) == (0, 0, 0, 0)
    middle = icon.getpixel((20, 128))
    assert isinstance(middle, tuple)
    assert middle[3] == 255


@pytest.mark.parametrize(
    ("checker", "pattern"),
    [
        (["desktop-file-validate"], "applications/*.desktop"),
        (["appstreamcli", "validate", "--no-net"], "metainfo/*.xml"),
    ],
)
def test_the_checkers_of_desktops_have_nothing_to_say(
    checker: list[str], pattern: str, tmp_path: Path
) -> None:
    if shutil.which(checker[0]) is None:
        pytest.skip(f"{checker[0]} is not installed; the proof of the package runs it")
    write_desktop_files(tmp_path, RELEASES)
    (path,) = tmp_path.glob(pattern)
    told = subprocess.run([*checker, str(path)], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
