from __future__ import annotations

import pytest
import torch

from segmenter.errors import MaskwrightError
from segmenter.prediction.device import choose_device, list_devices

no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has a GPU")


def test_the_cpu_is_always_there_and_last() -> None:
    cpu = list_devices()[-1]
    assert cpu.name == "cpu"
    assert cpu.memory is not None
    assert cpu.memory > 2**28
    assert "core" in str(cpu)
    assert "GB" in str(cpu)


def test_auto_takes_the_first_that_computes() -> None:
    assert choose_device("auto") == list_devices()[0].name
    assert choose_device() == choose_device("auto")


def test_the_cpu_by_name() -> None:
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize("name", ["gpu", "", "cpu:7", "tpu", "CUDA"])
def test_an_unknown_device_is_refused_with_the_choices(name: str) -> None:
    with pytest.raises(MaskwrightError, match=r"no device .*; the choices are auto, cpu"):
        choose_device(name)


@no_gpu
@pytest.mark.parametrize("name", ["cuda", "cuda:0", "cuda:3"])
def test_cuda_where_there_is_none_is_one_sentence(name: str) -> None:
    with pytest.raises(MaskwrightError, match=r"^This computer has no NVIDIA GPU .*\.$"):
        choose_device(name)
