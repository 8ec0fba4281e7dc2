"""Merging two classes in 200 masks of 2 megapixels, and taking it back.

    python tests/benchmarks/class_merge.py [--masks 200]

Beside it the script one would write oneself: Pillow and numpy, one mask after the other, with no
way back.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import cv2
import numpy as np
from measure import machine, print_table
from numpy.typing import NDArray
from PIL import Image

from segmenter.project.project import Project

HEIGHT, WIDTH = 1200, 1667
CAT, KITTY = 1, 2


def mask(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Twelve overlapping blobs with ragged edges, as a brush or a model makes them."""
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(12):
        middle = int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT))
        axes = int(rng.integers(30, 300)), int(rng.integers(30, 200))
        cv2.ellipse(
            labels, middle, axes, float(rng.integers(0, 180)), 0, 360, int(rng.integers(1, 4)), -1
        )
    speckled = rng.random(labels.shape) < 0.02
    labels[speckled] = rng.integers(0, 4, int(speckled.sum()))
    return np.asarray(cv2.medianBlur(labels, 5), np.uint8)


def by_hand(folder: Path) -> None:
    for path in sorted(folder.rglob("*.png")):
        with Image.open(path) as image:
            labels = np.array(image)
            colors = image.getpalette()
        labels[labels == KITTY] = CAT
        changed = Image.fromarray(labels, mode="P")
        if colors is not None:
            changed.putpalette(colors)
        changed.save(path)


def timed(what: str, do: Callable[[], object]) -> tuple[str, str, str]:
    """Wall clock, and processor time of all threads."""
    start, busy = perf_counter(), process_time()
    do()
    return what, f"{perf_counter() - start:.2f}", f"{process_time() - busy:.2f}"


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.png"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--masks", type=int, default=200)
    count = parser.parse_args().masks
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "photos")
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.png").write_bytes(b"a photo that nobody reads")
        with Project.open(folder) as project:
            project.scan()
            project.class_ids_for(("background", "cat", "kitty", "dog"))
            for number in range(count):
                project.save_mask(f"{number}.png", mask(rng))
            masks = project.data_folder / "masks"
            shutil.copytree(masks, Path(name, "copy"))
            before = size_of(masks)
            rows = [timed("by hand, no way back", lambda: by_hand(Path(name, "copy")))]
            rows.append(timed("preview", project.merges.usage))
            rows.append(timed("merge", lambda: project.merges.merge([KITTY], CAT)))
            kept = size_of(project.data_folder / "merges")
            rows.append(timed("undo", project.merges.undo))
    print_table(
        f"{count} masks of {WIDTH}×{HEIGHT}, {before / 1e6:.1f} MB; kept for undoing it: "
        f"{kept / 1e6:.1f} MB\n{machine()}",
        ("what", "seconds", "of processor time"),
        rows,
    )


if __name__ == "__main__":
    main()
