"""A configuration from a stranger's file is checked like one typed in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"backbone": "vgg"}, "resnet50, resnet101, mobilenet_v3_large, efficientnet_lite0"),
        ({"head": "crf"}, "aspp, cascade"),
        ({"output_stride": 4}, "8, 16 or 32"),
        ({"multi_grid": (1, 2)}, "three whole numbers"),
        ({"multi_grid": (1, 2, 0)}, "three whole numbers"),
        ({"atrous_rates": ()}, "whole numbers from 1"),
        ({"atrous_rates": (6, -12)}, "whole numbers from 1"),
        ({"atrous_rates": (6,) * 17}, "whole numbers from 1"),
        ({"atrous_rates": (3,), "output_stride": 32}, "choose even ones"),
        ({"classes": ()}, "1 to 255 classes"),
        ({"classes": tuple(map(str, range(256)))}, "1 to 255 classes"),
        ({"classes": ("cat", "cat")}, "the same name"),
        ({"classes": ("cat", "")}, "needs a name"),
        ({"classes": ("cat", "a\nb")}, "needs a name"),
        ({"classes": ("cat", "\ud800")}, "needs a name"),
        ({"head_channels": 0}, "head_channels"),
        ({"head_channels": 2.5}, "head_channels"),
        ({"input_size": 1}, "input_size"),
        ({"decoder": "yes"}, "decoder is either true or false"),
        ({"mean": (0.5, 0.5)}, "three numbers"),
        ({"std": (0.5, 0.5, 0)}, "without a zero"),
        ({"mean": (float("nan"),) * 3}, "three numbers"),
    ],
)
def test_what_makes_no_sense_is_refused_with_one_sentence(
    choices: dict[str, object], said: str
) -> None:
    with pytest.raises(MaskwrightError, match=said) as refusal:
        ModelConfig(**choices)  # type: ignore[arg-type]
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


def test_a_backbone_brings_its_own_normalisation() -> None:
    resnet = ModelConfig(backbone="resnet50")
    assert resnet.mean == (0.485, 0.456, 0.406)
    lite = resnet.replace(backbone="efficientnet_lite0")
    assert lite.mean == lite.std == (0.5, 0.5, 0.5)
    assert resnet.replace(backbone="efficientnet_lite0", mean=(0, 0, 0)).mean == (0, 0, 0)
    assert resnet.replace(mean=(0.1, 0.2, 0.3), output_stride=8).mean == (0.1, 0.2, 0.3)


def test_a_configuration_survives_json() -> None:
    config = ModelConfig(
        backbone="mobilenet_v3_large", head="cascade", output_stride=8, multi_grid=(1, 2, 1),
        atrous_rates=(4, 8), decoder=True, classes=("Hintergrund", "Bäume 🌳"), separable=True,
    )  # fmt: skip
    assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_a_key_of_a_later_version_is_named() -> None:
    with pytest.raises(MaskwrightError, match="'crf'"):
        ModelConfig.from_dict({"crf": True})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
field_names = st.sampled_from(sorted(ModelConfig().to_dict()))


@settings(deadline=None)
@given(st.dictionaries(field_names, json_values, max_size=4))
def test_any_values_make_a_configuration_or_one_sentence(values: dict[str, object]) -> None:
    try:
        config = ModelConfig.from_dict(values)
    except MaskwrightError as refusal:
        assert str(refusal)  # noqa: PT017 - either outcome is right
    else:
        assert ModelConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_a_card_survives_json_and_passes_over_what_it_does_not_know() -> None:
    card = ModelCard(
        name="Leaves", origin="Trained on 12 photos.", license="CC0-1.0", created="2026-11-22",
        scores={"mean_iou": 0.7, "iou": {"leaf": 0.6}}, training={"recipe": "quick"}, note="…",
    )  # fmt: skip
    assert ModelCard.from_dict({**json.loads(json.dumps(card.to_dict())), "later": 1}) == card


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(ModelCard().to_dict())), json_values))
def test_any_values_make_a_card_or_one_sentence(values: dict[str, object]) -> None:
    try:
        card = ModelCard.from_dict(values)
    except MaskwrightError as refusal:
        assert "not valid" in str(refusal)  # noqa: PT017 - either outcome is right
    else:
        assert ModelCard.from_dict(card.to_dict()) == card
