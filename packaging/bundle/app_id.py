"""The name that systems tell the app apart by, among all others: in reverse, where it lives."""

from __future__ import annotations

from segmenter.updates import REPOSITORY

APP_ID = "io.github." + REPOSITORY.replace("/", ".")
"""macOS keeps settings and permissions under it, software centres the app's description."""
