"""A polygon while it is drawn: corners that were clicked, and pieces drawn freehand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
"""Image coordinates; may lie outside of the image."""


class PolygonDraft:
    """Points in the order they were made. Those with a handle are corners and the ends of
    freehand pieces; what lies between two handles and has none was drawn freehand."""

    def __init__(self, points: Sequence[Point] = (), handles: Sequence[int] = ()) -> None:
        """With these ``points``, and the indices of those that have a handle; the last one does.

        Raises:
            ValueError: they don't go together.
        """
        self._points = np.empty((max(64, len(points)), 2), np.float64)
        self._count = len(points)
        self._points[: self._count] = np.reshape(points, (-1, 2))
        self._handles = [int(each) for each in handles]
        ends = self._handles[-1:] == ([self._count - 1] if self._count else [])
        rise = self._handles == sorted(set(self._handles)) and min(self._handles, default=0) >= 0
        if not (ends and rise and np.isfinite(self.points).all()):
            raise ValueError(f"{self._count} points can't have the handles {self._handles}")

    @property
    def points(self) -> NDArray[np.float64]:
        """N×2; a view that the next change may alter."""
        return self._points[: self._count]

    @property
    def handles(self) -> tuple[int, ...]:
        """Indices of the points that can be moved."""
        return tuple(self._handles)

    @property
    def is_empty(self) -> bool:
        return self._count == 0

    @property
    def can_close(self) -> bool:
        """There are enough points to have something between them."""
        return self._count >= 3

    def clear(self) -> None:
        self._count = 0
        self._handles.clear()

    def add_corner(self, point: Point) -> None:
        """A straight line from the last point to here."""
        self._handles.append(self._count)
        self._append(point)

    def draw_to(self, point: Point) -> None:
        """Go on freehand. A point on the straight way between its neighbours is left out, which
        changes nothing about what the polygon covers."""
        if self._count and tuple(self._points[self._count - 1]) == point:
            return
        if self._count >= 2 and self._count - 1 not in self._handles:
            (x0, y0), (x1, y1) = self._points[self._count - 2 : self._count].tolist()
            ahead = (x1 - x0) * (point[0] - x1) + (y1 - y0) * (point[1] - y1) > 0
            if ahead and (x1 - x0) * (point[1] - y1) == (y1 - y0) * (point[0] - x1):
                self._count -= 1
        self._append(point)

    def end_drawing(self) -> None:
        """The freehand piece ends here, with a handle."""
        if self._count and self._count - 1 not in self._handles:
            self._handles.append(self._count - 1)

    def move(self, index: int, point: Point) -> None:
        self._points[index] = point

    def handle_near(self, point: Point, reach: float) -> int | None:
        """The nearest point with a handle that is at most ``reach`` image pixels away."""
        if not self._handles:
            return None
        distances = np.hypot(*(self.points[self._handles] - point).T)
        nearest = int(np.argmin(distances))
        return self._handles[nearest] if distances[nearest] <= reach else None

    def extent_from_start(self) -> float:
        """How far from the first point the polygon reaches, image pixels."""
        if self.is_empty:
            return 0.0
        return float(np.hypot(*(self.points - self._points[0]).T).max())

    def take_back(self, stretch: float = math.inf) -> None:
        """The last corner; or, of what was drawn freehand, the last ``stretch`` image pixels: a
        slip at the end doesn't cost the whole way round."""
        if not self._handles:
            return
        self._handles.pop()
        start = self._handles[-1] if self._handles else -1
        last = self._count - 1
        if last - start <= 1:
            self._count = last
            return
        steps = np.hypot(*np.diff(self._points[start : last + 1], axis=0).T)
        travelled = np.cumsum(steps[::-1])
        removed = int(np.searchsorted(travelled, stretch)) + 1
        self._count = max(start + 1, self._count - removed)
        self.end_drawing()

    def _append(self, point: Point) -> None:
        if self._count == len(self._points):
            self._points = np.vstack([self._points, np.empty_like(self._points)])
        self._points[self._count] = point
        self._count += 1
