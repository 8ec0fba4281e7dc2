"""Thumbnails kept on disk, so that a folder opened again shows them at once."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segmenter.atomic import is_leftover, write_atomically
from segmenter.errors import MaskwrightError
from segmenter.project.images import load_thumbnail

log = logging.getLogger(__name__)

LONGER_SIDE = 256
"""Pixels: enough for a row at three times the pixel ratio."""
_CAP = 256 * 2**20
_WRITES_BETWEEN_PRUNINGS = 2_000


class ThumbnailStore:
    """A folder of small JPEGs, named after path, time and size of what they show.

    Used from several threads at once. A cache: what can't be kept is made again, and nothing
    here fails because a disk is full.
    """

    def __init__(self, folder: Path, cap: int = _CAP) -> None:
        self._folder = folder
        self._cap = cap
        self._writes = 0

    def thumbnail(self, path: Path) -> NDArray[np.uint8]:
        """uint8 h×w×3 RGB, the longer side at most 256.

        Raises:
            MaskwrightError: the image can't be loaded.
        """
        kept = self._kept_file(path)
        rgb = None if kept is None else _read(kept)
        if rgb is None:
            rgb = load_thumbnail(path, LONGER_SIDE)
            if kept is not None:
                self._keep(kept, rgb)
        return rgb

    def prune(self) -> None:
        """Delete the longest unused ones until four fifths of the cap are left, and what was left
        half written by an app that was killed."""
        for file in self._folder.glob("*/.*"):
            if is_leftover(file.name):
                file.unlink(missing_ok=True)
        files = [
            (status.st_atime_ns, status.st_size, file)
            for file in self._folder.glob("*/*.jpg")
            if (status := _status(file)) is not None
        ]
        total = sum(size for _, size, _ in files)
        if total <= self._cap:
            return
        for _, size, file in sorted(files):
            file.unlink(missing_ok=True)
            total -= size
            if total <= 0.8 * self._cap:
                return

    def _kept_file(self, path: Path) -> Path | None:
        status = _status(path)
        if status is None:
            return None
        identity = f"{path.absolute()}\0{status.st_mtime_ns}\0{status.st_size}"
        digest = hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()
        return self._folder / digest[:2] / f"{digest[2:34]}.jpg"

    def _keep(self, file: Path, rgb: NDArray[np.uint8]) -> None:
        done, jpeg = cv2.imencode(
            ".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 88]
        )
        if not done:
            return
        try:
            write_atomically(file, jpeg.tobytes(), durable=False)
            self._writes += 1
            if self._writes % _WRITES_BETWEEN_PRUNINGS == 1:
                self.prune()
        except (MaskwrightError, OSError) as error:
            log.debug("A thumbnail was not kept: %s", error)


def _read(file: Path) -> NDArray[np.uint8] | None:
    try:
        data = np.fromfile(file, np.uint8)
    except OSError:
        return None
    rgb = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    return None if rgb is None else np.asarray(rgb, np.uint8)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
