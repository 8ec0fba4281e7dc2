"""The head that learns on kept features: its shape, its start, and one step of its optimiser."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from segmenter.nn.backbone import Features
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.project.classes import UNLABELLED
from segmenter.training.adamw import AdamW
from segmenter.training.class_names import places_of
from segmenter.training.feature_store import HeadInput
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.transfer import with_classes

MADE_HERE = "new_head"
"""In a card's ``training``: the head started from nothing."""
MOMENTUM = 0.1
"""Of batch normalisation's statistics, PyTorch's."""


@dataclass(frozen=True)
class LearntView:
    """What the head learns from: a view's features and labels."""

    input: HeadInput
    labels: NDArray[np.uint8]
    """h×w in the view's size; 255 does not count."""


def head_config(config: ModelConfig, classes: Sequence[str], recipe: QuickRecipe) -> ModelConfig:
    """The same backbone, run in the same way, with a head that learns fast."""
    return config.replace(
        classes=tuple(classes),
        head="aspp",
        head_channels=recipe.head_channels,
        head_convolution=False,
        atrous_rates=(recipe.atrous_rate,),
        image_pooling=recipe.image_pooling,
        decoder=True,
        separable=True,
        auxiliary=False,
    )


def can_go_on(
    network: DeepLabV3,
    classes: Sequence[str],
    former_names: Mapping[str, str],
    labelled: Sequence[int],
) -> bool:
    """Whether the head that is there is the better start.

    It has to know all that is labelled, and to be small enough to learn within seconds: one with
    full 3×3 convolutions takes some ten times as long a step. A head that ``quick`` made has seen
    few images, the same ones as a rule; learning from nothing got further (CamVid, third image:
    34 % mean IoU against 28 %).
    """
    config = network.config
    known = set(places_of(config.classes, classes, former_names))
    return (
        config.head == "aspp"
        and config.separable
        and not network.card.training.get(MADE_HERE, False)
        and known.issuperset(labelled)
    )


def names_by_elimination(
    config: ModelConfig,
    classes: Sequence[str],
    former_names: Mapping[str, str],
    labelled: Sequence[int],
) -> dict[str, str]:
    """``former_names``, and what the model's one class that nobody knows stands for, if it does.

    Where all but one of the model's classes are known by name, and all but one of the labelled
    ones, those two are taken for the same: the starter's "object" is what is painted beside
    "background". That start is better than none, and what is wrong about it is learnt.
    """
    places = places_of(config.classes, classes, former_names)
    strangers = [name for name, place in zip(config.classes, places, strict=True) if place is None]
    new = sorted(set(labelled) - set(places))
    if len(strangers) == len(new) == 1 and len(config.classes) > 1:
        return {**former_names, strangers[0]: classes[new[0]]}
    return dict(former_names)


def has_learnt(network: DeepLabV3) -> bool:
    """Whether the head has ever seen anything: its batch normalisation counts the batches."""
    counts = [
        norm.num_batches_tracked
        for norm in network.classifier.modules()
        if isinstance(norm, nn.BatchNorm2d) and norm.num_batches_tracked is not None
    ]
    return any(int(count) > 0 for count in counts)


def with_new_head(network: DeepLabV3, classes: Sequence[str], recipe: QuickRecipe) -> DeepLabV3:
    """A copy of the network's backbone under a head that has learnt nothing yet."""
    new = DeepLabV3(head_config(network.config, classes, recipe), network.card)
    new.backbone.load_state_dict(network.backbone.state_dict())
    return new


def with_known_head(
    network: DeepLabV3, classes: Sequence[str], former_names: Mapping[str, str]
) -> DeepLabV3:
    """A copy; rows of classes known by name are kept."""
    return with_classes(network, classes, former_names)


class HeadTrainer:
    """Holds the network's head in training and its optimiser."""

    def __init__(
        self,
        network: DeepLabV3,
        views: Sequence[LearntView],
        recipe: QuickRecipe,
        device: str,
        *,
        rate: float,
        knows: bool,
    ) -> None:
        """``network`` is on ``device`` already; its backbone is not touched.

        ``knows``: the head has learnt before, so the statistics of its batch normalisation are
        those of more images than these views show, and stay.
        """
        self._network = network
        self._recipe = recipe
        self._device = device
        self._rate = rate
        self.rate_now = 0.0
        """Of the newest step."""
        self._random = np.random.default_rng(recipe.seed)
        self._views = views
        self._order: list[LearntView] = []
        self._class_weights = class_weights(views, len(network.config.classes), recipe.balance)
        self._class_weights = self._class_weights.to(device)
        network.backbone.requires_grad_(False)
        network.train()
        network.backbone.eval()
        norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d) and m.training]
        for norm in norms if knows else ():
            norm.eval()
        self._learning_norms = [] if knows else norms
        self._steps = 0
        self._parameters = [p for p in network.parameters() if p.requires_grad]
        self._optimiser = AdamW(self._parameters, weight_decay=recipe.weight_decay)

    def step(self, progress: float) -> float:
        """One step; the loss before it.

        Args:
            progress: 0 at the first step to 1 at the last: sets the learning rate.
        """
        self._steps += 1
        for norm in self._learning_norms:
            # At first the plain mean of all steps: nothing is left of where the statistics began.
            norm.momentum = max(MOMENTUM, 1 / self._steps)
        batch = self._next_batch()
        out = self._batched([view.input.out for view in batch])
        if progress < self._recipe.coarse_share or self._network.decoder is None:
            low = self._batched([view.input.low for view in batch])
            low = functional.avg_pool2d(low, 2, ceil_mode=True)
            logits = self._network.classify(Features(low=low, middle=out, out=out))
            labels = [view.labels for view in batch]
        else:
            logits, labels = self._in_windows(out, batch)
        loss = self._loss(logits, labels)
        self._optimiser.clear()
        loss.backward()
        if self._recipe.gradient_clip:
            nn.utils.clip_grad_norm_(self._parameters, self._recipe.gradient_clip)
        value = float(loss.detach())
        if math.isfinite(value):
            self.rate_now = self._rate * rate_factor(progress, self._recipe.warmup_share)
            self._optimiser.step(self.rate_now)
        return value

    def _in_windows(
        self, out: Tensor, batch: Sequence[LearntView]
    ) -> tuple[Tensor, list[NDArray[np.uint8]]]:
        """The head on whole views, the decoder at its full resolution on a window of each.

        Returns logits N×C×h×w and the windows' labels.
        """
        *head, to_classes = self._network.classifier
        decoder = self._network.decoder
        assert decoder is not None, "without one there is but one resolution"
        features = out
        for layer in head:
            features = layer(features)
        seen, lows, labels = [], [], []
        for number, view in enumerate(batch):
            window = Window.around(
                labelled_places(view.labels, 1, self._random)[0],
                view,
                self._recipe.window,
                self._random,
            )
            seen.append(features[number : number + 1, :, *window.of(features)])
            lows.append(view.input.low[:, :, *window.of(view.input.low)])
            labels.append(view.labels[window.of_labels(view.labels)])
        joined = torch.cat(seen).contiguous(memory_format=torch.channels_last)
        return to_classes(decoder(self._batched(lows), joined)), labels

    def _loss(self, logits: Tensor, labels: Sequence[NDArray[np.uint8]]) -> Tensor:
        found, wanted = [], []
        for scores, truth in zip(logits, labels, strict=True):
            places = labelled_places(truth, self._recipe.points, self._random)
            found.append(scores_at(scores, places, truth.shape))
            wanted.append(truth.reshape(-1)[places].astype(np.int64))
        target = torch.from_numpy(np.concatenate(wanted)).to(self._device)
        return functional.cross_entropy(torch.cat(found).float(), target, self._class_weights)

    def close(self) -> None:
        """Leaves the network as one for prediction, with no gradients."""
        self._optimiser.clear()
        for norm in self._learning_norms:
            norm.momentum = MOMENTUM
        self._network.eval().requires_grad_(True)

    def _next_batch(self) -> list[LearntView]:
        """Views of one size, each as often as the others."""
        while not self._order:
            self._order = [self._views[i] for i in self._random.permutation(len(self._views))]
        first = self._order[0]
        same = [v for v in self._order if v.labels.shape == first.labels.shape]
        batch = same[: self._recipe.batch_size]
        taken = {id(view) for view in batch}
        self._order = [view for view in self._order if id(view) not in taken]
        # Rather the same again than a batch too small for its statistics.
        alike = [v for v in self._views if v.labels.shape == first.labels.shape]
        while len(batch) < self._recipe.batch_size:
            batch.append(alike[int(self._random.integers(len(alike)))])
        return batch

    def _batched(self, tensors: Sequence[Tensor]) -> Tensor:
        joined = torch.cat([t.to(self._device, non_blocking=True) for t in tensors])
        return joined.float().contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True)
class Window:
    """A part of a view, in nodes of the head's features."""

    top: int
    left: int
    height: int
    width: int
    nodes: tuple[int, int]
    """Rows and columns of the whole view."""

    @classmethod
    def around(
        cls, place: int, view: LearntView, share: float, random: np.random.Generator
    ) -> Window:
        """``share`` of the view's sides, at random but with ``place`` in it."""
        rows, columns = view.input.out.shape[-2:]
        height, width = (max(1, round(n * share)) for n in (rows, columns))
        y, x = divmod(int(place), view.labels.shape[1])
        row, column = y * rows // view.labels.shape[0], x * columns // view.labels.shape[1]
        return cls(
            top=_start(row, height, rows, random),
            left=_start(column, width, columns, random),
            height=height,
            width=width,
            nodes=(rows, columns),
        )

    def of(self, tensor: Tensor) -> tuple[slice, slice]:
        """Rows and columns of the window in N×c×h×w of the same view."""
        return self._slices(tensor.shape[-2], tensor.shape[-1])

    def of_labels(self, labels: NDArray[np.uint8]) -> tuple[slice, slice]:
        return self._slices(labels.shape[0], labels.shape[1])

    def _slices(self, height: int, width: int) -> tuple[slice, slice]:
        down, across = height // self.nodes[0], width // self.nodes[1]
        return (
            slice(self.top * down, (self.top + self.height) * down),
            slice(self.left * across, (self.left + self.width) * across),
        )


def _start(inside: int, length: int, whole: int, random: np.random.Generator) -> int:
    """Where ``length`` of ``whole`` begins, so that ``inside`` lies in it."""
    return int(random.integers(max(0, inside - length + 1), min(inside, whole - length) + 1))


def rate_factor(progress: float, warmup_share: float) -> float:
    """Of the highest rate: up in a line, down as a half cosine."""
    warmup = min(1.0, (progress + 0.01) / (warmup_share + 0.01))
    return warmup * (1 + math.cos(math.pi * min(progress, 1.0))) / 2


def class_weights(views: Sequence[LearntView], classes: int, balance: float) -> Tensor:
    """float32 C: a class's share of the labelled pixels to the power of −balance, 1 on average a
    pixel; 1 for a class without a pixel."""
    pixels = np.zeros(256, np.int64)
    for view in views:
        pixels += np.bincount(view.labels.reshape(-1), minlength=256)
    shares = pixels[:classes] / max(1, int(pixels[:classes].sum()))
    weights = np.where(shares > 0, np.maximum(shares, 1e-12) ** -balance, 1.0)
    weights[shares > 0] /= max(float((weights * shares).sum()), 1e-12)
    return torch.from_numpy(weights.astype(np.float32))


def labelled_places(
    labels: NDArray[np.uint8], count: int, random: np.random.Generator
) -> NDArray[np.int64]:
    """int64 ``count``: places in ``labels.reshape(-1)`` that are labelled, at random and perhaps
    several times the same. At least one has to be labelled."""
    labelled = np.flatnonzero(labels != UNLABELLED)
    return labelled[random.integers(labelled.size, size=count)].astype(np.int64)


def scores_at(logits: Tensor, places: NDArray[np.int64], size: tuple[int, ...]) -> Tensor:
    """The upsampled logits at some pixels alone: C×h×w and places in H×W → points×C.

    The same values as of bilinear upsampling to H×W, at a hundredth of its cost.
    """
    height, width = size
    y, x = np.divmod(places, width)
    # From −1 at the image's left edge to 1 at its right one.
    grid = np.stack([(x + 0.5) / width * 2 - 1, (y + 0.5) / height * 2 - 1], axis=-1)
    points = torch.from_numpy(grid.astype(np.float32)).to(logits.device)[None, None]
    sampled = functional.grid_sample(
        logits[None].float(), points, mode="bilinear", padding_mode="border", align_corners=False
    )
    return sampled[0, :, 0].T
