"""How much ``quick`` learns from a few images, and in which time.

    python tests/benchmarks/quick.py CAMVID [--images 1 5 20 60] [--standard]
    python tests/benchmarks/quick.py CAMVID --coco COCO128 --coco-class 0

CAMVID holds train/images, train/masks, val/images and val/masks (11 classes, 480×360); of train,
images are drawn with a fixed seed, and val is scored. COCO128 holds images/train2017 and
labels/train2017: what is of one class there is to be told from the background. Seconds are
processor time of one thread, so that a busy machine does not matter; --wall takes those of the
clock on the wall.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from measure import machine, print_table
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.zoo import load_model
from segmenter.prediction.predictor import Predictor
from segmenter.project.images import load_image
from segmenter.project.state import Side
from segmenter.training.data import Example, FolderExamples, file_stamp
from segmenter.training.evaluate import score_predictor
from segmenter.training.events import Event
from segmenter.training.feature_store import FeatureStore
from segmenter.training.fine_tune import fine_tune
from segmenter.training.quick import learn_quick
from segmenter.training.quick_recipe import QUICK, QuickRecipe
from segmenter.training.recipes import STANDARD
from segmenter.training.scores import Scores
from segmenter.training.yolo_masks import object_mask

CAMVID = (
    "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian",
    "bicyclist",
)  # fmt: skip
SEED = 1
SMALLEST_SHARE = 0.03
"""Of a photo: fewer pixels of the class don't count as showing it."""


class OneClass:
    """Photos of coco128 that show one class: that class and the background."""

    class_ids = (0, 1)
    former_names: Mapping[str, str] = {}
    pinned: Mapping[str, Side] = {}
    images_of = ""

    def __init__(self, folder: Path, class_: int) -> None:
        self._folder = folder
        self._class = class_
        self.classes = ("background", "thing")
        found = sorted(path.stem for path in (folder / "labels" / "train2017").glob("*.txt"))
        self._masks = {
            name: mask for name in found if (mask := self._mask(name)).mean() >= SMALLEST_SHARE
        }
        self.names = tuple(self._masks)

    def _mask(self, name: str) -> NDArray[np.uint8]:
        text = (self._folder / "labels" / "train2017" / f"{name}.txt").read_text()
        lines = [line for line in text.splitlines() if line.split()[:1] == [str(self._class)]]
        height, width = self.load_image(name).shape[:2]
        return object_mask("\n".join(lines), width, height)

    def _path(self, name: str) -> Path:
        return self._folder / "images" / "train2017" / f"{name}.jpg"

    def load(self, name: str) -> Example:
        return self.load_image(name), self.load_labels(name)

    def load_image(self, name: str) -> NDArray[np.uint8]:
        return load_image(self._path(name))

    def load_labels(self, name: str) -> NDArray[np.uint8]:
        return self._masks[name]

    def stamp(self, name: str) -> str:
        return file_stamp(self._path(name))


def drawn(names: Sequence[str], count: int, first: int = 0) -> tuple[str, ...]:
    """``count`` of the names from place ``first`` on in an order of a fixed seed."""
    order = np.random.default_rng(SEED).permutation(len(names))
    return tuple(names[i] for i in order[first : first + count])


def scored(network: DeepLabV3, examples: FolderExamples | OneClass, names: Sequence[str]) -> Scores:
    return score_predictor(Predictor(network, "cpu", tile="off", threads=1), examples, names)


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def measure_camvid(options: argparse.Namespace, recipe: QuickRecipe) -> None:
    train, val = (
        FolderExamples(options.camvid / part / "images", options.camvid / part / "masks", CAMVID)
        for part in ("train", "val")
    )
    scored_names = drawn(val.names, options.val)
    start = load_model(options.model)
    clock = time.monotonic if options.wall else time.process_time
    store = FeatureStore(recipe.memory_megabytes * 1_000_000)
    if options.warm_up:
        learn_quick(start, train, names=train.names[-1:], recipe=recipe.replace(steps=1))
    rows = []
    for count in options.images:
        for first in range(options.first, options.first + options.draws):
            names = drawn(train.names, count, first * count)
            began = clock()
            learnt = learn_quick(
                start, train, names=names, recipe=recipe, device="cpu", threads=1, clock=clock,
                store=store if options.keep else None,
            )  # fmt: skip
            seconds = clock() - began
            scores = scored(learnt, val, scored_names)
            facts = learnt.card.training
            iou = " ".join(percent(value).split(".")[0] for value in scores.iou.values())
            row = [f"{count}", f"{seconds:.1f}", str(facts["steps"]), percent(scores.mean_iou)]
            if options.standard:
                row.append(percent(standard(options, seconds, names, val, scored_names).mean_iou))
            rows.append([*row, iou])
            print(" | ".join(rows[-1]), flush=True)
    head = ["images", "seconds", "steps", "mean IoU", *["standard"] * options.standard]
    print_table(
        f"CamVid, {len(scored_names)} of val; {machine()}",
        [*head, f"IoU of {', '.join(CAMVID)}"],
        rows,
    )


def standard(
    options: argparse.Namespace,
    seconds: float,
    names: Sequence[str],
    val: FolderExamples,
    scored_names: Sequence[str],
) -> Scores:
    """What the recipe ``standard`` makes of the same images in the same time."""
    clock = time.monotonic if options.wall else time.process_time
    cancel = CancelToken()
    began = clock()

    def stop_in_time(_: Event) -> None:
        if clock() - began > seconds:
            cancel.cancel()

    with TemporaryDirectory() as folder:
        for part in ("images", "masks"):
            (Path(folder) / part).mkdir()
        for name in names:
            mask = Path(name).with_suffix(".png").name
            for part, file in (("images", name), ("masks", mask)):
                source = options.camvid / "train" / part / file
                (Path(folder) / part / file).write_bytes(source.read_bytes())
        out = Path(folder) / "model.safetensors"
        fine_tune(
            out,
            images=Path(folder) / "images",
            masks=Path(folder) / "masks",
            classes=CAMVID,
            model=options.model,
            recipe=STANDARD.replace(validation_count=1, batch_size=2, steps_per_epoch=5),
            device="cpu",
            threads=1,
            on_event=stop_in_time,
            cancel=cancel,
        )
        return scored(load_model(out), val, scored_names)


def measure_coco(options: argparse.Namespace, recipe: QuickRecipe) -> None:
    examples = OneClass(options.coco, options.coco_class)
    clock = time.monotonic if options.wall else time.process_time
    start = load_model(options.model)
    held_out = drawn(examples.names, len(examples.names))[6:]
    rows = []
    if options.model == "starter":
        names = load_model("starter").config.classes
        same = DeepLabV3(start.config.replace(classes=(names[0], "thing")), start.card)
        same.load_state_dict(start.state_dict())
        rows.append(row_of("0", 0.0, "", scored(same, examples, held_out)))
    for count in (1, 3, 6):
        began = clock()
        learnt = learn_quick(
            start, examples, names=drawn(examples.names, count), recipe=recipe, device="cpu",
            threads=1, clock=clock,
        )  # fmt: skip
        seconds = clock() - began
        steps = str(learnt.card.training["steps"])
        rows.append(row_of(str(count), seconds, steps, scored(learnt, examples, held_out)))
        print(rows[-1], flush=True)
    print_table(
        f"coco128, class {options.coco_class}, {len(held_out)} other photos; {machine()}",
        ["images", "seconds", "steps", "mean IoU", "its IoU"],
        rows,
    )


def row_of(images: str, seconds: float, steps: str, scores: Scores) -> list[str]:
    thing = percent(scores.iou["thing"])
    return [images, f"{seconds:.1f}", steps, percent(scores.mean_iou), thing]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("--images", type=int, nargs="*", default=[1, 5, 20, 60])
    parser.add_argument("--draws", type=int, default=1, help="Repeat with other images.")
    parser.add_argument("--first", type=int, default=0, help="Begin with this draw.")
    parser.add_argument("--val", type=int, default=101, help="Score so many images.")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--standard", action="store_true", help="Compare, in the same seconds.")
    parser.add_argument("--wall", action="store_true")
    parser.add_argument("--keep", action="store_true", help="Keep features between the counts.")
    parser.add_argument("--warm-up", action="store_true", help="Import everything beforehand.")
    parser.add_argument("--coco", type=Path)
    parser.add_argument("--coco-class", type=int, default=0)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="Of the recipe.")
    options = parser.parse_args()
    recipe = QUICK.with_text(*options.set)
    if options.coco:
        measure_coco(options, recipe)
    else:
        measure_camvid(options, recipe)


if __name__ == "__main__":
    main()
