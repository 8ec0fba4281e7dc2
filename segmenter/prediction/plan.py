"""At which size an image goes through the network, and whether whole or in tiles.

An image is segmented whole at the size the network was trained at: there it has the whole scene in
view. Tiles serve three cases:

- asked for (``tile=513``): at native resolution, where detail matters more than time;
- an image so long, or a network with so many classes, that whole it would not fit a memory bound:
  tiles of the shrunk image;
- ``tile="auto"`` and an image that is over eight times larger than what the network was trained
  at and turns out, segmented whole, to be made of things about as small as the network can still
  see (aerial photos, microscopy): again, at native resolution (see
  :func:`is_full_of_detail`). Photos of up to 12 megapixels never are with the models that come
  with Maskwright (the starter's images are 384 pixels high), so that they take the time of one
  pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig

Tile = Literal["auto", "off"] | int

STRIDE = 4
"""Pixels between the nodes of the grid on which tiles, scales and flips are averaged: as fine as
a network with a decoder is, finer than one without."""
SMALLEST_TILE = 128
DEFAULT_TILE = 512
"""Of tiles nobody asked for."""
MAX_ENLARGEMENT = 4
"""A small image is enlarged towards the trained size at most so many times."""
MAX_WHOLE_PIXELS = 1 << 22
"""Of what goes through the network at once: 4 megapixels."""
MAX_WHOLE_SCORES = 1 << 27
"""Pixels times classes that exist at once: 512 MiB."""
DETAIL_SHRINKAGE = 8
"""``auto`` considers native resolution for images shrunk more than this."""
DETAIL_SHARE = 0.25
"""…and takes it where at least this share of neighbouring samples differ."""
DETAIL_STEP = 8
"""Pixels of the shrunk image between those samples: half the stride of a network's features."""


@dataclass(frozen=True)
class Plan:
    """How one image is segmented."""

    size: tuple[int, int]
    """(height, width) the image is resized to; its own where it is not."""
    tile: int | None = None
    """Side of the square tiles that the resized image is cut into, a multiple of ``STRIDE``;
    None: whole."""

    def limited_to(self, side: int | None) -> Plan:
        """The same with no more than ``side`` pixels a side through the network at once."""
        if side is None or max(self.size) <= side or (self.tile is not None and self.tile <= side):
            return self
        return Plan(self.size, side)

    @property
    def side(self) -> int:
        """The longest side that goes through the network at once."""
        return max(self.size) if self.tile is None else min(self.tile, max(self.size))


def check_tile(tile: Tile) -> None:
    """Raise :class:`MaskwrightError` where a person's choice of tile makes no sense."""
    if tile in ("auto", "off"):
        return
    if type(tile) is not int or not SMALLEST_TILE <= tile <= 1 << 13:
        raise MaskwrightError(
            f"The tile is auto, off, or a side of {SMALLEST_TILE} to {1 << 13} pixels, not {tile}."
        )


def plan_image(
    size: tuple[int, int], config: ModelConfig, tile: Tile, largest_scale: float = 1.0
) -> Plan:
    """The plan for an image of ``size`` (height, width); ``auto``'s second look comes later.

    ``largest_scale``: the largest of the scales that are averaged.
    """
    if isinstance(tile, int):
        return native_plan(size, tile)
    small = trained_size(size, config.input_size)
    pixels = small[0] * small[1] * largest_scale**2
    if tile == "off":
        return Plan(small)
    if pixels > MAX_WHOLE_PIXELS or pixels * len(config.classes) > MAX_WHOLE_SCORES:
        return Plan(small, DEFAULT_TILE)
    return Plan(small)


def native_plan(size: tuple[int, int], tile: int) -> Plan:
    """Tiles at native resolution; whole where one tile holds the image."""
    tile = -(-tile // STRIDE) * STRIDE
    return Plan(size, tile if max(size) > tile else None)


def trained_size(size: tuple[int, int], short_side: int) -> tuple[int, int]:
    """(height, width) with the short side as the network was trained (rounded as torchvision does).

    Small images are enlarged no more than ``MAX_ENLARGEMENT`` times, and a strip only so far that
    its long side stays below as many trained sizes.
    """
    short, long = min(size), max(size)
    if short < short_side:
        most = max(1.0, MAX_ENLARGEMENT * short_side / long)
        short_side = min(short_side, MAX_ENLARGEMENT * short, int(short * most))
    resized = max(1, int(short_side * long / short))
    return (short_side, resized) if size[0] <= size[1] else (resized, short_side)


def may_be_full_of_detail(size: tuple[int, int], plan: Plan, tile: Tile) -> bool:
    """Whether ``auto`` has to look at the result before it knows that whole was right."""
    return tile == "auto" and plan.tile is None and min(size) > DETAIL_SHRINKAGE * min(plan.size)


def is_full_of_detail(winner: NDArray[np.uint8], pixels_apart: float) -> bool:
    """Whether the classes of an image segmented whole change about as often as they can.

    Args:
        winner: uint8 h×w, the class at the nodes of a grid over the shrunk image.
        pixels_apart: how many pixels of the shrunk image lie between two nodes.
    """
    step = max(1, round(DETAIL_STEP / pixels_apart))
    samples = winner[::step, ::step]
    pairs = [samples[1:] != samples[:-1], samples[:, 1:] != samples[:, :-1]]
    total = sum(pair.size for pair in pairs)
    return total > 0 and sum(int(pair.sum()) for pair in pairs) >= DETAIL_SHARE * total
