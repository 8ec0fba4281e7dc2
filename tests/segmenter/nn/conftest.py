"""Small networks, and a local server that behaves as badly as real ones do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from segmenter.nn.config import ModelConfig
from segmenter.nn.deeplabv3 import DeepLabV3


@pytest.fixture(autouse=True)
def _same_random_numbers() -> None:
    torch.manual_seed(1706)


@pytest.fixture
def small_config() -> ModelConfig:
    """EfficientNet-Lite0 with a head of 8 filters: built in a tenth of a second."""
    return ModelConfig(
        backbone="efficientnet_lite0", head_channels=8, classes=("background", "cat", "dog")
    )


@pytest.fixture
def small_network(small_config: ModelConfig) -> DeepLabV3:
    return DeepLabV3(small_config).eval()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder in place of the user's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MASKWRIGHT_CACHE", str(folder))
    return folder


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


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
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
    if asked is None:
        whole(handler, content)
        return
    start = int(asked.removeprefix("bytes=").removesuffix("-"))
    if start >= len(content):
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{len(content)}")
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    handler.send_response(206)
    handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    handler.send_header("Content-Length", str(len(content) - start))
    handler.end_headers()
    handler.wfile.write(content[start:])


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


def stalled(server: Server, *, after: int) -> Answer:
    """Sends the first bytes, then nothing until the test is over."""

    def answer(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.wfile.flush()
        server.released.wait()

    return answer
