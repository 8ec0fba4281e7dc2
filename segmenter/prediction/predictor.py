"""From an image to the model's labels, their confidence and one figure of uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.prediction import plan as planning
from segmenter.prediction.averaging import logits_of, probabilities_of
from segmenter.prediction.confidence import (
    confidence_of_logits,
    confidence_of_probabilities,
    enlarge_confidence,
    uncertainty_of,
)
from segmenter.prediction.device import choose_device
from segmenter.prediction.device_labels import DeviceLabelUpsampler
from segmenter.prediction.inference_network import InferenceNetwork, Precision
from segmenter.prediction.memory import is_out_of_memory, release_memory
from segmenter.prediction.network_input import normalised, resize
from segmenter.prediction.plan import Plan, Tile, plan_image
from segmenter.prediction.prediction import Prediction
from segmenter.prediction.tiled import blended_rows, grid_size
from segmenter.prediction.upsample_labels import LabelUpsampler

TILES_AT_ONCE_ON_A_GPU = 8


@dataclass(frozen=True)
class _Attempt:
    """How much goes through the network at once, and on which device."""

    device: str
    side: int | None
    """No more pixels a side than these; None: as the plan says."""
    batch: int

    def smaller(self, plan: Plan) -> _Attempt | None:
        """What to try when memory ran out; None where there is nothing smaller."""
        if self.batch > 1 and plan.limited_to(self.side).tile is not None:
            return replace(self, batch=1)
        side = plan.limited_to(self.side).side // 2 // planning.STRIDE * planning.STRIDE
        if side < planning.SMALLEST_TILE:
            return None
        return replace(self, side=side, batch=1)


class Predictor:
    """A network on a device, with everything a prediction needs decided once.

    For one thread at a time. The network given is copied: it stays as it is, and training it or
    changing its output stride afterwards takes a new predictor.
    """

    device: str
    """Where predictions are computed: ``cpu``, ``cuda:0``, ``mps``."""
    config: ModelConfig

    def __init__(
        self,
        network: DeepLabV3,
        device: str = "auto",
        *,
        tile: Tile = "auto",
        scales: Sequence[float] = (1.0,),
        flip: bool = False,
        threads: int | None = None,
        batch: int | None = None,
        precision: Precision = "auto",
        on_note: Callable[[str], None] | None = None,
    ) -> None:
        """
        Args:
            device: ``auto`` takes the fastest there is; see
                :func:`segmenter.prediction.device.choose_device`.
            tile: ``auto``, ``off`` (whole, whatever the size), or the side in pixels of tiles at
                native resolution; see :mod:`segmenter.prediction.plan`.
            scales: sizes the image is seen at, as factors of the usual one; their probabilities
                are averaged.
            flip: average with the mirror image's probabilities, too.
            threads: CPU threads of the network. Not given, one core is left for the rest of the
                program: with all of them taken, every other busy thread costs far more than the
                share it uses.
            batch: tiles that go through the network together; not given, 1 on a CPU.
            precision: ``auto``, ``float32``, or ``bfloat16`` where the hardware has it.
            on_note: told once of everything that was not as asked, a sentence for the person.

        Raises:
            MaskwrightError: there is no such device, or a number makes no sense.
        """
        planning.check_tile(tile)
        if not scales or not all(0.1 <= scale <= 4 for scale in scales):
            raise MaskwrightError("Scales are numbers from 0.1 to 4, at least one of them.")
        self.device = choose_device(device)
        self.config = network.config
        self._tile = tile
        self._scales = tuple(float(scale) for scale in scales)
        self._flip = flip
        self._threads = threads if threads is not None else max(1, torch.get_num_threads() - 1)
        self._precision = precision
        self._on_note = on_note
        self._noted: set[str] = set()
        on_cpu = self.device == "cpu"
        batch = batch if batch is not None else (1 if on_cpu else TILES_AT_ONCE_ON_A_GPU)
        self._attempts = [_Attempt(self.device, None, batch)]
        if not on_cpu:
            self._attempts.append(_Attempt("cpu", None, 1))
        self._original = network
        self._networks: dict[str, InferenceNetwork] = {}
        # Later changes of the network given must not matter; a full GPU is met when predicting.
        try:
            self._network_on(self.device)
        except Exception as error:
            if not is_out_of_memory(error):
                raise

    def predict(self, rgb: NDArray[np.uint8], cancel: CancelToken | None = None) -> Prediction:
        """Segment one image.

        Where memory runs out, smaller tiles are tried, then the CPU, and
        :attr:`Prediction.note` says so; what fitted is kept for the images after it.

        Args:
            rgb: uint8 H×W×3, any size from 1×1.
            cancel: looked at before every run of the network.

        Raises:
            MaskwrightError: not even the smallest tile fits into memory on the CPU, or the model
                computes values that are not numbers.
            Cancelled: ``cancel`` was pressed.
        """
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
            raise ValueError(f"expected uint8 H×W×3 pixels, not {rgb.dtype} {rgb.shape}")
        cancel = cancel if cancel is not None else CancelToken()
        size = (rgb.shape[0], rgb.shape[1])
        plan = plan_image(size, self.config, self._tile, max(self._scales))
        if self._tile == "off":
            plan = Plan(planning.trained_size(size, self.config.input_size))
        with torch.inference_mode(), _threads(self._threads):
            prediction = self._predict_within_memory(rgb, plan, cancel)
            if planning.may_be_full_of_detail(
                size, plan, self._tile
            ) and planning.is_full_of_detail(prediction.labels, plan):
                plan = planning.native_plan(size, planning.DEFAULT_TILE)
                prediction = self._predict_within_memory(rgb, plan, cancel)
        return prediction

    def _predict_within_memory(
        self, rgb: NDArray[np.uint8], plan: Plan, cancel: CancelToken
    ) -> Prediction:
        for index, first in enumerate(self._attempts):
            attempt: _Attempt | None = first
            while attempt is not None:
                try:
                    prediction = self._predict_once(rgb, plan, attempt, cancel)
                except Exception as error:
                    if not is_out_of_memory(error):
                        raise
                else:
                    self._attempts[index] = attempt
                    return self._with_note(prediction, plan, attempt)
                # Outside the handler: the error held the tensors of the failed attempt.
                release_memory(attempt.device)
                attempt = attempt.smaller(plan)
        raise MaskwrightError(
            f"There is not enough memory for this image of {rgb.shape[1]}×{rgb.shape[0]} pixels "
            "with this model: close other programs or choose a smaller model."
        )

    def _with_note(self, prediction: Prediction, plan: Plan, attempt: _Attempt) -> Prediction:
        limited = plan.limited_to(attempt.side)
        notes = []
        if attempt.device != self.device:
            notes.append("The GPU's memory ran out: this image was segmented on the CPU.")
        if limited != plan:
            notes.append(f"Memory ran out: segmented in tiles of {limited.tile} pixels.")
        note = " ".join(notes)
        if note and note not in self._noted:
            self._noted.add(note)
            if self._on_note is not None:
                self._on_note(note)
        return replace(prediction, note=note)

    def _predict_once(
        self, rgb: NDArray[np.uint8], plan: Plan, attempt: _Attempt, cancel: CancelToken
    ) -> Prediction:
        plan = plan.limited_to(attempt.side)
        cancel.check()
        if plan.tile is not None:
            labels, confidence, extent = self._tiled(rgb, plan, attempt, cancel)
        elif self._scales == (1.0,) and not self._flip:
            labels, confidence, extent = self._whole(rgb, plan, attempt)
        else:
            labels, confidence, extent = self._whole_averaged(rgb, plan, attempt, cancel)
        size = (rgb.shape[0], rgb.shape[1])
        return Prediction(
            labels=labels,
            confidence=enlarge_confidence(confidence, size, extent),
            uncertainty=uncertainty_of(confidence),
            classes=self.config.classes,
            device=attempt.device,
        )

    def _whole(self, rgb: NDArray[np.uint8], plan: Plan, attempt: _Attempt) -> _Maps:
        """One run of the network at the trained size: labels decided from its logits."""
        images = normalised(resize(rgb, plan.size), self.config)
        logits = logits_of(self._network_on(attempt.device), images)[0]
        upsampler = _upsampler(logits.shape[1:], rgb.shape[:2], attempt.device)
        upsampler.feed(logits)
        confidence = confidence_of_logits(logits).cpu().numpy()
        return upsampler.labels, confidence, None

    def _whole_averaged(
        self, rgb: NDArray[np.uint8], plan: Plan, attempt: _Attempt, cancel: CancelToken
    ) -> _Maps:
        """Scales and mirror images of the whole, averaged."""
        probabilities = self._probabilities([rgb], plan.size, attempt, cancel)[0]
        upsampler = _upsampler(probabilities.shape[1:], rgb.shape[:2], attempt.device)
        upsampler.feed(probabilities)
        confidence = confidence_of_probabilities(probabilities).cpu().numpy()
        return upsampler.labels, confidence, None

    def _tiled(
        self, rgb: NDArray[np.uint8], plan: Plan, attempt: _Attempt, cancel: CancelToken
    ) -> _Maps:
        """Tiles of the image at the plan's size, blended; labelled as they get done."""
        assert plan.tile is not None
        seen = resize(rgb, plan.size)
        grid = grid_size(plan.size)
        extent = (
            grid[0] * planning.STRIDE * rgb.shape[0] / plan.size[0],
            grid[1] * planning.STRIDE * rgb.shape[1] / plan.size[1],
        )
        upsampler = _upsampler(grid, rgb.shape[:2], attempt.device, extent)
        confidence = []
        for rows in blended_rows(
            seen,
            plan.tile,
            lambda regions: self._probabilities(
                regions, (regions[0].shape[0], regions[0].shape[1]), attempt, cancel
            ),
            batch=attempt.batch,
        ):
            upsampler.feed(rows)
            confidence.append(confidence_of_probabilities(rows).cpu().numpy())
        return upsampler.labels, np.concatenate(confidence), extent

    def _probabilities(
        self,
        regions: Sequence[NDArray[np.uint8]],
        size: tuple[int, int],
        attempt: _Attempt,
        cancel: CancelToken,
    ) -> Tensor:
        return probabilities_of(
            self._network_on(attempt.device),
            self.config,
            regions,
            size,
            grid_size(size),
            scales=self._scales,
            flip=self._flip,
            cancel=cancel,
        )

    def _network_on(self, device: str) -> InferenceNetwork:
        if device not in self._networks:
            self._networks[device] = InferenceNetwork(self._original, device, self._precision)
        return self._networks[device]


_Maps = tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[float, float] | None]
"""Labels of the image, confidence on the grid, the extent of that grid."""


class _NumpyUpsampler:
    """:class:`LabelUpsampler` fed with tensors."""

    def __init__(self, upsampler: LabelUpsampler) -> None:
        self._upsampler = upsampler

    def feed(self, scores: Tensor) -> None:
        self._upsampler.feed(scores.numpy())

    @property
    def labels(self) -> NDArray[np.uint8]:
        return self._upsampler.labels


def _upsampler(
    grid: Sequence[int],
    size: Sequence[int],
    device: str,
    extent: tuple[float, float] | None = None,
) -> _NumpyUpsampler | DeviceLabelUpsampler:
    height, width = size
    if device == "cpu":
        return _NumpyUpsampler(LabelUpsampler(grid, (height, width), extent=extent))
    return DeviceLabelUpsampler(grid, (height, width), device, extent=extent)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """PyTorch with so many CPU threads, and as before afterwards: other users keep theirs."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
