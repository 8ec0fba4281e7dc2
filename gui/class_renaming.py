"""Renaming a class in the whole folder: which images that concerns is said, and taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.class_dialogs.words import in_files
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.work import Work, nothing
from segmenter.errors import MaskwrightError

if TYPE_CHECKING:
    from segmenter.project.class_usage import ClassUsage
    from segmenter.project.project import Project


class ClassRenaming(QObject):
    """Masks hold ids, so a rename changes the project alone and is there at once; which images
    have the class is counted behind it. It can be undone until the folder is closed."""

    classes_changed = Signal()
    """The project has other names now."""
    changed = Signal()
    """``can_undo`` may be different now."""

    def __init__(self, background: Background, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._messages = messages
        self._project: Project | None = None
        self._former: list[tuple[int, str]] = []
        """Class id and what it was called before, the newest rename last."""
        self._counting: Work | None = None

    def set_project(self, project: Project | None) -> None:
        self._drop_counting()
        self._project = project
        self._former.clear()
        self.changed.emit()

    @property
    def can_undo(self) -> bool:
        """Whether there is a rename to take back."""
        return bool(self._still_there())

    def rename(self, class_id: int, name: str) -> None:
        """Call a class so from now on.

        Raises:
            MaskwrightError: the name is empty, or another class has it.
        """
        project = self._project
        before = self._name_of(class_id)
        if project is None or before is None:
            return
        project.change_class(class_id, name=name)
        self._former.append((class_id, before))
        self._tell()
        self._count(project, class_id, before, name)

    def undo(self) -> None:
        """Take the last rename of a class back that is still there."""
        project, left = self._project, self._still_there()
        if project is None or not left:
            return
        class_id, before = left[-1]
        called = self._name_of(class_id)
        try:
            project.change_class(class_id, name=before)
        except MaskwrightError as error:
            self._messages.say(str(error), "warning")
            return
        self._drop_counting()
        self._former = left[:-1]
        self._tell()
        self._messages.say(
            self.tr("“{0}” is called “{1}” again.").format(called, before), fleeting=True
        )

    # -- inside ---------------------------------------------------------------------------

    def _count(self, project: Project, class_id: int, before: str, name: str) -> None:
        """Of a class that nobody has painted yet nothing is said."""

        def counted(usage: ClassUsage) -> None:
            found = usage.of([class_id])
            if not found.is_empty:
                words = self.tr("Renamed “{0}” to “{1}” in {2}.").format(
                    before, name, in_files(found)
                )
                self._messages.say(words, action=self.tr("Undo"), do=self.undo, fleeting=True)

        self._drop_counting()
        self._counting = Work(self._background, self)
        self._counting.start(
            lambda progress, cancel: project.merges.usage(progress=progress, cancel=cancel),
            done=counted,
            failed=partial(self._messages.say, kind="warning"),
            cancelled=nothing,
            kind="classes",
        )

    def _drop_counting(self) -> None:
        if self._counting is not None:
            self._counting.drop()
            self._counting = None

    def _still_there(self) -> list[tuple[int, str]]:
        return [each for each in self._former if self._name_of(each[0]) is not None]

    def _name_of(self, class_id: int) -> str | None:
        classes = self._project.classes if self._project is not None else []
        return next((each.name for each in classes if each.id == class_id), None)

    def _tell(self) -> None:
        self.classes_changed.emit()
        self.changed.emit()
