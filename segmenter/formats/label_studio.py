"""Label Studio's tasks with brush labels.

::

    tasks.json              or train.json and val.json
    labeling_config.xml     the labelling interface the tasks belong to
    images/dogs/rex.jpg
    classes.csv             ids, which Label Studio does not know

The tasks name their images as Label Studio's local file storage serves them, from a root that the
folder ``images`` lies in. What a model predicted and nobody has looked at is a prediction there
too; all else is an annotation.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from segmenter.formats.brush_run_lengths import brush_bytes
from segmenter.formats.class_file import CLASS_FILE, as_csv
from segmenter.formats.dataset import Labelled
from segmenter.formats.file_writing import write_text
from segmenter.formats.format import Format
from segmenter.formats.image_files import place_image
from segmenter.formats.label_studio_reading import LOCAL_FILES, LabelStudioReader
from segmenter.formats.lists import LIST_OF
from segmenter.formats.objects import objects_of
from segmenter.formats.patches import Patch
from segmenter.formats.writer import FolderWriting
from segmenter.project.state import State

FROM_NAME, TO_NAME = "label", "image"


class _Writing(FolderWriting):
    def __post_init__(self) -> None:
        self._names = {each.id: each.name for each in self.classes}
        self._tasks: dict[str, list[str]] = {}

    def add(self, item: Labelled) -> None:
        name = place_image(item, self.folder / "images", item.stem, self.options.images, self.note)
        results = [
            self._result(item, class_id, patch)
            for class_id, patch in objects_of(item, self.options)
        ]
        task: dict[str, Any] = {"data": {TO_NAME: LOCAL_FILES + quote(f"images/{name}")}}
        if item.state is State.PREDICTED:
            task["predictions"] = [{"model_version": "maskwright", "result": results}]
        else:
            task["annotations"] = [
                {"result": results, "was_cancelled": False, "ground_truth": False}
            ]
        file = "tasks" if item.side is None else LIST_OF[item.side]
        text = json.dumps(task, separators=(",", ":"), ensure_ascii=False)
        self._tasks.setdefault(file, []).append(text)

    def finish(self) -> None:
        for file, tasks in (self._tasks or {"tasks": []}).items():
            write_text(self.folder / f"{file}.json", "[\n" + ",\n".join(tasks) + "\n]\n")
        write_text(self.folder / "labeling_config.xml", self._interface())
        write_text(self.folder / CLASS_FILE, as_csv(self.classes))
        self.note(
            "Label Studio finds the images when the exported folder is its root of local files "
            "(LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT) and serving them is allowed "
            "(LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true)."
        )

    def _result(self, item: Labelled, class_id: int, patch: Patch) -> dict[str, Any]:
        height, width = item.size
        key = f"{item.name}:{class_id}:{patch.left}:{patch.top}"
        return {
            "id": hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:10],
            "type": "brushlabels",
            "from_name": FROM_NAME,
            "to_name": TO_NAME,
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
            "value": {
                "format": "rle",
                "rle": brush_bytes(patch, item.size),
                "brushlabels": [self._names[class_id]],
            },
        }

    def _interface(self) -> str:
        labels = "".join(
            f"    <Label value={quoteattr(each.name)} "
            f'background="#{each.color[0]:02x}{each.color[1]:02x}{each.color[2]:02x}"/>\n'
            for each in self.classes
        )
        return (
            f'<View>\n  <Image name="{TO_NAME}" value="${TO_NAME}" zoom="true"/>\n'
            f'  <BrushLabels name="{FROM_NAME}" toName="{TO_NAME}">\n{labels}  </BrushLabels>\n'
            "</View>\n"
        )


FORMAT = Format(
    key="label-studio",
    title="Label Studio",
    summary="tasks in JSON with brush labels, and the labelling interface for them",
    is_exact=True,
    writer=_Writing,
    reader=LabelStudioReader(),
    has_objects=True,
)
