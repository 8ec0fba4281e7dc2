"""How fast a run goes and how long it still takes."""

from __future__ import annotations

from time import monotonic

MEASURED_SECONDS = 0.5
"""Less says nothing: several images may come in one breath."""


class ImageRate:
    """Fed with how many images are done; the first one is left out of the rate, since it also
    pays for loading the model."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None
        self._last: tuple[float, int] | None = None

    def note(self, done: int, now: float | None = None) -> None:
        moment = (monotonic() if now is None else now, done)
        if self._first is None and done:
            self._first = moment
        self._last = moment

    @property
    def images_per_second(self) -> float | None:
        """None until there is something to go by."""
        if self._first is None or self._last is None:
            return None
        seconds = self._last[0] - self._first[0]
        images = self._last[1] - self._first[1]
        return images / seconds if seconds > MEASURED_SECONDS and images > 0 else None

    def words(self, total: int) -> str:
        """Such as ``3.2 images/s, 2 min left``; empty while nobody can know."""
        rate = self.images_per_second
        if rate is None or self._last is None:
            return ""
        left = (total - self._last[1]) / rate
        speed = f"{rate:.1f} images/s" if rate >= 0.95 else f"{1 / rate:.1f} s an image"
        return f"{speed}, {duration(left)} left" if left > 0.5 else speed


def duration(seconds: float) -> str:
    """Roughly, as a person says it: ``8 s``, ``3 min``, ``2 h 10 min``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
