"""For the tests of the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CommandLine, Finished

from segmenter.cli.main import main


@pytest.fixture
def maskwright(tmp_path: Path) -> CommandLine:
    """The command line in a process of its own, started in an empty folder."""
    folder = tmp_path / "current"
    folder.mkdir()
    return CommandLine(folder)


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Finished]:
    """The command line in this process, which has torch imported already, in an empty folder."""
    folder = tmp_path / "current"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*arguments: object) -> Finished:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        told = capfd.readouterr()
        return Finished(code, told.out, told.err)

    return run


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file with a real, small network of three classes that has learnt nothing."""
    import torch

    from segmenter import DeepLabV3, ModelConfig, save_model
    from segmenter.nn.card import ModelCard

    torch.manual_seed(0)
    config = ModelConfig(
        backbone="mobilenet_v3_large",
        head_channels=8,
        atrous_rates=(2,),
        input_size=64,
        classes=("background", "cat", "dog"),
    )
    network = DeepLabV3(config).train()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None  # the plain mean of what it sees
    # So that the labels depend on the image: a network that has seen none says the same of all.
    with torch.no_grad():
        for _ in range(3):
            network(torch.nn.functional.interpolate(torch.randn(8, 3, 8, 8), 64, mode="bicubic"))
    path = tmp_path_factory.mktemp("model") / "tiny.safetensors"
    save_model(network.eval(), path, ModelCard(name="tiny", origin="Untrained."))
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of three small photos, one of them in a subfolder."""
    from PIL import Image

    folder = tmp_path / "photos"
    source = Path(__file__).parents[3] / "resources" / "sample"
    for name in ("cat.jpg", "coffee.jpg", "more/flower.jpg"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(source / path.name) as photo:
            photo.resize((96, 64)).save(path)
    return folder
