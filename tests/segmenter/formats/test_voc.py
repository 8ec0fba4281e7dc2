"""Pascal VOC, read by torchvision and from VOC itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_trips import classes_of, read, write
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.formats.dataset import ExportOptions, ImageFiles
from segmenter.formats.voc import FORMAT
from segmenter.formats.voc_palette import voc_palette
from segmenter.project.state import Side

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
CLASSES = classes_of([0, 3, 254])
SIZES = {"": (2, 3)}


def test_torchvision_reads_the_very_masks(tmp_path: Path) -> None:
    from torchvision.datasets import VOCSegmentation

    maps = {"x/a.jpg": MAP, "b.png": MAP[::-1], "c.jpeg": MAP[:, ::-1]}
    sides = {"x/a.jpg": Side.TRAINING, "b.png": Side.VALIDATION, "c.jpeg": Side.TRAINING}
    notes = write(FORMAT, tmp_path / "out", maps, CLASSES, ExportOptions(), sides=sides)
    for image_set, names in (
        ("train", ["x/a.jpg", "c.jpeg"]),
        ("val", ["b.png"]),
        ("trainval", list(maps)),
    ):
        peer = VOCSegmentation(tmp_path / "out", year="2012", image_set=image_set)
        assert len(peer) == len(names)
        for (image, mask), name in zip(peer, names, strict=True):
            assert image.size == (3, 2)
            assert mask.mode == "P"
            np.testing.assert_array_equal(np.array(mask), maps[name])
    assert notes == ["Images that were no JPEG files were written anew as JPEG."]


def test_jpegs_are_the_same_bytes(tmp_path: Path) -> None:
    write(FORMAT, tmp_path / "out", {"c.jpeg": MAP}, CLASSES, ExportOptions())
    image = tmp_path / "out" / "VOCdevkit" / "VOC2012" / "JPEGImages" / "c.jpg"
    assert image.read_bytes() == (tmp_path / "out-images" / "c.jpeg").read_bytes()


def test_the_palette_is_voc_s(tmp_path: Path) -> None:
    colors = voc_palette()
    assert [tuple(colors[id]) for id in (0, 1, 8, 15, 20, 255)] == [
        *((0, 0, 0), (128, 0, 0), (64, 0, 0), (192, 128, 128), (0, 64, 128), (224, 224, 192)),
    ]
    write(FORMAT, tmp_path, {"a.jpg": MAP}, CLASSES, ExportOptions(images=ImageFiles.NONE))
    with Image.open(tmp_path / "VOCdevkit/VOC2012/SegmentationClass/a.png") as mask:
        assert mask.getpalette() == colors.ravel().tolist()


def test_voc_itself_has_its_own_classes(tmp_path: Path) -> None:
    folder = tmp_path / "VOC2007" / "SegmentationClass"
    folder.mkdir(parents=True)
    Image.fromarray(np.array([[0, 8, 8], [255, 15, 8]], np.uint8)).save(folder / "000032.png")
    incoming, found = read(FORMAT, tmp_path, SIZES)
    assert not incoming.has_named_classes
    assert [incoming.classes[id].name for id in (0, 8, 15)] == ["background", "cat", "person"]
    np.testing.assert_array_equal(found["000032"], [[0, 8, 8], [255, 15, 8]])


def test_two_sets_in_one_folder_are_told(tmp_path: Path) -> None:
    for year in ("VOC2007", "VOC2012"):
        folder = tmp_path / year / "SegmentationClass"
        folder.mkdir(parents=True)
        Image.fromarray(MAP).save(folder / "a.png")
    with pytest.raises(MaskwrightError, match=r"there is “VOC2007/”, “VOC2012/”"):
        read(FORMAT, tmp_path, SIZES)


def test_names_in_lists_without_a_mask_are_passed_over_and_told(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.jpg": MAP}, CLASSES)
    lists = tmp_path / "VOCdevkit" / "VOC2012" / "ImageSets" / "Segmentation"
    (lists / "val.txt").write_text("a\nnobody\n")
    incoming, _ = read(FORMAT, tmp_path, SIZES)
    assert incoming.images[0].side is Side.VALIDATION
    assert incoming.notes == (
        "The lists name images without a mask, “nobody” alone; they are passed over.",
    )


def test_a_list_that_leads_out_names_an_image_without_a_mask(tmp_path: Path) -> None:
    write(FORMAT, tmp_path, {"a.jpg": MAP}, CLASSES)
    lists = tmp_path / "VOCdevkit" / "VOC2012" / "ImageSets" / "Segmentation"
    (lists / "val.txt").write_text("../../../../etc/passwd\n")
    incoming, labels = read(FORMAT, tmp_path, SIZES)
    assert set(labels) == {"a"}
    assert "passwd” alone; they are passed over" in incoming.notes[0]
