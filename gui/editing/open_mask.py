"""The mask of one image while it is being corrected: its labels, and what of them is saved."""

from __future__ import annotations

from dataclasses import dataclass

from gui.canvas.content import CanvasContent, LabelKind
from segmenter.editing.editable_mask import EditableMask
from segmenter.editing.history import History
from segmenter.project.project import Project


@dataclass(frozen=True)
class Start:
    """What there was of an image before its first step in this session."""

    has_labels: bool
    """Whether there was anything over the photo."""
    has_mask: bool
    """Whether that was a mask, and no prediction."""


@dataclass(frozen=True)
class Stored:
    """What the project holds, or is to hold, of a person's work on one image."""

    has_mask: bool = False
    is_approved: bool = False


class OpenMask:
    """Bound to its project and its name for as long as it lives, so that it can't be saved as
    another image's.

    An approval belongs to one state of the mask: painting ends it, and undo back to that state
    gives it again. Likewise an image that had no mask has none again once everything is undone.
    """

    def __init__(
        self, project: Project, name: str, mask: EditableMask, start: Start, stored: Stored
    ) -> None:
        """``stored``: what the project holds now, which is ``mask`` as it is now."""
        self.project = project
        self.name = name
        self.mask = mask
        self.start = start
        self.stored: Stored | None = stored
        self.stored_version = mask.version
        """Of the labels that the project holds."""
        self.has_new_prediction = False
        """There is another prediction than the one from which it started; see
        :meth:`OpenMasks.note_prediction`."""
        self.digest: tuple[int, bytes] | None = None
        """A version of the labels, and a hash by which they are known again."""
        self.seconds_to_save = 0.0
        """What the last save took."""
        self.approved_at: object = None
        """The position in the history that was approved; None: none was."""
        self.approve(stored.is_approved)

    @property
    def is_mask(self) -> bool:
        """Whether a person has made anything of it."""
        return self.start.has_mask or self.mask.is_open or not self.mask.history.is_at_start

    @property
    def is_approved(self) -> bool:
        if not (self.is_mask or self.start.has_labels):
            return False  # there is nothing to approve
        return not self.mask.is_open and self.approved_at is self.mask.history.position

    def approve(self, approved: bool) -> None:
        """Approve the mask as it is now, or take that back."""
        self.approved_at = self.mask.history.position if approved else None

    @property
    def wanted(self) -> Stored:
        """What the project should hold."""
        return Stored(self.is_mask or self.is_approved, self.is_approved)

    @property
    def is_dirty(self) -> bool:
        """Whether the project holds something else."""
        return self.wanted != self.stored or (
            self.is_mask and self.mask.version != self.stored_version
        )

    def note_stored(self, stored: Stored, version: int) -> None:
        """The project holds this version of the labels, or is not to be told of it."""
        self.stored, self.stored_version = stored, version

    def drop_history(self) -> None:
        """Nothing can be undone any more; what it is now it stays."""
        is_mask, is_approved = self.is_mask, self.is_approved
        dropped, self.mask.history = self.mask.history, History()
        dropped.clear()
        self.start = Start(self.start.has_labels or is_mask, is_mask)
        self.approve(is_approved)

    @property
    def is_out_of_date(self) -> bool:
        """Nothing of a person is left in it, and the model has said something else since."""
        return self.has_new_prediction and not self.is_mask

    def fits(self, content: CanvasContent) -> bool:
        return self.mask.labels.shape == (content.height, content.width)

    def put_into(self, content: CanvasContent) -> None:
        """Show the live labels, as what they are."""
        has_labels = self.is_mask or self.start.has_labels
        content.labels = self.mask.labels if has_labels else None
        content.kind = LabelKind.MASK if self.is_mask else LabelKind.PREDICTION
