"""Writing a model as a file that other programs can use."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from segmenter.atomic import written_atomically
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_out.kinds import Kind
from segmenter.nn.model_out.onnx_model import onnx_model
from segmenter.nn.model_out.protobuf import Piece
from segmenter.nn.model_out.torchscript import torchscript
from segmenter.wording import shown

Color = tuple[int, int, int]
DESCRIPTION = (
    "Semantic segmentation by DeepLabv3. Input: float32 N x 3 x H x W, RGB from 0 to 255, of any "
    "size from 64; the normalisation is inside. Output: logits float32 N x C x H x W, whose "
    "greatest of the C is the class."
)
_CHUNK = 4 * 1024 * 1024
EXTRA_FILE = "maskwright.json"
"""Of TorchScript: the metadata, as one JSON object."""


def export_network(
    network: DeepLabV3,
    target: str | os.PathLike[str],
    kind: Kind,
    *,
    version: str = "",
    colors: Sequence[Color] = (),
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Write the network as ``kind`` to ``target``; a file that is there stays whole until then.

    Args:
        version: of Maskwright, for the metadata.
        colors: RGB of each class, for the metadata; may be left out.
        progress: bytes.

    Raises:
        MaskwrightError: it can't be written.
        Cancelled: by ``cancel``; what was there is as it was.
    """
    cancel = cancel if cancel is not None else CancelToken()
    metadata = metadata_of(network, version, colors)
    if kind is Kind.ONNX:
        pieces = onnx_model(network, metadata, DESCRIPTION).pieces
    else:
        pieces = [torchscript(network, {EXTRA_FILE: json.dumps(metadata)})]
    cancel.check()
    total, done = sum(len(piece) for piece in pieces), 0
    with written_atomically(target) as file:
        for chunk in _chunks(pieces):
            cancel.check()
            file.write(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, total)


def metadata_of(network: DeepLabV3, version: str, colors: Sequence[Color]) -> dict[str, str]:
    """What the file says about itself: texts, those with several values in JSON.

    Of the card only what is meant for everybody: no command, no path, no name of an image.
    """
    config, card = network.config, network.card
    classes: list[dict[str, object]] = [
        {"id": number, "name": name} for number, name in enumerate(config.classes)
    ]
    for each, color in zip(classes, colors, strict=False):
        each["color"] = "#{:02x}{:02x}{:02x}".format(*color)
    return {
        "maskwright": version,
        "description": DESCRIPTION,
        "name": card.name,
        "classes": json.dumps(classes),
        "mean": json.dumps(config.mean),
        "std": json.dumps(config.std),
        "normalisation": "inside: (image / 255 - mean) / std",
        "input_size": str(config.input_size),
        "output_stride": str(config.output_stride),
        "backbone": config.backbone,
        "head": config.head,
        "origin": card.origin,
        "license": card.license,
        "created": card.created,
        "scores": json.dumps(card.scores),
    }


def refuse_model_itself(target: Path, source: Path) -> None:
    """Raises :class:`MaskwrightError` where the export would take the model's own place."""
    try:
        same = target.samefile(source)
    except OSError:
        return
    if same:
        raise MaskwrightError(
            f"{shown(target.name)} is the model itself; choose another folder or name."
        )


def _chunks(pieces: Iterable[Piece]) -> Iterator[memoryview]:
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), _CHUNK):
            yield view[start : start + _CHUNK]
