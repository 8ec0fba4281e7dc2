"""Images with their masks: from a pair of folders, or from what a person corrected in a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from segmenter.errors import MaskwrightError
from segmenter.project.classes import UNLABELLED
from segmenter.project.images import list_images, load_image
from segmenter.project.label_png import read_label_png
from segmenter.project.project import Project
from segmenter.project.state import Side
from segmenter.training.held_out import digest_of
from segmenter.training.labelled_images import taught_labels, usable_records
from segmenter.training.unusable import UnusableError, check_same_size, unusable_if_it_fails

Example = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""rgb uint8 H×W×3; labels uint8 H×W, indices into the source's classes, 255 = unlabelled."""


class Examples(Protocol):
    """Where images with masks come from."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names; labels are indices into them."""

    @property
    def class_ids(self) -> tuple[int, ...]:
        """The value that each class has in the mask files."""

    @property
    def former_names(self) -> Mapping[str, str]:
        """Names that models may know some of the classes by: what each is called now."""

    @property
    def names(self) -> tuple[str, ...]:
        """Relative paths of the images that have a mask; never empty."""

    @property
    def pinned(self) -> Mapping[str, Side]:
        """Image → the side of the split that a person has pinned it to."""

    @property
    def images_of(self) -> str:
        """Tells whose names they are: a digest of the folder, for the cards of models; see
        :func:`segmenter.training.held_out.digest_of`."""

    def load(self, name: str) -> Example:
        """Raises :class:`UnusableError` where the image or its mask can't be used, and
        :class:`MaskwrightError` where the classes don't fit the masks."""

    def load_image(self, name: str) -> NDArray[np.uint8]:
        """The image of :meth:`load` alone. Raises as that does."""

    def load_labels(self, name: str) -> NDArray[np.uint8]:
        """The labels of :meth:`load` alone, of any size. Raises as that does."""

    def stamp(self, name: str) -> str:
        """Another text whenever the image's file is another one, whatever becomes of its mask.

        Raises :class:`UnusableError` where there is no such file any more.
        """


class FolderExamples:
    """``images/a/b.jpg`` belongs to ``masks/a/b.png`` (or ``masks/a/b.jpg.png``).

    Masks are 8-bit PNGs; a pixel's value is its class, 255 is unlabelled. Images without a mask
    are passed over.
    """

    def __init__(
        self, images: str | Path, masks: str | Path, classes: Sequence[str] | None
    ) -> None:
        """``classes``: names of the mask values 0, 1, 2, …

        Raises :class:`MaskwrightError` where a folder is missing or nothing belongs together.
        """
        self._images, self._masks = Path(images), Path(masks)
        for folder, what in ((self._images, "images"), (self._masks, "masks")):
            if not folder.is_dir():
                raise MaskwrightError(f"There is no folder {folder} to read {what} from.")
        if not classes:
            raise MaskwrightError("Say what the mask values mean, e.g. --classes background,cat.")
        self.classes = tuple(classes)
        self.class_ids = tuple(range(len(self.classes)))
        self.former_names: dict[str, str] = {}
        self.pinned: dict[str, Side] = {}
        self.images_of = digest_of(self._images)
        found = list(list_images(self._images))
        if not found:
            raise MaskwrightError(f"There is no image in {self._images}.")
        self._mask_paths = {
            name: mask for name in sorted(found) if (mask := self._mask_of(name)) is not None
        }
        if not self._mask_paths:
            raise MaskwrightError(
                f"No image in {self._images} has a mask in {self._masks}: "
                f"{found[0]} needs {_renamed(found[0])}, for example."
            )
        self.names = tuple(self._mask_paths)

    def _mask_of(self, name: str) -> Path | None:
        for relative in (f"{name}.png", _renamed(name)):
            path = self._masks / relative
            if path.is_file():
                return path
        return None

    def load(self, name: str) -> Example:
        rgb, labels = self.load_image(name), self.load_labels(name)
        check_same_size(rgb.shape, labels.shape, name, self._mask_paths[name].name)
        return rgb, labels

    def load_image(self, name: str) -> NDArray[np.uint8]:
        with unusable_if_it_fails():
            return load_image(self._images / name)

    def stamp(self, name: str) -> str:
        return file_stamp(self._images / name)

    def load_labels(self, name: str) -> NDArray[np.uint8]:
        mask_path = self._mask_paths[name]
        with unusable_if_it_fails():
            labels = read_label_png(mask_path)
        beyond = labels[(labels >= len(self.classes)) & (labels != UNLABELLED)]
        if beyond.size:
            raise MaskwrightError(
                f"The mask {mask_path} has the value {beyond.max()}, but there are only "
                f"{len(self.classes)} classes ({', '.join(self.classes)}); 255 is unlabelled."
            )
        return labels


def _renamed(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(".png"))


class ProjectExamples:
    """The images of a project that a person corrected or approved.

    What counts of an image is said by :func:`segmenter.training.labelled_images.taught_labels`.
    Classes are the project's in the order of their ids; pixels of a class that was removed are
    unlabelled.
    """

    def __init__(self, project: Project, known: Mapping[int, str] | None = None) -> None:
        """
        Args:
            known: id → name of the classes that count in place of the project's own, whatever
                became of those meanwhile: of a run that goes on.

        Raises :class:`MaskwrightError` where there is no class or no such image.
        """
        self._project = project
        of_project = {label_class.id: label_class.name for label_class in project.classes}
        classes = of_project if known is None else known
        if not classes:
            raise MaskwrightError(f"The project {project.folder} has no classes yet.")
        self.classes = tuple(classes.values())
        self.class_ids = tuple(classes)
        self.former_names = project.former_class_names
        self.images_of = digest_of(project.folder)
        self._index_of_id = np.full(256, UNLABELLED, np.uint8)
        for index, class_id in enumerate(classes):
            if class_id in of_project:
                self._index_of_id[class_id] = index
        records = usable_records(project)
        self._records = {record.name: record for record in records}
        self.names = tuple(self._records)
        self.pinned = {record.name: record.side for record in records if record.side is not None}
        if not self.names:
            raise MaskwrightError(
                f"No image of {project.folder} is corrected or approved yet: correct one first."
            )

    def load(self, name: str) -> Example:
        rgb, labels = self.load_image(name), self.load_labels(name)
        check_same_size(rgb.shape, labels.shape, name, f"of {name}")
        return rgb, labels

    def load_image(self, name: str) -> NDArray[np.uint8]:
        with unusable_if_it_fails():
            return self._project.load_image(name)

    def stamp(self, name: str) -> str:
        return file_stamp(self._project.path_of(name))

    def load_labels(self, name: str) -> NDArray[np.uint8]:
        with unusable_if_it_fails():
            labels = taught_labels(self._project, self._records[name])
        if labels is None:
            raise UnusableError(f"The mask of {name} is missing: correct the image again.")
        return self._index_of_id[labels]


def file_stamp(path: Path) -> str:
    """Path, size and time of the last change. Raises :class:`UnusableError`."""
    try:
        facts = path.stat()
    except OSError as error:
        raise UnusableError(f"{path} can't be read: {error.strerror or error}.") from error
    return f"{path.absolute()} {facts.st_size} {facts.st_mtime_ns}"
