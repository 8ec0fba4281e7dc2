"""The kinds of file that a model can be written as for other programs; without torch."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from segmenter.errors import MaskwrightError
from segmenter.wording import shown


class Kind(Enum):
    """Its value is what it is called on the command line."""

    ONNX = "onnx"
    TORCHSCRIPT = "torch"

    @property
    def suffix(self) -> str:
        return {Kind.ONNX: ".onnx", Kind.TORCHSCRIPT: ".pt"}[self]


def kind_of(target: Path) -> Kind:
    """By the file's suffix. Raises :class:`MaskwrightError` for another one."""
    for kind in Kind:
        if target.suffix.lower() == kind.suffix:
            return kind
    raise MaskwrightError(
        f"{shown(target.name)} does not say which format it is to have: end it in .onnx, or in .pt "
        "for TorchScript."
    )
