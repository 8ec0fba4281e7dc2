"""Cityscapes, read by torchvision and from Cityscapes itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from format_trips import classes_of, read, write
from PIL import Image

from segmenter.formats.cityscapes import FORMAT
from segmenter.formats.cityscapes_labels import CITYSCAPES_CLASSES
from segmenter.formats.dataset import ExportOptions
from segmenter.formats.matching import match
from segmenter.project.state import Side

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
CLASSES = classes_of([0, 3, 254])
SIZES = {"": (2, 3)}


def test_torchvision_reads_the_very_masks(tmp_path: Path) -> None:
    from torchvision.datasets import Cityscapes

    maps = {"ulm/a.jpg": MAP, "ulm/b.png": MAP[::-1], "c.png": MAP[:, ::-1]}
    sides = {"ulm/a.jpg": Side.TRAINING, "ulm/b.png": Side.VALIDATION, "c.png": Side.TRAINING}
    write(FORMAT, tmp_path / "out", maps, CLASSES, ExportOptions(), sides=sides)
    found = {}
    for split in ("train", "val"):
        peer = Cityscapes(tmp_path / "out", split=split, target_type=["semantic", "color"])
        for path, (image, (mask, color)) in zip(peer.images, peer, strict=True):
            assert image.size == color.size == (3, 2)
            city, name = Path(path).parts[-2:]
            found[split, city, name.removesuffix("_leftImg8bit.png")] = np.array(mask)
    expected = {
        ("train", "ulm", "a"): maps["ulm/a.jpg"],
        ("val", "ulm", "b"): maps["ulm/b.png"],
        ("train", "default", "c"): maps["c.png"],
    }
    assert found.keys() == expected.keys()
    for key, labels in expected.items():
        np.testing.assert_array_equal(found[key], labels)


def test_cities_that_become_one_keep_their_images_apart(tmp_path: Path) -> None:
    maps = {"a/b/x.png": MAP, "a_b/x.png": MAP[::-1]}
    write(FORMAT, tmp_path / "out", maps, CLASSES)
    _, found = read(FORMAT, tmp_path / "out", SIZES)
    np.testing.assert_array_equal(found["a_b/x"], MAP)
    np.testing.assert_array_equal(found["a_b/x-2"], MAP[::-1])


def test_cityscapes_itself_has_its_own_classes(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "gtFine" / "val" / "lindau"
    folder.mkdir(parents=True)
    values = np.array([[0, 7, 26], [255, 33, 3]], np.uint8)  # −1, the licence plate, is 255
    name = "lindau_000000_000019"
    Image.fromarray(values).save(folder / f"{name}_gtFine_labelIds.png")
    incoming, found = read(FORMAT, tmp_path, SIZES)
    assert incoming.images[0].side is Side.VALIDATION
    names = {each.id: each.name for each in incoming.classes}
    assert (names[7], names[26], names[33]) == ("road", "car", "bicycle")
    assert 0 not in names
    np.testing.assert_array_equal(found[f"lindau/{name}"], [[255, 7, 26], [255, 33, 3]])
    entry = incoming.images[0]
    for image in (
        f"leftImg8bit/val/lindau/{name}_leftImg8bit.png",
        f"val/lindau/{name}_leftImg8bit.png",
        f"lindau/{name}.jpg",
        f"{name}.png",
    ):
        found_pairs = match([(entry.name, *entry.aliases)], [image, "other.png"]).pairs
        assert found_pairs == ((0, image),)


def test_fine_labels_count_where_there_are_coarse_ones_too(tmp_path: Path) -> None:
    for kind, value in (("gtFine", 7), ("gtCoarse", 8)):
        folder = tmp_path / kind / "train" / "ulm"
        folder.mkdir(parents=True)
        labels = np.full((2, 3), value, np.uint8)
        Image.fromarray(labels).save(folder / f"a_{kind}_labelIds.png")
    _, found = read(FORMAT, tmp_path, SIZES)
    assert list(found) == ["ulm/a"]
    assert (found["ulm/a"] == 7).all()


def test_the_list_of_classes_is_whole() -> None:
    assert [each.id for each in CITYSCAPES_CLASSES] == list(range(34))
    assert CITYSCAPES_CLASSES[33].color == (119, 11, 32)
