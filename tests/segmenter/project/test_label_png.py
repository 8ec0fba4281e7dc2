"""Label maps on disk: what is written is what is read, and a failing save loses nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image

from segmenter.errors import MaskwrightError
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.label_png import (
    UNLABELLED_COLOR,
    read_grey_png,
    read_grey_png_text,
    read_label_classes,
    read_label_png,
    write_grey_png,
    write_label_png,
)

RunPython = Callable[..., "subprocess.CompletedProcess[str]"]

CLASSES = [
    LabelClass(0, "background", (0, 0, 0)),
    LabelClass(3, "Bär & «Höhle»", (12, 34, 56)),
    LabelClass(254, "last", (255, 254, 253)),
]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_labels_and_grey_values_come_back(tmp_path: Path, values: NDArray[np.uint8]) -> None:
    write_label_png(tmp_path / "x.png", values, CLASSES, durable=False)
    np.testing.assert_array_equal(read_label_png(tmp_path / "x.png"), values)
    write_grey_png(tmp_path / "x.png", values, text={"note": "0.5"}, durable=False)
    np.testing.assert_array_equal(read_grey_png(tmp_path / "x.png"), values)
    np.testing.assert_array_equal(read_label_png(tmp_path / "x.png"), values)
    assert read_grey_png_text(tmp_path / "x.png") == {"note": "0.5"}


def test_file_is_8_bit_indexed_with_the_class_colours(tmp_path: Path) -> None:
    labels = np.array([[0, 3, 254, 255]], np.uint8)
    write_label_png(tmp_path / "x.png", labels, CLASSES)
    assert (tmp_path / "x.png").read_bytes()[24:26] == bytes([8, 3])  # bit depth, indexed
    with Image.open(tmp_path / "x.png") as image:
        assert image.mode == "P"
        colors = np.array(image.convert("RGB"))[0].tolist()
    assert colors == [[0, 0, 0], [12, 34, 56], [255, 254, 253], list(UNLABELLED_COLOR)]


def test_stays_8_bit_with_two_labels(tmp_path: Path) -> None:
    write_label_png(tmp_path / "x.png", np.eye(5, dtype=np.uint8), CLASSES)
    assert (tmp_path / "x.png").read_bytes()[24] == 8


def test_classes_are_noted_in_the_file(tmp_path: Path) -> None:
    write_label_png(tmp_path / "x.png", np.zeros((2, 2), np.uint8), CLASSES)
    assert read_label_classes(tmp_path / "x.png") == CLASSES


def test_views_that_are_not_contiguous_are_written_as_they_look(tmp_path: Path) -> None:
    values = np.arange(60, dtype=np.uint8).reshape(6, 10)[::2, ::-3]
    write_label_png(tmp_path / "x.png", values, CLASSES)
    np.testing.assert_array_equal(read_label_png(tmp_path / "x.png"), values)
    write_grey_png(tmp_path / "x.png", values)
    np.testing.assert_array_equal(read_grey_png(tmp_path / "x.png"), values)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "I;16", "1", "LA"])
def test_other_pngs_are_refused(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (4, 4)).save(tmp_path / "x.png")
    with pytest.raises(MaskwrightError, match=r"“x\.png” is not a label map"):
        read_label_png(tmp_path / "x.png")


def test_palette_is_no_grey_map(tmp_path: Path) -> None:
    write_label_png(tmp_path / "x.png", np.zeros((2, 2), np.uint8), CLASSES)
    with pytest.raises(MaskwrightError, match="grey"):
        read_grey_png(tmp_path / "x.png")


def test_palette_png_of_4_bits_holds_labels_too(tmp_path: Path) -> None:
    values = np.arange(16, dtype=np.uint8).reshape(4, 4)
    image = Image.fromarray(values)
    image.putpalette([value for id in range(16) for value in default_color(id)])
    image.save(tmp_path / "x.png", bits=4)
    assert (tmp_path / "x.png").read_bytes()[24] == 4
    np.testing.assert_array_equal(read_label_png(tmp_path / "x.png"), values)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_files_are_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "x.png"
    write_label_png(path, np.eye(30, dtype=np.uint8), CLASSES, durable=False)
    contents = bytearray(path.read_bytes())
    place = st.integers(0, len(contents) - 1)
    for at, value in data.draw(st.lists(st.tuples(place, st.integers(0, 255)), max_size=5)):
        contents[at] = value
    path.write_bytes(contents[: data.draw(st.integers(0, len(contents)))])
    try:
        assert read_label_png(path).ndim == 2
        read_label_classes(path)
    except MaskwrightError as error:
        assert "x.png" in str(error)  # noqa: PT017 - both ways are right


@pytest.mark.parametrize(
    "values",
    [np.zeros((2, 2), np.int64), np.zeros((2, 2, 3), np.uint8), np.zeros((0, 2), np.uint8)],
)
def test_what_is_no_label_map_is_a_mistake_of_the_caller(
    tmp_path: Path, values: NDArray[np.uint8]
) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        write_label_png(tmp_path / "x.png", values, CLASSES)
    assert not list(tmp_path.iterdir())


def test_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "masks").touch()
    with pytest.raises(MaskwrightError, match=r"“x\.png” could not be saved in"):
        write_label_png(tmp_path / "masks" / "x.png", np.zeros((2, 2), np.uint8), CLASSES)


def test_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(MaskwrightError, match=r"“x\.png” could not be saved"):
        write_label_png(tmp_path / "x.png", np.zeros((2, 2), np.uint8), CLASSES)
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


@pytest.mark.skipif(os.name != "posix", reason="umask of POSIX")
def test_file_may_be_read_by_whom_other_files_may(tmp_path: Path) -> None:
    write_label_png(tmp_path / "x.png", np.zeros((2, 2), np.uint8), CLASSES)
    (tmp_path / "other").touch()
    assert (tmp_path / "x.png").stat().st_mode == (tmp_path / "other").stat().st_mode


WRITE_NOISE = """
    import sys
    import numpy as np
    from segmenter.errors import MaskwrightError
    from segmenter.project.label_png import write_label_png
    if "limit" in sys.argv:
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    noise = np.random.default_rng(0).integers(0, 255, (2000, 2000), dtype=np.uint8)
    try:
        write_label_png(sys.argv[1], noise, [])
    except MaskwrightError as error:
        print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_file_that_the_disk_does_not_take_leaves_the_previous_one(
    tmp_path: Path, run_python: RunPython
) -> None:
    previous = np.eye(5, dtype=np.uint8)
    write_label_png(tmp_path / "x.png", previous, CLASSES)
    done = run_python(WRITE_NOISE, tmp_path / "x.png", "limit")
    assert done.stdout.startswith("“x.png” could not be saved"), done.stderr
    np.testing.assert_array_equal(read_label_png(tmp_path / "x.png"), previous)
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]


def test_full_disk_leaves_the_previous_file(tiny_disk: Path, run_python: RunPython) -> None:
    previous = np.eye(5, dtype=np.uint8)
    write_label_png(tiny_disk / "x.png", previous, CLASSES)
    done = run_python(WRITE_NOISE, tiny_disk / "x.png")
    assert "the disk is full; free some space" in done.stdout, done.stderr
    np.testing.assert_array_equal(read_label_png(tiny_disk / "x.png"), previous)
    assert [path.name for path in tiny_disk.iterdir()] == ["x.png"]
