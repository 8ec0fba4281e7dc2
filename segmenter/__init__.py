"""Maskwright without a screen: the network, prediction, fine-tuning, the project on disk.

The names below are the public surface. They are looked up on first use, so that
``import segmenter`` (and with it the first window) does not import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segmenter.nn.config import ModelConfig as ModelConfig
    from segmenter.nn.deeplabv3 import DeepLabV3 as DeepLabV3
    from segmenter.nn.model_file import save_model as save_model
    from segmenter.nn.zoo import load_model as load_model
    from segmenter.prediction.predictor import Predictor as Predictor
    from segmenter.project.project import Project as Project
    from segmenter.training.evaluate import evaluate as evaluate
    from segmenter.training.fine_tune import fine_tune as fine_tune

__version__ = "0.1.0"

_HOME_OF = {
    "ModelConfig": "segmenter.nn.config",
    "DeepLabV3": "segmenter.nn.deeplabv3",
    "save_model": "segmenter.nn.model_file",
    "load_model": "segmenter.nn.zoo",
    "Predictor": "segmenter.prediction.predictor",
    "Project": "segmenter.project.project",
    "fine_tune": "segmenter.training.fine_tune",
    "evaluate": "segmenter.training.evaluate",
}

__all__ = [
    "DeepLabV3",
    "ModelConfig",
    "Predictor",
    "Project",
    "evaluate",
    "fine_tune",
    "load_model",
    "save_model",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'segmenter' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value
