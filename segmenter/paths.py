"""Where things lie on this computer: what came with the app, and the user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def resource(*parts: str) -> Path:
    """A file of ``resources/``, which lies beside the packages in every form the app ships in."""
    return Path(__file__).resolve().parent.parent.joinpath("resources", *parts)


def cache_folder() -> Path:
    """Downloaded models and thumbnails; ``MASKWRIGHT_CACHE`` moves it."""
    moved = os.environ.get("MASKWRIGHT_CACHE")
    return Path(moved) if moved else Path(platformdirs.user_cache_dir("maskwright", False))


def data_folder() -> Path:
    """What the user made and has nowhere else: projects of folders that can't be written to,
    imported models, the copy of the sample photos; ``MASKWRIGHT_DATA`` moves it."""
    moved = os.environ.get("MASKWRIGHT_DATA")
    return Path(moved) if moved else Path(platformdirs.user_data_dir("maskwright", False))


def log_folder() -> Path:
    """The log files that a bug report quotes; ``MASKWRIGHT_LOG`` moves it."""
    moved = os.environ.get("MASKWRIGHT_LOG")
    return Path(moved) if moved else Path(platformdirs.user_log_dir("maskwright", False))
