"""Labels on their way out and in again, for the tests of the formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from PIL import Image

from segmenter.formats.dataset import (
    Classes,
    ExportOptions,
    ImageFiles,
    Incoming,
    Labelled,
)
from segmenter.formats.format import Format
from segmenter.formats.naming import unique_stems
from segmenter.formats.reader import ReadOptions
from segmenter.formats.source import Source
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.state import Side, State

Labels = NDArray[np.uint8]

BRIEF = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
"""A round trip writes files: few examples, and the same ones every time."""

MANY = settings(max_examples=60, deadline=None, derandomize=True)
"""For codecs, which write none. Without a deadline: a busy machine is no failure."""

NO_IMAGES = ExportOptions(images=ImageFiles.NONE)


def classes_of(ids: Sequence[int]) -> Classes:
    """Classes with these ids; one of them has a name that needs care."""
    names = {id: f"class {id}" for id in ids} | {ids[-1]: 'Tür, "blau" é'}
    return tuple(LabelClass(id, names[id], _color(id)) for id in sorted(ids))


def _color(id: int) -> tuple[int, int, int]:
    """Distinct for every id, which those a class starts with need not be."""
    red, green, _ = default_color(id)
    return red, green, id


ID_SETS = ([0, 1, 2], [3, 7, 254], [11], list(range(255)))


@st.composite
def labelled_maps(draw: st.DrawFn, largest: int = 9) -> tuple[Classes, Labels]:
    """Classes (few, with gaps, all 255) and uint8 H×W of them: rectangles with holes and islands,
    single pixels, unlabelled ones, or nothing else."""
    ids = draw(st.sampled_from(ID_SETS))
    values = st.sampled_from([*ids, 255])
    shape = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    labels = draw(npst.arrays(np.uint8, shape, elements=values, fill=st.just(255)))
    for _ in range(draw(st.integers(0, 3))):
        top, left = draw(st.integers(0, shape[0] - 1)), draw(st.integers(0, shape[1] - 1))
        bottom, right = draw(st.integers(top, shape[0])), draw(st.integers(left, shape[1]))
        labels[top:bottom, left:right] = draw(values)
    return classes_of(ids), labels


def write(
    format: Format,
    folder: Path,
    labels: Mapping[str, Labels],
    classes: Classes,
    options: ExportOptions = NO_IMAGES,
    *,
    sides: Mapping[str, Side] | None = None,
    images: Path | None = None,
) -> list[str]:
    """Export name → labels to ``folder``, as the engine does; returns the notes. The images are
    made where there are none: grey PNGs in ``images``, or in a folder beside."""
    assert format.writer is not None
    folder.mkdir(parents=True, exist_ok=True)
    images = images or folder.with_name(f"{folder.name}-images")
    notes: list[str] = []
    writing = format.writer(folder, classes, options, notes.append)
    stems = unique_stems(list(labels))
    for name, each in labels.items():
        path = images / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((*each.shape, 3), 128, np.uint8)).save(path)
        side = (sides or {}).get(name)
        writing.add(Labelled(name, stems[name], path, State.CORRECTED, side, each))
    writing.finish()
    return notes


def read(
    format: Format,
    path: Path,
    sizes: Mapping[str, tuple[int, int]] | None = None,
    options: ReadOptions | None = None,
) -> tuple[Incoming, dict[str, Labels]]:
    """Open it and decode everything: name as the format knows it → labels. ``sizes`` is asked for
    the size where the format does not state it; with one entry that is meant for all."""
    assert format.reader is not None
    with Source(path) as source:
        assert format.reader.looks_like(source)
        incoming = format.reader.open(source, options or ReadOptions())
        found = {}
        for each in incoming.images:
            known = sizes or {}
            only = next(iter(known.values())) if len(known) == 1 else None
            size = each.size or known.get(each.name) or only
            assert size is not None
            found[each.name] = each.read(size)
        return incoming, found


def trip(format: Format, folder: Path, classes: Classes, labels: Labels) -> tuple[Classes, Labels]:
    """One map out and in again: the classes and labels that came back."""
    write(format, folder, {"a.png": labels}, classes)
    incoming, found = read(format, folder, {"a": (labels.shape[0], labels.shape[1])})
    (back,) = found.values()
    return incoming.classes, back
