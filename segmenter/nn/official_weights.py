"""torchvision's weights, brought here: downloaded, checked and kept as our own model files.

Where they lie and how good they are stands in :mod:`segmenter.nn.torchvision_weights`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.catalogue import ZooModel
from segmenter.nn.config import ModelConfig
from segmenter.nn.download import fetch
from segmenter.nn.torchvision_models import TORCHVISION_MODELS, VOC_CLASSES
from segmenter.nn.torchvision_weights import PUBLISHED, SERVER

MIRROR_VARIABLE = "MASKWRIGHT_MIRROR"
"""An address that has torchvision's files under their own names, in place of its server."""


@dataclass(frozen=True)
class Source:
    """What torchvision says about one set of weights."""

    url: str
    sha256: str
    """The first digits; torchvision puts eight into the file's name."""
    classes: tuple[str, ...] = ()
    """Empty for a backbone."""
    scores: dict[str, Any] = field(default_factory=dict)
    recipe: str = ""


def torchvision_source(model: ZooModel) -> Source:
    """Address, classes and scores as torchvision publishes them."""
    published = PUBLISHED[model.torchvision_weights]
    server = os.environ.get(MIRROR_VARIABLE) or SERVER
    return Source(
        url=f"{server.rstrip('/')}/{published.file}",
        sha256=published.sha256,
        classes=() if model.is_backbone else VOC_CLASSES,
        scores=published.scores,
        recipe=published.recipe,
    )


def install(
    model: ZooModel,
    source: Source,
    path: Path,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Download ``source`` and keep it at ``path`` as a model file with configuration and card.

    The .pth file is deleted once it is converted. Raises as :func:`segmenter.nn.download.fetch`
    does, and :class:`MaskwrightError` where the weights are not the network's.
    """
    pickled = path.with_suffix(".pth")
    with _only_once(path, model.name):
        digest = fetch(source.url, pickled, sha256=source.sha256, progress=progress, cancel=cancel)
        card = ModelCard(
            name=model.title,
            origin=f"torchvision's {model.torchvision_weights}, from {source.url}.",
            license=model.license,
            created=datetime.now(UTC).date().isoformat(),
            scores=source.scores,
            training={"recipe": source.recipe, "sha256_of_download": digest},
        )
        try:
            _convert(model, source, card, pickled, path)
        finally:
            with contextlib.suppress(OSError):
                pickled.unlink()


@contextlib.contextmanager
def _only_once(path: Path, name: str) -> Iterator[None]:
    """Two programs never write the same download at the same time."""
    lock = filelock.FileLock(path.with_suffix(".lock"), timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        held = lock.acquire()
    except filelock.Timeout as error:
        raise MaskwrightError(
            f"Another Maskwright is downloading {name} right now; wait until it is done."
        ) from error
    except OSError as error:
        raise MaskwrightError(
            f"The folder {path.parent} can't be written to: {error.strerror or error}."
        ) from error
    with held:  # what fails in here has sentences of its own
        yield


def _convert(model: ZooModel, source: Source, card: ModelCard, pickled: Path, path: Path) -> None:
    from segmenter.nn.empty_network import empty_network, fill_network, fits, without_memory
    from segmenter.nn.imagenet import torchvision_backbone
    from segmenter.nn.make_backbone import make_backbone
    from segmenter.nn.model_file import save_model
    from segmenter.nn.pickled_weights import read_state_dict, shapes_of
    from segmenter.nn.tensor_file import save_tensors

    tensors = read_state_dict(pickled)
    wrong = MaskwrightError(f"The weights from {source.url} are not those of {model.title}.")
    if model.is_backbone:
        tensors = torchvision_backbone(tensors)
        with without_memory():
            backbone = make_backbone(ModelConfig(backbone=model.backbone))
        if not fits(backbone, *shapes_of(tensors)):
            raise wrong
        save_tensors(path, tensors, {"backbone": model.backbone})
        return
    config = TORCHVISION_MODELS[f"deeplabv3_{model.backbone}"].replace(classes=source.classes)
    network = empty_network(config)
    if not fits(network, *shapes_of(tensors)):
        raise wrong
    save_model(fill_network(network, tensors), path, card)
