"""The whole set of awkward files in one folder: each loads right or fails with its reason, and
none stops the rest."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.project.project import Project
from segmenter.project.state import State

Rgb = NDArray[np.uint8]

LONG = "long-" + "n" * 195
FAILING = {
    "empty.jpg": "is empty",
    "truncated.jpg": "is cut off",
    "text.jpg": "is not an image",
    "loop.jpg": "leads back to itself",
    "dangling.jpg": "link to a file that is no longer there",
    "pipe.jpg": "is a pipe",
}


@pytest.fixture
def awkward(tmp_path: Path, photo: Rgb) -> Path:
    folder = tmp_path / "awkward"
    folder.mkdir()
    image = Image.fromarray(photo)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(folder / f"exif{orientation}.jpg", exif=exif)
    wide = photo.astype(np.uint16) * 257
    for suffix in (".png", ".tif"):
        Image.fromarray(wide[:, :, 0]).save(folder / f"grey16{suffix}")
        encoded = cv2.imencode(suffix, wide[:, :, ::-1])[1]
        (folder / f"rgb16{suffix}").write_bytes(encoded.tobytes())
    Image.fromarray(photo[:, :, 0].astype(np.float32)).save(folder / "float.tif")
    image.convert("CMYK").save(folder / "cmyk.jpg")
    image.save(folder / "progressive.jpg", progressive=True)
    image.quantize(50).save(folder / "palette.png", transparency=3)
    image.convert("RGBA").save(folder / "alpha.png")
    image.save(folder / "animated.gif", save_all=True, append_images=[image.rotate(180)])
    image.save(folder / "x.webp")
    image.save(folder / "x.bmp")
    Image.new("RGB", (1, 1), (1, 2, 3)).save(folder / "1x1.png")
    for name in ("ünï – 日本.png", f"{LONG}.png", "two\nlines.png", "twin.jpg", "twin.png"):
        image.save(folder / name)

    (folder / "empty.jpg").touch()
    whole = (folder / "exif1.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "text.jpg").write_text("no image")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    (folder / "dangling.jpg").symlink_to("nowhere.jpg")
    os.mkfifo(folder / "pipe.jpg")
    (folder / "folder.jpg").mkdir()
    return folder


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(60)
def test_each_loads_right_or_fails_with_its_reason(
    awkward: Path, photo: Rgb, pillow_rgb: Callable[[Path], Rgb]
) -> None:
    with Project.open(awkward) as project:
        project.scan()
        records = project.images()
        assert len(records) == 26 + len(FAILING)
        for record in records:
            if record.name in FAILING:
                with pytest.raises(MaskwrightError):
                    project.load_image(record.name)
                continue
            rgb = project.load_image(record.name)
            if record.name.startswith("grey16"):  # which convert("RGB") of Pillow cuts off at 255
                expected = np.repeat(photo[:, :, :1], 3, axis=2)
            else:
                expected = pillow_rgb(awkward / record.name)
            np.testing.assert_array_equal(rgb, expected)
            labels = rgb[:, :, 0]
            project.save_prediction(record.name, labels, labels, 0.5)
        for name, reason in FAILING.items():
            record = project.image(name)
            assert record.state is State.FAILED
            assert reason in record.reason
            assert f"“{name}”" in record.reason
    with Project.open(awkward) as project:
        project.scan()
        for record in project.images():
            failed = record.name in FAILING
            assert record.state is (State.FAILED if failed else State.PREDICTED)
            stored = project.load_prediction(record.name)
            if failed:
                assert stored is None
            else:
                assert stored is not None
                np.testing.assert_array_equal(
                    stored.labels, project.load_image(record.name)[:, :, 0]
                )
