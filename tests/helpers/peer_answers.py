"""The other end of :mod:`peer_process`: runs with another program's own library, without ours.

A request is a line of JSON: ``{"read": folder, "classes": {name: id}, "out": file}`` or
``{"write": folder, "labels": file, "classes": …}``, with whatever else the peer takes. Label maps
travel as ``.npz`` files: stem of the image → uint8 H×W, 255 where nothing is labelled.
"""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.uint8]
Read = Callable[[Path, Mapping[str, int], Mapping[str, Any]], Mapping[str, Labels]]
"""Folder, class name → id, other wishes: what their library reads there."""
Write = Callable[[Path, Mapping[str, Labels], Mapping[str, int], Mapping[str, Any]], None]
"""Folder, label maps, class name → id, other wishes: their library writes them there."""
UNLABELLED = 255


def answer_requests(read: Read, write: Write) -> None:
    """Answer one after the other, until there are no more."""
    answers = sys.stdout
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        try:
            # Libraries print as well.
            with contextlib.redirect_stdout(sys.stderr):
                if "read" in request:
                    found = read(Path(request["read"]), request["classes"], request)
                    # numpy's stubs take the second argument for a switch.
                    np.savez(request["out"], **found)  # type: ignore[arg-type]
                else:
                    with np.load(request["labels"]) as labels:
                        write(Path(request["write"]), dict(labels), request["classes"], request)
        except Exception:
            print(json.dumps({"error": traceback.format_exc()}), file=answers, flush=True)
        else:
            print(json.dumps({}), file=answers, flush=True)


def regions(labels: Labels, classes: Mapping[str, int]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Name and pixels of each class that is there."""
    return [(name, labels == id) for name, id in classes.items() if (labels == id).any()]
