import pytest
import torch
from torch import nn

from segmenter.errors import MaskwrightError
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.training.learner import Learner, _with_shared_statistics
from segmenter.training.normalisation import normalisations
from segmenter.training.team import ALONE, Team, device_of, joined


@pytest.mark.parametrize(("crops", "size"), [(8, 2), (12, 3), (2, 1)])
def test_every_crop_is_somebodys_and_once(crops: int, size: int) -> None:
    shares = [Team(rank, size).share(crops) for rank in range(size)]
    assert [crop for share in shares for crop in share] == list(range(crops))


def test_without_torchrun_one_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined() as team:
        assert team is ALONE
    assert ALONE.is_leader
    assert ALONE.any(True)
    assert not ALONE.any(False)
    assert ALONE.from_leader("scores") == "scores"
    assert ALONE.summed(torch.tensor(3.0)) == 3


def test_a_team_that_does_not_meet_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(MaskwrightError, match="torchrun"), joined():
        pass


def test_on_a_cpu_processes_share_the_device() -> None:
    assert device_of(Team(1, 2), "cpu") == "cpu"
    assert device_of(ALONE, "cuda:0") == "cuda:0"


def test_more_processes_than_gpus_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "64")
    with pytest.raises(MaskwrightError, match="--device cpu"):
        device_of(Team(64, 65), "cuda:0")


def test_alone_the_network_itself_learns(small: ModelConfig) -> None:
    network = DeepLabV3(small).eval()
    images = torch.zeros(2, 3, 64, 64)
    with torch.no_grad():
        logits, auxiliary = Learner(network, "cpu", ALONE).forward(images)
        assert auxiliary is None
        assert torch.equal(logits, network(images))


def test_shared_statistics_are_those_of_the_network(small: ModelConfig) -> None:
    network = DeepLabV3(small)
    twin = _with_shared_statistics(network)
    assert all(isinstance(layer, nn.SyncBatchNorm) for layer in normalisations(twin))
    assert not any(isinstance(layer, nn.SyncBatchNorm) for layer in normalisations(network))
    for (name, one), (same_name, two) in zip(
        [*network.named_parameters(), *network.named_buffers()],
        [*twin.named_parameters(), *twin.named_buffers()],
        strict=True,
    ):
        assert name == same_name
        assert one.data_ptr() == two.data_ptr()
