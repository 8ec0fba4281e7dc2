"""CamVid's and SegNet's folders, ours and theirs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_trips import classes_of, read, write
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.formats.camvid import FORMAT
from segmenter.formats.dataset import ExportOptions
from segmenter.project.state import Side

MAP = np.array([[0, 3, 3], [255, 3, 254]], np.uint8)
CLASSES = classes_of([0, 3, 254])
SIZES = {"": (2, 3)}
COLORS = "64 128 64\tAnimal\n192 0 128\t\tArchway\n0 0 0\t\tVoid\n0 128 192\t\tBicyclist man\n"


def camvid_itself(folder: Path, rgb: np.ndarray, colors: str = COLORS) -> Path:
    masks = folder / "LabeledApproved_full"
    masks.mkdir()
    Image.fromarray(rgb.astype(np.uint8)).save(masks / "0001TP_006690_L.png")
    (folder / "label_colors.txt").write_text(colors)
    return folder


RGB = np.array(
    [[[64, 128, 64], [192, 0, 128], [0, 0, 0]], [[0, 128, 192], [0, 0, 0], [64, 128, 64]]]
)


def test_segnet_s_lists_name_an_image_and_its_mask(tmp_path: Path) -> None:
    maps = {"x/a.jpg": MAP, "b.png": MAP[::-1]}
    sides = {"x/a.jpg": Side.TRAINING, "b.png": Side.VALIDATION}
    write(FORMAT, tmp_path / "out", maps, CLASSES, ExportOptions(), sides=sides)
    for text, name in (("train", "x/a.jpg"), ("val", "b.png")):
        (line,) = (tmp_path / "out" / f"{text}.txt").read_text().splitlines()
        image, mask = (np.array(Image.open(tmp_path / "out" / part)) for part in line.split())
        assert image.shape == (2, 3, 3)
        np.testing.assert_array_equal(mask, maps[name])


def test_the_colour_masks_have_the_colours_of_the_list(tmp_path: Path) -> None:
    write(FORMAT, tmp_path / "out", {"a.png": MAP}, CLASSES)
    lines = (tmp_path / "out" / "label_colors.txt").read_text().splitlines()
    colors = [tuple(map(int, line.split()[:3])) for line in lines]
    assert len(set(colors)) == 4
    assert lines[-1] == "0 0 0\tVoid"
    picture = np.array(Image.open(tmp_path / "out" / "LabeledApproved_full" / "a_L.png"))
    by_id = {0: colors[0], 3: colors[1], 254: colors[2], 255: colors[3]}
    assert [tuple(pixel) for pixel in picture.reshape(-1, 3)] == [
        by_id[id] for id in MAP.ravel().tolist()
    ]


def test_camvid_itself_is_numbered_by_its_list(tmp_path: Path) -> None:
    incoming, found = read(FORMAT, camvid_itself(tmp_path, RGB), SIZES)
    assert [(each.id, each.name) for each in incoming.classes] == [
        (0, "Animal"),
        (1, "Archway"),
        (2, "Bicyclist man"),
    ]
    np.testing.assert_array_equal(found["0001TP_006690"], [[0, 1, 255], [2, 255, 0]])


def test_segnet_itself_has_its_eleven_classes(tmp_path: Path) -> None:
    masks = tmp_path / "testannot"
    masks.mkdir()
    Image.fromarray(np.array([[0, 10, 11], [8, 8, 11]], np.uint8)).save(masks / "a.png")
    incoming, found = read(FORMAT, tmp_path, SIZES)
    assert [each.name for each in incoming.classes][8:] == ["Car", "Pedestrian", "Bicyclist"]
    assert incoming.images[0].side is None
    np.testing.assert_array_equal(found["a"], [[0, 10, 255], [8, 8, 255]])


def test_a_colour_that_is_no_class_is_told_with_its_place(tmp_path: Path) -> None:
    strange = RGB.copy()
    strange[1, 0] = (1, 2, 3)
    with pytest.raises(MaskwrightError, match=r"colour 1, 2, 3 \(first at x 0, y 1\)"):
        read(FORMAT, camvid_itself(tmp_path, strange), SIZES)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("64 128 64\tDog", "Line 5 .* once more"),
        ("1 1 1\tAnimal", "Line 5 .* once more"),
        ("1 1 256\tDog", "Line 5 .* 0 to 255"),
        ("1 1\tDog", "Line 5 .* is no class"),
    ],
)
def test_a_list_of_colours_that_makes_no_sense_says_where(
    tmp_path: Path, line: str, told: str
) -> None:
    with pytest.raises(MaskwrightError, match=told):
        read(FORMAT, camvid_itself(tmp_path, RGB, COLORS + line), SIZES)
