"""Settings of tools: bounded, remembered, and told of once."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.settings import Settings
from gui.tools.region_options import Option, RegionOptions
from gui.tools.tool_settings import ChoiceSetting, NumberSetting, SwitchSetting


def number() -> NumberSetting:
    return NumberSetting(Settings(), "test.number", first=12, lowest=0, highest=100)


def test_a_number_stays_within_its_bounds_and_is_remembered(qapp: object) -> None:
    setting = number()
    told: list[int] = []
    setting.changed.connect(lambda: told.append(setting.value))
    for value in (12, 33.4, 33, 400, -5):
        setting.set(value)
    assert told == [33, 100, 0]
    assert number().value == 0


def test_a_switch_is_remembered(qapp: object) -> None:
    assert SwitchSetting(Settings(), "test.switch", first=True).is_on
    SwitchSetting(Settings(), "test.switch", first=True).set(False)
    assert not SwitchSetting(Settings(), "test.switch", first=True).is_on


def test_a_choice_is_one_of_its_words(qapp: object) -> None:
    setting = ChoiceSetting(Settings(), "test.choice", choices=("box", "scribble"))
    setting.set("circle")
    assert setting.value == "box"
    setting.set("scribble")
    assert ChoiceSetting(Settings(), "test.choice", choices=("box", "scribble")).value == "scribble"
    assert ChoiceSetting(Settings(), "test.choice", choices=("box", "lasso")).value == "box"


def test_options_follow_and_set_their_settings(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QCheckBox, QSlider, QSpinBox, QToolButton

    amount = number()
    switch = SwitchSetting(Settings(), "test.switch")
    choice = ChoiceSetting(Settings(), "test.choice", choices=("box", "scribble"))
    options = RegionOptions()
    qtbot.addWidget(options)
    options.add_number(amount, "Amount", "How much")
    options.add_switch(switch, "Switch", "On or off")
    options.add_choice(choice, "Kind", [Option("box", "Box", ""), Option("scribble", "Line", "")])
    field, box = options.findChild(QSpinBox), options.findChild(QCheckBox)
    slider, line = (
        options.findChild(QSlider),
        options.findChild(QToolButton, "test.choice.scribble"),
    )
    assert isinstance(field, QSpinBox)
    assert isinstance(box, QCheckBox)
    assert isinstance(slider, QSlider)
    assert isinstance(line, QToolButton)
    slider.setValue(40)
    assert (amount.value, field.value()) == (40, 40)
    amount.set(7)
    assert (slider.value(), field.value()) == (7, 7)
    box.click()
    assert switch.is_on
    switch.set(False)
    assert not box.isChecked()
    line.click()
    assert choice.value == "scribble"
    choice.set("box")
    assert not line.isChecked()


def test_options_that_are_gone_are_told_of_nothing(qtbot: QtBot) -> None:
    amount = number()
    options = RegionOptions()
    options.add_number(amount, "Amount", "How much")
    with qtbot.waitSignal(options.destroyed):
        options.deleteLater()
    amount.set(50)
    assert amount.value == 50
