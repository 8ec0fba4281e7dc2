"""The figures of a project as text for people, as CSV for spreadsheets and as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from segmenter.project.statistics import ProjectStatistics
from segmenter.wording import counted, percent, shown

MOST_CHANGED = 10


def as_dict(statistics: ProjectStatistics) -> dict[str, Any]:
    """Everything, for JSON; shares and IoU are 0–1, None where there is nothing to compare."""
    return {
        "images": statistics.images,
        "states": {state.value: number for state, number in statistics.states.items()},
        "masks": statistics.masks,
        "predictions_without_mask": statistics.predictions,
        "unlabelled_pixels": statistics.unlabelled_pixels,
        "compared": len(statistics.compared),
        "mean_iou": statistics.agreement.mean_iou,
        "changed": statistics.agreement.changed,
        "left_unlabelled": statistics.agreement.unlabelled,
        "classes": [
            {
                "id": each.label_class.id,
                "name": each.label_class.name,
                "images": each.images,
                "pixels": each.pixels,
                "predicted_images": each.predicted_images,
                "predicted_pixels": each.predicted_pixels,
                "iou": each.iou,
            }
            for each in statistics.classes
        ],
        "most_changed": [
            {"name": each.name, "mean_iou": each.agreement.mean_iou,
             "changed": each.agreement.changed,
             "left_unlabelled": each.agreement.unlabelled}
            for each in statistics.compared[:MOST_CHANGED] if each.agreement is not None
        ],
        "problems": statistics.problems,
    }  # fmt: skip


def as_text(statistics: ProjectStatistics) -> str:
    """As ``maskwright stats`` prints it: columns set with spaces."""
    parts = [_states_line(statistics), _columns(_class_rows(statistics))]
    if statistics.unlabelled_pixels:
        parts.append(f"Unlabelled in masks: {statistics.unlabelled_pixels:,} pixels.")
    if statistics.compared:
        parts.append(
            f"Of what the model predicted, people changed {percent(statistics.agreement.changed)} "
            f"of the pixels in {counted(len(statistics.compared), 'image')} and left "
            f"{percent(statistics.agreement.unlabelled)} unlabelled; mean IoU of predictions and "
            f"masks {percent(statistics.agreement.mean_iou)}."
        )
        rows = [("MOST CHANGED", "IOU", "CHANGED", "UNLABELLED")]
        rows += [
            (shown(each.name)[1:-1], percent(each.agreement.mean_iou),
             percent(each.agreement.changed), percent(each.agreement.unlabelled))
            for each in statistics.compared[:MOST_CHANGED] if each.agreement is not None
        ]  # fmt: skip
        parts.append(_columns(rows))
    parts += statistics.problems
    return "\n\n".join(parts)


def as_csv(statistics: ProjectStatistics) -> str:
    """One line a class; RFC 4180, comma-separated."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ("id", "class", "images", "pixels", "share", "predicted_images", "predicted_pixels", "iou")
    )
    total = statistics.labelled_pixels
    for each in statistics.classes:
        writer.writerow((
            each.label_class.id,
            each.label_class.name,
            each.images,
            each.pixels,
            f"{each.pixels / total:.6f}" if total else "",
            each.predicted_images,
            each.predicted_pixels,
            "" if each.iou is None else f"{each.iou:.6f}",
        ))  # fmt: skip
    return out.getvalue()


def _states_line(statistics: ProjectStatistics) -> str:
    parts = [f"{number:,} {state}" for state, number in statistics.states.items() if number]
    return f"{counted(statistics.images, 'image')}: {', '.join(parts)}." if parts else "No images."


def _class_rows(statistics: ProjectStatistics) -> list[tuple[str, ...]]:
    total, predicted = statistics.labelled_pixels, statistics.predicted_pixels
    rows: list[tuple[str, ...]] = [
        ("CLASS", "IMAGES", "PIXELS", "SHARE", "PREDICTED IN", "SHARE", "IOU")
    ]
    for each in statistics.classes:
        rows.append(
            (
                each.label_class.name,
                f"{each.images:,}",
                f"{each.pixels:,}",
                _share(each.pixels, total),
                f"{each.predicted_images:,}",
                _share(each.predicted_pixels, predicted),
                percent(each.iou),
            )
        )
    return rows


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "–"


def _columns(rows: Sequence[tuple[str, ...]]) -> str:
    """The first column to the left, figures to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
