"""Fine-tune a model on corrected masks, or train a new one: begin a run, or go on with one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from segmenter.cancel import CancelToken
from segmenter.errors import MaskwrightError
from segmenter.nn.card import ModelCard
from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3
from segmenter.project.location import check_here
from segmenter.project.project import Project
from segmenter.training.checkpoint import Checkpoint
from segmenter.training.events import Batch, OnEvent
from segmenter.training.fine_tuned import FineTuned
from segmenter.training.quick_recipe import QuickRecipe
from segmenter.training.recipes import STANDARD, Recipe
from segmenter.training.recording import Record, recorded
from segmenter.training.run import carry_out
from segmenter.training.run_control import RunControl
from segmenter.training.run_folder import RunFolder
from segmenter.training.run_settings import RunSettings
from segmenter.training.team import Team, joined
from segmenter.wording import shown

__all__ = ["FineTuned", "fine_tune", "resume_run", "start_run"]


def fine_tune(
    out: str | Path,
    *,
    project: Project | None = None,
    images: str | Path | None = None,
    masks: str | Path | None = None,
    classes: Sequence[str] | None = None,
    model: str | Path | DeepLabV3 | None = "starter",
    config: ModelConfig | None = None,
    recipe: Recipe | QuickRecipe = STANDARD,
    validation: Sequence[str] | None = None,
    device: str = "auto",
    half: bool = False,
    threads: int | None = None,
    card: ModelCard | None = None,
    command: str = "",
    run: str | Path | None = None,
    on_event: OnEvent | None = None,
    cancel: CancelToken | None = None,
) -> FineTuned:
    """Train on images and masks, keep the epoch that scores best on held-out images, save it.

    Args:
        out: the model file to write; from the first better epoch on it is always whole.
        project: learn from its corrected and approved images …
        images, masks: … or from two folders, see
            :class:`segmenter.training.data.FolderExamples`.
        classes: names of the mask values 0, 1, 2, … of the folders; not given, the starting
            model's or those of ``config``. A project has its own.
        model: where to start from, a name of the zoo, a file or a network (which stays as it is).
            Outputs of classes it knows by name are kept, the others start new.
        config: a new network with a backbone from ImageNet instead.
        recipe: every number.
        validation: the names of the images to hold out, in place of what the recipe says.
        half: save float16 weights.
        threads: of the CPU; not given, one core is left for the rest of the computer.
        card: name, origin, license, note of the new model; scores and settings are filled in.
        command: what a person typed, for the card.
        run: a new folder that keeps the run, so that :func:`resume_run` can go on with it; see
            :mod:`segmenter.training.run_folder`.
        on_event: told what happens, from this thread; see :mod:`segmenter.training.events`.
        cancel: finishes the batch at hand, saves the best so far and returns.

    Raises:
        MaskwrightError: one sentence: nothing to learn from, a mask that does not fit its image,
            no memory, the file can't be written, …
        Cancelled: before there was anything to save.
    """
    settings = RunSettings(
        out=Path(out),
        project=project,
        images=Path(images) if images is not None else None,
        masks=Path(masks) if masks is not None else None,
        classes=tuple(classes) if classes is not None else None,
        model=model,
        config=config,
        recipe=recipe,
        validation=tuple(validation) if validation is not None else None,
        device=device,
        half=half,
        threads=threads,
        card=card if card is not None else ModelCard(),
        command=command,
    )
    folder = RunFolder(run) if run is not None else None
    return start_run(settings, folder, on_event=on_event, control=RunControl(cancel))


def start_run(
    settings: RunSettings,
    run: RunFolder | None = None,
    *,
    on_event: OnEvent | None = None,
    control: RunControl | None = None,
) -> FineTuned:
    """:func:`fine_tune` with its arguments put together, and a control that can pause it.

    Args:
        run: the folder to keep it in, which has no run yet; None = nowhere.
    """
    control = control if control is not None else RunControl()
    if settings.project is not None:
        check_here(settings.project.data_folder)
    with joined() as team:
        if run is not None and team.is_leader:
            run.begin(settings)
        with _recorded(team, run, on_event) as record:
            return _learnt(settings, record, control, run, None, team=team)


def resume_run(
    run: RunFolder,
    project: Project | None = None,
    *,
    on_event: OnEvent | None = None,
    control: RunControl | None = None,
) -> FineTuned:
    """Go on with a run that was stopped or killed, as if it had not been.

    Args:
        run: keeps it; events that were told after its last checkpoint are forgotten, since they
            will be told again.
        project: the one that the run learns from, opened; None where it has none.

    Raises:
        MaskwrightError: there is no such run, it is going on, it is done, its checkpoint was
            dropped for a newer run's, or as :func:`fine_tune`.
        Cancelled: before there was anything to save.
    """
    control = control if control is not None else RunControl()
    settings = run.restored(run.settings(), project)
    if run.is_done:
        raise MaskwrightError(
            f"The run in {shown(run.path)} is done: its model is {shown(settings.out)}."
        )
    if _has_lost_its_checkpoint(run, settings):
        raise MaskwrightError(
            f"The run in {shown(run.path)} can't go on: its checkpoint is gone, since a newer "
            "training has begun after it; start a new one."
        )
    with joined() as team, _recorded(team, run, on_event) as record:
        checkpoint = Checkpoint.load(run.checkpoint) if run.checkpoint.exists() else None
        if record.log is not None:
            record.log.cut(checkpoint.told if checkpoint is not None else 0)
        return _learnt(settings, record, control, run, checkpoint, team=team)


def _has_lost_its_checkpoint(run: RunFolder, settings: RunSettings) -> bool:
    """A run of many steps has one from before the first. One that was killed before it can begin
    anew; and ``quick``, which has none, always does."""
    if isinstance(settings.recipe, QuickRecipe) or run.checkpoint.exists():
        return False
    return any(isinstance(event, Batch) for event in run.events())


def _recorded(
    team: Team, run: RunFolder | None, on_event: OnEvent | None
) -> AbstractContextManager[Record]:
    """The leader alone tells what happens."""
    return recorded(run, on_event) if team.is_leader else recorded(None, None)


def _learnt(
    settings: RunSettings,
    record: Record,
    control: RunControl,
    run: RunFolder | None,
    checkpoint: Checkpoint | None,
    *,
    team: Team,
) -> FineTuned:
    if isinstance(settings.recipe, QuickRecipe):
        if team.size > 1:
            raise MaskwrightError("The recipe quick learns in one process: leave torchrun out.")
        from segmenter.training.quick_file import learn_quick_to_file

        return learn_quick_to_file(settings, record, control.cancel)
    run = run if team.is_leader else None
    return carry_out(settings, record, control, run, checkpoint, team=team)
