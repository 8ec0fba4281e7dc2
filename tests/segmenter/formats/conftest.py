"""A project with labels, to be exported and imported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segmenter.project.project import Project

SHAPE = (6, 9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four images of 9 × 6 pixels, two of them with the same stem."""
    folder = tmp_path / "photos"
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.jpg", "more/c.jpg", "more/c.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (*SHAPE, 3), np.uint8)).save(path)
    return folder


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    """Classes 0, 3 and 7; three images have masks (one approved), the fourth a prediction."""
    rng = np.random.default_rng(1)
    with Project.open(folder) as project:
        project.scan()
        for id, name in ((0, "background"), (3, "cat"), (7, "dog")):
            project.add_class(name, wanted_id=id)
        for number, name in enumerate(("a.png", "b.jpg", "more/c.jpg")):
            labels = rng.choice(np.array([0, 3, 7, 255], np.uint8), SHAPE)
            project.save_mask(name, labels, approved=number == 0)
        predicted = rng.choice(np.array([0, 3], np.uint8), SHAPE)
        project.save_prediction("more/c.png", predicted, np.full(SHAPE, 200, np.uint8), 0.1)
        yield project
