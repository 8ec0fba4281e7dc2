"""The two exceptions that are not bugs."""

from __future__ import annotations

import errno


class MaskwrightError(Exception):
    """Something a person can cause and mend; its text is one sentence for them.

    It says what happened, to which file, and what can be done. The window shows it as it
    is; the command line prints it on one line of stderr and exits with 1.
    """


class Cancelled(Exception):  # noqa: N818 - not an error
    """A person pressed Cancel: unwinds the work, is never shown as an error."""


def is_disk_full(error: OSError) -> bool:
    """Whether the disk, or the person's share of it, has no room left."""
    return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
