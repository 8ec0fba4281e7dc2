"""Every number of every recipe can be seen, understood, changed and taken back."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.training.advanced import Advanced
from gui.training.recipe_editor import AnyOf, RecipeEditor, as_sentence
from gui.training.recipe_texts import GROUPS, groups_of
from gui.training.value_fields import RealField, SwitchField, WholeField, WordField
from segmenter.errors import MaskwrightError
from segmenter.training.recipes import PAPER, RECIPES, STANDARD

_NAMES = {field.name for field in dataclasses.fields(STANDARD)} - {"name"}


@pytest.fixture
def editor(qtbot: QtBot) -> RecipeEditor:
    made = RecipeEditor(STANDARD)
    qtbot.addWidget(made)
    made.show()
    made.field("epochs")  # all are made by then
    return made


def typed(field: WholeField | RealField, text: str) -> None:
    """As a person types it, and goes on to the next field."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Tab)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_every_number_has_a_place_a_line_and_a_field(recipe: AnyOf, qtbot: QtBot) -> None:
    names = {field.name for field in dataclasses.fields(recipe)} - {"name"}
    shown = [name for group in groups_of(recipe) for name in group.fields]
    assert sorted(shown) == sorted(names)
    made = RecipeEditor(recipe)
    qtbot.addWidget(made)
    for name in names:
        assert made.field(name).content == getattr(recipe, name), name
    lines = {label.text() for label in made.findChildren(QLabel)}
    assert {as_sentence(type(recipe).lines[name]) for name in names} <= lines


def test_no_text_is_of_a_number_that_is_gone() -> None:
    known = {field.name for each in RECIPES.values() for field in dataclasses.fields(each)}
    assert {name for group in GROUPS for name in group.fields} <= known


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_what_nobody_touched_is_the_preset(recipe: AnyOf, qtbot: QtBot) -> None:
    made = RecipeEditor(recipe)
    qtbot.addWidget(made)
    assert made.recipe == recipe
    assert made.changes == {}


def test_while_the_fields_are_made_no_line_is_squeezed(qtbot: QtBot) -> None:
    body, area = QWidget(), QScrollArea()
    qtbot.addWidget(area)
    advanced = Advanced()
    column = QVBoxLayout(body)
    column.addWidget(advanced)
    column.addStretch(1)
    area.setWidgetResizable(True)
    area.setWidget(body)
    area.resize(760, 600)
    area.show()
    advanced.show_recipe(STANDARD, {})
    advanced.set_open(True)
    editor = advanced.editor
    assert editor is not None

    def lines() -> list[QLabel]:
        return [each for each in editor.findChildren(QLabel) if each.wordWrap()]

    turns = set()
    while len(lines()) < len(_NAMES):
        QApplication.processEvents()
        turns.add(len(lines()))
        assert all(each.height() >= each.heightForWidth(each.width()) for each in lines())
    assert len(turns) > 3, "they are made one group after the other"


def test_a_number_is_typed_marked_and_taken_back(editor: RecipeEditor, qtbot: QtBot) -> None:
    field = editor.field("epochs")
    assert isinstance(field, WholeField)
    with qtbot.waitSignal(editor.changed):
        typed(field, "7")
    assert editor.recipe == STANDARD.replace(epochs=7)
    assert editor.changes == {"epochs": 7}
    back = editor.findChild(QToolButton, "fine_tune.epochs.back")
    assert back is not None
    assert back.isVisible()
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert editor.recipe == STANDARD
    assert not back.isVisible()


def test_one_of_something_is_no_plural(editor: RecipeEditor) -> None:
    field = editor.field("validation_count")
    assert isinstance(field, WholeField)
    typed(field, "1")
    assert field.text() == "1 image"
    typed(field, "12")
    assert field.text() == "12 images"
    assert editor.changes == {"validation_count": 12}
    editor.show_changes({"validation_count": 1})
    assert field.text() == "1 image"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("crop", "20", "“Crop” must be 0 or at least 33."),
        ("rate", "0", "“Learning rate” must be above 0: with 0 nothing would be learnt."),
    ],
)
def test_what_makes_no_sense_is_said_in_the_words_of_the_fields(
    editor: RecipeEditor, name: str, value: str, sentence: str
) -> None:
    field = editor.field(name)
    assert isinstance(field, WholeField | RealField)
    typed(field, value)
    with pytest.raises(MaskwrightError) as caught:
        _ = editor.recipe
    assert str(caught.value) == sentence


def test_a_share_is_typed_in_percent(editor: RecipeEditor) -> None:
    field = editor.field("validation_fraction")
    assert isinstance(field, RealField)
    assert field.text() == "20 %"
    typed(field, "35")
    assert editor.recipe.validation_fraction == 0.35


def test_a_small_number_is_typed_as_one_likes(editor: RecipeEditor) -> None:
    field = editor.field("rate")
    assert isinstance(field, RealField)
    assert field.text() == "0.001"
    typed(field, "2e-5")
    assert editor.recipe == STANDARD.replace(rate=2e-5)
    for expected in (5e-5, 1e-4, 2e-4):
        QTest.keyClick(field, Qt.Key.Key_Up)
        assert editor.recipe == STANDARD.replace(rate=expected)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert editor.recipe == STANDARD.replace(rate=1e-4)


def test_what_is_no_number_is_not_taken(editor: RecipeEditor) -> None:
    field = editor.field("rate")
    assert isinstance(field, RealField)
    typed(field, "fast")
    assert editor.recipe == STANDARD
    typed(field, "99")  # beyond the limits
    assert 0 <= editor.recipe.rate <= 10


def test_words_and_switches(editor: RecipeEditor) -> None:
    word, switch, stride = (
        editor.field(name) for name in ("optimiser", "mixed_precision", "output_stride")
    )
    assert isinstance(word, WordField)
    assert isinstance(switch, SwitchField)
    assert isinstance(stride, WordField)
    assert not editor.field("momentum").isEnabled()
    word.setFocus()
    QTest.keyClicks(word, "sgd")
    QTest.keyClick(switch, Qt.Key.Key_Space)
    stride.setFocus()
    QTest.keyClick(stride, Qt.Key.Key_Down)
    assert editor.recipe == STANDARD.replace(
        optimiser="sgd", mixed_precision=False, output_stride=8
    )
    assert editor.field("momentum").isEnabled()


def test_numbers_that_do_not_go_together_are_told_in_the_words_of_the_window(
    editor: RecipeEditor,
) -> None:
    field = editor.field("scale_low")
    assert isinstance(field, RealField)
    typed(field, "3")
    with pytest.raises(
        MaskwrightError, match=r"^“Smallest scale” can't be above “Largest scale”\.$"
    ):
        _ = editor.recipe
    editor.reset()
    assert editor.recipe == STANDARD


def test_a_wheel_turned_over_a_field_changes_nothing(editor: RecipeEditor) -> None:
    editor.field("epochs").clearFocus()
    for name in ("epochs", "rate", "optimiser"):
        field = editor.field(name)
        at = QPointF(field.rect().center())
        turn = QWheelEvent(
            at, field.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(field, turn)
    assert editor.recipe == STANDARD


def test_a_preset_that_is_sized_anew_keeps_what_a_person_changed(qtbot: QtBot) -> None:
    editor = RecipeEditor(PAPER)
    qtbot.addWidget(editor)
    field = editor.field("epochs")
    assert isinstance(field, WholeField)
    typed(field, "5")
    editor.set_preset(PAPER.replace(micro_batch=4))
    assert editor.recipe == PAPER.replace(micro_batch=4, epochs=5)
    assert editor.changes == {"epochs": 5}


def test_the_second_stage_s_numbers_matter_where_there_is_one(editor: RecipeEditor) -> None:
    assert not editor.field("second_rate").isEnabled()
    field = editor.field("second_epochs")
    assert isinstance(field, WholeField)
    assert field.text() == "No second stage"
    typed(field, "3")
    assert editor.field("second_rate").isEnabled()


def test_a_line_that_goes_on_from_another_stands_by_itself() -> None:
    assert as_sentence("Time for one image, …") == "Time for one image."
    assert as_sentence("… but no more than this.") == "But no more than this."
    assert as_sentence("… so much more, …") == "So much more."
