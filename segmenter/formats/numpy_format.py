"""NumPy: one uint8 array H×W an image, its values are the class ids.

::

    classes.csv              id,name,red,green,blue
    images/dogs/rex.jpg
    masks/dogs/rex.npy
    train.txt, val.txt       the masks' names without suffix, where lists were asked for

Read are ``.npy`` files, ``.npz`` files of one array, and an ``.npz`` file whose arrays are named
after the images. Arrays of Python objects are refused: reading one would run what is in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache, partial

import numpy as np
from numpy.lib import format as npy

from segmenter.errors import MaskwrightError
from segmenter.formats.class_file import CLASS_FILE, as_csv, read_value_file
from segmenter.formats.dataset import Incoming, IncomingImage, Labelled, Labels, Size
from segmenter.formats.file_writing import write_bytes, write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_pixels import check_size, with_value
from segmenter.formats.lists import SideLists, sides_of
from segmenter.formats.mask_folder import masks_below, root_with
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.formats.value_classes import as_labels, numbered_classes
from segmenter.formats.writer import FolderWriting
from segmenter.project.classes import UNLABELLED
from segmenter.project.images import MAX_PIXELS

SUFFIXES = (".npy", ".npz")
_KEPT_OPEN = 4
"""Archives; those of a data set that is a zip file itself lie in the memory."""


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._lists = SideLists()

    def add(self, item: Labelled) -> None:
        place_image(item, self.folder / "images", item.stem, self.options.images, self.note)
        buffer = io.BytesIO()
        values = with_value(item.labels, self.options.ignore)
        npy.write_array(buffer, np.ascontiguousarray(values), allow_pickle=False)
        write_bytes(self.folder / "masks" / f"{item.stem}.npy", buffer.getbuffer())
        self._lists.add(item.side, item.stem)

    def finish(self) -> None:
        write_text(self.folder / CLASS_FILE, as_csv(self.classes, self.options.ignore))
        self._lists.write(self.folder)


class _Reader:
    def looks_like(self, source: Source) -> bool:
        return bool(masks_below(source, root_with(source, CLASS_FILE), SUFFIXES))

    def open(self, source: Source, options: ReadOptions) -> Incoming:
        root = root_with(source, CLASS_FILE)
        named = source.has(root + CLASS_FILE)
        if named:
            classes, ignore = read_value_file(source, root + CLASS_FILE, options)
        else:
            ignore = options.ignore_value
            classes = numbered_classes(ignore)
        sides = sides_of(source, root)

        # An archive may hold an array for each of thousands of images.
        archive = lru_cache(maxsize=_KEPT_OPEN)(source.archive)

        def read(file: str, member: str, size: Size) -> Labels:
            where = source.shown(f"{file}/{member}" if member else file)
            contents = archive(file).read(member) if member else source.read(file)
            values = check_size(_array(contents, where), size, where)
            return as_labels(values, classes, ignore, where)

        return Incoming(
            classes,
            tuple(
                IncomingImage(name, partial(read, file, member), side=sides.get(name))
                for name, file, member in _arrays(source, root)
            ),
            has_named_classes=named,
        )


def _arrays(source: Source, root: str) -> Iterator[tuple[str, str, str]]:
    """(image, file, name of the array in it; empty for a ``.npy``)."""
    for name, file in masks_below(source, root, SUFFIXES).items():
        if not file.lower().endswith(".npz"):
            yield name, file, ""
            continue
        members = _members(source, file)
        for member in members:
            array = member.removesuffix(".npy")
            yield (name if len(members) == 1 else array), file, member


def _members(source: Source, file: str) -> list[str]:
    with source.archive(file) as archive:
        return sorted(name for name in archive.names if name.endswith(".npy"))


def _array(contents: bytes, where: str) -> Labels:
    """uint8 H×W of a ``.npy`` file's contents.

    Raises:
        MaskwrightError: it is damaged, or no map of class ids.
    """
    try:
        file = io.BytesIO(contents)
        version = npy.read_magic(file)
        header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = header(file)
        # The header alone says how much memory an array takes.
        problem = _problem(shape, dtype)
        if not problem:
            file.seek(0)
            values = npy.read_array(file, allow_pickle=False)
    except MaskwrightError:
        raise
    except Exception as error:  # whatever damaged headers make numpy raise
        raise MaskwrightError(f"{where} is damaged, or no NumPy array.") from error
    if problem:
        raise MaskwrightError(f"{where} is no map of class ids: {problem}.")
    if values.size and (values.min() < 0 or values.max() > UNLABELLED):
        raise MaskwrightError(
            f"{where} has values of {values.min()} to {values.max()}; class ids are 0 to 254, and "
            "255 is unlabelled."
        )
    return np.ascontiguousarray(values.astype(np.uint8))


def _problem(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    if dtype.kind not in "uib":
        return f"its values are {dtype}, not whole numbers"
    if len(shape) != 2 or 0 in shape:
        return f"its shape is {' × '.join(map(str, shape)) or 'empty'}, not height × width"
    if shape[0] * shape[1] > MAX_PIXELS:
        return f"it has more than {MAX_PIXELS // 1_000_000} million values"
    return ""


FORMAT = Format(
    key="numpy",
    title="NumPy",
    summary=".npy arrays of class ids, with classes.csv; for scripts in Python",
    is_exact=True,
    writer=_Writing,
    reader=_Reader(),
    has_ignore=True,
)
