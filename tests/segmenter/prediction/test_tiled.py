"""Images cut into tiles: no seams, and the same result however they are cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction.averaging import probabilities_of
from segmenter.prediction.predictor import Predictor
from segmenter.prediction.tiled import blended_rows, grid_size

Photo = NDArray[np.uint8]

PERIOD = 32
TILE = 256
SIDE = 640  # three tiles a side, from 0, 192 and 384


def texture(random: np.random.Generator) -> Photo:
    """One random patch of 32×32 pixels over and over."""
    patch = random.integers(0, 256, (PERIOD, PERIOD, 3), dtype=np.uint8)
    return np.tile(patch, (SIDE // PERIOD, SIDE // PERIOD, 1))


def regions_through(network: DeepLabV3) -> Callable[[Sequence[Photo]], Tensor]:
    def probabilities(regions: Sequence[Photo]) -> Tensor:
        size = (regions[0].shape[0], regions[0].shape[1])
        return probabilities_of(
            network,
            network.config,
            regions,
            size,
            grid_size(size),
            scales=(1.0,),
            flip=False,
            cancel=CancelToken(),
        )

    return probabilities


def unevenness(grid: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much each column of nodes differs from the one before it, beyond what the texture
    itself changes there (taken from the middle of the first tile)."""
    step = np.abs(np.diff(grid, axis=2)).mean((0, 1))
    nodes = PERIOD // 4
    middle = step[3 * nodes : 4 * nodes]
    usual = np.resize(middle, len(step))
    return step - usual


def test_a_periodic_texture_shows_no_seams(
    make_network: Callable[..., DeepLabV3], random: np.random.Generator
) -> None:
    network = make_network(atrous_rates=(2, 4, 6))
    photo = texture(random)
    run = regions_through(network)
    with torch.inference_mode():
        blended = torch.cat(list(blended_rows(photo, TILE, run, batch=1)), 1).numpy()
        hard = torch.cat([run([photo[:192, left : left + 192]])[0] for left in (0, 192, 384)], 2)
    assert blended.shape == (5, SIDE // 4, SIDE // 4)
    np.testing.assert_allclose(blended.sum(0), 1, atol=1e-4)
    # Where tiles begin and end there is no more of a step than the border itself makes elsewhere…
    edges = [192 // 4 - 1, 256 // 4 - 1, 384 // 4 - 1, 448 // 4 - 1]
    seams = unevenness(blended)[edges].max()
    # …while tiles put side by side show one at their edge.
    visible = unevenness(hard.numpy())[[192 // 4 - 1, 384 // 4 - 1]].max()
    assert visible > 0.01
    assert seams < visible / 5


@pytest.mark.parametrize("size", [(300, 500), (129, 1000), (513, 511), (260, 257)])
def test_the_result_does_not_depend_on_tile_or_batch(
    by_color: DeepLabV3, random: np.random.Generator, size: tuple[int, int]
) -> None:
    coarse = torch.from_numpy(random.random((1, 3, 9, 11), dtype=np.float32)) * 255
    smooth = torch.nn.functional.interpolate(coarse, size=size, mode="bicubic")[0]
    photo = smooth.permute(1, 2, 0).clamp(0, 255).to(torch.uint8).numpy()
    first = Predictor(by_color, "cpu", tile=128, batch=1).predict(photo)
    for tile, batch in ((128, 3), (200, 1), (256, 4)):
        other = Predictor(by_color, "cpu", tile=tile, batch=batch).predict(photo)
        assert (other.labels == first.labels).mean() > 0.9999
        assert np.abs(other.confidence.astype(int) - first.confidence).max() <= 1


def test_batches_of_a_real_network_agree(network: DeepLabV3, random: np.random.Generator) -> None:
    photo = texture(random)[:300, :500]
    one = Predictor(network, "cpu", tile=128, batch=1).predict(photo)
    four = Predictor(network, "cpu", tile=128, batch=4).predict(photo)
    assert (one.labels == four.labels).mean() > 0.9999


def test_tiles_see_native_resolution(by_color: DeepLabV3) -> None:
    """Dots of 12 pixels in an image 20 times the trained size: whole they are gone."""
    photo = np.full((2000, 2000, 3), (200, 30, 30), np.uint8)
    for at in range(100, 2000, 200):
        photo[at : at + 12, at : at + 12] = (30, 30, 200)
    assert not (Predictor(by_color, "cpu").predict(photo).labels == 2).any()
    labels = Predictor(by_color, "cpu", tile=512).predict(photo).labels
    for at in range(100, 2000, 200):
        assert labels[at + 6, at + 6] == 2


def test_auto_looks_closer_where_an_image_is_full_of_detail(
    by_color: DeepLabV3, random: np.random.Generator, runs_of: Callable
) -> None:
    runs = runs_of(by_color)
    size = 96 * 9
    speckled = random.integers(0, 256, (size // 36, size // 36, 3), dtype=np.uint8)
    speckled = speckled.repeat(36, 0).repeat(36, 1)
    Predictor(by_color, "cpu").predict(speckled)
    assert runs.sizes[0] == (96, 96)
    assert set(runs.sizes[1:]) == {(512, 512)}
    runs.sizes.clear()
    halves = np.zeros((size, size, 3), np.uint8)
    halves[:, size // 2 :] = 255
    Predictor(by_color, "cpu").predict(halves)
    assert runs.sizes == [(96, 96)]
    runs.sizes.clear()
    Predictor(by_color, "cpu", tile="off").predict(speckled)
    assert runs.sizes == [(96, 96)]


def test_a_long_strip_is_tiled_at_the_trained_size(by_color: DeepLabV3, runs_of: Callable) -> None:
    runs = runs_of(by_color)
    strip = np.zeros((200, 100_000, 3), np.uint8)
    strip[:, :50_000] = (255, 0, 0)
    prediction = Predictor(by_color, "cpu").predict(strip)
    assert len(runs.sizes) > 50
    assert max(runs.sizes) <= (512, 512)
    assert (prediction.labels[:, :49_900] == 0).all()
    assert (prediction.labels[:, 50_100:] == 3).all()


def test_cancel_between_tiles(by_color: DeepLabV3, photo: Photo, runs_of: Callable) -> None:
    cancel = CancelToken()
    runs = runs_of(by_color)
    runs.before = lambda _images: cancel.cancel() if len(runs.sizes) == 3 else None
    large = np.tile(photo, (4, 4, 1))
    with pytest.raises(Cancelled):
        Predictor(by_color, "cpu", tile=128).predict(large, cancel)
    assert len(runs.sizes) == 3


def test_cancel_between_scales(by_color: DeepLabV3, photo: Photo, runs_of: Callable) -> None:
    cancel = CancelToken()
    runs = runs_of(by_color)
    runs.before = lambda _images: cancel.cancel() if len(runs.sizes) == 2 else None
    with pytest.raises(Cancelled):
        Predictor(by_color, "cpu", scales=(0.5, 1, 1.5, 2), flip=True).predict(photo, cancel)
    assert len(runs.sizes) == 2
