"""What a model's card tells others."""

from __future__ import annotations

import pytest

from gui.models.shared_card import for_others
from segmenter.nn.card import ModelCard

TELLING = {
    "recipe": {"name": "standard", "epochs": 60},
    "training_images": 9,
    "validation_images": 2,
    "started_from": "Starter",
    "epoch": 12,
    "run": "2026-11-23 07.12.01",
    "torch": "2.15.0",
}


def test_commands_paths_and_names_of_images_stay_at_home() -> None:
    private = {
        "command": "maskwright train '/home/ada/Patients' --run /home/ada/run",
        "validation": ["Jane Doe.jpg"],
        "learnt_from": ["John Doe.jpg"],
        "images_of": "0123456789abcdef",
        "base": "/home/ada/base.safetensors",
        "weights": r"C:\Users\ada\weights.pth",
    }
    card = ModelCard(name="Scars", note="At night", training={**TELLING, **private})
    assert for_others(card) == ModelCard(name="Scars", note="At night", training=TELLING)


@pytest.mark.parametrize(("base", "stays"), [("starter", True), ("Ada's.safetensors", False)])
def test_only_a_ready_made_base_is_told(base: str, stays: bool) -> None:
    assert ("base" in for_others(ModelCard(training={"base": base})).training) is stays


def test_a_card_full_of_nonsense_is_no_obstacle() -> None:
    card = ModelCard(training={"base": ["/home/ada"], "command": 3, "epoch": None})
    assert for_others(card).training == {"epoch": None}
