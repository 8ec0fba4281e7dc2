"""Real and awkward images, made by the tests themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from merging import fill
from numpy.typing import NDArray
from PIL import Image, ImageOps

from segmenter.paths import resource
from segmenter.project.project import Project

Rgb = NDArray[np.uint8]


@pytest.fixture(scope="session")
def photo() -> Rgb:
    """A piece of a real photo, 61×40: neither side is even or a multiple of 8 twice."""
    with Image.open(resource("sample", "cat.jpg")) as image:
        return np.array(image.convert("RGB").resize((61, 40), Image.Resampling.BICUBIC))


@pytest.fixture
def folder(tmp_path: Path, photo: Rgb) -> Path:
    """Three images, one of them in a subfolder."""
    images = tmp_path / "photos"
    (images / "more").mkdir(parents=True)
    for name in ("img2.png", "img10.png", "more/img1.png"):
        Image.fromarray(photo).save(images / name)
    return images


@pytest.fixture
def project(folder: Path) -> Iterator[Project]:
    with Project.open(folder) as project:
        project.scan()
        project.class_ids_for(("background", "cat"))
        yield project


@pytest.fixture
def filled(folder: Path) -> Iterator[Project]:
    """Four classes; every image has a prediction, two have masks, one is approved."""
    with Project.open(folder) as project:
        project.scan()
        fill(project)
        yield project


@pytest.fixture(scope="session")
def pillow_rgb() -> Callable[[Path], Rgb]:
    """What Pillow itself makes of a file: the reference."""

    def decoded(path: Path) -> Rgb:
        with Image.open(path) as image:
            return np.array(ImageOps.exif_transpose(image).convert("RGB"))

    return decoded


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run code in a process of its own, with ``sys.argv[1:]`` as given."""

    def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


@pytest.fixture
def open_tmp_path() -> Iterator[Path]:
    """A folder that every user can reach: pytest's own are closed to others."""
    path = Path(tempfile.mkdtemp(prefix="maskwright-test-"))
    path.chmod(0o755)
    yield path
    for folder, _, _ in os.walk(path):  # from the top: each is opened before it is entered
        Path(folder).chmod(0o755)
    shutil.rmtree(path)
