"""Another program's own library in a process of its own, to read what we write and to write what we
read. ``packaging/dev test`` installs them in ``build/venv-peers``, as they want other versions of
what the app is made of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import numpy as np
import pytest
from format_trips import Labels

from segmenter.formats.dataset import Classes

_HERE = Path(__file__).parent
_PLACE = _HERE.parent.parent / "build" / "venv-peers"
PYTHON = _PLACE / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


class Peer:
    """One library; it answers until its test file is through."""

    def __init__(self, process: subprocess.Popen[str], scratch: Path) -> None:
        self._process, self._scratch = process, scratch

    def read(self, folder: Path, classes: Classes, **wishes: Any) -> dict[str, Labels]:
        """What their library reads of our export: stem of the image → labels."""
        out = self._scratch / "read.npz"
        self._ask({"read": str(folder), "out": str(out), "classes": _ids(classes), **wishes})
        with np.load(out) as found:
            return dict(found)

    def write(
        self, folder: Path, labels: Mapping[str, Labels], classes: Classes, **wishes: Any
    ) -> None:
        """Let their library write these."""
        file = self._scratch / "written.npz"
        # numpy's stubs take the second argument for a switch.
        np.savez(file, **labels)  # type: ignore[arg-type]
        folder.mkdir(parents=True, exist_ok=True)
        self._ask({"write": str(folder), "labels": str(file), "classes": _ids(classes), **wishes})

    def _ask(self, request: Mapping[str, Any]) -> None:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        print(json.dumps(request), file=asked, flush=True)
        answer = answers.readline()
        assert answer, "their library ended; its words are above"
        why = json.loads(answer).get("error")
        assert not why, why


@contextmanager
def peer(script: str) -> Iterator[Peer]:
    """Start ``tests/helpers/<script>.py``; skips the test where their libraries are not there."""
    if not PYTHON.exists():
        pytest.skip("no build/venv-peers: `packaging/dev test` installs other programs' libraries")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "QT_"))},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONUTF8": "1",
    }
    with TemporaryDirectory() as scratch:
        process: subprocess.Popen[str] = subprocess.Popen(
            [PYTHON, _HERE / f"{script}.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=scratch,
            env=environment,
        )
        try:
            yield Peer(process, Path(scratch))
        finally:
            _close(process.stdin)
            process.wait(60)
            _close(process.stdout)


def _close(stream: IO[str] | None) -> None:
    assert stream is not None
    stream.close()


def _ids(classes: Classes) -> dict[str, int]:
    return {each.name: each.id for each in classes}
