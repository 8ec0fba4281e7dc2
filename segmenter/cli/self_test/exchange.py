"""Whether labels leave for another program's format and come back as they were."""

from __future__ import annotations

from segmenter.cli.self_test.child import told_by_child
from segmenter.cli.self_test.step import StepFailed
from segmenter.cli.self_test.workplace import PHOTOS, Workplace

FORMAT = "coco"


def export_and_import(place: Workplace) -> str:
    """What was painted, through a zip of COCO's, into a second copy of the photos."""
    import numpy as np

    from segmenter.cli.self_test.painting import painted_folder
    from segmenter.project.project import Project

    painted, copy = painted_folder(place), place.photos("zurück – назад")
    archive = place.folder / "Übergabe.zip"
    told_by_child(["export", str(painted), str(archive), "--format", FORMAT, "--json"])
    told_by_child(["import", str(copy), str(archive), "--json"])
    with Project.open(painted, read_only=True) as project:
        before = project.load_mask(PHOTOS[0])
    with Project.open(copy, read_only=True) as project:
        after = project.load_mask(PHOTOS[0])
    if before is None or after is None or not np.array_equal(before, after):
        raise StepFailed(f"The mask of {PHOTOS[0]} comes back from {FORMAT} as another one.")
    return f"A mask went to {FORMAT} and back, all as painted."
