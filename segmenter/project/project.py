"""One folder of images with its classes, masks and predictions."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segmenter.cancel import CancelToken
from segmenter.closing import Closing
from segmenter.errors import MaskwrightError
from segmenter.project import recovery
from segmenter.project.class_merge import ClassMerges
from segmenter.project.class_table import ClassTable, Color
from segmenter.project.classes import LabelClass
from segmenter.project.database import DamagedDatabaseError, Database
from segmenter.project.file_locks import FileLocks
from segmenter.project.image_table import ImageTable, failed, mended, unpredicted
from segmenter.project.images import load_image
from segmenter.project.label_store import LabelStore, StoredPrediction
from segmenter.project.listing import DATABASE_NAME
from segmenter.project.location import Location, locate
from segmenter.project.run_table import RunTable
from segmenter.project.scanning import scan_folder
from segmenter.project.state import ImageRecord, Side, State
from segmenter.project.stored_files import MODELS, RUNS, stored_name
from segmenter.wording import shown

_log = logging.getLogger(__name__)


class Project(Closing):
    """Everything Maskwright knows about a folder of images.

    May be used from several threads at once. Reading what is known about images and classes
    never waits for the disk; loading and saving pixels does.
    """

    def __init__(self, folder: Path, location: Location, database: Database) -> None:
        """For :meth:`open`."""
        self.folder = folder
        self.data_folder = location.data_folder
        self.read_only_reason = location.read_only_reason
        """Why nothing can be saved here, as one sentence; empty where it can."""
        self.notes = [location.note] if location.note else []
        """Sentences a person should see once, on opening."""
        self._location = location
        self._database = database
        self._classes = ClassTable(database)
        self._images = ImageTable(database)
        self.runs = RunTable(database, self.data_folder / RUNS)
        self._locks = FileLocks()
        self._labels = LabelStore(self.data_folder, self._classes, self._locks)
        self.merges = ClassMerges(
            self.data_folder, self._classes, database, self._locks, self._check_writable
        )
        """Merging classes in all masks and predictions, and taking that back."""

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        *,
        data_folder: str | os.PathLike[str] | None = None,
        read_only: bool = False,
    ) -> Project:
        """Open a folder; where it has no project yet, make one in ``maskwright/``.

        Where the folder can't be written to, the project lies in a folder of the user's own
        (see :attr:`data_folder`). A project that is open elsewhere is opened read-only. Images
        are known from the last time; :meth:`scan` looks what is there now.

        Raises:
            MaskwrightError: one sentence why the folder can't be opened.
        """
        folder = Path(folder).absolute()
        location = locate(folder, Path(data_folder).absolute() if data_folder else None, read_only)
        try:
            return cls._opened(folder, location)
        except BaseException:
            location.release()
            raise

    @classmethod
    def _opened(cls, folder: Path, location: Location) -> Project:
        path = location.data_folder / DATABASE_NAME
        note = ""
        if location.read_only_reason:
            try:
                database = Database.snapshot(path)
            except DamagedDatabaseError:
                database = Database.snapshot(path.with_name("none"))
                note = "The project file is damaged; open the folder for writing to rebuild it."
            is_new = bool(note) or not path.exists()
        else:
            is_new = not path.exists() or path.stat().st_size == 0
            try:
                database = Database.open(path)
            except DamagedDatabaseError as error:
                _log.warning("%s is damaged: %s", path, error)
                note = recovery.set_aside(path)
                database = Database.open(path)
                is_new = True
        try:
            project = cls(folder, location, database)
            if is_new and recovery.has_stored_files(location.data_folder):
                project._classes.restore(recovery.classes_on_disk(location.data_folder))
                note = note or (
                    "The project file was missing and has been rebuilt from the masks and "
                    "predictions on disk; approvals have to be given again."
                )
        except BaseException:
            database.close()
            raise
        if note:
            project.notes.append(note)
        if not project.read_only:
            project._resume_merges()
        return project

    @property
    def read_only(self) -> bool:
        return bool(self.read_only_reason)

    @property
    def why_labels_stay(self) -> str:
        """Why no mask and no prediction can be saved now; empty where they can."""
        return self.read_only_reason or self.merges.unfinished

    @property
    def models_folder(self) -> Path:
        """Where the project's own models lie; may not exist yet."""
        return self.data_folder / MODELS

    def close(self, *, forget_merges: bool = True) -> None:
        """Let go of the files. What is saved later raises; a second call does nothing. Merges of
        classes can't be taken back any more; ``forget_merges=False`` leaves it to the next opening
        to delete what was kept for that, which may be a file an image."""
        if forget_merges and not self.read_only:
            with suppress(MaskwrightError):
                self.merges.forget_all()
        self._database.close()
        self._location.release()

    # Classes

    @property
    def classes(self) -> list[LabelClass]:
        """Sorted by id."""
        return self._classes.all()

    def add_class(
        self, name: str, color: Color | None = None, wanted_id: int | None = None
    ) -> LabelClass:
        """A new class with an id that no class had before: ``wanted_id`` where that is one.

        Raises:
            MaskwrightError: the name is empty or taken, or there is no id left.
        """
        self._check_writable()
        return self._classes.add(name, color, wanted_id)

    @property
    def class_ids_left(self) -> int:
        """How many classes can still be added."""
        return self._classes.ids_left()

    def change_class(
        self,
        class_id: int,
        *,
        name: str | None = None,
        color: Color | None = None,
        visible: bool | None = None,
    ) -> LabelClass:
        """Rename, recolour, show or hide a class; what is None stays.

        A read-only project takes it too, for as long as it is open.

        Raises:
            MaskwrightError: there is no such class, its new name is empty or taken, or it can't be
                written down (disk full, database locked).
        """
        return self._classes.change(class_id, name=name, color=color, visible=visible)

    def show_classes(self, visible: Mapping[int, bool]) -> None:
        """Show or hide several classes at once: class id → whether it is shown.

        Raises:
            MaskwrightError: there is no such class, or it can't be written down.
        """
        self._classes.show(visible)

    def remove_class(self, class_id: int) -> None:
        """Take a class from the list. Its id is not given out again. Pixels that masks still
        have of it count as unlabelled, and predictions of its name become unlabelled.

        Raises:
            MaskwrightError: there is no such class.
        """
        self._check_writable()
        self._classes.remove(class_id)

    def bring_back_class(self, class_id: int) -> LabelClass:
        """Undo :meth:`remove_class`.

        Raises:
            MaskwrightError: no class had this id.
        """
        self._check_writable()
        return self._classes.bring_back(class_id)

    def class_ids_for(self, names: Sequence[str]) -> NDArray[np.uint8]:
        """uint8 of the length of ``names``: the class id of each. Names that are no class yet
        are added; the former name of a class that was renamed or merged leads to what it is
        now, the name of a deleted one to 255.
        ``class_ids_for(p.classes)[p.labels]`` turns a prediction's labels into ids.

        Raises:
            MaskwrightError: the project can't have so many classes, or is read-only.
        """
        if not self._classes.knows(names):
            self._check_writable()
        return self._classes.ids_for(names)

    @property
    def former_class_names(self) -> dict[str, str]:
        """Names that classes had before they were renamed or merged: what each is called now."""
        return self._classes.former_names()

    def names_of(self, stored: Collection[str]) -> list[str]:
        """The images of the folder that these stored names belong to."""
        wanted = set(stored)
        return [each.name for each in self.images() if stored_name(each.name) in wanted]

    # What the window finds again

    def remember(self, name: str, value: str) -> None:
        """Keep a short text until the next time; a read-only project keeps it while it is open.

        Raises:
            MaskwrightError: it can't be written.
        """
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?)", (name, value))

    def recall(self, name: str) -> str:
        """What was kept under this name; empty where nothing was."""
        rows = self._database.rows("SELECT value FROM remembered WHERE name = ?", (name,))
        return rows[0][0] if rows else ""

    # Images

    def scan(
        self,
        *,
        cancel: CancelToken | None = None,
        on_found: Callable[[list[str]], None] | None = None,
    ) -> None:
        """Look what is in the folder now; meant for a thread of its own.

        ``on_found`` is called from this thread with the names that are new or changed, some
        hundreds at a time, as soon as :meth:`images` knows them. Images that went are dropped
        from the list at the end; their masks and states are kept in case they come back.

        Raises:
            MaskwrightError: the folder can't be read.
            Cancelled: ``cancel`` was set. What was found until then stays.
        """
        scan_folder(
            self.folder,
            self.data_folder,
            self._images,
            may_delete=self._location.lock is not None,
            cancel=cancel,
            on_found=on_found,
        )

    def images(self) -> list[ImageRecord]:
        """All images, in natural order of their names, those of a folder before its subfolders."""
        return self._images.all()

    def image(self, name: str) -> ImageRecord:
        """
        Raises:
            MaskwrightError: there is no such image.
        """
        return self._images.get(name)

    def path_of(self, name: str) -> Path:
        """Where the image lies.

        Raises:
            MaskwrightError: the name leads out of the folder.
        """
        stored_name(name)  # refuses such names
        return self.folder / name

    def load_image(self, name: str) -> NDArray[np.uint8]:
        """uint8 H×W×3 RGB, upright. An image that can't be loaded becomes ``failed``, with the
        reason; a failed one that can be loaded goes back to the state it had.

        Raises:
            MaskwrightError: it can't be loaded, and why.
        """
        try:
            rgb = load_image(self.path_of(name))
        except MaskwrightError as error:
            if self._images.find(name) is not None:
                reason = str(error)
                self._images.change(name, lambda record: failed(record, reason))
            raise
        if (record := self._images.find(name)) and record.state is State.FAILED:
            self._images.change(name, mended)
        return rgb

    def set_state(self, name: str, state: State, reason: str = "") -> ImageRecord:
        """
        Raises:
            MaskwrightError: there is no such image, or the project is read-only.
        """
        self._check_writable()
        if state is State.FAILED:
            return self._images.change(name, lambda record: failed(record, reason))
        return self._images.change(
            name,
            lambda record: replace(record, state=state, reason=reason, before_failure=None),
        )

    def pin(self, name: str, side: Side | None) -> ImageRecord:
        """Say what an image serves for once it is labelled; None: its path decides again.

        Raises:
            MaskwrightError: there is no such image, or the project is read-only.
        """
        self._check_writable()
        return self._images.change(name, lambda record: replace(record, side=side))

    # Predictions and masks

    def save_prediction(
        self,
        name: str,
        labels: NDArray[np.uint8],
        confidence: NDArray[np.uint8],
        uncertainty: float,
    ) -> ImageRecord:
        """Keep a prediction: labels uint8 H×W in class ids of the project, confidence uint8 H×W.

        The image becomes ``predicted``, unless a person has corrected or approved it: then its
        mask and its state stay as they are.

        Raises:
            MaskwrightError: it could not be saved, and why.
        """
        self.merges.check_may_save()
        self._images.get(name)
        self._labels.save_prediction(name, labels, confidence, uncertainty)

        def predicted(record: ImageRecord) -> ImageRecord:
            record = replace(mended(record), uncertainty=float(uncertainty))
            if record.state is State.NEW:
                return replace(record, state=State.PREDICTED, reason="")
            return record

        return self._images.change(name, predicted)

    def load_prediction(self, name: str) -> StoredPrediction | None:
        """None where there is none. One whose files are damaged or gone is forgotten, so that
        the image is segmented again."""
        record = self._images.find(name)
        if record is None:
            return None
        found = self._labels.load_prediction(name, record.uncertainty or 0.0)
        if found is not None:
            return found
        if record.state is State.PREDICTED and not self.read_only:
            self._images.change(name, unpredicted)
        return None

    def load_prediction_labels(self, name: str) -> NDArray[np.uint8] | None:
        """The labels alone, uint8 H×W in class ids of the project; None where there are none, or
        their file is damaged."""
        return self._labels.load_prediction_labels(name)

    def save_mask(
        self, name: str, labels: NDArray[np.uint8], *, approved: bool = False
    ) -> ImageRecord:
        """Keep a person's mask, uint8 H×W in class ids with 255 for unlabelled; the image
        becomes ``corrected``, or ``approved``. When this returns, the mask is on the disk.

        A mask that was there and is no use (damaged, or made for an image of another size) is
        kept beside it, as ``….png.old``.

        Raises:
            MaskwrightError: it could not be saved, and why; the previous mask is as it was.
        """
        self.merges.check_may_save()
        self._images.get(name)
        self._labels.save_mask(name, labels)
        return self._note_state(name, State.APPROVED if approved else State.CORRECTED)

    def remove_mask(self, name: str, *, approved: bool = False) -> ImageRecord:
        """Take back a person's mask: its file goes, and the image is again what it would be
        without, ``predicted`` or ``new``. An image that has no mask is brought to that state all
        the same. ``approved``: as :meth:`set_approved` for an image without a mask; one without
        a prediction can't be approved, and is not.

        The state is written down first: a process that is killed in between leaves the mask as
        it was, and the next scan finds it.

        Raises:
            MaskwrightError: it could not be removed, and why; all is as it was.
        """
        self.merges.check_may_save()
        if approved and self.load_prediction_labels(name) is not None:
            self._make_prediction_the_mask(name)
            return self._note_state(name, State.APPROVED)
        before = self._images.get(name)
        without = State.PREDICTED if self.has_prediction(name) else State.NEW
        record = self._note_state(name, without)
        try:
            self._labels.remove_mask(name)
        except MaskwrightError:
            self._images.change(name, lambda _: before)
            raise
        return record

    def set_approved(self, name: str, approved: bool) -> ImageRecord:
        """Approve an image as it is, or take that back: it is then ``corrected``, or
        ``predicted`` where nobody has changed a pixel of the prediction.

        Approving an image without a mask makes its prediction the mask: no later prediction may
        change what a person called right, and training finds it where it finds the others.
        Taking that back removes it again.

        Raises:
            MaskwrightError: there is no such image, nothing to approve, or it could not be
                written down.
        """
        self.merges.check_may_save()
        self._images.get(name)
        mask = self.load_mask(name)
        if approved:
            if mask is None:
                self._make_prediction_the_mask(name)
            return self._note_state(name, State.APPROVED)
        predicted = self.load_prediction_labels(name)
        if mask is None or (predicted is not None and np.array_equal(mask, predicted)):
            return self.remove_mask(name)
        return self._note_state(name, State.CORRECTED)

    def _make_prediction_the_mask(self, name: str) -> None:
        labels = self.load_prediction_labels(name)
        if labels is None:
            raise MaskwrightError(
                f"{shown(name)} has neither a mask nor a prediction; segment it or paint on it, "
                "then approve it."
            )
        self._labels.save_mask(name, labels)

    def load_mask(self, name: str) -> NDArray[np.uint8] | None:
        """uint8 H×W; None where nobody has made one.

        Raises:
            MaskwrightError: the mask's file is damaged.
        """
        return self._labels.load_mask(name)

    def _note_state(self, name: str, state: State) -> ImageRecord:
        return self._images.change(
            name, lambda record: replace(record, state=state, reason="", before_failure=None)
        )

    def has_prediction(self, name: str) -> bool:
        """Whether :meth:`load_prediction` has something to load."""
        return self._labels.has_prediction(name)

    def _resume_merges(self) -> None:
        try:
            note = self.merges.resume()
        except MaskwrightError as error:
            note = f"A merge of classes that was cut short could not be finished. {error}"
        if note:
            self.notes.append(note)

    def _check_writable(self) -> None:
        if self.read_only_reason:
            raise MaskwrightError(self.read_only_reason)
