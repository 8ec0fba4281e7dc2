"""CVAT's own libraries: datumaro, which converts its data sets, and the codec of cvat-sdk."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from cvat_sdk.masks import decode_mask
from datumaro.components.annotation import (
    AnnotationType,
    LabelCategories,
    Mask,
    MaskCategories,
    Polygon,
)
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image
from peer_answers import UNLABELLED, Labels, answer_requests, regions
from pycocotools import mask as coco


def read(
    folder: Path, classes: Mapping[str, int], wishes: Mapping[str, Any]
) -> Mapping[str, Labels]:
    """``by``: a format of datumaro, or ``cvat-sdk``."""
    if wishes["by"] == "cvat-sdk":
        return _decoded(folder / "annotations.xml", classes)
    dataset = Dataset.import_from(str(folder), wishes["by"])
    names = [each.name for each in dataset.categories()[AnnotationType.label]]
    found = {}
    for item in dataset:
        labels = found[item.id] = np.full(item.media.size, UNLABELLED, np.uint8)
        for each in item.annotations:
            name = names[each.label]
            # In CVAT, the background of masks is what nobody has labelled.
            if name in classes:
                labels[_pixels(each, labels.shape)] = classes[name]
    return found


def _pixels(annotation: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(annotation, Polygon):
        coded = coco.frPyObjects([[float(number) for number in annotation.points]], *shape)
        return coco.decode(coded)[:, :, 0] == 1
    return np.asarray(annotation.image) > 0


def _decoded(file: Path, classes: Mapping[str, int]) -> Mapping[str, Labels]:
    found = {}
    for image in ET.parse(file).getroot().iter("image"):
        width, height = int(image.attrib["width"]), int(image.attrib["height"])
        labels = np.full((height, width), UNLABELLED, np.uint8)
        for mask in image.iter("mask"):
            left, top = int(mask.attrib["left"]), int(mask.attrib["top"])
            right = left + int(mask.attrib["width"]) - 1
            bottom = top + int(mask.attrib["height"]) - 1
            counts = [int(count) for count in mask.attrib["rle"].split(",")]
            region = decode_mask(
                [*counts, left, top, right, bottom], image_width=width, image_height=height
            )
            assert (labels[region] == UNLABELLED).all()
            labels[region] = classes[mask.attrib["label"]]
        found[image.attrib["name"].rpartition(".")[0]] = labels
    return found


def write(
    folder: Path, maps: Mapping[str, Labels], classes: Mapping[str, int], wishes: Mapping[str, Any]
) -> None:
    """``by``: a format of datumaro; ``colors``: of the classes, as CVAT gives them, which come
    after its background; ``polygons``: name and points of each, for every image, in place of
    masks."""
    names = list(classes)
    categories: dict[AnnotationType, Any] = {}
    if "colors" in wishes:
        names = ["background", *names]
        colors = [(0, 0, 0), *map(tuple, wishes["colors"])]
        categories[AnnotationType.mask] = MaskCategories(dict(enumerate(colors)))
    categories[AnnotationType.label] = LabelCategories.from_iterable(names)
    numbers = {name: number for number, name in enumerate(names)}
    items = [
        DatasetItem(
            stem,
            media=Image.from_numpy(np.zeros((*labels.shape, 3), np.uint8), ext=".png"),
            annotations=[
                Polygon(np.ravel(points).tolist(), label=numbers[name])
                for name, points in wishes.get("polygons", ())
            ]
            or [
                Mask(region, label=numbers[name], id=number, group=number)
                for number, (name, region) in enumerate(regions(labels, classes), start=1)
            ],
        )
        for stem, labels in maps.items()
    ]
    dataset = Dataset.from_iterable(items, categories=categories)
    dataset.export(str(folder), wishes["by"], save_media=True)


if __name__ == "__main__":
    answer_requests(read, write)
