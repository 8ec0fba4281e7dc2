"""A network made ready to predict on one device: a copy that is fused, laid out and not trained."""

from __future__ import annotations

import copy
import itertools
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.nn.fuse import fuse_batch_norm, head_of, with_fused_head
from segmenter.nn.onednn import optimise_for_cpu, optimise_head_for_cpu

Precision = Literal["auto", "float32", "bfloat16"]


class InferenceNetwork:
    """float32 N×3×H×W → float32 logits N×C×H×W on the device, as fast as the device can.

    Channels-last layout (1.25 to 1.9 times faster on a CPU), batch normalisation fused (a tenth),
    and on a CPU activations and sums done by the convolutions (an eighth).
    On CUDA the weights are float16: its 11 bits of precision keep the outlines closer to float32's
    than bfloat16's 8 do, at the same speed. Where a network's activations are too large for
    float16, it goes on in float32.
    """

    def __init__(self, network: DeepLabV3, device: str, precision: Precision = "auto") -> None:
        """Takes a copy: ``network`` stays as it is, later changes of it have no effect here."""
        self.device = device
        self.cancel = CancelToken()
        """Looked at before every layer: a large network takes seconds for one image."""
        self.dtype = _dtype_for(device, precision)
        fused = fuse_batch_norm(network).float().requires_grad_(False)
        self._exact = None if self.dtype == torch.float32 else fused
        """The float32 weights, for where half precision turns out to be too small."""
        self._network = self._prepared(fused)

    def _prepared(self, fused: DeepLabV3) -> DeepLabV3:
        network = fused if self._exact is None else copy.deepcopy(fused)
        if self.device != "cpu":
            network.to(self.device, self.dtype)
        network.to(memory_format=torch.channels_last)
        if self.device == "cpu" and self.dtype == torch.float32:
            network = optimise_for_cpu(network)
        self._hook(network, network)
        return network

    def take_head(self, network: DeepLabV3) -> None:
        """Compute with this network's head from now on, in a tenth of the time of making anew.

        Its backbone has to be the one that this was made of: it stays.
        """
        backbone = self._network.backbone
        if self._exact is not None:
            self._exact = with_fused_head(network, self._exact.backbone)
        changed = with_fused_head(network, backbone)
        for part in head_of(changed):
            part.requires_grad_(False)
            if self.device != "cpu":
                part.to(self.device, self.dtype)
            part.to(memory_format=torch.channels_last)
        if self.device == "cpu" and self.dtype == torch.float32:
            changed = optimise_head_for_cpu(changed)
        self._hook(changed, *head_of(changed))
        self._network = changed

    def _hook(self, network: DeepLabV3, *parts: nn.Module) -> None:
        # Coarse logits class by class in memory, as all that follows goes through them: turning
        # them round here is nothing, after upsampling it would take longer than the upsampling.
        network.classifier[-1].register_forward_hook(_class_by_class)
        for module in itertools.chain.from_iterable(part.modules() for part in parts):
            if not any(module.children()):
                module.register_forward_pre_hook(self._check)

    def _check(self, _layer: nn.Module, _inputs: object) -> None:
        self.cancel.check()

    def __call__(self, images: Tensor) -> Tensor:
        """
        Raises:
            MaskwrightError: the model's outputs are not numbers.
            Cancelled: :attr:`cancel` was pressed.
        """
        logits = self._run(images)
        if torch.isfinite(logits.sum()):
            return logits
        if self._exact is not None:
            exact, self._exact, self.dtype = self._exact, None, torch.float32
            self._network = self._prepared(exact)
            return self(images)
        raise MaskwrightError(
            "The model computes values that are not numbers: its file is damaged or its training "
            "failed; choose another model."
        )

    def _run(self, images: Tensor) -> Tensor:
        if self.device.startswith("cuda") and images.device.type == "cpu":
            images = images.pin_memory().to(self.device, non_blocking=True)
        else:
            images = images.to(self.device)
        if self.dtype == torch.float32:
            logits: Tensor = self._network(images)
            return logits
        if self.device == "cpu":
            with torch.autocast("cpu", self.dtype):
                coarse = self._network.coarse_logits(images)
        else:
            coarse = self._network.coarse_logits(images.to(self.dtype))
        # Upsampled in float32: rounded to half precision, neighbouring classes would tie.
        return functional.interpolate(coarse.float(), size=images.shape[-2:], mode="bilinear")


def _class_by_class(_module: nn.Module, _inputs: object, coarse_logits: Tensor) -> Tensor:
    return coarse_logits.contiguous()


def _dtype_for(device: str, precision: Precision) -> torch.dtype:
    """float16 on CUDA, else float32, unless bfloat16 is asked for.

    bfloat16 is not chosen by itself, even on a CPU that has it: it moves outlines.
    """
    if precision == "bfloat16":
        return torch.bfloat16
    if precision == "auto" and device.startswith("cuda"):
        return torch.float16
    return torch.float32


def has_bfloat16(device: str) -> bool:
    """Whether the hardware computes in bfloat16; emulated it is 8 to 15 times slower than
    float32."""
    if device.startswith("cuda"):
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device == "cpu":
        capabilities = torch.cpu.get_capabilities()
        return any(capabilities.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16"))
    return False
