"""A local server that behaves as badly as real ones do: stalls, truncates, corrupts, refuses."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


@dataclass
class Server:
    """Serves ``content`` at every address, in the way that ``answers`` say, one a request; the
    last one answers all further requests."""

    url: str
    content: bytes = b""
    answers: list[Answer] = field(default_factory=list)
    ranges: list[str | None] = field(default_factory=list)
    """The Range header of every request so far."""
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Stalled answers end when it is set."""


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    """A server on a free port of this computer, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # the client may hang up whenever it likes
                super().handle()

        def do_GET(self) -> None:
            described.ranges.append(self.headers.get("Range"))
            described.paths.append(self.path)
            many = len(described.answers) > 1
            answer = described.answers.pop(0) if many else described.answers[0]
            answer(self, described.content)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    described = Server(url=f"http://127.0.0.1:{http.server_port}/weights.pth")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield described
    described.released.set()
    http.shutdown()
    http.server_close()
    thread.join()


def whole(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """The whole file, whatever part was asked for."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def part(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """The part asked for, as a good server does it."""
    asked = handler.headers.get("Range")
    if asked and int(asked.removeprefix("bytes=").removesuffix("-")) >= len(content):
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{len(content)}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    handler.wfile.write(content[_send_head(handler, content) :])


def without_length(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(content)


def half(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """Promises the file and hangs up after half of it."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])


def damaged(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    """One wrong bit."""
    whole(handler, bytes([content[0] ^ 1]) + content[1:])


def status(code: int) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _content: bytes) -> None:
        handler.send_error(code)

    return answer


def refused(code: int, **headers: str) -> Answer:
    """An error with headers that say why; ``Retry_After`` is written Retry-After."""

    def answer(handler: BaseHTTPRequestHandler, _content: bytes) -> None:
        handler.send_response(code)
        for name, value in {**headers, "Content_Length": "0"}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    return answer


def stalled(server: Server, *, after: int) -> Answer:
    """Sends the file up to byte ``after``, then nothing until the test is over."""

    def answer(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        start = _send_head(handler, content)
        handler.wfile.write(content[start:after])
        handler.wfile.flush()
        server.released.wait()

    return answer


def _send_head(handler: BaseHTTPRequestHandler, content: bytes) -> int:
    """Promise the part asked for, or the whole; returns where it starts."""
    asked = handler.headers.get("Range")
    start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
    handler.send_response(206 if asked else 200)
    if asked:
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    handler.send_header("Content-Length", str(len(content) - start))
    handler.end_headers()
    return start
