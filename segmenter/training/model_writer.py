"""The model file that a run leaves behind, and its card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from segmenter.nn.card import ModelCard, creation_time
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.model_file import save_model
from segmenter.project.split import Split
from segmenter.training import events
from segmenter.training.events import OnEvent
from segmenter.training.held_out import IMAGES_OF, LEARNT_FROM, learnt_from
from segmenter.training.recipes import Recipe
from segmenter.training.state import Best
from segmenter.training.writable import check_still_here


def card_of(
    card: ModelCard,
    recipe: Recipe,
    parts: Split,
    *,
    command: str,
    start: DeepLabV3 | None,
    run: str,
    images_of: str,
) -> ModelCard:
    """The card of the model to be, without its scores.

    Args:
        card: what a person says about it; what it leaves open is filled in.
        start: the network it starts from; None for a new one.
        run: the name of the run's folder; empty where it is not kept.
        images_of: the digest of the folder that the images are in.
    """
    known = learnt_from(start.card, images_of) if start is not None else frozenset()
    start_name = "ImageNet weights" if start is None else start.card.name or "a model"
    return replace(
        card,
        origin=card.origin or f"Trained from {start_name} on {len(parts.training)} images.",
        created=creation_time(),
        training={
            "command": command,
            "started_from": start_name,
            "recipe": recipe.to_dict(),
            "training_images": len(parts.training),
            "validation_images": len(parts.validation),
            "validation": list(parts.validation),
            LEARNT_FROM: sorted(known.union(parts.training)),
            IMAGES_OF: images_of,
            "run": run,
            "torch": str(torch.__version__),
            **card.training,
        },
    )


class ModelWriter:
    """Writes each better network over the one before, whole."""

    def __init__(self, path: Path, card: ModelCard, half: bool, tell: OnEvent) -> None:
        self._path, self._card, self._half, self._tell = path, card, half, tell
        self.has_saved = False
        """Whether the file holds a model of this run."""

    def go_on(self, best: Best | None) -> None:
        """The run before this one had this best network; it is written again if its file is gone.

        Raises :class:`MaskwrightError` where that can't be.
        """
        self.has_saved = self._path.is_file()
        if best is not None and best.epoch > 0 and not self.has_saved:
            self.save(best)

    def save(self, best: Best) -> None:
        """Raises :class:`MaskwrightError` where the file can't be written."""
        check_still_here(self._path.parent)
        card = replace(
            self._card,
            scores=best.scores.to_dict() if best.scores is not None else {},
            training={**self._card.training, "epoch": best.epoch},
        )
        save_model(best.network, self._path, card, half=self._half)
        self.has_saved = True
        self._tell(events.Saved(str(self._path), best.epoch, best.mean_iou))
