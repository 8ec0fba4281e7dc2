"""labelme, Label Studio and CVAT by their own libraries: they read the very masks out of what we
write, and we read the very masks out of what they write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import BRIEF, MANY, Labels, labelled_maps, read, write
from hypothesis import assume, given
from hypothesis import strategies as st
from peer_process import Peer, peer

from segmenter.formats import registry
from segmenter.formats.dataset import Classes, ExportOptions
from segmenter.project.classes import UNLABELLED, LabelClass, default_color


@pytest.fixture(scope="module")
def labelme() -> Iterator[Peer]:
    with peer("peer_labelme") as running:
        yield running


@pytest.fixture(scope="module")
def label_studio() -> Iterator[Peer]:
    with peer("peer_label_studio") as running:
        yield running


@pytest.fixture(scope="module")
def cvat() -> Iterator[Peer]:
    with peer("peer_cvat") as running:
        yield running


Case = tuple[Classes, Labels]
SEPARATE = st.booleans()


def seen(peer: Peer, key: str, case: Case, separate: bool, **wishes: Any) -> Labels:
    """Export one map in this format; what their library makes of it."""
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        options = ExportOptions(separate=separate)
        write(registry.by_key(key), out, {"a.png": labels}, classes, options)
        found = peer.read(out, classes, **wishes)
    assert list(found) == ["a"]
    return found["a"]


def brought(peer: Peer, key: str, case: Case, **wishes: Any) -> Labels:
    """Let their library write one map; what we import, by the names of the classes."""
    classes, labels = case
    with tempfile.TemporaryDirectory() as folder:
        peer.write(Path(folder), {"a": labels}, classes, **wishes)
        incoming, found = read(registry.by_key(key), Path(folder), {"a": labels.shape})
    ids = {each.name: each.id for each in classes}
    table = np.full(256, UNLABELLED, np.uint8)
    for each in incoming.classes:
        if each.name in ids:
            table[each.id] = ids[each.name]
    (back,) = found.values()
    return table[back]


@pytest.mark.parametrize("key", ["labelme", "labelme-masks"])
@given(case=labelled_maps(), separate=SEPARATE)
@BRIEF
def test_labelme_reads_our_very_mask(labelme: Peer, key: str, case: Case, separate: bool) -> None:
    np.testing.assert_array_equal(seen(labelme, key, case, separate), case[1])


@given(case=labelled_maps())
@BRIEF
def test_masks_of_labelme_come_in_as_they_are(labelme: Peer, case: Case) -> None:
    np.testing.assert_array_equal(brought(labelme, "labelme-masks", case), case[1])


@given(case=labelled_maps(), separate=SEPARATE)
@BRIEF
def test_label_studio_converts_our_brush_labels_to_the_very_mask(
    label_studio: Peer, case: Case, separate: bool
) -> None:
    np.testing.assert_array_equal(seen(label_studio, "label-studio", case, separate), case[1])


@given(case=labelled_maps())
@BRIEF
def test_brush_labels_of_label_studio_come_in_as_they_are(label_studio: Peer, case: Case) -> None:
    np.testing.assert_array_equal(brought(label_studio, "label-studio", case), case[1])


@pytest.mark.parametrize(
    ("key", "by"),
    [
        ("cvat", "cvat"),
        ("cvat", "cvat-sdk"),
        ("cvat-polygons", "cvat"),
        ("cvat-masks", "voc_segmentation"),
    ],
)
@given(case=labelled_maps(), separate=SEPARATE)
@BRIEF
def test_cvat_reads_our_very_mask(
    cvat: Peer, key: str, by: str, case: Case, separate: bool
) -> None:
    np.testing.assert_array_equal(seen(cvat, key, case, separate, by=by), case[1])


@given(case=labelled_maps())
@BRIEF
def test_masks_in_the_xml_of_cvat_come_in_as_they_are(cvat: Peer, case: Case) -> None:
    np.testing.assert_array_equal(brought(cvat, "cvat", case, by="cvat"), case[1])


@given(case=labelled_maps(), colored=st.booleans())
@BRIEF
def test_segmentation_masks_of_cvat_come_in_as_they_are(
    cvat: Peer, case: Case, colored: bool
) -> None:
    """With the colours of the classes, or with VOC's in their place."""
    classes, labels = case
    # An export without a single label has no masks, so that it is none of masks.
    assume((labels != UNLABELLED).any())
    # Black is the background.
    assume(not colored or len(classes) < 255)
    colors = {"colors": [each.color for each in classes]} if colored else {}
    back = brought(cvat, "cvat-masks", case, by="voc_segmentation", **colors)
    np.testing.assert_array_equal(back, labels)


SIZE = 24, 31
TWO = (LabelClass(3, "cat", default_color(3)), LabelClass(9, "dog", default_color(9)))


def corners(most: int) -> st.SearchStrategy[list[list[float]]]:
    """The first within the image, others outside as well: what lies outside as a whole is refused.
    In quarters, which datumaro's single precision holds."""
    within = st.tuples(st.integers(0, 4 * SIZE[1] - 4), st.integers(0, 4 * SIZE[0] - 4))
    anywhere = st.tuples(st.integers(-12, 136), st.integers(-12, 136))
    return st.builds(
        lambda first, others: [[x / 4, y / 4] for x, y in (first, *others)],
        within,
        st.lists(anywhere, min_size=2, max_size=most - 1),
    )


NAMED = st.sampled_from(["cat", "dog"])


def shapes_of_labelme() -> st.SearchStrategy[list[dict[str, Any]]]:
    two = corners(3).map(lambda points: points[:2])
    kinds = {"polygon": corners(9), "rectangle": two, "circle": two}
    each = st.one_of(
        [
            st.fixed_dictionaries({"label": NAMED, "shape_type": st.just(kind), "points": points})
            for kind, points in kinds.items()
        ]
    )
    return st.lists(each, min_size=1, max_size=4)


@given(shapes=shapes_of_labelme())
@MANY
def test_shapes_of_labelme_come_in_as_labelme_fills_them(
    labelme: Peer, shapes: list[dict[str, Any]]
) -> None:
    empty = np.full(SIZE, UNLABELLED, np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        labelme.write(Path(folder), {"a": empty}, TWO, shapes=shapes)
        theirs = labelme.read(Path(folder), TWO)["a"]
    np.testing.assert_array_equal(brought(labelme, "labelme", (TWO, empty), shapes=shapes), theirs)


@given(polygons=st.lists(st.tuples(NAMED, corners(9)), min_size=1, max_size=4))
@MANY
def test_polygons_of_cvat_come_in_as_cvat_fills_them(
    cvat: Peer, polygons: list[tuple[str, list[list[float]]]]
) -> None:
    empty = np.full(SIZE, UNLABELLED, np.uint8)
    wishes = {"polygons": polygons, "by": "cvat"}
    with tempfile.TemporaryDirectory() as folder:
        cvat.write(Path(folder), {"a": empty}, TWO, **wishes)
        theirs = cvat.read(Path(folder), TWO, by="cvat")["a"]
    np.testing.assert_array_equal(brought(cvat, "cvat", (TWO, empty), **wishes), theirs)
