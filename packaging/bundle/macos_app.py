"""What makes a frozen app a Mac's: its Info.plist, and how it is signed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from bundle.inventory import LICENSES

OLDEST_MACOS = "14.0"
"""PyTorch's wheels for Apple's processors want it; there are none for Intel's."""
SIGN_VARIABLE = "MASKWRIGHT_SIGN_IDENTITY"
"""A certificate of the keychain (``Developer ID Application: …``); without it, the app is signed
for this computer alone, and others open it only after a detour through the settings."""
ENTITLEMENTS = Path(__file__).resolve().parents[1] / "macos" / "entitlements.plist"


def info_plist(version: str) -> dict[str, Any]:
    """Besides what PyInstaller writes."""
    return {
        "CFBundleName": "Maskwright",
        "CFBundleExecutable": "maskwright",  # the window, of the two programs
        "CFBundleDisplayName": "Maskwright",
        "CFBundleShortVersionString": version,
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "LSApplicationCategoryType": "public.app-category.graphics-design",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,  # dark where the system is
        "NSHumanReadableCopyright": "Apache License 2.0",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Folder of images",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.folder"],
            },
            {
                "CFBundleTypeName": "Image",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": ["public.image"],
            },
        ],
    }


def signing() -> dict[str, str]:
    """Arguments of PyInstaller's EXE; it signs every library of the app with the same."""
    identity = os.environ.get(SIGN_VARIABLE)
    if not identity:
        return {}
    return {"codesign_identity": identity, "entitlements_file": str(ENTITLEMENTS)}


def finish_app(app: Path, inside: Path) -> list[str]:
    """Give the app the licences that were collected into ``inside`` after PyInstaller had signed
    it; returns the command that signs it again."""
    resources = app / "Contents" / "Resources"
    shutil.copytree(inside / LICENSES, resources / LICENSES, dirs_exist_ok=True)
    link = app / "Contents" / "Frameworks" / LICENSES  # where the app looks, as for its resources
    link.unlink(missing_ok=True)
    link.symlink_to(Path("..", "Resources", LICENSES))
    command = ["codesign", "--force", "--sign", os.environ.get(SIGN_VARIABLE) or "-"]
    if os.environ.get(SIGN_VARIABLE):
        command += ["--options", "runtime", "--timestamp", "--entitlements", str(ENTITLEMENTS)]
    return [*command, str(app)]
