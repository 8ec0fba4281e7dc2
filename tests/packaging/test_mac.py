"""What can be checked of the Mac's packages without a Mac."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "packaging"))

from bundle.app_icons import drawn
from bundle.environment import BuildError
from bundle.macos_app import SIGN_VARIABLE, finish_app
from bundle.make_dmg import NOTARY_VARIABLE, appearance, finishing, make_dmg

SVG = Path(__file__).parents[2] / "resources" / "icons" / "maskwright.svg"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """As PyInstaller leaves it, and the folder beside it that was collected."""
    for part in ("Resources", "Frameworks"):
        (tmp_path / "Maskwright.app" / "Contents" / part).mkdir(parents=True)
    licenses = tmp_path / "maskwright" / "_internal" / "licenses" / "numpy"
    licenses.mkdir(parents=True)
    (licenses / "LICENSE.txt").write_text("BSD", encoding="utf-8")
    return tmp_path / "Maskwright.app"


def test_the_licences_reach_the_app_before_it_is_sealed(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SIGN_VARIABLE, raising=False)
    for _ in range(2):  # a second build finds those of the first
        command = finish_app(app, app.parent / "maskwright" / "_internal")
    seen = app / "Contents" / "Frameworks" / "licenses" / "numpy" / "LICENSE.txt"
    assert seen.read_text(encoding="utf-8") == "BSD"
    assert command == ["codesign", "--force", "--sign", "-", str(app)]


def test_a_certificate_seals_it_for_notarising(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIGN_VARIABLE, "Somebody")
    command = finish_app(app, app.parent / "maskwright" / "_internal")
    assert command[command.index("--sign") + 1] == "Somebody"
    assert command[command.index("--options") + 1] == "runtime"
    assert Path(command[command.index("--entitlements") + 1]).is_file()


def test_the_image_is_signed_then_notarised_as_the_variables_say() -> None:
    dmg = Path("a.dmg")
    assert finishing(dmg, {}) == []
    signed = finishing(dmg, {SIGN_VARIABLE: "Somebody", NOTARY_VARIABLE: "release"})
    assert [command[:2] for command in signed] == [
        ["codesign", "--sign"],
        ["xcrun", "notarytool"],
        ["xcrun", "stapler"],
    ]
    assert all("a.dmg" in command for command in signed)


def test_the_app_lies_beside_the_folder_it_is_dragged_into() -> None:
    settings = appearance(Path("dist/Maskwright.app"))
    assert set(settings["icon_locations"]) == {"Maskwright.app", *settings["symlinks"]}


def test_without_an_app_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="freeze the app first"):
        make_dmg(tmp_path / "maskwright", tmp_path)


def test_the_icon_leaves_the_room_that_others_in_the_dock_leave() -> None:
    full, padded = drawn(SVG, 256), drawn(SVG, 256, 824 / 1024)
    assert full.getbbox() is not None
    left, top, right, bottom = full.getbbox() or (0, 0, 0, 0)
    smaller = padded.getbbox() or (0, 0, 0, 0)
    assert smaller[2] - smaller[0] < 0.85 * (right - left)
    assert smaller[3] - smaller[1] < 0.85 * (bottom - top)
    assert padded.getpixel((0, 0)) == (0, 0, 0, 0)
