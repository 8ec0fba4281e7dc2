"""What a command says: sentences for people, or one JSON object a line for programs.

Results go to stdout; progress and errors to stderr.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from segmenter.cancel import Progress

_MOST_WARNINGS = 20


class Output:
    """Where one command writes to."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def event(self, name: str, /, **values: Any) -> None:
        """With ``--json``: one line ``{"event": name, …}``; otherwise nothing."""
        if self.as_json:
            self.json({"event": name, **values})

    def json(self, values: dict[str, Any]) -> None:
        """One line on stdout at once, so that a program can follow."""
        print(json.dumps(values), flush=True)

    def say(self, text: str = "") -> None:
        """A line of the result; nothing with ``--json``."""
        if not self.as_json:
            print(text, flush=True)

    def warn(self, sentence: str) -> None:
        """One line on stderr, in both forms."""
        print(f"maskwright: {' '.join(sentence.split())}", file=sys.stderr, flush=True)

    def warn_each(self, sentences: Sequence[str]) -> None:
        """:meth:`warn` of the first ones, and how many more there are."""
        for sentence in sentences[:_MOST_WARNINGS]:
            self.warn(sentence)
        if more := len(sentences[_MOST_WARNINGS:]):
            self.warn(f"… and {more:,} more like these; --json lists them all.")

    @contextmanager
    def progress(self, what: str, *, as_bytes: bool = False) -> Iterator[Progress]:
        """A bar on stderr while the work runs; yields the callback that moves it.

        Nothing is drawn where stderr is not a terminal, or where the lines of ``--json`` come
        out on the same one.
        """
        if not sys.stderr.isatty() or (self.as_json and sys.stdout.isatty()):
            yield lambda done, total: None
            return
        from rich import progress as rich_progress
        from rich.console import Console

        counted = rich_progress.DownloadColumn() if as_bytes else rich_progress.MofNCompleteColumn()
        bar = rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            counted,
            rich_progress.TimeRemainingColumn(),
            console=Console(stderr=True),
            redirect_stdout=False,
        )
        with bar:
            # Not seen until the work reports for the first time: many downloads are none.
            task = bar.add_task(what, total=None, visible=False)
            yield lambda done, total: bar.update(
                task, completed=done, total=total or None, visible=True
            )


def table(rows: Sequence[tuple[str, ...]], *, header: tuple[str, ...] = ()) -> str:
    """Columns set in line with spaces, readable in any terminal and after ``cut`` and ``awk``."""
    lines = [header, *rows] if header else rows
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
