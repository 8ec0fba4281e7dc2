"""``maskwright import``: labels of another program into a folder's project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segmenter.cli.import_asking import can_ask, confirm, decided
from segmenter.cli.interrupt import cancel_on_interrupt
from segmenter.cli.mapping import parse_map
from segmenter.cli.opened_folder import opened
from segmenter.cli.options import JsonOption
from segmenter.cli.output import Output, table
from segmenter.errors import MaskwrightError
from segmenter.wording import counted

if TYPE_CHECKING:
    from segmenter.cancel import CancelToken
    from segmenter.formats.exporting import Skipped
    from segmenter.formats.format import Format
    from segmenter.formats.importing import Import, ImportPlan, ImportReport
    from segmenter.formats.reader import ReadOptions


def import_labels(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of images.")],
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="A folder, a zip file or a file with labels.")
    ],
    *,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="One of `maskwright formats`; not given, what it looks like.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    conflicts: Annotated[
        str,
        typer.Option(
            metavar="keep|replace|ask",
            help="What becomes of masks that are there; ask: decided image by image.",
        ),
    ] = "keep",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask at a terminal whether to go on.")
    ] = False,
    class_map: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="THEIRS=OURS",
            help="Import a class as another one; an empty name leaves it out. Repeat it.",
        ),
    ] = None,
    fill: Annotated[
        str, typer.Option(metavar="CLASS", help="What pixels without a label become.")
    ] = "",
    by_name: Annotated[
        bool,
        typer.Option(
            "--by-name", help="Take also what fits an image of another folder by its name alone."
        ),
    ] = False,
    keep_split: Annotated[
        bool,
        typer.Option(
            "--keep-split", help="Images stay for training or validation, as its lists have them."
        ),
    ] = False,
    ignore: Annotated[
        int | None, typer.Option(min=0, max=255, help="The value of pixels without a label.")
    ] = None,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="Leave out what is damaged or does not fit.")
    ] = False,
    approved: Annotated[
        bool, typer.Option("--approved", help="The images count as approved, not as corrected.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Import masks for the images of a folder.

    Images are found by their path, or by a name that only one of them has; one in a folder of
    another name is told, and taken with --by-name. Classes are found by name; new ones keep their
    id where it is free. Where anything is damaged, nothing is changed; at a terminal you are asked
    before anything is.
    """
    from segmenter.formats import registry
    from segmenter.formats.importing import Conflicts
    from segmenter.formats.reader import ReadOptions

    if conflicts not in ("keep", "replace", "ask"):
        raise typer.BadParameter(f"--conflicts is keep, replace or ask, not {conflicts!r}.")
    if conflicts == "ask" and not can_ask(as_json):
        raise typer.BadParameter("--conflicts ask asks at a terminal; say keep or replace here.")
    mapping = parse_map(class_map or ())
    output = Output(as_json)
    chosen = registry.by_key(format) if format else None
    with (
        cancel_on_interrupt() as cancel,
        _looked_into(output, source, chosen, ReadOptions(ignore), cancel) as data_set,
        opened(folder, cancel, read_only=dry_run) as project,
    ):
        if project.read_only and not dry_run:
            raise MaskwrightError(f"{project.read_only_reason} Close that window first.")
        with output.progress("Reading") as progress:
            plan = data_set.plan(
                project,
                renamed=mapping,
                fill=fill,
                by_name=by_name,
                keep_split=keep_split,
                progress=progress,
                cancel=cancel,
            )
        _tell_plan_to_programs(output, data_set.format, plan)
        _check(output, plan, skip_unreadable)
        _tell_plan(output, data_set.format, plan)
        if dry_run:
            return
        matched = len(plan.matches)
        if conflicts == "ask":
            plan = decided(plan)
        kept = matched - len(plan.matches)
        if can_ask(as_json) and not yes:
            stay = len(plan.conflicts) if conflicts == "keep" else 0
            confirm(len(plan.matches) - stay, folder.absolute().name)
        with output.progress("Importing") as progress:
            report = data_set.apply(
                project,
                plan,
                Conflicts.KEEP if conflicts == "keep" else Conflicts.REPLACE,
                approved=approved,
                progress=progress,
                cancel=cancel,
            )
    _tell_report(output, replace(report, kept=report.kept + kept))


def _looked_into(
    output: Output,
    path: Path,
    format: Format | None,
    options: ReadOptions,
    cancel: CancelToken,
) -> Import:
    from segmenter.formats.importing import Import

    with output.progress("Opening") as progress:
        progress(0, 0)  # how much there is to read is not known before
        return Import.open(path, format, options, cancel)


def _tell_plan_to_programs(output: Output, format: Format, plan: ImportPlan) -> None:
    output.event(
        "plan",
        format=format.key,
        matched=len(plan.matches),
        conflicts=[each.name for each in plan.conflicts],
        unmatched=[{"name": each.name, "reason": each.reason} for each in plan.unmatched],
        by_name=[{"name": each.name, "reason": each.reason} for each in plan.by_name],
        unreadable=[{"name": each.name, "reason": each.reason} for each in plan.unreadable],
        without_entry=plan.without_entry,
        has_split=plan.has_split,
        classes=[
            {
                "id": each.incoming.id,
                "name": each.incoming.name,
                "becomes": each.name or None,
                "existing_id": each.existing.id if each.existing is not None else None,
                "pixels": plan.pixels_of(each.incoming.id),
            }
            for each in plan.classes
        ],
        notes=list(plan.notes),
    )


def _tell_plan(output: Output, format: Format, plan: ImportPlan) -> None:
    for note in plan.notes:
        output.warn(note)
    output.warn_each([each.reason for each in _left_out(plan)])
    output.say(
        f"{format.title}: {counted(len(plan.matches), 'image')} found, "
        f"{len(plan.conflicts):,} of them with a mask already; "
        f"{len(plan.unmatched):,} not found, {len(plan.unreadable):,} unreadable."
    )
    if plan.by_name:
        output.say(
            f"{counted(len(plan.by_name), 'image')} found by name only, in other folders, and not "
            "taken; --by-name takes them too."
        )
    elif by_name := sum(each.by_name for each in plan.matches):
        output.say(f"{by_name:,} of them found by name only, in other folders.")
    if plan.classes:
        rows = [
            (
                f"{each.incoming.name} ({each.incoming.id})",
                _becomes(each.name, each.existing is None),
                f"{plan.pixels_of(each.incoming.id):,}",
            )
            for each in plan.classes
        ]
        output.say(table(rows, header=("class", "becomes", "pixels")))


def _becomes(name: str, is_new: bool) -> str:
    if not name:
        return "left out"
    return f"{name} (new)" if is_new else name


def _left_out(plan: ImportPlan) -> tuple[Skipped, ...]:
    return (*plan.unmatched, *plan.by_name, *plan.unreadable)


def _check(output: Output, plan: ImportPlan, skip_unreadable: bool) -> None:
    """Ends an import that can't be; each reason is told once."""
    if plan.unreadable and not skip_unreadable:
        first, *others = plan.unreadable
        output.warn_each([each.reason for each in others])
        more = f" (and {len(others):,} more)" if others else ""
        raise MaskwrightError(
            f"Nothing was changed, since not all can be read{more}: {first.reason} "
            "--skip-unreadable imports the rest."
        )
    if not plan.matches:
        output.warn_each([each.reason for each in _left_out(plan)])
        raise MaskwrightError("Nothing was changed: none of the labels belongs to an image here.")


def _tell_report(output: Output, report: ImportReport) -> None:
    output.event(
        "end",
        imported=list(report.imported),
        kept=report.kept,
        same=report.same,
        empty=report.empty,
        skipped=[{"name": each.name, "reason": each.reason} for each in report.skipped],
        new_classes=[{"id": each.id, "name": each.name} for each in report.new_classes],
    )
    told = [f"{counted(len(report.imported), 'mask')} imported"]
    if report.kept:
        told.append(f"{report.kept:,} kept as they were (--conflicts replace)")
    if report.same:
        told.append(f"{report.same:,} the same already")
    if report.empty:
        told.append(f"{report.empty:,} without any label passed over")
    if report.new_classes:
        told.append(f"new classes: {', '.join(each.name for each in report.new_classes)}")
    output.say("; ".join(told) + ".")
