"""What the dialog asks for arrives at ``maskwright train`` as it was meant."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from gui.training.run_request import RunRequest
from segmenter.cli.app import app
from segmenter.cli.options import parse_rates
from segmenter.cli.train import _config, _recipe
from segmenter.nn.config import ModelConfig
from segmenter.training.recipes import RECIPES


def parsed(request: RunRequest) -> dict[str, Any]:
    """What the command line makes of the request's arguments."""
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    return group.commands["train"].make_context("train", ["photos", *request.arguments()]).params


@pytest.mark.parametrize("name", RECIPES)
def test_a_preset_needs_no_number(name: str) -> None:
    arguments = RunRequest(RECIPES[name], "starter").arguments()
    assert arguments == ["--recipe", name, "--model", "starter"]


def test_changed_numbers_arrive() -> None:
    recipe = RECIPES["standard"].replace(
        rate=1e-5, epochs=3, mixed_precision=False, schedule="cosine", validation_fraction=0.35
    )
    params = parsed(RunRequest(recipe, "starter"))
    assert len(params["set_"]) == 5
    assert _recipe(params["recipe"], {}, params["set_"]) == recipe


def test_a_network_of_ones_own_arrives() -> None:
    network = ModelConfig(
        backbone="efficientnet_lite0",
        output_stride=8,
        decoder=True,
        separable=True,
        head_channels=128,
        atrous_rates=(6, 12),
        input_size=352,
    )
    params = parsed(RunRequest(RECIPES["standard"], "starter", network=network))
    options = {
        key: params[key]
        for key in ("head", "output_stride", "decoder", "head_channels", "separable", "input_size")
    }
    rates = parse_rates(params["atrous_rates"])
    assert _config(params["backbone"], None, {**options, "atrous_rates": rates}) == network


def test_a_choice_without_an_option_is_a_bug() -> None:
    network = ModelConfig(multi_grid=(1, 1, 1))
    with pytest.raises(ValueError, match="multi_grid"):
        RunRequest(RECIPES["standard"], "starter", network=network).arguments()


def test_device_and_name_arrive() -> None:
    params = parsed(RunRequest(RECIPES["quick"], "a b/ä.safetensors", "cuda", "--mine"))
    assert params["model"] == "a b/ä.safetensors"
    assert (params["device"], params["name"]) == ("cuda", "--mine")
