from __future__ import annotations

import numpy as np
import pytest

from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.prediction.plan import (
    MAX_WHOLE_PIXELS,
    Plan,
    check_tile,
    is_full_of_detail,
    may_be_full_of_detail,
    plan_image,
    trained_size,
)

VOC = ModelConfig(classes=tuple(f"class {i}" for i in range(21)), input_size=520)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3000, 4000), (520, 693)),  # as torchvision's Resize(520)
        ((4000, 3000), (693, 520)),
        ((520, 520), (520, 520)),
        ((480, 640), (520, 693)),
        ((1, 1), (4, 4)),
        ((64, 64), (256, 256)),
        ((10, 5000), (10, 5000)),
        ((5000, 10), (5000, 10)),
        ((1, 300), (4, 1200)),
    ],
)
def test_the_size_that_goes_through_the_network(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert trained_size(size, 520) == expected


@pytest.mark.parametrize("size", [(3000, 4000), (4000, 6000), (200, 300), (1, 1), (4160, 4160)])
def test_photos_go_through_whole(size: tuple[int, int]) -> None:
    plan = plan_image(size, VOC, "auto")
    assert plan.tile is None
    assert not may_be_full_of_detail(size, plan, "auto")


def test_a_panorama_that_would_not_fit_is_tiled_at_the_trained_size() -> None:
    plan = plan_image((1000, 40000), VOC, "auto")
    assert plan.size == (520, 20800)
    assert plan.tile is not None


def test_scales_and_many_classes_count_towards_what_fits() -> None:
    many = VOC.replace(classes=tuple(str(i) for i in range(250)), input_size=1024)
    assert plan_image((3000, 4000), many, "auto").tile is not None
    wide = plan_image((1000, 5000), VOC, "auto")
    assert wide.tile is None
    assert wide.size[0] * wide.size[1] * 4 > MAX_WHOLE_PIXELS
    assert plan_image((1000, 5000), VOC, "auto", largest_scale=2.0).tile is not None


def test_off_never_tiles() -> None:
    assert plan_image((1000, 40000), VOC, "off").tile is None


def test_a_side_asks_for_native_resolution() -> None:
    assert plan_image((3000, 4000), VOC, 513) == Plan((3000, 4000), 516)
    assert plan_image((300, 400), VOC, 513) == Plan((300, 400), None)


def test_only_images_shrunk_a_lot_get_a_second_look() -> None:
    size = (6000, 9000)
    plan = plan_image(size, VOC, "auto")
    assert may_be_full_of_detail(size, plan, "auto")
    assert not may_be_full_of_detail(size, plan, "off")


def test_detail_is_classes_that_change_everywhere(random: np.random.Generator) -> None:
    speckled = random.integers(0, 3, (520, 780), dtype=np.uint8)
    assert is_full_of_detail(speckled, 1.0)
    halves = np.zeros((520, 780), np.uint8)
    halves[:, 390:] = 1
    assert not is_full_of_detail(halves, 1.0)
    assert not is_full_of_detail(np.zeros((1, 1), np.uint8), 1.0)


@pytest.mark.parametrize("tile", ["on", 0, 64, 100_000, 512.0, True])
def test_senseless_tiles_are_refused(tile: object) -> None:
    with pytest.raises(MaskwrightError, match="tile"):
        check_tile(tile)  # type: ignore[arg-type]
