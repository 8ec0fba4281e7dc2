"""What quick shows the backbone of an image."""

from itertools import islice

import numpy as np
import pytest
from training_task import SMALL

from segmenter.training.quick_recipe import QUICK
from segmenter.training.quick_views import View, labelled_views, shrunk_labels, view_size, views_of

CONFIG = SMALL.replace(input_size=384)
PLAIN = QUICK.replace(brightness=0, contrast=0, saturation=0, hue=0)


def test_the_first_view_is_what_prediction_sees() -> None:
    first = next(views_of((360, 480), "a.jpg", CONFIG, QUICK))
    assert first == View(0, 0, 480, 360, (384, 512), mirrored=False, colours=None)


def test_the_second_is_its_mirror_image() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    one, two = islice(views_of((48, 64), "a.jpg", SMALL, PLAIN), 2)
    assert np.array_equal(one.of_image(rgb, PLAIN)[:, ::-1], two.of_image(rgb, PLAIN))


def test_image_and_labels_move_alike() -> None:
    labels = np.zeros((240, 320), np.uint8)
    labels[60:180, 100:260] = 1
    labels[20:50, 20:70] = 2
    rgb = np.stack([labels * 100] * 3, axis=-1)
    for view in islice(views_of(labels.shape, "a.jpg", CONFIG, PLAIN), 12):
        seen, moved = view.of_image(rgb, PLAIN), view.of_labels(labels)
        assert seen.shape[:2] == moved.shape == view.size
        inside = moved != 255
        agree = np.abs(seen[..., 0].astype(int) - moved * 100) <= 50
        assert agree[inside].mean() > 0.99


def test_views_hang_on_name_and_seed_alone() -> None:
    def ten(name: str, seed: int) -> list[View]:
        return list(islice(views_of((360, 480), name, CONFIG, QUICK.replace(seed=seed)), 10))

    assert ten("a.jpg", 0) == ten("a.jpg", 0)
    assert ten("a.jpg", 0) != ten("b.jpg", 0)
    assert ten("a.jpg", 0) != ten("a.jpg", 1)


def test_only_views_with_labels_are_taken() -> None:
    labels = np.full((360, 480), 255, np.uint8)
    labels[5:15, 5:25] = 3
    recipe = QUICK.replace(views=6, scale_low=1.5, scale_high=1.6)
    found = list(labelled_views(labels, "a.jpg", CONFIG, recipe))
    assert len(found) >= 3
    assert all((seen == 3).sum() >= 16 for _, seen in found)
    unlabelled = np.full((360, 480), 255, np.uint8)
    assert list(labelled_views(unlabelled, "a.jpg", CONFIG, recipe)) == []


@pytest.mark.parametrize("size", [(360, 480), (1, 1), (10, 3000), (4000, 30), (1080, 1920)])
def test_views_of_any_image_have_sides_that_suit_the_network(size: tuple[int, int]) -> None:
    height, width = view_size(size, CONFIG)
    assert height % 32 == width % 32 == 0
    assert 32 <= max(height, width) <= 2 * 384
    image = np.zeros((*size, 3), np.uint8)
    for view in islice(views_of(size, "a.jpg", CONFIG, QUICK), 4):
        assert view.of_image(image, QUICK).shape == (height, width, 3)


def test_thin_strokes_survive_shrinking() -> None:
    labels = np.full((1000, 1000), 255, np.uint8)
    labels[333:335, 100:900] = 1
    labels[100:900, 777:779] = 0
    small = shrunk_labels(labels, (100, 100))
    assert (small == 1).sum() >= 75
    assert (small == 0).sum() >= 75
    assert (small != 255).sum() < 2.5 * 160
    whole = np.zeros((1000, 1000), np.uint8)
    whole[::10] = 1
    assert (shrunk_labels(whole, (100, 100)) == 1).mean() < 0.2, "labelled in full: plain nearest"
