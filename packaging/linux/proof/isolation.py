"""Namespaces of our own: whatever is mounted and started in them is gone when they end, even
where the proof is killed."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence

from linux.host_tools import is_root

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x41


def in_namespaces(command: Sequence[str]) -> list[str]:
    """``command``, to be run with mounts and processes of its own; without root as the root of
    a user namespace."""
    as_root = [] if is_root() else ["--map-root-user", "--map-auto"]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", *as_root, "--", *command]


def are_allowed() -> bool:
    """Whether we may make them; a container may forbid it even to root."""
    done = subprocess.run(in_namespaces(["true"]), check=False, capture_output=True)
    return done.returncode == 0


def run_with_us(command: Sequence[str]) -> int:
    """Run ``command``, which calls :func:`end_with_whoever_started_us`; returns its exit code."""
    with subprocess.Popen(command, stdin=subprocess.PIPE) as running:
        return running.wait()


def end_with_whoever_started_us() -> None:
    """As the first process of our namespaces: end as soon as nobody waits for us any more, also
    where that one was killed by force. All that was started and mounted in them ends with us."""

    def wait() -> None:
        os.read(0, 1)  # nobody writes: it ends when the other end is closed
        os._exit(137)

    threading.Thread(target=wait, daemon=True).start()


def leave_network() -> None:
    """From now on this process and its children reach nothing but themselves."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", _IFF_UP_RUNNING)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)


def own_command(*arguments: str) -> list[str]:
    """This script again, with other arguments."""
    return [sys.executable, sys.argv[0], *arguments]
