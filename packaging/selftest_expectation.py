"""Write what the starter model says of a sample photo: the self-test's expectation.

    packaging/dev python packaging/selftest_expectation.py [--write]

Without ``--write`` it only tells how many pixels are equal to what is stored, here and now: run
with other versions of torch, on other processors, it shows how far they may differ.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import torch

from segmenter.cli.self_test.prediction import PHOTO, expectation
from segmenter.nn.zoo import STARTER, load_model
from segmenter.paths import resource
from segmenter.prediction.predictor import Predictor
from segmenter.project.classes import LabelClass, default_color
from segmenter.project.images import load_image
from segmenter.project.label_png import write_label_png


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="store what the model says now")
    options = parser.parse_args()
    predictor = Predictor(load_model(STARTER, download=False), "cpu")
    found = predictor.predict(load_image(resource("sample", PHOTO)))
    if options.write:
        classes = [
            LabelClass(id, name, default_color(id, name)) for id, name in enumerate(found.classes)
        ]
        write_label_png(resource("selftest", "flower.png"), found.labels, classes)
    equal = float(np.mean(found.labels == expectation()))
    capability = torch.backends.cpu.get_cpu_capability()
    print(f"torch {torch.__version__}, {capability}: {equal:.4%} of the pixels are equal")


if __name__ == "__main__":
    main()
