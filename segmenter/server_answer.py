"""One short answer of a server: read whole, soon cancelled, never from another server."""

from __future__ import annotations

import http.client
import queue
import ssl
import threading
import time
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlsplit

from segmenter.cancel import CancelToken
from segmenter.certificates import trusting_context
from segmenter.errors import MaskwrightError

SECONDS = 15.0
LONGEST_ANSWER = 4 * 1024 * 1024
_LOOK_SECONDS = 0.05  # how soon Cancel is noticed
_RATE_LIMITED = (403, 429)


def ask_server(
    url: str, accept: str, *, cancel: CancelToken | None = None, seconds: float = SECONDS
) -> bytes:
    """What the server says at ``url``; goes through the system's proxies.

    Args:
        accept: the kind of answer that is wanted, a MIME type.
        seconds: for all of it.

    Raises:
        Cancelled: within a twentieth of a second of Cancel, whatever the net does.
        MaskwrightError: offline, no answer in time, refused, too often asked, led elsewhere,
            an answer beyond 4 MB.
    """
    # The thread may block in the system's calls; it ends by itself, and nobody waits for it.
    result: queue.Queue[bytes | Exception] = queue.Queue(maxsize=1)
    threading.Thread(
        target=_ask, args=(url, accept, seconds, result), name="ask-server", daemon=True
    ).start()
    deadline = time.monotonic() + seconds
    while True:
        if cancel is not None:
            cancel.check()
        try:
            answer = result.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            if time.monotonic() > deadline:
                raise _too_slow(url) from None
            continue
        if isinstance(answer, Exception):
            raise answer
        return answer


def server_name(url: str) -> str:
    """As a sentence names the server of an address."""
    return urlsplit(url).netloc or url


def _ask(url: str, accept: str, seconds: float, result: queue.Queue[bytes | Exception]) -> None:
    try:
        result.put(_read(url, accept, seconds))
    except Exception as error:  # for who waits; a bug too is raised there
        result.put(error)


def _read(url: str, accept: str, seconds: float) -> bytes:
    # Nothing about the person or the computer, the version neither.
    headers = {"User-Agent": "maskwright", "Accept": accept}
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trusting_context()), _StayOnServer()
    )
    try:
        request = urllib.request.Request(url, headers=headers)
        with opener.open(request, timeout=seconds) as response:
            answer: bytes = response.read(LONGEST_ANSWER + 1)
            missing = response.length or 0
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(url, error) from error
    except urllib.error.URLError as error:
        raise _unreachable(url, error.reason) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from error
    if len(answer) > LONGEST_ANSWER:
        raise MaskwrightError(f"The answer of {server_name(url)} is far too long; it was not read.")
    if missing:
        raise MaskwrightError(f"The answer of {server_name(url)} broke off; try again.")
    return answer


class _StayOnServer(urllib.request.HTTPRedirectHandler):
    """Follows to another page of the same server alone, never from https to http."""

    def redirect_request(  # noqa: PLR0917 - the library's
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise MaskwrightError(
                f"{server_name(req.full_url)} is answered for by {server_name(newurl)}, which was "
                "not asked; a network whose login page has to be opened first does that."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _refused(url: str, error: urllib.error.HTTPError) -> MaskwrightError:
    name = server_name(url)
    limited = error.headers.get("X-RateLimit-Remaining") == "0" or error.headers.get("Retry-After")
    if error.code == http.client.TOO_MANY_REQUESTS or (error.code in _RATE_LIMITED and limited):
        return MaskwrightError(
            f"{name} answers no more questions from this network {_until(error.headers)}."
        )
    reason = http.client.responses.get(error.code, "")
    said = f"{error.code} {reason}".strip()
    if error.code == http.client.PROXY_AUTHENTICATION_REQUIRED:
        return MaskwrightError(
            f"The proxy of this network wants a name and a password ({said}); the variable "
            "https_proxy can carry them."
        )
    return MaskwrightError(f"{name} gave no answer to {url}: it said {said}; try again later.")


def _until(headers: Message) -> str:
    try:
        if headers.get("Retry-After"):
            moment = time.time() + int(headers["Retry-After"])
        else:
            moment = int(headers["X-RateLimit-Reset"])
        clock = time.strftime("%H:%M", time.localtime(moment))
    except (TypeError, ValueError, OverflowError, OSError):
        return "for now; try again in an hour"
    return f"before {clock}; try again then"


def _unreachable(url: str, reason: object) -> MaskwrightError:
    if isinstance(reason, TimeoutError):
        return _too_slow(url)
    words = " ".join(str(getattr(reason, "strerror", None) or reason).split())
    words = words or type(reason).__name__
    if isinstance(reason, ssl.SSLCertVerificationError):
        return MaskwrightError(
            f"Whether {server_name(url)} is the real one can't be checked "
            f"({reason.verify_message}), so it was not asked; is this computer's clock right?"
        )
    return MaskwrightError(
        f"{server_name(url)} can't be reached ({words}); is this computer online?"
    )


def _too_slow(url: str) -> MaskwrightError:
    return MaskwrightError(f"{server_name(url)} did not answer in time; try again later.")
