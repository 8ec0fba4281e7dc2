"""Merging classes, taking that back, and deleting a class that is used: off the GUI thread, with
nothing else being painted meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.class_dialogs.delete_dialog import DeleteDialog
from gui.class_dialogs.merge_dialog import MergeDialog
from gui.class_dialogs.wait_dialog import WaitDialog
from gui.class_dialogs.words import quoted
from gui.dialogs import show_dialog
from gui.jobs import Background
from gui.message_bar import MessageBar
from gui.work import Work, nothing
from segmenter.cancel import CancelToken, Progress
from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED, LabelClass
from segmenter.wording import counted

if TYPE_CHECKING:
    from segmenter.project.class_merge import MergeResult
    from segmenter.project.class_usage import ClassUsage
    from segmenter.project.project import Project

T = TypeVar("T")
_PATIENCE_MS = 250
"""Looking where a class is used is quicker than this in most folders: no dialog flashes up."""


class LiveMasks(Protocol):
    """Who holds masks in memory; see :class:`gui.correcting.Correcting`."""

    def save_first(self, later: Callable[[], object]) -> bool: ...

    def forget_masks(self) -> None: ...


class _Done:
    """What a merge, or taking one back, has changed. Made on the pool: there may be many."""

    def __init__(self, result: MergeResult, project: Project) -> None:
        self.result = result
        self.changed = {*result.masks, *result.predictions}
        """Stored names, also of images that are not in the folder now."""
        self.names = project.names_of(self.changed)


class ClassMerging(QObject):
    """The dialogs, and the work behind them."""

    classes_changed = Signal()
    """The project has other classes now."""
    merged_into = Signal(int)
    """The class that has the pixels now."""
    changed = Signal()
    """``can_undo`` may be different now."""

    _project_left = Signal()

    def __init__(
        self,
        masks: LiveMasks,
        background: Background,
        messages: MessageBar,
        window: QWidget,
        reload: Callable[[list[str], Callable[[], None]], None],
    ) -> None:
        """``reload`` reads the labels of these images and of the shown one again, and then calls
        what it is given: nobody may paint before."""
        super().__init__(window)
        self._masks = masks
        self._background = background
        self._messages = messages
        self._window = window
        self._reload = reload
        self._project: Project | None = None
        self._can_undo = False
        self._counting: Work | None = None
        """The newest look at where classes are used; it may be over."""

    def set_project(self, project: Project | None) -> None:
        self._project = project
        self._project_left.emit()
        self._look_what_can_be_undone()

    @property
    def can_undo(self) -> bool:
        """Whether there is a merge to take back."""
        return self._can_undo

    # -- merging --------------------------------------------------------------------------

    def ask(self, sources: list[int], target: int | None) -> None:
        """Open the dialog with these classes chosen."""
        project = self._project
        if project is None or not self._masks.save_first(partial(self.ask, sources, target)):
            return
        dialog = MergeDialog(project.classes, sources, target, self._window)
        dialog.merge_wanted.connect(partial(self._merge_in, project, dialog))
        dialog.finished.connect(dialog.deleteLater)
        self._count_for(project, dialog)
        show_dialog(self._window, dialog)

    def _count_for(self, project: Project, dialog: MergeDialog) -> None:
        counting = self._count(
            project, dialog.show_counting, dialog.show_usage, failed=dialog.show_trouble
        )
        dialog.finished.connect(counting.drop)
        dialog.merge_wanted.connect(counting.drop)

    def _merge_in(
        self, project: Project, dialog: MergeDialog, sources: list[int], target: int
    ) -> None:
        def stay() -> None:
            dialog.end()
            self._count_for(project, dialog)  # it may not have come to its end, or be others now

        dialog.begin()
        merging = self._merge(sources, target, dialog.show_progress, dialog.accept, stay)
        dialog.cancel_wanted.connect(merging.cancel)

    def _merge(
        self,
        sources: list[int],
        target: int,
        show: Callable[[str, int, int], None],
        end: Callable[[], object],
        stay: Callable[[], object],
    ) -> Work:
        """``end`` where it is done, ``stay`` where it was cancelled or went wrong."""
        project = self._project
        assert project is not None
        named = {each.id: each for each in project.classes}
        given_up = [named[id] for id in sources]
        words = self.tr("Changing masks and predictions …")

        def work(progress: Progress, cancel: CancelToken) -> _Done:
            result = project.merges.merge(sources, target, progress=progress, cancel=cancel)
            return _Done(result, project)

        def finished(done: _Done) -> None:
            self._follow(done, partial(self._finish_merge, end, done, given_up, named))

        return self._begin(
            work,
            show=partial(show, words),
            done=finished,
            failed=partial(self._fail, project, stay),
            cancelled=stay,
        )

    def _finish_merge(
        self,
        end: Callable[[], object],
        done: _Done,
        given_up: list[LabelClass],
        named: dict[int, LabelClass],
    ) -> None:
        end()
        target = done.result.target
        if target != UNLABELLED:
            self.merged_into.emit(target)
            words = self.tr("Merged {0} into {1}").format(quoted(given_up), quoted([named[target]]))
        else:
            words = self.tr("Deleted {0}").format(quoted(given_up))
        self._say_result(words, done, self.tr("Undo"), self.undo)

    # -- and back -------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last merge back, or the last deletion of a class that was used."""
        project = self._project
        if project is None or not self.can_undo or not self._masks.save_first(self.undo):
            return
        words = self.tr("Taking the merge of classes back …")
        dialog = WaitDialog(words, self._window, can_cancel=False)

        def finished(done: _Done) -> None:
            self._follow(done, partial(end, done))

        def end(done: _Done) -> None:
            dialog.end()
            self._say_result(self.tr("Took the merge back"), done)

        self._begin(
            lambda progress, _: _Done(project.merges.undo(progress=progress), project),
            show=partial(dialog.show_progress, words),
            done=finished,
            failed=partial(self._fail, project, dialog.end),
            cancelled=dialog.end,
        )
        show_dialog(self._window, dialog)

    def settle(self) -> None:
        """Try again what failed half way, with the disk full, say: until it has worked, no mask
        can be changed. Nothing happens where all is well."""
        project = self._project
        if project is None or project.read_only or not project.merges.unfinished:
            return
        words = self.tr("Bringing the merge of classes to its end …")
        dialog = WaitDialog(words, self._window, can_cancel=False)

        def finished(outcome: str) -> None:
            def end() -> None:
                dialog.end()
                self._tell_all(outcome)

            self._read_again(project, end)

        self._begin(
            lambda progress, _: project.merges.settle(progress=progress),
            show=partial(dialog.show_progress, words),
            done=finished,
            failed=partial(self._fail, project, dialog.end),
            cancelled=dialog.end,
        )
        show_dialog(self._window, dialog)

    # -- deleting -------------------------------------------------------------------------

    def delete(self, label_class: LabelClass) -> None:
        """At once where nothing uses it, else what becomes of its pixels is asked."""
        project = self._project
        again = partial(self.delete, label_class)
        if project is None or not self._masks.save_first(again):
            return
        words = self.tr("Looking where {0} is used …").format(quoted([label_class]))
        waiting = WaitDialog(words, self._window, can_cancel=True)
        patience = QTimer(waiting)
        patience.setSingleShot(True)
        patience.timeout.connect(partial(show_dialog, self._window, waiting))
        patience.start(_PATIENCE_MS)

        def counted_all(usage: ClassUsage) -> None:
            waiting.end()
            self._delete(project, label_class, usage)

        counting = self._count(
            project,
            partial(waiting.show_progress, words),
            counted_all,
            failed=lambda _: waiting.end(),
            cancelled=waiting.end,
        )
        waiting.cancel_wanted.connect(counting.cancel)

    def _delete(self, project: Project, label_class: LabelClass, usage: ClassUsage) -> None:
        found = usage.of([label_class.id])
        if not found.is_empty:
            dialog = DeleteDialog(label_class, found, self._window)
            dialog.unlabel_wanted.connect(partial(self._unlabel, label_class))
            dialog.merge_wanted.connect(partial(self.ask, [label_class.id], None))
            dialog.finished.connect(dialog.deleteLater)
            show_dialog(self._window, dialog)
            return
        if not self._masks.save_first(partial(self.delete, label_class)):
            return
        try:
            project.remove_class(label_class.id)
        except MaskwrightError as error:
            self._messages.say(str(error), "warning")
            return
        # Nobody can take back or make again a step that holds it: what the canvas showed then
        # could not be saved.
        self._masks.forget_masks()
        self.classes_changed.emit()
        say = partial(
            self._messages.say,
            self.tr("Deleted {0}, which no image uses.").format(quoted([label_class])),
            action=self.tr("Undo"),
            do=partial(self._bring_back, project, label_class.id),
        )
        self._reload([], say)

    def _bring_back(self, project: Project, class_id: int) -> None:
        if project is self._project:
            try:
                project.bring_back_class(class_id)
            except MaskwrightError as error:
                self._messages.say(str(error), "warning")
            self.classes_changed.emit()
            self.merged_into.emit(class_id)

    def _unlabel(self, label_class: LabelClass) -> None:
        if not self._masks.save_first(partial(self._unlabel, label_class)):
            return
        words = self.tr("Deleting {0} …").format(quoted([label_class]))
        dialog = WaitDialog(words, self._window, can_cancel=True)
        merging = self._merge(
            [label_class.id], UNLABELLED, dialog.show_progress, dialog.end, dialog.end
        )
        dialog.cancel_wanted.connect(merging.cancel)
        show_dialog(self._window, dialog)

    # -- inside ---------------------------------------------------------------------------

    def _count(
        self,
        project: Project,
        show: Callable[[int, int], None],
        done: Callable[[ClassUsage], None],
        *,
        failed: Callable[[str], object],
        cancelled: Callable[[], object] = nothing,
    ) -> Work:
        """Look which class is used where, in the place of an older look."""

        def fail(sentence: str) -> None:
            failed(sentence)
            self._tell_failed(sentence)

        if self._counting is not None:
            self._counting.cancel()
        self._counting = self._begin(
            lambda progress, cancel: project.merges.usage(progress=progress, cancel=cancel),
            show=show,
            done=done,
            failed=fail,
            cancelled=cancelled,
        )
        return self._counting

    def _begin(
        self,
        work: Callable[[Progress, CancelToken], T],
        *,
        show: Callable[[int, int], None],
        done: Callable[[T], object],
        failed: Callable[[str], object],
        cancelled: Callable[[], object],
    ) -> Work:
        """One of the last three is called when it has ended. Cancelled where the folder is left."""
        begun = Work(self._background, self)
        begun.progressed.connect(show)
        self._project_left.connect(begun.cancel)
        begun.start(work, done=done, failed=failed, cancelled=cancelled, kind="classes")
        return begun

    def _follow(self, done: _Done, then: Callable[[], None]) -> None:
        """The files have changed: so does all that was read from them, before anybody paints."""
        self._look_what_can_be_undone()
        self._masks.forget_masks()
        self.classes_changed.emit()
        self._reload(done.names, then)

    def _say_result(
        self,
        words: str,
        done: _Done,
        action: str = "",
        do: Callable[[], None] | None = None,
    ) -> None:
        words += ": " + self.tr("{0} changed.").format(counted(len(done.changed), "image"))
        damaged = done.result.damaged
        if damaged:
            words += " " + self.tr("Masks that can't be read stayed as they were: {0}.").format(
                ", ".join(damaged[:3]) + (", …" if len(damaged) > 3 else "")
            )
        self._messages.say(words, "warning" if damaged else "info", action, do)

    def _fail(self, project: Project, end: Callable[[], object], sentence: str) -> None:
        """It went wrong, and some of the files may have changed all the same."""

        def tell() -> None:
            end()
            self._tell_failed(sentence)

        self._read_again(project, tell)

    def _read_again(self, project: Project, then: Callable[[], None]) -> None:
        """Any of the files may have changed."""
        self._masks.forget_masks()
        self._reload([record.name for record in project.images()], then)

    def _tell_failed(self, sentence: str) -> None:
        unfinished = self._project.merges.unfinished if self._project is not None else ""
        if unfinished:
            self._tell_all(unfinished, "error", self.tr("Try again"), self.settle)
        else:
            self._tell_all(sentence, "error")

    def _tell_all(
        self,
        words: str,
        kind: str = "info",
        action: str = "",
        do: Callable[[], None] | None = None,
    ) -> None:
        self._look_what_can_be_undone()
        self.classes_changed.emit()
        self._messages.say(words, kind, action, do)

    def _look_what_can_be_undone(self) -> None:
        project = self._project
        self._can_undo = (
            project is not None and not project.read_only and project.merges.last is not None
        )
        self.changed.emit()
