"""What may not be imported where, asked of fresh processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

import segmenter

HEAVY = ("torch", "torchvision")


def imported_with(statement: str) -> set[str]:
    """Top-level packages that a new Python has loaded after running ``statement``."""
    code = f"{statement}\nimport sys\nprint(' '.join({{n.partition('.')[0] for n in sys.modules}}))"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(child.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "segmenter",
        "segmenter.project.project",
        "segmenter.nn.config",
        "segmenter.nn.card",
        "segmenter.nn.zoo",
        "segmenter.prediction.prediction",
        "segmenter.training.recipes",
        "segmenter.training.events",
        "segmenter.formats.registry",
        "segmenter.cli.app",
        "gui.app",
    ],
)
def test_importing_without_torch(module: str) -> None:
    assert not imported_with(f"import {module}").intersection(HEAVY)


@pytest.mark.parametrize("module", ["segmenter.cli.app", "segmenter.project.project"])
def test_importing_without_qt(module: str) -> None:
    assert "PySide6" not in imported_with(f"import {module}")


def test_opening_the_window_does_not_wait_for_the_command_line_s_library() -> None:
    assert not imported_with("import segmenter.cli.main").intersection({"typer", "rich"})


def test_the_way_to_a_prediction_does_not_import_torchvision() -> None:
    loaded = imported_with(
        "from segmenter import Predictor, load_model\nimport segmenter.prediction.segment_project"
    )
    assert "torch" in loaded
    assert "torchvision" not in loaded


def test_the_public_names_are_found_in_the_package() -> None:
    assert set(segmenter.__all__) >= {
        *("ModelConfig", "DeepLabV3", "load_model", "save_model"),
        *("Predictor", "Project", "fine_tune", "evaluate"),
    }
    for name in segmenter.__all__:
        assert callable(getattr(segmenter, name)), name
