from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.project.images import load_image
from segmenter.training.augment import augmented, jittered, pasted
from segmenter.training.recipes import STANDARD

STILL = STANDARD.replace(
    crop=65,
    scale_low=1.0,
    scale_high=1.0,
    flip=0.0,
    brightness=0.0,
    contrast=0.0,
    saturation=0.0,
    hue=0.0,
)


def blobs(height: int, width: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """An image whose colour tells its label, 0 or 2: (60·label, 200 − 60·label, 30)."""
    random = np.random.default_rng(seed)
    coarse = 2 * random.integers(0, 2, (-(-height // 16), -(-width // 16))).astype(np.uint8)
    labels = np.kron(coarse, np.ones((16, 16), np.uint8))[:height, :width]
    return np.stack([60 * labels, 200 - 60 * labels, np.full_like(labels, 30)], -1), labels


@pytest.mark.parametrize(
    ("low", "high", "flip"), [(1, 1, 1), (0.5, 0.5, 0), (2, 2, 0), (0.5, 2, 1)]
)
def test_image_and_mask_move_alike(low: float, high: float, flip: float) -> None:
    rgb, labels = blobs(120, 160)
    recipe = STILL.replace(scale_low=float(low), scale_high=float(high), flip=float(flip))
    random = np.random.default_rng(1)
    for _ in range(20):
        image, mask = augmented(rgb, labels, recipe, 120, random)
        inside = mask != 255
        # Colours of neighbours mix along edges; the label there is that of the larger part, but
        # for the rounding of the window to whole pixels.
        told = 2 * np.rint(image[..., 0] / 120)
        mixed = np.abs(image[..., 0] - 60.0 * told) > 40
        assert np.mean(mixed[inside]) < 0.2
        assert np.mean((told == mask)[inside & ~mixed]) > 0.99


@settings(deadline=None, max_examples=60)
@given(
    st.integers(40, 199),
    st.integers(40, 199),
    st.sampled_from((33, 64, 97)),
    st.sampled_from((0.0, 1.0)),
    st.integers(0, 1000),
)
def test_every_pixel_moves_with_its_label(
    height: int, width: int, crop: int, flip: float, seed: int
) -> None:
    y, x = np.mgrid[:height, :width].astype(np.uint8)
    rgb = np.stack([x, y, np.zeros_like(x)], axis=-1)
    recipe = STILL.replace(crop=crop, scale_low=0.5, scale_high=2.0, flip=flip)
    for channel, labels in enumerate((x, y)):
        image, mask = augmented(rgb, labels, recipe, 120, np.random.default_rng(seed))
        # Interpolated coordinates are those of the pixel's centre; along the image's edges the
        # grey beyond it mixes in.
        inside = cv2.erode((mask != 255).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
        far = np.abs(image[..., channel].astype(int) - mask)[inside]
        assert far.max(initial=0) <= 1


@pytest.fixture(scope="module")
def photo(sample: Path) -> np.ndarray:
    """A real one, 120 × 160."""
    rgb = load_image(sample / "palace.jpg")
    return np.asarray(cv2.resize(rgb, (160, 120), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("shape", [(97, 131), (120, 160), (41, 64)])
@pytest.mark.parametrize(("scale", "most", "mean"), [(1.6, 2, 0.4), (0.75, 20, 1), (0.5, 50, 4)])
def test_torchvisions_transforms_give_the_same_view(
    photo: np.ndarray, shape: tuple[int, int], scale: float, most: int, mean: float
) -> None:
    """Masks to the pixel; images too where they grow. Where they shrink ours takes the mean of
    what a pixel covers and theirs a wider tent, which v2 has in its place."""
    from torchvision import tv_tensors
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms.v2 import functional

    rgb = np.ascontiguousarray(photo[: shape[0], : shape[1]])
    labels = rgb[..., 0] // 40
    recipe = STILL.replace(crop=64, flip=1.0, scale_low=scale, scale_high=scale)
    image, mask = augmented(rgb, labels, recipe, min(shape), np.random.default_rng(1))
    side = round(64 / scale)
    again = np.random.default_rng(1)
    again.uniform(0, 1)  # the scale
    left, top = (
        int(again.integers(min(room, 0), max(room, 0) + 1))
        for room in (length - side for length in shape[::-1])
    )
    beyond = 100
    window = (top + beyond, left + beyond, side, side)
    # Not as a Mask: those it resizes by the inexact kind of nearest, half a pixel off its images.
    theirs = [
        functional.horizontal_flip(
            functional.resized_crop(
                functional.pad(values, [beyond], fill=fill),
                *window,
                [64, 64],
                interpolation=how,
                antialias=True,
            )
        ).numpy()
        for values, fill, how in (
            (
                tv_tensors.Image(torch.from_numpy(rgb.transpose(2, 0, 1).copy())),
                127,
                InterpolationMode.BILINEAR,
            ),
            (tv_tensors.Image(torch.from_numpy(labels)), 255, InterpolationMode.NEAREST_EXACT),
        )
    ]
    far = np.abs(image.astype(int) - theirs[0].transpose(1, 2, 0))
    assert far.max() <= most
    assert far.mean() <= mean
    assert np.array_equal(mask, theirs[1][0])


class Drawn(np.random.Generator):
    """Gives these numbers, one after the other."""

    def __init__(self, *numbers: float) -> None:
        super().__init__(np.random.PCG64(0))
        self._numbers = list(numbers)

    def uniform(self, *_limits: object) -> float:  # type: ignore[override]
        return self._numbers.pop(0)


@pytest.mark.parametrize("more", [0.25, -0.25])
@pytest.mark.parametrize("what", ["brightness", "contrast", "hue"])
def test_colours_change_as_torchvisions_do(photo: np.ndarray, what: str, more: float) -> None:
    from torchvision.transforms.v2 import functional

    turn = more / 10 if what == "hue" else 0.0
    numbers = (
        more if what == "brightness" else 0.0, more if what == "contrast" else 0.0, 0.0, turn
    )  # fmt: skip
    image = jittered(photo, STANDARD, Drawn(*numbers)).astype(int)
    theirs = torch.from_numpy(photo.transpose(2, 0, 1).copy())
    if what == "hue":
        theirs = functional.adjust_hue(theirs, turn)
    else:
        theirs = getattr(functional, f"adjust_{what}")(theirs, 1 + more)
    expected = theirs.numpy().transpose(1, 2, 0).astype(int)
    assert np.abs(image - expected).max() <= 6
    assert np.abs(image - expected).mean() < 0.2 * np.abs(image - photo).mean()


def test_saturation_changes_in_torchvisions_direction(photo: np.ndarray) -> None:
    """Ours scales the saturation of HSV and keeps the brightest channel, v2 mixes with grey."""
    from torchvision.transforms.v2 import functional

    before = photo.astype(int)
    for more in (0.25, -0.25):
        ours = jittered(photo, STANDARD, Drawn(0.0, 0.0, more, 0.0)).astype(int)
        values = torch.from_numpy(photo.transpose(2, 0, 1).copy())
        theirs = functional.adjust_saturation(values, 1 + more).numpy().transpose(1, 2, 0)
        spread = [np.ptp(each.astype(int), axis=2).mean() for each in (before, ours, theirs)]
        assert (spread[1] - spread[0]) * more > 0
        assert (spread[1] - spread[0]) / (spread[2] - spread[0]) == pytest.approx(1, abs=0.35)


def test_a_flip_is_the_mirror_image() -> None:
    rgb, labels = blobs(65, 65)
    plain = augmented(rgb, labels, STILL, 65, np.random.default_rng(0))
    flipped = augmented(rgb, labels, STILL.replace(flip=1.0), 65, np.random.default_rng(0))
    assert np.array_equal(plain[0], rgb)
    assert np.array_equal(flipped[0], rgb[:, ::-1])
    assert np.array_equal(flipped[1], labels[:, ::-1])


def test_scale_2_shows_things_twice_as_large() -> None:
    labels = np.zeros((200, 200), np.uint8)
    labels[80:120, 80:120] = 1
    rgb = np.repeat(labels[..., None] * 200, 3, axis=-1)
    recipe = STILL.replace(crop=400, scale_low=2.0, scale_high=2.0)
    _, mask = augmented(rgb, labels, recipe, 200, np.random.default_rng(0))
    assert np.count_nonzero(mask == 1) == 80 * 80


def test_beyond_the_image_nothing_is_labelled() -> None:
    rgb, labels = blobs(40, 50)
    image, mask = augmented(rgb, labels, STILL.replace(crop=100), 40, np.random.default_rng(0))
    assert image.shape == (100, 100, 3)
    assert np.count_nonzero(mask != 255) == 40 * 50


def test_of_a_few_strokes_most_crops_show_one() -> None:
    rgb, labels = blobs(1000, 1000)[0], np.full((1000, 1000), 255, np.uint8)
    labels[700:703, 100:110] = 1
    random = np.random.default_rng(0)
    views = [augmented(rgb, labels, STILL, 1000, random)[1] for _ in range(20)]
    assert all((view == 1).any() for view in views)


@pytest.mark.parametrize("crop", [33, 64, 513])
def test_a_single_labelled_pixel_is_in_every_crop(crop: int) -> None:
    rgb, labels = blobs(301, 403)[0], np.full((301, 403), 255, np.uint8)
    labels[300, 17] = 4
    random = np.random.default_rng(0)
    recipe = STILL.replace(crop=crop, scale_low=0.5, scale_high=2.0)
    assert all((augmented(rgb, labels, recipe, 60, random)[1] == 4).any() for _ in range(30))


def test_an_image_without_a_label_is_cut_all_the_same() -> None:
    rgb, labels = blobs(90, 70)[0], np.full((90, 70), 255, np.uint8)
    image, mask = augmented(rgb, labels, STILL, 90, np.random.default_rng(0))
    assert image.shape == (65, 65, 3)
    assert (mask == 255).all()


def test_the_same_numbers_drawn_give_the_same_view() -> None:
    recipe = STANDARD.replace(crop=129)
    rgb, labels = blobs(120, 160)
    one, two = (augmented(rgb, labels, recipe, 120, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])


def test_jitter_changes_colours_and_0_leaves_them() -> None:
    rgb = blobs(64, 64)[0]
    random = np.random.default_rng(0)
    assert np.array_equal(jittered(rgb, STILL, random), rgb)
    changed = jittered(rgb, STILL.replace(brightness=0.5, hue=0.2), random)
    assert changed.shape == rgb.shape
    assert np.abs(changed.astype(int) - rgb).mean() > 5


def test_pasting_takes_things_and_their_labels_alone() -> None:
    onto = np.full((2, 3, 3), 10, np.uint8), np.array([[0, 0, 2], [0, 255, 2]], np.uint8)
    other = np.full((2, 3, 3), 90, np.uint8), np.array([[1, 0, 255], [1, 1, 0]], np.uint8)
    rgb, labels = pasted(onto, other, background=0)
    assert labels.tolist() == [[1, 0, 2], [1, 1, 2]]
    assert rgb[..., 0].tolist() == [[90, 10, 10], [90, 90, 10]]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 1000))
def test_images_of_any_size_become_crops(height: int, width: int, seed: int) -> None:
    rgb, labels = blobs(height, width)
    recipe = STANDARD.replace(crop=33)
    image, mask = augmented(rgb, labels, recipe, 48, np.random.default_rng(seed))
    assert image.shape == (33, 33, 3)
    assert mask.shape == (33, 33)
    assert set(np.unique(mask)) <= {0, 2, 255}
