"""A region's outline as one polygon, holes joined to it: along pixel borders or pixel centres.

Along the borders it encloses just the region's area, which is how COCO and CVAT look at polygons.
Through the centres of the outermost pixels it is right for those who fill a polygon together with
the line itself: ``cv2.fillPoly`` (YOLO) and Pillow (labelme). Pixels that touch at a corner belong
together, so a slanting line of one pixel is one region.
"""

from __future__ import annotations

import cv2
import numpy as np

from segmenter.formats.patches import Region
from segmenter.formats.rings import Ring, corners, joined

# Right, down, left, up: the next one is a turn to the right.
_STEPS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])


def border_outline(region: Region) -> Ring:
    """Corners of pixels, the top left pixel spanning (0, 0) to (1, 1). ``region``: connected, with
    at least one pixel."""
    rings = _border_rings(region)
    # The region lies to the right, so that holes are walked the other way round.
    areas = [_doubled_area(ring) for ring in rings]
    outer = int(np.argmax(areas))
    return corners(joined(rings[outer], rings[:outer] + rings[outer + 1 :]))


def center_outline(region: Region) -> Ring:
    """Columns and rows of pixels. ``region``: connected, with at least one pixel. A single pixel
    has one point, a straight line of them two."""
    found, hierarchy = cv2.findContours(
        region.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    rings = [np.asarray(ring, np.int64).reshape(-1, 2) for ring in found]
    is_hole = hierarchy.reshape(-1, 4)[:, 3] >= 0
    outer = int(np.argmin(is_hole))
    return corners(joined(rings[outer], rings[:outer] + rings[outer + 1 :]))


def _border_rings(region: Region) -> list[Ring]:
    starts, directions = _border_steps(np.pad(region, 1))
    columns = region.shape[1] + 1
    key = (starts[:, 1] * columns + starts[:, 0]) * 4 + directions
    order = np.argsort(key)
    starts, directions, key = starts[order], directions[order], key[order]
    ends = starts + _STEPS[directions]
    end_key = (ends[:, 1] * columns + ends[:, 0]) * 4
    following = np.full(len(key), -1)
    # Where two pixels touch at a corner alone, a turn to the left leads on to the other one.
    for turn in (1, 0, -1):
        wanted = end_key + (directions + turn) % 4
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        following = np.where(key[at] == wanted, at, following)
    return [starts[ring] for ring in _cycles(following.tolist())]


def _border_steps(padded: Region) -> tuple[Ring, Ring]:
    """Where each unit step along a border starts, and its direction; the region to its right."""
    above, below = padded[:-1, 1:-1], padded[1:, 1:-1]
    before, after = padded[1:-1, :-1], padded[1:-1, 1:]
    found = []
    for direction, steps, (x, y) in (
        (0, below & ~above, (0, 0)),
        (1, before & ~after, (0, 0)),
        (2, above & ~below, (1, 0)),
        (3, after & ~before, (0, 1)),
    ):
        rows, columns = np.nonzero(steps)
        found.append((np.stack((columns + x, rows + y), axis=1), np.full(len(rows), direction)))
    return np.concatenate([s for s, _ in found]), np.concatenate([d for _, d in found])


def _cycles(following: list[int]) -> list[list[int]]:
    seen = bytearray(len(following))
    cycles = []
    for start in range(len(following)):
        if seen[start]:
            continue
        cycle, at = [], start
        while not seen[at]:
            seen[at] = 1
            cycle.append(at)
            at = following[at]
        cycles.append(cycle)
    return cycles


def _doubled_area(ring: Ring) -> int:
    """Positive for a ring walked clockwise as seen on the screen."""
    x, y = ring[:, 0], ring[:, 1]
    return int(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
