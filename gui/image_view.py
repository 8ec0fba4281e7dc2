"""The image that is shown: from the choice in the list to the picture on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.actions import Actions
from gui.image_loader import ImageLoader, Prepared
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.status_bar import StatusBar
from gui.throttle import Throttle
from gui.workspace import Workspace
from segmenter.project.classes import UNLABELLED, LabelClass

if TYPE_CHECKING:
    from gui.editing.open_mask import OpenMask
    from segmenter.project.project import Project

POINTER_MS = 40
"""How often the status bar says what is under the pointer: a line of text costs as much as a
brush event."""
LATE_MS = 150
"""An image that takes longer than this is announced; what is quicker would only flicker."""


class ImageView(QObject):
    """Wires list, loader, canvas and status bar of one workspace."""

    shown_changed = Signal()
    about_to_show = Signal(object, object)
    """Name and CanvasContent of the image that is on the canvas next; None: no image will be."""
    classes_stale = Signal()
    """The project may have other classes now."""
    first_shown = Signal()
    """The first image of a project stands on the canvas."""

    def __init__(
        self,
        workspace: Workspace,
        background: Background,
        status: StatusBar,
        messages: MessageBar,
        *,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._status = status
        self._messages = messages
        self._actions = actions
        self._project: Project | None = None
        self._classes: list[LabelClass] = []
        self._shown = ""
        self._pointer = (-1, -1)
        self._once_shown: list[Callable[[], None]] = []
        """What waits for labels that are being read again."""
        self.loader = ImageLoader(background, self)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_MS)
        self._late.timeout.connect(self._tell_late)
        self._connect()

    def _connect(self) -> None:
        workspace, canvas = self._workspace, self._workspace.canvas
        images = workspace.image_list
        self.loader.ready.connect(self._show)
        images.current_changed.connect(lambda _: self._go_to())
        canvas.zoom_changed.connect(self._status.show_zoom)
        self._messages.covers.connect(canvas.keep_clear_of)
        canvas.hovered.connect(Throttle(self._tell_pointer, POINTER_MS, self))
        for name, do in (
            ("image.next", lambda: images.step(1)),
            ("image.previous", lambda: images.step(-1)),
            ("image.first", lambda: images.step(-len(images.names))),
            ("image.last", lambda: images.step(len(images.names))),
            ("image.next_uncertain", self._next_uncertain),
            ("view.fit", canvas.fit),
            ("view.actual_size", canvas.actual_size),
            ("view.zoom_in", canvas.zoom_in),
            ("view.zoom_out", canvas.zoom_out),
        ):
            self._actions[name].triggered.connect(lambda _=False, do=do: do())
        for name, setter in (
            ("view.overlay", canvas.set_overlay_visible),
            ("view.outline", canvas.set_outline),
            ("view.confidence", canvas.set_confidence_visible),
            ("view.compare", canvas.set_compare),
        ):
            self._actions[name].toggled.connect(setter)
            setter(self._actions[name].isChecked())

    @property
    def current_name(self) -> str:
        """Chosen in the list; its picture may still be on the way."""
        return self._workspace.image_list.current_name

    @property
    def shown_name(self) -> str:
        """The image on the canvas; empty where there is none."""
        return self._shown

    @property
    def shows_image(self) -> bool:
        return bool(self._shown)

    def set_project(self, project: Project | None) -> None:
        """Show images of this project from now on."""
        self._end_waiting()  # a dialog may stand until then; nothing of before is shown any more
        self._project = project
        self._late.stop()
        self.loader.set_project(project)
        self._clear()
        self._workspace.show_nothing()

    def labels_changed(self, name: str) -> None:
        """There is a new prediction of this image, or a reason why not."""
        self.classes_stale.emit()
        self._workspace.image_list.refresh([name])
        self.loader.labels_changed(name)

    def reload_labels(self, names: list[str], then: Callable[[], None]) -> None:
        """Masks and predictions of these images are others on the disk now. They and those of
        the shown image are read again; ``then`` is called once that is on the canvas, or
        the folder is left."""
        self._workspace.image_list.refresh(names)
        for name in {*names, self._shown} - {""}:
            self.loader.labels_changed(name)
        self._once_shown.append(then)
        if not self._shown:
            self._end_waiting()

    def _tell_shown(self) -> None:
        self.shown_changed.emit()
        self._end_waiting()

    def _end_waiting(self) -> None:
        waiting, self._once_shown = self._once_shown, []
        for then in waiting:
            then()

    def mask_saved(self, opened: OpenMask) -> None:
        """The project holds this mask now."""
        self.loader.mask_saved(opened.name, opened.mask.labels)

    def mask_left(self, opened: OpenMask) -> None:
        """Its image is no longer shown."""
        if opened.is_out_of_date:
            self.loader.labels_changed(opened.name)

    def tell_if_empty(self, *, still_searching: bool) -> None:
        """Say so where the folder has no images."""
        if self._project is None or self.current_name:
            return
        if still_searching:
            self._workspace.show_notice("refresh", self.tr("Looking for images …"))
            return
        self._clear()
        if self._project.images():
            return  # The filter lets none of them through, and the list says so.
        self._workspace.show_notice(
            "sample",
            self.tr("There are no images in this folder"),
            self.tr(
                "JPEG, PNG, TIFF, WebP, BMP and GIF files are found here and in folders below. "
                "Open another folder, or put images here and press F5."
            ),
            self._actions["file.open_folder"],
        )

    def _go_to(self) -> None:
        # Not from the signal: Qt's strings lose the bytes of names that are no text.
        name = self.current_name
        if not name or self._project is None:
            self._late.stop()
            self._clear()
            self._workspace.show_nothing()
            self._tell_shown()
            return
        self._late.start()
        self.loader.want([name, *self._workspace.image_list.names_around()])

    def _show(self, prepared: Prepared) -> None:
        if prepared.name != self.current_name:
            return
        self._late.stop()
        is_same = prepared.name == self._shown
        if prepared.content is None:
            self._clear()
            self._workspace.show_notice(
                "image-broken", self.tr("This image can't be shown"), prepared.reason
            )
            self._workspace.image_list.refresh([prepared.name])
        else:
            is_first = not self._shown
            self._shown = prepared.name
            self.about_to_show.emit(prepared.name, prepared.content)
            self._workspace.show_content(prepared.content, keep_view=is_same)
            self._status.show_zoom(self._workspace.canvas.zoom)
            self._tell_pointer(*self._pointer)
            if prepared.note:
                self._messages.say(prepared.note, "warning")
            if is_first:
                self.first_shown.emit()
        self._tell_shown()

    def _clear(self) -> None:
        self._shown = ""
        self.about_to_show.emit("", None)
        self._status.show_zoom(None)
        self._status.show_pointer("")

    def _tell_late(self) -> None:
        self._clear()
        self._workspace.show_notice("sample", self.tr("Loading {0} …").format(self.current_name))
        self._tell_shown()

    def _next_uncertain(self) -> None:
        if not self._workspace.image_list.select_next_uncertain():
            self._messages.say(
                self.tr("No other image has a prediction to look at."), fleeting=True
            )

    def set_classes(self, classes: list[LabelClass]) -> None:
        """Name and colour the labels after these."""
        self._classes = classes
        self._workspace.tool_strip.show_classes(classes)
        self._workspace.canvas.set_classes(classes)
        self._tell_pointer(*self._pointer)

    def _tell_pointer(self, x: int, y: int) -> None:
        self._pointer = (x, y)
        content = self._workspace.canvas.content
        if content is None or not (0 <= x < content.width and 0 <= y < content.height):
            self._status.show_pointer("")
            return
        words = [f"{x}, {y}"]
        if content.labels is not None:
            words.append(self._class_words(int(content.labels[y, x])))
        confidence = content.confidence_at(x, y)
        if confidence is not None:
            words.append(self.tr("{0}% sure").format(round(confidence / 2.55)))
        self._status.show_pointer("   ".join(words))

    def _class_words(self, class_id: int) -> str:
        if class_id == UNLABELLED:
            return self.tr("unlabelled")
        names = {each.id: each.name for each in self._classes}
        return names.get(class_id, self.tr("class {0}").format(class_id))
