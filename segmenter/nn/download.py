"""One file from the net: with progress, Cancel, resume, and a check of its SHA-256.

What has arrived lies in ``<name>.part``; it stays there when a download is cancelled or breaks
off, and the next try goes on from it. Only a file that passed the check gets the real name, so a
download never damages a file that worked.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from segmenter.cancel import CancelToken, Progress
from segmenter.certificates import trusting_context
from segmenter.errors import MaskwrightError, is_disk_full

CHUNK_BYTES = 256 * 1024
STALL_SECONDS = 20.0
ATTEMPTS = 3
_LOOK_SECONDS = 0.05  # how soon Cancel and a stall are noticed


def fetch(
    url: str,
    path: Path,
    *,
    sha256: str,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    stall_seconds: float = STALL_SECONDS,
) -> str:
    """Download ``url`` to ``path``, in this thread; returns the SHA-256 in hexadecimal.

    Args:
        sha256: the expected digest, or its first digits (torchvision's file names carry eight).
        progress: called with (bytes there, bytes in all; 0 where the server does not say).
        cancel: looked at twenty times a second, also while nothing arrives.
        stall_seconds: so long without a byte, and the attempt has failed.

    Raises:
        Cancelled: what has arrived is kept for the next try.
        MaskwrightError: offline, refused, stalled, cut short three times, damaged, disk full. A
            file that was at ``path`` before is still there, untouched.
    """
    part = path.with_name(path.name + ".part")
    fresh = False
    for attempt in range(1, ATTEMPTS + 1):
        resumed_at = 0 if fresh else _size(part)
        try:
            _transfer(
                url,
                part,
                resumed_at,
                progress=progress,
                cancel=cancel,
                stall_seconds=stall_seconds,
            )
        except _BrokenOffError as error:
            # A connection that brought something before it broke is worth another attempt.
            if attempt == ATTEMPTS or _size(part) <= resumed_at:
                raise MaskwrightError(
                    f"The download from {_host(url)} broke off ({error}); what has arrived is "
                    "kept, so the next try goes on from there."
                ) from error
            continue
        except OSError as error:
            raise _disk_error(path, error) from error
        try:
            digest = sha256_of(part, cancel)
            if digest.startswith(sha256.lower()):
                os.replace(part, path)  # noqa: PTH105
                return digest
            # What was there before may have been of another version of the file: once from scratch.
            part.unlink(missing_ok=True)
        except OSError as error:
            raise _disk_error(path, error) from error
        if not resumed_at:
            break
        fresh = True
    raise MaskwrightError(
        f"The download from {_host(url)} arrived damaged (its SHA-256 is not the right one) and "
        "was not used; try again later."
    )


def sha256_of(path: Path, cancel: CancelToken | None = None) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises ``OSError`` where it can't be read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            if cancel is not None:
                cancel.check()
            digest.update(chunk)
    return digest.hexdigest()


class _BrokenOffError(Exception):
    """The connection failed on the way; what has arrived so far is good."""


def _transfer(
    url: str,
    part: Path,
    start: int,
    *,
    progress: Progress | None,
    cancel: CancelToken | None,
    stall_seconds: float,
) -> None:
    """Append to ``part`` from byte ``start`` on until the file is whole."""
    if cancel is not None:
        cancel.check()
    reader = _Reader(url, start, stall_seconds)
    reader.start()
    try:
        answer = reader.next(cancel)
        assert isinstance(answer, _Answer)
        done = answer.start
        if progress is not None:
            progress(done, answer.total)
        with part.open("r+b" if done else "wb") as file:
            if done:
                file.truncate(done)
                file.seek(done)
            while chunk := reader.next(cancel):
                assert isinstance(chunk, bytes)
                file.write(chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, answer.total)
        if answer.total and done != answer.total:
            raise _BrokenOffError(f"{done} of {answer.total} bytes arrived")
    finally:
        reader.stop()


@dataclass(frozen=True)
class _Answer:
    """What the server is about to send."""

    start: int
    """The first byte that will come: where the server does not resume, 0."""
    total: int
    """The size of the whole file; 0 where the server does not say."""


class _Reader(threading.Thread):
    """Reads the connection in a thread of its own, which may block in the system's calls.

    So the caller notices Cancel within a twentieth of a second even while a name is looked up, a
    connection is being made or a server says nothing; the thread ends by itself then.
    """

    def __init__(self, url: str, start: int, stall_seconds: float) -> None:
        super().__init__(name="download", daemon=True)
        self._url = url
        self._start = start
        self._stall_seconds = stall_seconds
        self._stopped = threading.Event()
        # An answer, then chunks, then b"" at the end; or the exception that ended it.
        self._items: queue.Queue[_Answer | bytes | Exception] = queue.Queue(maxsize=8)

    def stop(self) -> None:
        self._stopped.set()

    def next(self, cancel: CancelToken | None) -> _Answer | bytes:
        """The next item; raises what the thread raised, Cancelled, or that nothing comes."""
        deadline = time.monotonic() + self._stall_seconds
        while True:
            if cancel is not None:
                cancel.check()
            try:
                item = self._items.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise _BrokenOffError(_silence(self._stall_seconds)) from None
                continue
            if isinstance(item, Exception):
                raise item
            return item

    def run(self) -> None:
        try:
            self._read()
        except (MaskwrightError, _BrokenOffError) as error:
            self._put(error)
        except TimeoutError:
            self._put(_BrokenOffError(_silence(self._stall_seconds)))
        except (OSError, ValueError, http.client.HTTPException) as error:
            self._put(_BrokenOffError(" ".join(str(error).split()) or type(error).__name__))

    def _read(self) -> None:
        headers = {"User-Agent": "maskwright", "Accept-Encoding": "identity"}
        if self._start:
            headers["Range"] = f"bytes={self._start}-"
        request = urllib.request.Request(self._url, headers=headers)
        try:
            response = urllib.request.urlopen(
                request, timeout=self._stall_seconds, context=trusting_context()
            )
        except urllib.error.HTTPError as error:
            with error:
                if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and self._start:
                    self._finish_or_restart(error)
                    return
            raise _refused(self._url, error.code) from error
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise error.reason from error
            raise _unreachable(self._url, error.reason) from error
        with response:
            self._put(_answer(response, self._start))
            while not self._stopped.is_set():
                chunk = response.read1(CHUNK_BYTES)
                self._put(chunk)
                if not chunk:
                    return

    def _finish_or_restart(self, error: urllib.error.HTTPError) -> None:
        """The server has nothing after ``start``: the file is whole, or it is another one."""
        total = re.fullmatch(r"bytes \*/(\d+)", error.headers.get("Content-Range", ""))
        if total is not None and int(total[1]) == self._start:
            self._put(_Answer(self._start, self._start))
            self._put(b"")
        else:
            self._start = 0
            self._read()

    def _put(self, item: _Answer | bytes | Exception) -> None:
        while not self._stopped.is_set():
            try:
                self._items.put(item, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return


def _answer(response: http.client.HTTPResponse, start: int) -> _Answer:
    length = int(response.headers.get("Content-Length") or 0)
    if response.status == http.client.PARTIAL_CONTENT:
        sent = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if sent is None or int(sent[1]) != start:
            raise _BrokenOffError("the server sent another part than asked for")
        return _Answer(start, start + length if sent[2] == "*" else int(sent[2]))
    return _Answer(0, length)  # the server sends the whole file, asked for a part or not


def _refused(url: str, status: int) -> MaskwrightError:
    reason = http.client.responses.get(status, "")
    return MaskwrightError(f"{_host(url)} does not give out {url}: it answered {status} {reason}.")


def _silence(seconds: float) -> str:
    return f"nothing came for {seconds:g} seconds"


def _unreachable(url: str, reason: object) -> MaskwrightError:
    return MaskwrightError(
        f"{_host(url)} can't be reached ({reason}); is this computer online? "
        "The model `starter` goes on working without it."
    )


def _disk_error(path: Path, error: OSError) -> MaskwrightError:
    if is_disk_full(error):
        return MaskwrightError(
            f"The disk is full: {path.name} does not fit into {path.parent}; make room, and the "
            "download goes on from where it stopped."
        )
    return MaskwrightError(f"The download can't be written to {path}: {error.strerror or error}.")


def _host(url: str) -> str:
    return urlsplit(url).netloc or url


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
