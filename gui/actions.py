"""Every action of the app, declared once: name, words, icon, keys.

The names are fixed: tests and scripts from outside drive the app by them. Left to the tools
themselves, and so free here: Enter, Escape, Backspace, Delete and the space bar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui.icons import wear_icon


@dataclass(frozen=True)
class Spec:
    """One action; the tooltip is one sentence, the keys are added to it."""

    name: str
    text: str
    icon: str
    keys: tuple[str, ...]
    tip: str
    checkable: bool = False
    group: str = ""
    """Of the actions of one group exactly one is on."""


@dataclass(frozen=True)
class Section:
    """The actions of one menu, in groups between separators; also one part of the sheet."""

    title: str
    groups: tuple[tuple[Spec, ...], ...]

    @property
    def specs(self) -> Iterator[Spec]:
        for group in self.groups:
            yield from group


SECTIONS = (
    Section("&File", (
        (
            Spec("file.open_folder", "&Open folder…", "folder-open", ("Ctrl+O",),
                 "Open a folder of images"),
            Spec("file.open_recent", "Open &recent", "recent", ("Ctrl+Shift+O",),
                 "Open one of the folders you had open lately"),
            Spec("file.open_sample", "Open &sample photos", "sample", ("Ctrl+Alt+O",),
                 "Open a copy of the photos that came with the app"),
        ),
        (
            Spec("file.import", "&Import…", "import", ("Ctrl+Shift+I",),
                 "Bring masks from another program to the images of this folder"),
            Spec("file.export", "&Export…", "export", ("Ctrl+E",),
                 "Write the masks in the format of another program"),
        ),
        (
            Spec("file.refresh", "Re&fresh folder", "refresh", ("F5",),
                 "Look for images that were added or removed"),
            Spec("file.close", "&Close folder", "close", ("Ctrl+W",),
                 "Close the folder and go back to the start page"),
        ),
        (
            Spec("file.quit", "&Quit", "quit", ("Ctrl+Q",), "Quit Maskwright"),
        ),
    )),
    Section("&Edit", (
        (
            Spec("edit.undo", "&Undo", "undo", ("Ctrl+Z",), "Take the last step back"),
            Spec("edit.redo", "&Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y"),
                 "Make the step again that was taken back"),
        ),
        (
            Spec("edit.remove_specks", "Remove &specks…", "specks", ("Ctrl+Alt+K",),
                 "Give regions of a class that are too small to be meant to what surrounds them"),
            Spec("edit.fill_holes", "Fill &holes…", "holes", ("Ctrl+Alt+H",),
                 "Close small holes in the regions of a class"),
            Spec("edit.grow", "&Grow class…", "grow", ("Ctrl+Alt+G",),
                 "Move the edge of a class outwards"),
            Spec("edit.shrink", "S&hrink class…", "shrink", ("Ctrl+Alt+J",),
                 "Move the edge of a class inwards"),
            Spec("edit.smooth", "S&mooth edges…", "smooth", ("Ctrl+Alt+M",),
                 "Round off ragged edges of a class"),
        ),
        (
            Spec("edit.use_prediction", "Use the &prediction", "use-prediction",
                 ("Ctrl+Alt+P",), "Put the model's prediction in the place of the whole mask"),
            Spec("edit.clear", "&Clear mask", "clear", ("Ctrl+Alt+Del",),
                 "Make the whole mask unlabelled"),
        ),
        (
            Spec("edit.preferences", "Pr&eferences…", "preferences", ("Ctrl+,",),
                 "Memory for undo, pen pressure and other settings"),
        ),
    )),
    Section("&Tools", (
        (
            Spec("tool.brush", "&Brush", "brush", ("B",),
                 "Paint the chosen class; right button erases, Shift draws a straight line",
                 checkable=True, group="tool"),
            Spec("tool.eraser", "&Eraser", "eraser", ("E",),
                 "Make pixels unlabelled, or give them a class you choose",
                 checkable=True, group="tool"),
            Spec("tool.polygon", "&Polygon", "polygon", ("P",),
                 "Click corners or drag freely; Enter closes, Backspace takes a corner back",
                 checkable=True, group="tool"),
            Spec("tool.fill", "&Fill", "fill", ("G",),
                 "Give a connected region the chosen class", checkable=True, group="tool"),
            Spec("tool.wand", "Magic &wand", "wand", ("W",),
                 "Select what has a similar colour", checkable=True, group="tool"),
            Spec("tool.smart", "&Smart outline", "smart", ("S",),
                 "Scribble or drag a box, and the edge snaps to the image",
                 checkable=True, group="tool"),
            Spec("tool.restore", "P&rediction brush", "restore", ("K",),
                 "Brush the model's prediction back into the mask", checkable=True, group="tool"),
            Spec("tool.pick", "Pick &class", "pick", ("I",),
                 "Choose the class under the pointer; Alt does it with any tool",
                 checkable=True, group="tool"),
        ),
        (
            Spec("tool.smaller", "S&maller brush", "brush-smaller", ("[",),
                 "Make the brush smaller, the scribbles thinner, or the wand stricter"),
            Spec("tool.larger", "&Larger brush", "brush-larger", ("]",),
                 "Make the brush larger, the scribbles broader, or the wand more tolerant"),
        ),
        (
            Spec("protect.class", "Pr&otect class", "lock", ("L",),
                 "Lock the chosen class, so that nothing paints over it", checkable=True),
            Spec("protect.only_unlabelled", "Paint only on &unlabelled", "only-unlabelled", ("U",),
                 "Leave everything alone that has a label", checkable=True),
            Spec("protect.only_class", "Paint only on c&hosen class", "only-class", ("Shift+U",),
                 "Paint only where the class is that is chosen now", checkable=True),
        ),
    )),
    Section("&Class", (
        (
            Spec("class.add", "&Add class", "add", ("Ctrl+Shift+N",), "Add a class"),
            Spec("class.rename", "Re&name class", "rename", ("F2",),
                 "Give the chosen class another name; every image follows"),
            Spec("class.recolor", "Class &colour…", "color", ("Shift+F2",),
                 "Give the chosen class another colour"),
            Spec("class.merge", "&Merge classes…", "merge", ("Ctrl+Shift+M",),
                 "Turn one class into another in every mask of the folder"),
            Spec("class.delete", "&Delete class…", "delete", ("Shift+Del",),
                 "Delete the chosen class"),
            Spec("class.undo_merge", "U&ndo merge", "undo-merge", ("Ctrl+Alt+Z",),
                 "Take the last merge of classes back, in every mask of the folder"),
            Spec("class.undo_rename", "Und&o rename", "undo-rename", ("Ctrl+F2",),
                 "Give the class that was renamed last its former name back"),
        ),
        (
            Spec("class.last", "&Last class", "swap", ("X",),
                 "Back to the class you painted with before"),
            Spec("class.solo", "&Show only this class", "solo", ("J",),
                 "Hide all other classes, or show them again"),
            Spec("class.show_all", "Show &all classes", "show-all", ("Shift+J",),
                 "Show the hidden classes again"),
        ),
        tuple(
            Spec(f"class.choose_{number % 10}", f"Class {number}", "class", (str(number % 10),),
                 f"Paint with class number {number} of the list")
            for number in range(1, 11)
        ),
    )),
    Section("&Segment", (
        (
            Spec("segment.image", "Segment &image", "segment-image", ("Ctrl+R",),
                 "Let the model segment this image"),
            Spec("segment.folder", "Segment &folder", "segment-folder", ("Ctrl+Shift+R",),
                 "Let the model segment every image that has no prediction yet"),
            Spec("segment.folder_again", "Segment folder &again", "again", ("Ctrl+Alt+R",),
                 "Predict every image anew with the current model; your masks stay as they are"),
        ),
        (
            Spec("segment.cancel", "&Cancel", "stop", ("Ctrl+.",),
                 "Stop segmenting or learning; what is done stays"),
        ),
    )),
    Section("&Model", (
        (
            Spec("model.learn_now", "&Learn now", "learn-now", ("Ctrl+L",),
                 "Let the model learn from your corrections within seconds, and predict anew"),
            Spec("model.fine_tune", "&Fine-tune…", "fine-tune", ("Ctrl+T",),
                 "Train the whole model on your corrections while you go on"),
        ),
        (
            Spec("model.pause", "&Pause training", "pause", ("Ctrl+Shift+P",),
                 "Leave the processor to other work for a while", checkable=True),
            Spec("model.stop", "&Stop learning", "stop", ("Ctrl+Shift+T",),
                 "Stop after the step at hand; the best model so far is kept"),
            Spec("model.resume", "&Resume training", "resume", ("Ctrl+Alt+T",),
                 "Go on with the last training that was stopped or cut short"),
        ),
        (
            Spec("model.compare", "&Compare models…", "compare-models", ("Ctrl+Shift+C",),
                 "Score two models on the same images and see where they differ"),
            Spec("model.manager", "&Models…", "model", ("Ctrl+M",),
                 "Choose, download, import, rename, export or delete models"),
        ),
    )),
    Section("&View", (
        (
            Spec("view.fit", "&Fit to window", "fit", ("F",), "Show the whole image"),
            Spec("view.actual_size", "&Actual size", "actual-size", ("Ctrl+1",),
                 "One image pixel on one screen pixel"),
            Spec("view.zoom_in", "Zoom &in", "zoom-in", ("Ctrl++", "Ctrl+=", "+", "="),
                 "Look closer"),
            Spec("view.zoom_out", "Zoom &out", "zoom-out", ("Ctrl+-", "-"),
                 "See more of the image"),
        ),
        (
            Spec("view.overlay", "Show &masks", "overlay", ("V",),
                 "Show or hide what lies over the image", checkable=True),
            Spec("view.outline", "&Outlines only", "outline", ("O",),
                 "Draw outlines in place of filled areas", checkable=True),
            Spec("view.confidence", "&Confidence heat map", "confidence", ("H",),
                 "Show where the model is unsure", checkable=True),
            Spec("view.compare", "Compare with &bare image", "compare", ("C",),
                 "Show the image with nothing over it", checkable=True),
            Spec("view.split", "Split: &prediction and mask", "split", ("Y",),
                 "Show the prediction on the left and your mask on the right", checkable=True),
            Spec("view.flicker", "F&licker to the prediction", "flicker", ("T",),
                 "Show the prediction in the place of your mask, and back", checkable=True),
            Spec("view.changes", "C&hanged pixels", "changes", ("Shift+C",),
                 "Mark where your mask differs from the prediction", checkable=True),
            Spec("view.less_opaque", "&Less opaque", "opacity-down", (",",),
                 "Let more of the image show through"),
            Spec("view.more_opaque", "Mor&e opaque", "opacity-up", (".",),
                 "Let less of the image show through"),
        ),
        (
            Spec("view.image_list", "Image &list", "panel-left", ("F8",),
                 "Show or hide the list of images", checkable=True),
            Spec("view.side_panel", "&Side panel", "panel-right", ("F9",),
                 "Show or hide classes and view settings", checkable=True),
            Spec("view.training", "&Training panel", "panel-bottom", ("Shift+F9",),
                 "Show or hide the curves of the training", checkable=True),
            Spec("view.full_screen", "F&ull screen", "full-screen", ("F11",),
                 "Use the whole screen", checkable=True),
        ),
        (
            Spec("view.theme_system", "Theme: as the s&ystem", "theme-system", ("Ctrl+Alt+S",),
                 "Light or dark, as the system has it", checkable=True, group="theme"),
            Spec("view.theme_light", "Theme: li&ght", "theme-light", ("Ctrl+Alt+L",),
                 "Always light", checkable=True, group="theme"),
            Spec("view.theme_dark", "Theme: &dark", "theme-dark", ("Ctrl+Alt+D",),
                 "Always dark", checkable=True, group="theme"),
        ),
    )),
    Section("&Image", (
        (
            Spec("image.next", "&Next image", "next", ("Right", "D"), "Go to the next image"),
            Spec("image.previous", "&Previous image", "previous", ("Left", "A"),
                 "Go to the image before"),
            Spec("image.first", "&First image", "first", ("Home",), "Go to the first image"),
            Spec("image.last", "&Last image", "last", ("End",), "Go to the last image"),
        ),
        (
            Spec("image.next_uncertain", "Next &uncertain image", "next-uncertain", ("N",),
                 "Go to the predicted image the model is least sure of, then the next"),
            Spec("image.approve", "App&rove, and next", "approve", ("R",),
                 "Approve this image and go on to the next; on an approved one, take it back"),
        ),
        (
            Spec("image.pin_training", "Pin to &training", "pin-training", ("Ctrl+Alt+1",),
                 "Models always learn from this image, and are never scored by it",
                 checkable=True, group="pin"),
            Spec("image.pin_validation", "Pin to &validation", "pin-validation", ("Ctrl+Alt+2",),
                 "This image is always held out: models are scored by it, and never learn from it",
                 checkable=True, group="pin"),
            Spec("image.pin_none", "Not pinne&d", "pin-none", ("Ctrl+Alt+0",),
                 "The image's name decides whether models learn from it or are scored by it",
                 checkable=True, group="pin"),
        ),
        (
            Spec("image.statistics", "&Statistics…", "statistics", ("Ctrl+I",),
                 "Images, classes, and how much you changed of what the model predicted"),
        ),
    )),
    Section("&Help", (
        (
            Spec("help.shortcuts", "&Keyboard shortcuts", "shortcuts", ("?", "F1"),
                 "Show every action and its keys"),
            Spec("help.report", "Copy &report", "report", ("Ctrl+Alt+C",),
                 "Copy versions, device and the last lines of the log for a bug report"),
            Spec("help.log", "Open log &folder", "log", ("Ctrl+Alt+F",),
                 "Show where the app writes what it does"),
        ),
        (
            Spec("help.check_updates", "Check for &updates…", "updates", ("Ctrl+Alt+U",),
                 "Ask whether there is a newer version; nothing is asked unless you do"),
        ),
        (
            Spec("help.about", "&About Maskwright", "about", ("Shift+F1",),
                 "Version, licence and credits"),
        ),
    )),
)  # fmt: skip

TOOL_BAR = (
    ("file.open_folder",),
    ("segment.image", "segment.folder", "model.learn_now"),
    ("edit.undo", "edit.redo"),
    ("image.previous", "image.next", "image.next_uncertain", "image.approve"),
    ("view.fit", "view.actual_size"),
    ("view.overlay", "view.outline", "view.confidence", "view.compare"),
)
"""What the slim bar shows, in groups between separators."""
TOOL_BAR_RIGHT = ("model.manager", "help.shortcuts")

ALWAYS = frozenset({
    "file.open_folder", "file.open_recent", "file.open_sample", "file.quit", "model.manager",
    "edit.preferences",
    "view.full_screen", "view.theme_system", "view.theme_light", "view.theme_dark",
    "help.shortcuts", "help.report", "help.log", "help.check_updates", "help.about",
})  # fmt: skip
"""Actions that work without an open folder."""


@dataclass(frozen=True)
class Situation:
    """What decides which actions make sense."""

    has_project: bool = False
    has_images: bool = False
    has_current: bool = False
    """An image is chosen, whether or not it can be shown."""
    shows_image: bool = False
    is_running: bool = False


ELSEWHERE = (
    "file.import", "file.export",
    "edit.undo", "edit.redo", "edit.use_prediction", "class.", "image.pin_",
    "model.learn_now", "model.fine_tune", "model.pause", "model.stop", "model.resume",
)  # fmt: skip
"""Beginnings of the names of actions that are made available by who knows whether there is
anything to do."""
PANELS = ("view.image_list", "view.side_panel", "view.training")
NEEDS_IMAGE = ("edit.", "tool.", "protect.", "view.")
"""Beginnings of the names of actions that make sense where an image is shown."""


def is_available(name: str, now: Situation) -> bool:
    """Whether the action of this name makes sense now."""
    if name in ALWAYS:
        return True
    if name == "segment.cancel":
        return now.is_running
    if name.startswith(("segment.", "image.")):
        is_there = now.has_current if name == "segment.image" else now.has_images
        return is_there and not (now.is_running and name.startswith("segment."))
    if name.startswith(NEEDS_IMAGE) and name not in PANELS:
        return now.shows_image
    return now.has_project


class Actions(QObject):
    """The app's QActions, by name: ``actions["view.fit"]``."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._undressed: dict[str, str] = {}
        for section in SECTIONS:
            for spec in section.specs:
                self._actions[spec.name] = self._made(spec)
                self._undressed[spec.name] = spec.icon

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def on(self, name: str, do: Callable[[], object]) -> None:
        """Call ``do`` whenever the action is triggered."""
        # Without the lambda Qt would hand over whether the action is checked.
        self._actions[name].triggered.connect(lambda _checked=False: do())

    def show_available(self, situation: Situation) -> None:
        """What makes no sense now is grey."""
        for name, action in self._actions.items():
            if not name.startswith(ELSEWHERE):
                action.setEnabled(is_available(name, situation))

    def dress(self, *names: str) -> None:
        """Draw the icons of these actions, or of all. They take a millisecond each, so the first
        window draws those of its tool bar and leaves the rest until it is on the screen."""
        for name in names or tuple(self._undressed):
            icon = self._undressed.pop(name, None)
            if icon is not None:
                wear_icon(self._actions[name], icon)

    def _made(self, spec: Spec) -> QAction:
        action = QAction(spec.text, self)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setEnabled(not spec.name.startswith(ELSEWHERE))
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        first = QKeySequence(spec.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{spec.tip} ({first})")
        action.setMenuRole(QAction.MenuRole.NoRole)
        if spec.name == "file.quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        if spec.name == "help.about":
            action.setMenuRole(QAction.MenuRole.AboutRole)
        if spec.group:
            group = self._groups.setdefault(spec.group, QActionGroup(self))
            group.addAction(action)
        return action
