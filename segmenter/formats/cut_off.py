"""Outlines that lead out of their image: what lies outside is cut off, and a person is told."""

from __future__ import annotations

from segmenter.wording import counted


class CutOff:
    """Which images of a source have such outlines; filled while they are decoded, from several
    threads. Decoding an image again changes nothing."""

    def __init__(self) -> None:
        self._images: set[str] = set()

    def add(self, image: str) -> None:
        self._images.add(image)

    def notes(self) -> tuple[str, ...]:
        """One sentence, or none."""
        if not self._images:
            return ()
        images = counted(len(self._images), "image")
        return (f"Outlines lead out of {images}; what lies outside is cut off.",)
