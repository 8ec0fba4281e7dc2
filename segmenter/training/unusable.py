"""Images that nothing can be learnt from, while the others can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from segmenter.errors import MaskwrightError

_NAMED = 3


class UnusableError(MaskwrightError):
    """An image or its mask is gone or damaged, or their sizes differ. Others stay usable."""


@contextmanager
def unusable_if_it_fails() -> Iterator[None]:
    """Around the reading of one image or mask."""
    try:
        yield
    except MaskwrightError as error:
        raise UnusableError(str(error)) from error


def check_same_size(
    image: tuple[int, ...], labels: tuple[int, ...], image_name: str, mask_name: str
) -> None:
    """``image``, ``labels``: (height, width, …). Raises :class:`UnusableError`."""
    if image[:2] != labels[:2]:
        raise UnusableError(
            f"The mask {mask_name} is {labels[1]}×{labels[0]} pixels, but the image {image_name} "
            f"is {image[1]}×{image[0]}: they have to be the same size."
        )


def notes_on(unusable: Mapping[str, MaskwrightError]) -> list[str]:
    """A sentence for each of the first few images (name → why), and one for all the others."""
    named = list(unusable.items())[:_NAMED]
    notes = [f"{name} is passed over from now on: {why}" for name, why in named]
    if len(unusable) > _NAMED:
        more = len(unusable) - _NAMED
        notes.append(f"{more} more image{' is' if more == 1 else 's are'} passed over.")
    return notes
