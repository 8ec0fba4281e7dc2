"""What models are called in the window, and where a person's own lie. Without torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from segmenter.errors import MaskwrightError
from segmenter.nn import zoo
from segmenter.paths import data_folder


def imported_folder() -> Path:
    """Where imported models lie."""
    return data_folder() / "models"


def title_of(name: str, own_title: str = "") -> str:
    """A short title for the status bar; ``own_title``: what a file's card calls it."""
    for model in zoo.MODELS:
        if model.name == name:
            return model.title
    return own_title or Path(name).stem or name


def check_is_here(name: str) -> None:
    """Raises :class:`MaskwrightError` for a model of the zoo that was not downloaded yet and for a
    file that went, in the words of the window (``load_model`` speaks of the command line)."""
    known = {model.name: model for model in zoo.MODELS}.get(name)
    if known is None and not Path(name).exists():
        raise MaskwrightError(
            f"The model “{Path(name).name}” is no longer there; choose another one, or put it back "
            f"into {Path(name).parent}."
        )
    if known is not None and not known.bundled and not zoo.is_available(name):
        raise MaskwrightError(
            f"The model “{known.title}” is not on this computer yet; choose another one, or "
            f"download it ({megabytes(known.download_bytes)})."
        )


def megabytes(size: int) -> str:
    """Such as ``42 MB``; one decimal below ten."""
    value = size / 1e6
    return f"{value:.0f} MB" if value >= 10 else f"{value:.1f} MB"


def score_words(scores: dict[str, Any]) -> str:
    """The one score that counts, such as ``Mean IoU 66.4%``; empty where none is known."""
    value = scores.get("mean_iou")
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return f"Mean IoU {value:.1%}"
    return ""
