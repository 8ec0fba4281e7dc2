"""Downloads from a local server that stalls, truncates, corrupts, refuses and ignores."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest
from bad_server import Server, damaged, half, part, stalled, status, whole, without_length

from segmenter.cancel import CancelToken
from segmenter.errors import Cancelled, MaskwrightError
from segmenter.nn.download import fetch, sha256_of

CONTENT = hashlib.sha256(b"seed").digest() * 40_000  # 1.3 MB: several chunks
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def _content(server: Server) -> None:
    server.content = CONTENT


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "weights.pth"


def part_of(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def one_sentence(error: pytest.ExceptionInfo[MaskwrightError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_a_download_arrives_whole_and_says_how_far_it_is(server: Server, target: Path) -> None:
    server.answers = [part]
    seen: list[tuple[int, int]] = []
    digest = fetch(server.url, target, sha256=DIGEST[:8], progress=lambda *s: seen.append(s))
    assert digest == DIGEST
    assert target.read_bytes() == CONTENT
    assert not part_of(target).exists()
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_server_that_does_not_say_the_size(server: Server, target: Path) -> None:
    server.answers = [without_length]
    seen: list[tuple[int, int]] = []
    fetch(server.url, target, sha256=DIGEST, progress=lambda *s: seen.append(s))
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), 0)


def test_what_is_there_is_not_fetched_again(server: Server, target: Path) -> None:
    server.answers = [part]
    part_of(target).write_bytes(CONTENT[:1_000_000])
    seen: list[tuple[int, int]] = []
    fetch(server.url, target, sha256=DIGEST, progress=lambda *s: seen.append(s))
    assert target.read_bytes() == CONTENT
    assert server.ranges == ["bytes=1000000-"]
    assert seen[0] == (1_000_000, len(CONTENT))


def test_a_whole_part_is_only_checked(server: Server, target: Path) -> None:
    server.answers = [part]
    part_of(target).write_bytes(CONTENT)
    assert fetch(server.url, target, sha256=DIGEST) == DIGEST
    assert target.read_bytes() == CONTENT
    assert len(server.ranges) == 1


def test_a_server_that_ignores_range_starts_from_zero(server: Server, target: Path) -> None:
    server.answers = [whole]
    part_of(target).write_bytes(CONTENT[:1_000_000])
    fetch(server.url, target, sha256=DIGEST)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("left", [b"x" * 1000, b"x" * (len(CONTENT) + 5)])
def test_a_part_of_another_version_is_thrown_away(
    server: Server, target: Path, left: bytes
) -> None:
    server.answers = [part]
    part_of(target).write_bytes(left)
    fetch(server.url, target, sha256=DIGEST)
    assert target.read_bytes() == CONTENT
    assert server.ranges[-1] is None


def test_a_connection_cut_short_is_taken_up_again(server: Server, target: Path) -> None:
    server.answers = [half, part]
    fetch(server.url, target, sha256=DIGEST)
    assert target.read_bytes() == CONTENT
    assert server.ranges == [None, f"bytes={len(CONTENT) // 2}-"]


def test_a_server_that_always_cuts_short_is_given_up_and_the_part_kept(
    server: Server, target: Path
) -> None:
    server.answers = [half]
    with pytest.raises(MaskwrightError, match="broke off") as error:
        fetch(server.url, target, sha256=DIGEST)
    assert "kept" in one_sentence(error)
    assert part_of(target).read_bytes() == CONTENT[: len(CONTENT) // 2]
    assert not target.exists()
    assert len(server.ranges) <= 3


def test_a_stall_ends_after_its_time_and_the_part_is_kept(server: Server, target: Path) -> None:
    server.answers = [stalled(server, after=300_000)]
    began = time.monotonic()
    with pytest.raises(MaskwrightError, match=r"nothing came for 1 seconds") as error:
        fetch(server.url, target, sha256=DIGEST, stall_seconds=1)
    assert time.monotonic() - began < 20
    one_sentence(error)
    assert part_of(target).read_bytes() == CONTENT[:300_000]
    server.answers = [part]
    fetch(server.url, target, sha256=DIGEST)
    assert target.read_bytes() == CONTENT
    assert server.ranges[-1] == "bytes=300000-"


def test_a_server_that_says_nothing_at_all(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/weights.pth"
        with pytest.raises(MaskwrightError, match=r"nothing came for 0\.3 seconds") as error:
            fetch(url, target, sha256=DIGEST, stall_seconds=0.3)
    one_sentence(error)


def test_damage_is_noticed_and_a_file_that_worked_stays(server: Server, target: Path) -> None:
    target.write_bytes(b"the old weights")
    server.answers = [damaged]
    with pytest.raises(MaskwrightError, match="arrived damaged") as error:
        fetch(server.url, target, sha256=DIGEST)
    one_sentence(error)
    assert target.read_bytes() == b"the old weights"
    assert not part_of(target).exists(), "the next try must not go on from damaged bytes"


def test_damage_in_the_part_is_mended_by_starting_over(server: Server, target: Path) -> None:
    part_of(target).write_bytes(b"\0" * 1000)
    server.answers = [part]
    fetch(server.url, target, sha256=DIGEST)
    assert target.read_bytes() == CONTENT
    assert server.ranges == ["bytes=1000-", None]


@pytest.mark.parametrize("code", [403, 404, 500, 503])
def test_a_refusal_names_the_address_and_the_reason(
    server: Server, target: Path, code: int
) -> None:
    target.write_bytes(b"the old weights")
    server.answers = [status(code)]
    with pytest.raises(MaskwrightError, match=str(code)) as error:
        fetch(server.url, target, sha256=DIGEST)
    assert server.url in one_sentence(error)
    assert target.read_bytes() == b"the old weights"


def test_offline_says_that_starter_goes_on_working(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/w.pth", "http://nowhere.invalid/w.pth"):
        with pytest.raises(MaskwrightError, match="can't be reached") as error:
            fetch(url, target, sha256=DIGEST)
        assert "`starter` goes on working" in one_sentence(error)


@pytest.mark.parametrize("after", [0, 300_000])
def test_cancel_ends_a_stalled_download_at_once_and_keeps_the_part(
    server: Server, target: Path, after: int
) -> None:
    server.answers = [stalled(server, after=after)]
    cancel = CancelToken()

    def progress(done: int, _total: int) -> None:
        if done == after:  # from here on nothing comes any more
            threading.Timer(0.05, cancel.cancel).start()

    began = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(server.url, target, sha256=DIGEST, progress=progress, cancel=cancel)
    assert time.monotonic() - began < 5, "not the 20 seconds of a stall"
    assert part_of(target).read_bytes() == CONTENT[:after]
    assert not target.exists()


def test_a_cancelled_token_asks_no_server(server: Server, target: Path) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        fetch(server.url, target, sha256=DIGEST, cancel=cancel)
    assert server.ranges == []


def test_cancelled_downloads_leave_no_thread_behind(server: Server, target: Path) -> None:
    server.answers = [part]
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        fetch(server.url, target, sha256=DIGEST, cancel=cancel, progress=lambda *_: cancel.cancel())
    for thread in threading.enumerate():
        if thread.name == "download":
            thread.join(timeout=5)
            assert not thread.is_alive()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_full_disk_is_one_sentence(server: Server, target: Path) -> None:
    target.write_bytes(b"the old weights")
    part_of(target).symlink_to("/dev/full")
    server.answers = [whole]
    with pytest.raises(MaskwrightError, match="The disk is full") as error:
        fetch(server.url, target, sha256=DIGEST)
    assert str(target.parent) in one_sentence(error)
    assert target.read_bytes() == b"the old weights"


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_can_not_be_written_is_one_sentence(server: Server, target: Path) -> None:
    server.answers = [whole]
    target.parent.chmod(0o500)
    with pytest.raises(MaskwrightError, match="can't be written") as error:
        fetch(server.url, target, sha256=DIGEST)
    one_sentence(error)


def test_a_part_that_somebody_takes_away_is_one_sentence(server: Server, target: Path) -> None:
    server.answers = [part]

    def take_away(done: int, total: int) -> None:
        if done == total:
            part_of(target).unlink(missing_ok=True)

    with pytest.raises(MaskwrightError, match="No such file") as error:
        fetch(server.url, target, sha256=DIGEST, progress=take_away)
    one_sentence(error)
    assert not target.exists()


def test_a_missing_folder_is_one_sentence(server: Server, tmp_path: Path) -> None:
    server.answers = [whole]
    with pytest.raises(MaskwrightError, match="can't be written") as error:
        fetch(server.url, tmp_path / "missing" / "w.pth", sha256=DIGEST)
    one_sentence(error)


def test_nonsense_from_the_server_is_one_sentence(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            for _ in range(3):
                try:
                    connection, _address = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"\x00\xff not HTTP at all\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/w.pth"
        with pytest.raises(MaskwrightError, match="broke off") as error:
            fetch(url, target, sha256=DIGEST, stall_seconds=2)
    assert "\n" not in str(error.value)


def test_the_digest_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223")
