"""The folder that keeps a run: what it was told, what it told, and where it stands. No torch.

::

    settings.json      what the run was told at its start (RunSettings)
    events.jsonl       everything it told, one JSON object a line (segmenter.training.events)
    checkpoint.pt      everything needed to go on (segmenter.training.checkpoint); gone when done
    previews/*.png     what each epoch makes of three held-out images
    run.lock           held by the process that trains
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from segmenter.atomic import write_atomically
from segmenter.errors import MaskwrightError
from segmenter.training.events import Done, Event, Stopped, event_from_dict
from segmenter.training.run_settings import RunSettings
from segmenter.wording import cause, shown

LOOK_SECONDS = 0.2
"""That somebody who looks whether a run goes on waits for others who look."""


def new_run_name() -> str:
    """Of a run that begins now, and of its model: ``2026-11-23 14.05.59``."""
    return f"{datetime.now():%Y-%m-%d %H.%M.%S}"


class RunFolder:
    """One run on the disk. Reading it never changes it."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()
        self.checkpoint = self.path / "checkpoint.pt"
        self.previews = self.path / "previews"
        self.lock_file = self.path / "run.lock"
        self._settings = self.path / "settings.json"
        self._events = self.path / "events.jsonl"

    def begin(self, settings: RunSettings) -> None:
        """Make the folder and keep the settings.

        Raises:
            MaskwrightError: there is a run in it already, or it can't be written.
        """
        if self._settings.exists():
            raise MaskwrightError(
                f"There is a run in {shown(self.path)} already: name another folder with --run, "
                "or go on with it by --resume."
            )
        text = json.dumps(settings.to_dict(), indent=1)
        write_atomically(self._settings, text.encode())

    def settings(self) -> dict[str, Any]:
        """What the run was told, for :meth:`RunSettings.from_dict`.

        Raises:
            MaskwrightError: there is no run in the folder, or its settings are damaged.
        """
        try:
            values = json.loads(self._settings.read_bytes())
        except OSError as error:
            raise MaskwrightError(
                f"There is no run in {shown(self.path)}: its settings.json can't be read "
                f"({cause(error)})."
            ) from error
        except ValueError as error:
            raise self._damaged() from error
        if not isinstance(values, dict):
            raise self._damaged()
        return values

    def restored(self, values: dict[str, Any], project: Any) -> RunSettings:
        """The settings from what :meth:`settings` read; ``project`` is the opened one, or None.

        Raises:
            MaskwrightError: they are damaged.
        """
        try:
            return RunSettings.from_dict(values, project)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._damaged() from error

    def _damaged(self) -> MaskwrightError:
        return MaskwrightError(
            f"{shown(self._settings)} is damaged, so that the run can't go on: start a new one."
        )

    def events(self) -> list[Event]:
        """What the run has told until now; of a torn or foreign line nothing. Never raises."""
        told = []
        for line in self._whole_lines():
            with suppress(ValueError, TypeError, AttributeError):
                event = event_from_dict(json.loads(line))
                if event is not None:
                    told.append(event)
        return told

    def _whole_lines(self) -> list[bytes]:
        """The last line of a process that was killed may end in the middle."""
        try:
            content = self._events.read_bytes()
        except OSError:
            return []
        return content[: content.rfind(b"\n") + 1].splitlines()

    @property
    def is_done(self) -> bool:
        """Whether the run came to its own end: there is nothing to go on with."""
        return any(isinstance(e, Done) and not isinstance(e, Stopped) for e in self.events())

    @property
    def is_running(self) -> bool:
        """Whether a process, of whatever window, is training in it at this moment.

        Where one is, it takes :data:`LOOK_SECONDS` to say so: not for the thread of a window.
        """
        try:
            with self.locked(LOOK_SECONDS):
                return False
        except MaskwrightError:
            return True

    @contextmanager
    def locked(self, wait_seconds: float = 2.0) -> Iterator[None]:
        """Held while training. Raises :class:`MaskwrightError` where another process holds it for
        longer than somebody who only looks whether it is held."""
        if not self.path.is_dir():  # a lock would make it anew
            yield
            return
        lock = FileLock(self.lock_file, timeout=wait_seconds, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise MaskwrightError(
                f"The run in {shown(self.path)} is going on in another process."
            ) from error
        except (OSError, NotImplementedError):
            # Some network drives know no locks, and a folder may be there to be read alone.
            yield
            return
        try:
            yield
        finally:
            lock.release()


class EventLog:
    """Writes ``events.jsonl``, a line at a time, each given to the system at once."""

    def __init__(self, folder: RunFolder) -> None:
        """Raises :class:`MaskwrightError` where the file can't be opened."""
        self._path = folder.path / "events.jsonl"
        try:
            self._file: BinaryIO = self._path.open("ab", buffering=0)
        except OSError as error:
            raise MaskwrightError(
                f"{shown(self._path)} can't be written ({cause(error)})."
            ) from error

    @property
    def length(self) -> int:
        """Bytes until now; a checkpoint keeps it, for :meth:`cut`."""
        return self._file.tell()

    def cut(self, length: int) -> None:
        """Forget what was told after the first ``length`` bytes: the run goes on from there, and
        will tell it again. What a killed process left of a line goes too."""
        content = self._path.read_bytes()[:length]
        self._file.truncate(content.rfind(b"\n") + 1)
        self._file.seek(0, 2)

    def write(self, event: Event) -> None:
        """On a full disk the events are lost first, and nothing else with them: what matters is
        told by who saves the checkpoint."""
        line = json.dumps(event.to_dict()).encode() + b"\n"
        before = self._file.tell()
        try:
            written = self._file.write(line)
        except OSError:
            written = 0
        if written != len(line):
            with suppress(OSError):
                self._file.truncate(before)

    def close(self) -> None:
        self._file.close()
