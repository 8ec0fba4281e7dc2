"""How figures, days and changes read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.model_store import megabytes, score_words
from gui.models.change_words import Tone, change_of, change_text, tone_color, tone_of
from gui.models.comparison_scores import ComparisonScores
from gui.models.model_words import day_words
from gui.theme import DARK, LIGHT, Colors, palette
from segmenter.training.comparison import Comparison, ImageChange
from segmenter.training.scores import Scores
from segmenter.wording import percent


def test_sizes_and_scores_in_words() -> None:
    assert megabytes(6_900_000) == "6.9 MB"
    assert megabytes(168_312_000) == "168 MB"
    assert score_words({"mean_iou": 0.664}) == "Mean IoU 66.4%"
    assert score_words({"mean_iou": "high"}) == ""
    assert score_words({}) == ""


@pytest.mark.parametrize(
    ("old", "new", "words", "tone"),
    [
        (0.5, 0.568, "▲ +6.8", Tone.BETTER),
        (0.5, 0.479, "▼ −2.1", Tone.WORSE),
        (0.5, 0.5004, "= 0.0", None),
        (None, 0.5, "–", None),
        (0.0, 1.0, "▲ +100.0", Tone.BETTER),
    ],
)
def test_a_change_has_an_arrow_and_a_sign_besides_its_colour(
    old: float | None, new: float, words: str, tone: Tone | None
) -> None:
    change = change_of(old, new)
    assert change_text(change) == words
    assert tone_of(change) is tone


def test_percent() -> None:
    assert percent(0.7213) == "72.1%"
    assert percent(None) == "–"
    assert percent(0.99996) == "> 99.9%"  # nearly right is not right


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("tone", list(Tone))
def test_its_colour_is_readable_in_both_themes(colors: Colors, tone: Tone) -> None:
    drawn = palette(colors)
    ground = drawn.color(QPalette.ColorRole.Base)
    assert _contrast(tone_color(tone, drawn), ground) >= 4.5


def test_days_are_told_from_today() -> None:
    now = datetime(2026, 11, 23, 14, 3).astimezone()
    assert day_words(now - timedelta(hours=2), now) == "Today 12:03"
    assert day_words(now - timedelta(days=2), now) == "21 Nov 14:03"
    assert day_words(now.replace(year=2025), now) == "23 Nov 2025"


def _contrast(one: QColor, other: QColor) -> float:
    """As WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("old", "new", "old_learnt", "words"),
    [
        (0.5, 0.6, False, "The new model is better: mean IoU 60.0% on 1 image that it has"),
        (0.7, 0.6, False, "The new model is worse: mean IoU 60.0% on 1 image that it has"),
        (0.5, 0.6, True, "The new model is better"),
        (1.0, 0.6, True, "The old one’s 100.0% says little: it may have learnt from it."),
    ],
)
def test_no_model_is_called_worse_than_one_that_has_seen_the_answers(
    qtbot: QtBot, old: float, new: float, words: str, *, old_learnt: bool
) -> None:
    before, after = (
        Scores(("cat",), {"cat": each}, each, each, None, {}, 0.01, 1) for each in (old, new)
    )
    image = ImageChange(0, "a.jpg", old, new)
    scores = ComparisonScores()
    qtbot.addWidget(scores)
    scores.show_comparison(
        Comparison(
            ("cat",), before, after, (image,), (), (),
            held_out=True, old_learnt=old_learnt, note="", seconds=1.0,
        ),
        {},
    )  # fmt: skip
    verdict = scores.findChild(QLabel, "compare.verdict")
    assert verdict is not None
    assert words in verdict.text()
