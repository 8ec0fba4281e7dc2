"""The list of classes: colour, name, key and whether each is shown."""

from gui.class_panel.panel import ClassPanel as ClassPanel
