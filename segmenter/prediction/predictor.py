"""From an image to the model's labels, their confidence and one figure of uncertainty."""

from __future__ import annotations

import copy
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
from segmenter.prediction.device import choose_device
from segmenter.prediction.inference_network import InferenceNetwork, Precision, has_bfloat16
from segmenter.prediction.memory import is_out_of_memory, release_memory
from segmenter.prediction.network_input import normalised, resize
from segmenter.prediction.plan import Plan, Tile
from segmenter.prediction.prediction import Prediction
from segmenter.prediction.scored import About, ScoredImage
from segmenter.prediction.tiled import blended_rows, grid_size

TILES_AT_ONCE_ON_A_GPU = 8


@dataclass(frozen=True)
class PreparedImage:
    """An image on its way to the network."""

    rgb: NDArray[np.uint8]
    plan: Plan
    images: Tensor | None
    """float32 1×3×h×w, where it goes through the network once and whole."""


@dataclass(frozen=True)
class _Attempt:
    """How much goes through the network at once, and on which device."""

    device: str
    side: int | None
    """No more pixels a side than these; None: as the plan says."""
    batch: int

    def smaller(self, plan: Plan) -> _Attempt | None:
        """What to try when memory ran out; None where there is nothing smaller."""
        limited = plan.limited_to(self.side)
        if self.batch > 1 and limited.tile is not None:
            return replace(self, batch=1)
        side = limited.side // 2 // planning.STRIDE * planning.STRIDE
        if side < planning.SMALLEST_TILE:
            return None
        return replace(self, side=side, batch=1)


class Predictor:
    """A network on a device, with everything a prediction needs decided once.

    :meth:`predict` is all that most callers need. A folder goes through its three steps
    (:meth:`prepare`, :meth:`compute`, :meth:`ScoredImage.finish`) with several images at a time,
    see :mod:`segmenter.prediction.pipeline`.

    The network given is copied: it stays as it is, and training it or changing its output stride
    afterwards takes a new predictor.
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
        self._on_note = on_note
        self._noted: set[str] = set()
        self.precision: Precision = precision
        """As asked, but ``float32`` where ``bfloat16`` would have to be emulated."""
        if precision == "bfloat16" and not has_bfloat16(self.device):
            self.precision = "float32"
            self._tell("This device has no bfloat16 arithmetic: computing in float32.")
        on_cpu = self.device == "cpu"
        batch = batch if batch is not None else (1 if on_cpu else TILES_AT_ONCE_ON_A_GPU)
        self._attempts = [_Attempt(self.device, None, batch)]
        if not on_cpu:
            self._attempts.append(_Attempt("cpu", None, 1))
        # Copied now, since later changes of it must not matter. A GPU that is full already is
        # met when predicting.
        self._networks: dict[str, InferenceNetwork] = {}
        self._original: DeepLabV3 | None = network if on_cpu else copy.deepcopy(network)
        try:
            self._network_on(self.device)
        except Exception as error:
            if not is_out_of_memory(error):
                raise

    def take_head(self, network: DeepLabV3) -> None:
        """Predict with this network from now on, whose backbone is the very one that this
        predictor was made of, in weights and in how it is run (see
        :func:`segmenter.training.frozen_backbone.backbone_name`): what learns on a frozen
        backbone. Saves most of the seconds that a new predictor takes. For the thread that
        predicts."""
        self.config = network.config
        if self._original is not None:
            self._original = copy.deepcopy(network)
        for each in self._networks.values():
            each.take_head(network)

    def predict(self, rgb: NDArray[np.uint8], cancel: CancelToken | None = None) -> Prediction:
        """Segment one image; for one thread at a time.

        Where memory runs out, smaller tiles are tried, then the CPU, and
        :attr:`Prediction.note` says so; what fitted is kept for the images after it.

        Args:
            rgb: uint8 H×W×3, any size from 1×1.
            cancel: looked at before every layer of the network.

        Raises:
            MaskwrightError: not even the smallest tile fits into memory on the CPU, or the model
                computes values that are not numbers.
            Cancelled: ``cancel`` was pressed.
        """
        return self.compute(self.prepare(rgb), cancel).finish()

    def prepare(self, rgb: NDArray[np.uint8]) -> PreparedImage:
        """The first step, without the network: may run in any thread, several at a time."""
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
            raise ValueError(f"expected uint8 H×W×3 pixels, not {rgb.dtype} {rgb.shape}")
        plan = planning.plan_image(
            (rgb.shape[0], rgb.shape[1]), self.config, self._tile, max(self._scales)
        )
        images = None
        if self._is_single_run(plan):
            images = normalised(resize(rgb, plan.size), self.config)
        return PreparedImage(rgb, plan, images)

    def compute(self, prepared: PreparedImage, cancel: CancelToken | None = None) -> ScoredImage:
        """The second step, the network: for one thread at a time. Raises as :meth:`predict`."""
        cancel = cancel if cancel is not None else CancelToken()
        rgb, plan = prepared.rgb, prepared.plan
        size = (rgb.shape[0], rgb.shape[1])
        with torch.inference_mode(), _threads(self._threads):
            scored = self._within_memory(prepared, cancel)
            if planning.may_be_full_of_detail(
                size, plan, self._tile
            ) and planning.is_full_of_detail(*scored.winners_apart(plan.size)):
                plan = planning.native_plan(size, planning.DEFAULT_TILE)
                scored = self._within_memory(PreparedImage(rgb, plan, None), cancel)
        return scored

    def _is_single_run(self, plan: Plan) -> bool:
        return plan.tile is None and self._scales == (1.0,) and not self._flip

    def _within_memory(self, prepared: PreparedImage, cancel: CancelToken) -> ScoredImage:
        for index, first in enumerate(self._attempts):
            attempt: _Attempt | None = first
            while attempt is not None:
                cancel.check()
                try:
                    scored = self._attempt(prepared, attempt, cancel)
                except Exception as error:
                    if not is_out_of_memory(error):
                        raise
                else:
                    self._attempts[index] = attempt
                    return scored
                # Outside the handler: the error held the tensors of the failed attempt.
                release_memory(attempt.device)
                attempt = attempt.smaller(prepared.plan)
        height, width = prepared.rgb.shape[:2]
        raise MaskwrightError(
            f"There is not enough memory to segment an image of {width}×{height} pixels with this "
            "model; close other programs or choose a smaller model."
        )

    def _attempt(
        self, prepared: PreparedImage, attempt: _Attempt, cancel: CancelToken
    ) -> ScoredImage:
        rgb = prepared.rgb
        plan = prepared.plan.limited_to(attempt.side)
        about = About(
            (rgb.shape[0], rgb.shape[1]),
            self.config.classes,
            attempt.device,
            self._note(prepared.plan, plan, attempt),
        )
        self._network_on(attempt.device).cancel = cancel
        if plan.tile is not None:
            scored = self._tiled(rgb, plan, attempt, about, cancel)
        elif self._is_single_run(plan):
            images = prepared.images
            if images is None:
                images = normalised(resize(rgb, plan.size), self.config)
            logits = logits_of(self._network_on(attempt.device), images)[0]
            scored = ScoredImage(about, logits.shape[1:], are_logits=True)
            scored.feed(logits)
        else:
            probabilities = self._probabilities([rgb], plan.size, attempt, cancel)[0]
            scored = ScoredImage(about, probabilities.shape[1:], are_logits=False)
            scored.feed(probabilities)
        if about.note:
            self._tell(about.note)
        return scored

    def _tell(self, note: str) -> None:
        """Everything once."""
        if note not in self._noted and self._on_note is not None:
            self._on_note(note)
        self._noted.add(note)

    def _note(self, asked: Plan, plan: Plan, attempt: _Attempt) -> str:
        notes = []
        if attempt.device != self.device:
            notes.append("The GPU's memory ran out: segmented on the CPU.")
        if plan != asked:
            notes.append(f"Memory ran out: segmented in tiles of {plan.tile} pixels.")
        return " ".join(notes)

    def _tiled(
        self,
        rgb: NDArray[np.uint8],
        plan: Plan,
        attempt: _Attempt,
        about: About,
        cancel: CancelToken,
    ) -> ScoredImage:
        """Tiles of the image at the plan's size, blended."""
        assert plan.tile is not None
        grid = grid_size(plan.size)
        height, width = about.size
        extent = (
            grid[0] * planning.STRIDE * height / plan.size[0],
            grid[1] * planning.STRIDE * width / plan.size[1],
        )
        scored = ScoredImage(about, grid, are_logits=False, extent=extent)

        def probabilities(regions: Sequence[NDArray[np.uint8]]) -> Tensor:
            size = (regions[0].shape[0], regions[0].shape[1])
            return self._probabilities(regions, size, attempt, cancel)

        for rows in blended_rows(
            resize(rgb, plan.size), plan.tile, probabilities, batch=attempt.batch
        ):
            scored.feed(rows)
        return scored

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
            assert self._original is not None
            precision: Precision = self.precision if device == self.device else "float32"
            self._networks[device] = InferenceNetwork(self._original, device, precision)
            if device == "cpu":
                self._original = None  # nothing comes after the CPU
        return self._networks[device]


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """PyTorch with so many CPU threads, and as before afterwards: other users keep theirs."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
