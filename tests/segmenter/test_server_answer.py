"""Asking a server for one short answer, and all the ways in which that goes wrong."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest
from bad_server import Server, half, refused, stalled, status, whole

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.server_answer import LONGEST_ANSWER, ask_server

JSON = "application/json"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def sentence(url: str, seconds: float = 20.0) -> str:
    """What a person is told of a question that fails."""
    with pytest.raises(MaskwrightError) as error:
        ask_server(url, JSON, seconds=seconds)
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith((".", "?"))
    return text


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_the_whole_answer(server: Server) -> None:
    server.content = b'["here"]'
    server.answers = [whole]
    assert ask_server(server.url, JSON) == b'["here"]'


def test_nobody_there() -> None:
    assert "can't be reached" in sentence(f"http://127.0.0.1:{closed_port()}/")


def test_a_name_that_nobody_knows() -> None:
    text = sentence("http://releases.invalid/")
    assert text.startswith("releases.invalid can't be reached")
    assert "online?" in text


def test_no_address_at_all() -> None:
    assert "can't be reached" in sentence("nonsense")


def test_a_server_that_never_answers(server: Server) -> None:
    server.content = b"[" + b" " * 1000
    server.answers = [stalled(server, after=0)]
    assert "did not answer in time" in sentence(server.url, seconds=0.3)


def test_a_server_that_does_not_finish(server: Server) -> None:
    server.content = b"[" + b" " * 1000
    server.answers = [half]
    assert "broke off" in sentence(server.url)


def test_an_answer_without_end(server: Server) -> None:
    server.content = bytes(LONGEST_ANSWER + 2)
    server.answers = [whole]
    assert "too long" in sentence(server.url)


def test_cancel_is_noticed_at_once_while_nothing_comes(server: Server) -> None:
    server.content = bytes(1000)
    server.answers = [stalled(server, after=0)]
    cancel = CancelToken()
    threading.Timer(0.1, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        ask_server(server.url, JSON, cancel=cancel)
    assert time.monotonic() - started < 10


def test_asked_too_often_says_until_when(server: Server) -> None:
    moment = 1_900_000_000
    server.answers = [refused(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(moment))]
    clock = time.strftime("%H:%M", time.localtime(moment))
    assert f"before {clock}" in sentence(server.url)


def test_asked_too_often_with_a_wait_in_seconds(server: Server) -> None:
    server.answers = [refused(429, Retry_After="60")]
    assert "before" in sentence(server.url)


@pytest.mark.parametrize("reset", ["soon", "9" * 40])
def test_asked_too_often_with_a_time_that_makes_no_sense(server: Server, reset: str) -> None:
    server.answers = [refused(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=reset)]
    assert "in an hour" in sentence(server.url)


@pytest.mark.parametrize("code", [403, 404, 500])
def test_a_refusal_is_told_with_its_number(server: Server, code: int) -> None:
    server.answers = [status(code)]
    assert str(code) in sentence(server.url)


def test_another_page_of_the_same_server_is_followed(server: Server) -> None:
    server.content = b"[]"
    server.answers = [refused(302, Location="/moved"), whole]
    assert ask_server(server.url, JSON) == b"[]"
    assert server.paths[-1] == "/moved"


def test_another_server_is_not_followed(server: Server) -> None:
    server.answers = [refused(302, Location=f"http://127.0.0.1:{closed_port()}/login")]
    text = sentence(server.url)
    assert "login page" in text
    assert len(server.paths) == 1


def test_a_circle_of_pages(server: Server) -> None:
    server.answers = [refused(302, Location="/round")]
    assert "302" in sentence(server.url)


def test_the_proxy_is_asked_where_there_is_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    server.content = b"[1]"
    server.answers = [whole]
    assert ask_server("http://releases.invalid/list", JSON) == b"[1]"
    assert server.paths == ["http://releases.invalid/list"]


def test_a_proxy_that_wants_a_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    server.answers = [refused(407)]
    assert "password" in sentence("http://releases.invalid/list")


def test_a_server_that_does_not_speak_https(server: Server) -> None:
    server.answers = [whole]
    assert "can't be reached" in sentence(server.url.replace("http:", "https:"))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer_twice, args=(listener, context))
        thread.start()
        url = f"https://localhost:{listener.getsockname()[1]}/"
        refusal = sentence(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        answer = ask_server(url, JSON)
        thread.join()
    assert "can't be checked" in refusal
    assert answer == b"[]"


def _answer_twice(listener: socket.socket, context: ssl.SSLContext) -> None:
    for _ in range(2):
        connection, _address = listener.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(10_000)
                secure.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        except ssl.SSLError:
            connection.close()  # the client did not trust the certificate
